"""Inside a sandbox: runs the student's cells and answers calls of what they define.

Everything here may be tampered with by the student's code; the grader believes only the plain data
that comes back, as the answer that it claims to be.
"""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.inside import operations
from autograder.sandbox.inside.shell import Shell, silence
from chainrule.checks import plain
from chainrule.checks.verdict import where_raised

FOREVER = 20 * 24 * 3600.0
"""A sandbox waits for the grader as long as it takes; the grader ends it. A socket can't wait for 25 days."""


class Student:
    """Serves one submission over a connection until the grader closes it."""

    def __init__(self, connection: socket.socket, shell: Shell) -> None:
        self._connection = connection
        self._shell = shell
        self._handles: list[Any] = []
        self._handle_of: dict[int, int] = {}
        self._places: dict[int, dict[str, Any]] = {}
        self._place = -1
        self._overridden: set[str] = set()
        """Answers that the test has deleted or rebound."""

    def serve(self) -> None:
        """Answer requests until the connection closes."""
        while True:
            try:
                request, body = self._receive()
            except wire.Broken:
                return
            self._answer(request, body)

    def _receive(self) -> tuple[dict[str, Any], bytes]:
        return wire.receive(self._connection, time.monotonic() + FOREVER)

    def _send(self, make: Callable[[wire.Outgoing], dict[str, plain.Json]]) -> None:
        out = wire.Outgoing()
        wire.send(self._connection, out.frame(make(out)), time.monotonic() + FOREVER)

    def _answer(self, request: dict[str, Any], body: bytes) -> None:
        operation: Callable[..., Any] = getattr(self, "_op_" + request.pop("op"))
        if operation == self._op_run:
            operation(**request)
        else:
            self._reply(lambda out: operation(out, body, **request))

    def _reply(self, make: Callable[[wire.Outgoing], dict[str, plain.Json]]) -> None:
        """Send what an operation gives, or how it failed."""
        out = wire.Outgoing()
        try:
            frame = out.frame(make(out))
        except BaseException as error:
            out = wire.Outgoing()
            frame = out.frame({"error": self._describe(error)})
        wire.send(self._connection, frame, time.monotonic() + FOREVER)

    # operations, by name

    def _op_sow(self, out: wire.Outgoing, body: bytes, seed: int) -> dict[str, plain.Json]:
        seeds.sow(seed)
        return {}

    def _op_run(self, steps: list[dict[str, Any]], limit: int) -> None:
        """Run cells, and at the places of test cells remember what is bound there; a reply for each."""
        self._shell.transcript.limit = limit
        for step in steps:
            self._reply(partial(self._mark if step["source"] is None else self._run, step))

    def _run(self, step: dict[str, Any], _: wire.Outgoing) -> dict[str, plain.Json]:
        outputs, stopped = self._shell.run(step["source"], draw=step["draw"])
        return {"outputs": outputs, "stopped": stopped}

    def _mark(self, step: dict[str, Any], out: wire.Outgoing) -> dict[str, plain.Json]:
        """Remember the namespace at a test cell's place, and hand over the answers bound by then."""
        names = self._shell.names
        self._places[step["place"]] = dict(names)
        bound = {name: names[name] for name in step["names"] if name in names}
        return {"bound": {name: self._encode_or_keep(value, out) for name, value in bound.items()}}

    def _op_seal(self, out: wire.Outgoing, body: bytes) -> dict[str, plain.Json]:
        silence()
        return {}

    def _op_do(
        self,
        out: wire.Outgoing,
        body: bytes,
        what: str,
        handle: int,
        args: list[plain.Json],
        kwargs: dict[str, plain.Json],
        context: dict[str, plain.Json],
    ) -> dict[str, plain.Json]:
        """Call an object, or do one of the things that Python does to objects (`__add__`, `getattr`...)."""
        self._enter(context, body)
        target = self._handles[handle]
        given = [self._decode(x, body) for x in args]
        named = {k: self._decode(x, body) for k, x in kwargs.items()}
        before = self._mutable(given, named)
        value = operations.do(what, target, given, named)
        if value is NotImplemented:
            return {"unsupported": True}
        changed = {k: self._encode(x, out) for k, x in self._changed(before, given, named).items()}
        return {"value": self._encode(value, out), "changed": changed}

    # what a call needs besides its arguments

    def _enter(self, context: dict[str, plain.Json], body: bytes) -> None:
        """Put the namespace into the state of the test cell's place; take over what the test rebound."""
        names = self._shell.names
        if context["place"] != self._place:
            self._place, self._overridden = context["place"], set()
            names.update(self._places[self._place])
        for name in self._overridden - {*context["deleted"], *context["rebound"]}:
            names[name] = self._places[self._place][name]  # the test has put it back
        for name in context["deleted"]:
            names.pop(name, None)
        for name, tree in context["rebound"].items():
            names[name] = self._decode(tree, body)
        self._overridden = {*context["deleted"], *context["rebound"]}
        if context["random"] is not None:
            legacy, python = self._decode(context["random"], body)
            np.random.set_state(legacy)
            random.setstate((python[0], tuple(python[1].tolist()), python[2]))

    def _mutable(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, bytes]:
        items = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
        return {k: self._state(x) for k, x in items.items() if isinstance(x, plain.MUTABLE)}

    def _changed(self, before: dict[str, bytes], args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        items = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
        return {k: items[k] for k, state in before.items() if self._state(items[k]) != state}

    def _state(self, value: Any) -> bytes:
        out = wire.Outgoing()
        return out.frame({"value": self._encode(value, out)})

    # values

    def _encode(self, value: object, out: wire.Outgoing) -> plain.Json:
        return plain.encode(value, out.put_array, self._keep)

    def _encode_or_keep(self, value: object, out: wire.Outgoing) -> plain.Json:
        try:
            return self._encode(value, out)
        except plain.NotPlainError:
            return self._keep(value)

    def _keep(self, value: object) -> plain.Json:
        """What can't travel stays here, behind a handle."""
        number = self._handle_of.get(id(value))
        if number is None:
            number = self._handle_of[id(value)] = len(self._handles)
            self._handles.append(value)
        if isinstance(value, type):
            exception = _nearest_builtin(value) if issubclass(value, BaseException) else None
            parents = [self._keep(base) for base in value.__bases__ if base.__module__ == "__main__"]
            return {"handle": [number, "class", value.__name__, [exception, parents]]}
        if callable(value) and not _has_own_call(value):
            return {"handle": [number, "function", getattr(value, "__name__", "function"), None]}
        return {"handle": [number, "instance", type(value).__name__, self._keep(type(value))]}

    def _decode(self, tree: plain.Json, body: bytes) -> Any:
        return plain.decode(tree, wire.array_reader(body), self._other)

    def _other(self, tree: dict[str, plain.Json]) -> Any:
        if "mine" in tree:
            return self._handles[tree["mine"]]
        return self._callback(tree["callback"])

    def _callback(self, number: int) -> Callable[..., Any]:
        """A function of the test: calling it here calls it there."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self._send(
                lambda out: {
                    "callback": number,
                    "args": [self._encode(x, out) for x in args],
                    "kwargs": {k: self._encode(x, out) for k, x in kwargs.items()},
                }
            )
            while True:
                reply, body = self._receive()
                if "op" in reply:  # the function called back an answer
                    self._answer(reply, body)
                elif "raised" in reply:
                    raise _exception(reply["raised"])
                else:
                    return self._decode(reply["value"], body)

        return call

    def _describe(self, error: BaseException) -> dict[str, plain.Json]:
        """An exception: its class, the nearest built-in one, its text, and the student's line."""
        kind = type(error)
        own = None if kind.__module__ == "builtins" else self._keep(kind)
        return {
            "name": kind.__name__[:80],
            "base": _nearest_builtin(kind),
            "text": _text_of(error),
            "where": where_raised(error),
            "class": own,
        }


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except Exception:  # the student's own class may fail at that too
        return ""


def _has_own_call(value: object) -> bool:
    return "__call__" in vars(type(value)) and type(value).__module__ == "__main__"


def _nearest_builtin(kind: type) -> str:
    return next(c.__name__ for c in kind.__mro__ if c.__module__ == "builtins")


def _exception(name: str) -> Exception:
    import builtins

    kind: type[Exception] = getattr(builtins, name, RuntimeError)
    return kind("raised by the function that the test passed in")
