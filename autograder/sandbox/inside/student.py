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
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.in_place import overwrite
from autograder.sandbox.inside import exceptions, operations
from autograder.sandbox.inside.callbacks import Callbacks
from autograder.sandbox.inside.handles import Handles
from autograder.sandbox.inside.heard import Heard
from autograder.sandbox.inside.scope import Scope
from autograder.sandbox.inside.shell import Shell, silence
from autograder.sandbox.messages import (
    Answered,
    Bound,
    CallBack,
    Context,
    Do,
    Done,
    Loan,
    Names,
    Ran,
    Request,
    Run,
    StepTree,
    Tested,
)
from chainrule.checks import plain

FOREVER = 20 * 24 * 3600.0
"""A sandbox waits for the grader as long as it takes; the grader ends it. A socket can't wait for 25 days."""
Reply = Callable[[wire.Outgoing], Mapping[str, Any]]
"""Makes a reply of what comes of a request."""


class Student:
    """Serves one submission over a connection until the grader closes it."""

    def __init__(self, connection: socket.socket, shell: Shell) -> None:
        sys.path.append(os.getcwd())  # last, so that what is handed in shadows nothing
        self._connection = connection
        self._shell = shell
        self._places: dict[int, Names] = {}
        self._heard = Heard()
        self._values = Handles(Callbacks(self._call_back))
        self._scope = Scope(shell, self._places)

    def serve(self) -> None:
        """Answer requests until the connection closes."""
        while True:
            try:
                request, body = self._receive()
            except wire.Broken:
                return
            self._answer(cast(Request, request), body)

    def _receive(self) -> tuple[dict[str, Any], bytes]:
        return wire.receive(self._connection, time.monotonic() + FOREVER)

    def _send(self, frame: bytes) -> None:
        wire.send(self._connection, frame, time.monotonic() + FOREVER)

    def _answer(self, request: Request, body: bytes) -> None:
        if request["op"] == "run":
            self._run_all(request, body)
        elif request["op"] == "do":
            self._reply(partial(self._do, request, body))
        elif request["op"] == "sow":
            self._reply(partial(self._sow, request["seed"]))
        else:
            self._reply(self._seal)

    def _reply(self, make: Reply) -> None:
        """Send what comes of a request, or how it failed."""
        out = wire.Outgoing()
        try:
            frame = out.frame({**make(out), **self._heard.take()})
        except BaseException as error:
            out = wire.Outgoing()
            frame = out.frame({"error": self._values.describe(error, out)})
        self._send(frame)

    def _sow(self, seed: int, _: wire.Outgoing) -> dict[str, Any]:
        seeds.sow(seed)
        return {}

    def _seal(self, _: wire.Outgoing) -> dict[str, Any]:
        silence()
        return {}

    # cells

    def _run_all(self, request: Run, body: bytes) -> None:
        """Run cells, and at the places of test cells remember what is bound there; a reply for each."""
        self._shell.transcript.limit = request["limit"]
        for step in request["steps"]:
            if step["lent"] is not None:
                self._reply(partial(self._borrow, step["source"], step["lent"], body))
                continue
            act = self._test if step["test"] else self._mark if step["source"] is None else self._run
            self._reply(partial(act, step))

    def _run(self, step: StepTree, _: wire.Outgoing) -> Ran:
        outputs, stopped = self._shell.run(step["source"] or "", draw=step["draw"])
        return {"outputs": outputs, "stopped": stopped}

    def _test(self, step: StepTree, _: wire.Outgoing) -> Tested:
        passed, number = self._shell.test(step["source"] or "")
        return {"passed": passed, "number": number}

    def _borrow(self, source: str | None, lent: dict[str, Loan], body: bytes, _: wire.Outgoing) -> dict[str, Any]:
        """Bind what the grader lends below a cell or in its place: values, functions that are called there, imports."""
        if source:
            self._shell.run(source, draw=False)
        for name, loan in lent.items():
            if "imported" in loan:
                module, attribute = loan["imported"]
                found = importlib.import_module(module)
                self._shell.names[name] = getattr(found, attribute) if attribute else found
            else:
                self._shell.names[name] = self._values.decode(loan["value"], body)
        return {}

    def _mark(self, step: StepTree, out: wire.Outgoing) -> Bound:
        """Remember the namespace at a test cell's place, and hand over the answers bound by then."""
        names = self._shell.names
        self._places[step["place"]] = dict(names)
        bound = {name: names[name] for name in step["names"] if name in names}
        return {"bound": {name: self._values.encode_or_keep(value, out) for name, value in bound.items()}}

    # calls

    def _do(self, asked: Do, body: bytes, out: wire.Outgoing) -> Done:
        """Call an object, or do one of the things that Python does to objects (`__add__`, `getattr`...).

        With what came of it goes what it has changed: arguments, and what else the test holds too.
        """
        values, context = self._values, asked["context"]
        self._scope.enter(context, lambda tree: values.decode(tree, body))
        if context["random"] is not None:
            legacy, python = values.decode(context["random"], body)
            np.random.set_state(legacy)
            random.setstate((python[0], tuple(python[1].tolist()), python[2]))
        target = values[asked["handle"]]
        given = [values.decode(x, body) for x in asked["args"]]
        named = {k: values.decode(x, body) for k, x in asked["kwargs"].items()}
        passed = {**{str(i): x for i, x in enumerate(given)}, **named}
        lent = self._lent(context, body)
        changeable = {k: x for k, x in passed.items() if plain.is_mutable(x)}
        before = [{k: values.state(x) for k, x in of.items()} for of in (changeable, lent, self._scope.shared(context))]
        reply: Done
        try:
            with self._heard:
                value = operations.do(asked["what"], target, given, named)
            if value is NotImplemented:
                return {"unsupported": True}
            same = [k for k, x in passed.items() if x is value]
            reply = {"argument": same[0]} if same else {"value": values.encode(value, out)}
        except BaseException as error:
            reply = {"error": values.describe(error, out)}
        after = passed, self._lent(context), self._scope.shared(context)
        new = [
            {k: x for k, x in now.items() if k in old and old[k] != values.state(x)}
            for old, now in zip(before, after, strict=True)
        ]
        new[1] = {k: x for k, x in new[1].items() if x is lent[k]}
        changed, of_lent, shared = ({k: values.encode(x, out) for k, x in of.items()} for of in new)
        return {**reply, "changed": changed, "lent": of_lent, "shared": shared}

    def _lent(self, context: Context, body: bytes | None = None) -> dict[str, Any]:
        """The attributes that the test holds, by their numbers; with a message's body, as the test has left them."""
        found = {}
        for number, (handle, name, news) in enumerate(context["lent"]):
            attributes = getattr(self._values[handle], "__dict__", {})
            if name in attributes:  # a property is nothing that can be changed in place
                found[str(number)] = attributes[name]
                if news is not None and body is not None:
                    overwrite(attributes[name], self._values.decode(news["now"], body))
        return found

    def _call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Let the test call a function of its own, and answer what that asks meanwhile."""
        out = wire.Outgoing()
        asked: CallBack = {
            "callback": number,
            "args": [self._values.encode(x, out) for x in args],
            "kwargs": {k: self._values.encode(x, out) for k, x in kwargs.items()},
            **self._heard.take(),
        }
        self._send(out.frame(asked))
        while True:
            message, body = self._receive()
            if "op" in message:  # the function called back an answer
                self._answer(cast(Request, message), body)
                continue
            answered = cast(Answered, message)
            if "raised" in answered:
                raise exceptions.of_the_test(answered["raised"])
            passed = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
            for key, tree in answered.get("changed", {}).items():
                overwrite(passed[key], self._values.decode(tree, body))
            return self._values.decode(answered["value"], body)
