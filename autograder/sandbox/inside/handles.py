"""Values between student code and the tests: what can't travel stays here, behind a handle."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.sandbox import wire
from autograder.sandbox.inside import about, exceptions
from autograder.sandbox.inside.callbacks import Callbacks
from autograder.sandbox.messages import Described
from chainrule.checks import plain
from chainrule.checks.plain import Json
from chainrule.checks.where import where_raised


class Handles:
    """Writes and reads values; remembers what it has given a handle for."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._kept: list[Any] = []
        self._number_of: dict[int, int] = {}

    def __getitem__(self, handle: int) -> Any:
        return self._kept[handle]

    def encode(self, value: object, out: wire.Outgoing) -> Json:
        """Write a value. Raises NotPlainError where it is too large to travel."""
        return plain.encode(value, out.put_array, self._keep)

    def encode_or_keep(self, value: object, out: wire.Outgoing) -> Json:
        """Write a value; one that is too large stays here."""
        try:
            return self.encode(value, out)
        except plain.NotPlainError:
            return self._keep(value)

    def state(self, value: Any) -> bytes:
        """The whole of a value, to see whether it changes."""
        if type(value) is np.ndarray and value.dtype.kind in "biufc":  # nearly always, and much sooner done
            return repr((value.dtype.str, value.shape)).encode() + value.tobytes()
        out = wire.Outgoing()
        return out.frame({"value": self.encode(value, out)})

    def _keep(self, value: object) -> Json:
        """A handle; a function or object of the test's goes back as itself."""
        theirs = self._callbacks.tree(value)
        if theirs is not None:
            return theirs
        number = self._number_of.get(id(value))
        if number is None:
            number = self._number_of[id(value)] = len(self._kept)
            self._kept.append(value)
        if isinstance(value, type):
            exception = exceptions.nearest_known(value) if issubclass(value, BaseException) else None
            parents = [self._keep(base) for base in value.__bases__ if base.__module__ == "__main__"]
            doc = value.__doc__[: about.MAX_TEXT] if type(value.__doc__) is str else None
            return {"handle": [number, "class", value.__name__, [exception, parents, doc]]}
        if callable(value) and not _has_own_call(value):
            return {"handle": [number, "function", getattr(value, "__name__", "function"), None]}
        return {"handle": [number, "instance", type(value).__name__, self._keep(type(value))]}

    def decode(self, tree: Json, body: bytes) -> Any:
        """Read a value of the test's."""
        return plain.decode(tree, wire.array_reader(body), self._other)

    def _other(self, tree: dict[str, Json]) -> Any:
        if "mine" in tree:
            return self._kept[tree["mine"]]
        if "object" in tree:
            return self._callbacks.object(*tree["object"])
        return self._callbacks.function(tree["callback"])

    def describe(self, error: BaseException, out: wire.Outgoing) -> Described:
        """What is told of an exception."""
        kind = type(error)
        known = exceptions.nearest_known(kind)
        args: Any = error.args
        if isinstance(error, OSError) and error.filename is not None:
            args = (*args, error.filename)  # its constructor takes the name of the file, and keeps it elsewhere
        return {
            "name": kind.__name__[:80],
            "base": known,
            "text": exceptions.text_of(error),
            "args": self.encode(args if exceptions.are_few(args) else None, out),
            "where": where_raised(error),
            "own": None if kind.__name__ == known else self._keep(error),
        }


def _has_own_call(value: object) -> bool:
    return "__call__" in vars(type(value)) and type(value).__module__ == "__main__"
