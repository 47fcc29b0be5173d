"""Values between a test and the answers: a stand-in for each handle, a handle for each stand-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.outside.doer import Doer
from autograder.sandbox.outside.exceptions import built_in, safe_exception
from autograder.sandbox.outside.function import Function
from autograder.sandbox.outside.stand_in import (
    GENERATORS,
    Instance,
    Raised,
    StandInType,
    bare,
    handle_of,
    make_class,
)
from chainrule.checks import plain
from chainrule.checks.where import MAX_OPERANDS, Where

MAX_BASES = 8
"""Parents of a student's class that are taken over."""


class Values:
    """Writes and reads the values of one student process."""

    def __init__(self, doer: Doer, generation: int) -> None:
        self._doer, self._generation = doer, generation
        self._known: dict[int, Any] = {}
        self._functions: list[Callable[..., Any]] = []
        """Those of the tests that the answers may call."""
        self._number_of: dict[int, int] = {}
        self._objects: list[object] = []
        """Those of the course's own classes that answers have been given."""
        self._methods_of: dict[int, tuple[int, dict[str, int]]] = {}

    def encode(self, value: object, out: wire.Outgoing) -> plain.Json:
        """Write a value of the test's. Raises TypeError where it can't be passed on."""
        return plain.encode(value, out.put_array, self._pass)

    def state(self, value: object) -> bytes | None:
        """The whole of a value, to see whether it changes; None where it isn't plain."""
        out = wire.Outgoing()
        try:
            return out.frame({"value": self.encode(value, out)})
        except (plain.NotPlainError, TypeError):
            return None

    def _pass(self, value: object) -> plain.Json:
        handle = handle_of(value)
        if handle is not None:
            return {"mine": handle}
        if type(value).__module__ == "__main__":  # of a class that a cell of the course defines
            return self._lend(value)
        if callable(value):
            return {"callback": self._number(value)}
        raise TypeError(f"a {type(value).__name__} cannot be passed to a student's function")

    def _number(self, function: Callable[..., Any]) -> int:
        """The number by which the answers call a function of the test's."""
        if id(function) not in self._number_of:
            self._number_of[id(function)] = len(self._functions)
            self._functions.append(function)
        return self._number_of[id(function)]

    def _lend(self, value: object) -> plain.Json:
        """An object of the course's: it stays here, and what answers can do is call its public methods."""
        if id(value) not in self._methods_of:
            public = [name for name in dir(type(value)) if not name.startswith("_") or name == "__call__"]
            methods = {name: getattr(value, name) for name in public if callable(getattr(type(value), name))}
            numbers = {name: self._number(method) for name, method in methods.items()}
            self._methods_of[id(value)] = len(self._objects), numbers
            self._objects.append(value)
        number, numbers = self._methods_of[id(value)]
        return {"object": [number, type(value).__name__, numbers]}

    def decode(self, tree: plain.Json, body: bytes) -> Any:
        """Read a value of the student's. Raises NotPlainError."""
        return plain.decode(tree, wire.array_reader(body), self._other)

    def _other(self, tree: dict[str, plain.Json]) -> Any:
        if "yours" in tree:
            return self.function(tree["yours"])
        if "object" in tree:
            return self._object(tree["object"])
        number, kind, name, more = tree["handle"]
        if type(number) is not int or type(name) is not str or not 0 <= number < plain.MAX_NODES:
            raise plain.NotPlainError("not a handle")
        if number not in self._known:
            self._known[number] = self._make(number, kind, name[:80], more)
        return self._known[number]

    def _make(self, number: int, kind: str, name: str, more: plain.Json) -> Any:
        if kind == "function":
            return Function(self._doer, number, self._generation, name)
        if kind != "class":
            return bare(self._other(more), number)
        exception, bases, doc = more
        own = {"_answers": self._doer, "_handle": number, "_generation": self._generation, "claimed": name}
        own |= {"__module__": "__main__", "__doc__": doc if type(doc) is str else None}
        if name in GENERATORS:
            own["__class__"] = property(lambda _: GENERATORS[name])
        parents = tuple(self._other(base) for base in bases[:MAX_BASES])
        above = (Instance,) if exception is None else (Raised, safe_exception(exception))
        return make_class(StandInType, name if name.isidentifier() else "StudentClass", (*parents, *above), own)

    def function(self, number: plain.Json) -> Callable[..., Any]:
        """A function of a test's that was passed to an answer. Raises NotPlainError."""
        if type(number) is not int or not 0 <= number < len(self._functions):
            raise plain.NotPlainError("no function of this number")
        return self._functions[number]

    def _object(self, number: plain.Json) -> object:
        """An object of the course's that was passed to an answer. Raises NotPlainError."""
        if type(number) is not int or not 0 <= number < len(self._objects):
            raise plain.NotPlainError("no object of this number")
        return self._objects[number]

    def exception(self, tree: object, body: bytes) -> Exception:
        """What an answer raised: the nearest Exception of Python's, or the stand-in of the student's own.

        Raises NotPlainError.
        """
        if type(tree) is not dict:
            raise plain.NotPlainError("not an exception")
        text = str(tree.get("text"))[:500]
        args = self.decode(tree.get("args"), body)
        args = args if type(args) is tuple else (text,)
        error = self._own(tree.get("own"), body, args, text) or built_in(safe_exception(tree.get("base")), args, text)
        error.student_where = _place(tree.get("where"))  # type: ignore[attr-defined]
        error.student_name = str(tree.get("name"))[:80]  # type: ignore[attr-defined]
        return error

    def _own(self, tree: plain.Json, body: bytes, args: tuple[Any, ...], text: str) -> Exception | None:
        error = self.decode(tree, body)
        if not isinstance(error, Raised) or not isinstance(error, Exception):
            return None
        vars(error)["text"], error.args = text, args
        return error


def _place(tree: object) -> Where | None:
    """The place that the sandbox says an error arose in, where it is one."""
    if type(tree) is not list or len(tree) != len(Where._fields) or type(tree[-1]) is not list:
        return None
    texts, operands = tree[:-1], tree[-1]
    if any(type(text) is not str for text in texts) or len(operands) > MAX_OPERANDS:
        return None
    if any(type(pair) is not list or [type(text) for text in pair] != [str, str] for pair in operands):
        return None
    line, function, operation, inside, nearest = (text[:300] for text in texts)
    return Where(line, function, operation, inside, nearest, tuple((a[:80], b[:80]) for a, b in operands))
