"""Inside a sandbox: runs the student's cells and answers calls of what they define.

Everything here may be tampered with by the student's code; the grader believes only the plain data
that comes back, as the answer that it claims to be.
"""

from __future__ import annotations

import importlib
import os
import random
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.in_place import overwrite
from autograder.sandbox.inside import about, exceptions, operations
from autograder.sandbox.inside.callbacks import Callbacks
from autograder.sandbox.inside.heard import Heard
from autograder.sandbox.inside.scope import Scope
from autograder.sandbox.inside.shell import Shell, silence
from chainrule.checks import plain
from chainrule.checks.where import where_raised

FOREVER = 20 * 24 * 3600.0
"""A sandbox waits for the grader as long as it takes; the grader ends it. A socket can't wait for 25 days."""


class Student:
    """Serves one submission over a connection until the grader closes it."""

    def __init__(self, connection: socket.socket, shell: Shell) -> None:
        sys.path.append(os.getcwd())  # last, so that what is handed in shadows nothing
        self._connection = connection
        self._shell = shell
        self._handles: list[Any] = []
        self._handle_of: dict[int, int] = {}
        self._places: dict[int, dict[str, Any]] = {}
        self._heard = Heard()
        self._callbacks = Callbacks(self._call_back)
        self._scope = Scope(shell, self._places)

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
            operation(body, **request)
        else:
            self._reply(lambda out: operation(out, body, **request))

    def _reply(self, make: Callable[[wire.Outgoing], dict[str, plain.Json]]) -> None:
        """Send what an operation gives, or how it failed."""
        out = wire.Outgoing()
        try:
            frame = out.frame(make(out) | self._heard.take())
        except BaseException as error:
            out = wire.Outgoing()
            frame = out.frame({"error": self._describe(error, out)})
        wire.send(self._connection, frame, time.monotonic() + FOREVER)

    # operations, by name

    def _op_sow(self, out: wire.Outgoing, body: bytes, seed: int) -> dict[str, plain.Json]:
        seeds.sow(seed)
        return {}

    def _op_run(self, body: bytes, steps: list[dict[str, Any]], limit: int) -> None:
        """Run cells, and at the places of test cells remember what is bound there; a reply for each."""
        self._shell.transcript.limit = limit
        for step in steps:
            lent = step.pop("lent")
            if lent is not None:
                self._reply(partial(self._borrow, step["source"], lent, body))
                continue
            act = self._test if step["test"] else self._mark if step["source"] is None else self._run
            self._reply(partial(act, step))

    def _run(self, step: dict[str, Any], _: wire.Outgoing) -> dict[str, plain.Json]:
        outputs, stopped = self._shell.run(step["source"], draw=step["draw"])
        return {"outputs": outputs, "stopped": stopped}

    def _test(self, step: dict[str, Any], _: wire.Outgoing) -> dict[str, plain.Json]:
        passed, number = self._shell.test(step["source"])
        return {"passed": passed, "number": number}

    def _borrow(self, source: str, lent: dict[str, plain.Json], body: bytes, _: wire.Outgoing) -> dict[str, plain.Json]:
        """Bind what the grader lends below a cell or in its place: values, functions that are called there, imports."""
        if source:
            self._shell.run(source, draw=False)
        for name, tree in lent.items():
            if "import" in tree:
                module, attribute = tree["import"]
                found = importlib.import_module(module)
                self._shell.names[name] = getattr(found, attribute) if attribute else found
            else:
                self._shell.names[name] = self._decode(tree["value"], body)
        return {}

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
        """Call an object, or do one of the things that Python does to objects (`__add__`, `getattr`...).

        With what came of it goes what it has changed: arguments, and what else the test holds too.
        """
        self._scope.enter(context, lambda tree: self._decode(tree, body))
        if context["random"] is not None:
            legacy, python = self._decode(context["random"], body)
            np.random.set_state(legacy)
            random.setstate((python[0], tuple(python[1].tolist()), python[2]))
        target = self._handles[handle]
        given = [self._decode(x, body) for x in args]
        named = {k: self._decode(x, body) for k, x in kwargs.items()}
        passed = {**{str(i): x for i, x in enumerate(given)}, **named}
        lent = self._lent(context["lent"], body)
        changeable = {k: x for k, x in passed.items() if isinstance(x, plain.MUTABLE)}
        before = [{k: self._state(x) for k, x in of.items()} for of in (changeable, lent, self._scope.shared(context))]
        reply: dict[str, plain.Json]
        try:
            with self._heard:
                value = operations.do(what, target, given, named)
            if value is NotImplemented:
                return {"unsupported": True}
            same = [k for k, x in passed.items() if x is value]
            reply = {"argument": same[0]} if same else {"value": self._encode(value, out)}
        except BaseException as error:
            reply = {"error": self._describe(error, out)}
        after = passed, self._lent(context["lent"]), self._scope.shared(context)
        for kind, old, now in zip(("changed", "lent", "shared"), before, after, strict=True):
            changed = {k: x for k, x in now.items() if k in old and old[k] != self._state(x)}
            reply[kind] = {k: self._encode(x, out) for k, x in changed.items() if kind != "lent" or x is lent[k]}
        return reply

    # what a call needs besides its arguments

    def _lent(self, lent: list[plain.Json], body: bytes | None = None) -> dict[str, Any]:
        """The attributes that the test holds, by their numbers; with a message's body, as the test has left them."""
        found = {}
        for number, (handle, name, news) in enumerate(lent):
            attributes = getattr(self._handles[handle], "__dict__", {})
            if name in attributes:  # a property is nothing that can be changed in place
                found[str(number)] = attributes[name]
                if news is not None and body is not None:
                    overwrite(attributes[name], self._decode(news["now"], body))
        return found

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
        """What can't travel stays here, behind a handle; a function or object of the test's goes back as itself."""
        theirs = self._callbacks.tree(value)
        if theirs is not None:
            return theirs
        number = self._handle_of.get(id(value))
        if number is None:
            number = self._handle_of[id(value)] = len(self._handles)
            self._handles.append(value)
        if isinstance(value, type):
            exception = exceptions.nearest_known(value) if issubclass(value, BaseException) else None
            parents = [self._keep(base) for base in value.__bases__ if base.__module__ == "__main__"]
            doc = value.__doc__[: about.MAX_TEXT] if type(value.__doc__) is str else None
            return {"handle": [number, "class", value.__name__, [exception, parents, doc]]}
        if callable(value) and not _has_own_call(value):
            return {"handle": [number, "function", getattr(value, "__name__", "function"), None]}
        return {"handle": [number, "instance", type(value).__name__, self._keep(type(value))]}

    def _decode(self, tree: plain.Json, body: bytes) -> Any:
        return plain.decode(tree, wire.array_reader(body), self._other)

    def _other(self, tree: dict[str, plain.Json]) -> Any:
        if "mine" in tree:
            return self._handles[tree["mine"]]
        if "object" in tree:
            return self._callbacks.object(*tree["object"])
        return self._callbacks.function(tree["callback"])

    def _call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let the test call a function of its own, and answer what that asks meanwhile."""
        self._send(
            lambda out: {
                "callback": number,
                "args": [self._encode(x, out) for x in args],
                "kwargs": {k: self._encode(x, out) for k, x in kwargs.items()},
                **self._heard.take(),
            }
        )
        while True:
            reply, body = self._receive()
            if "op" in reply:  # the function called back an answer
                self._answer(reply, body)
            elif "raised" in reply:
                raise exceptions.of_the_test(reply["raised"])
            else:
                passed = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
                for key, tree in reply.get("changed", {}).items():
                    overwrite(passed[key], self._decode(tree, body))
                return self._decode(reply["value"], body)

    def _describe(self, error: BaseException, out: wire.Outgoing) -> dict[str, plain.Json]:
        """An exception: its class, the nearest of Python's, its text and arguments, and the student's line."""
        kind = type(error)
        known = exceptions.nearest_known(kind)
        args: Any = error.args
        if isinstance(error, OSError) and error.filename is not None:
            args = (*args, error.filename)  # its constructor takes the name of the file, and keeps it elsewhere
        return {
            "name": kind.__name__[:80],
            "base": known,
            "text": exceptions.text_of(error),
            "args": self._encode(args if exceptions.are_few(args) else None, out),
            "where": where_raised(error),
            "own": None if kind.__name__ == known else self._keep(error),
        }


def _has_own_call(value: object) -> bool:
    return "__call__" in vars(type(value)) and type(value).__module__ == "__main__"
