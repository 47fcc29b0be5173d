"""The answers of one submission, as its tests see them: binds stand-ins, carries out what is done to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.in_place import move_on, overwrite
from autograder.sandbox.messages import Claim, Context, Do, Loan, Names
from autograder.sandbox.outside import callbacks
from autograder.sandbox.outside.asking import NOTHING, Asking
from autograder.sandbox.outside.doer import Hung
from autograder.sandbox.outside.empty import is_empty
from autograder.sandbox.outside.heard import repeat
from autograder.sandbox.outside.held import Held, items
from autograder.sandbox.outside.operators import operation
from autograder.sandbox.outside.random_numbers import RandomNumbers
from autograder.sandbox.outside.session import Session
from autograder.sandbox.outside.stand_in import Instance
from autograder.sandbox.outside.tested_cell import TestedCell
from autograder.sandbox.outside.values import Values
from chainrule.checks import plain

Suspended = tuple[TestedCell, int]
"""A cell that others may follow, and the process that its answers are in."""


class Answers:
    """The student's side of a session: turns handles into stand-ins and carries out what is done to them."""

    def __init__(
        self,
        session: Session,
        names: Names,
        max_calls: int,
        seconds: float,
        *,
        draws: bool = True,
        solution: Mapping[str, Any] | None = None,
    ) -> None:
        """`draws`: do the tests draw from the global random numbers, so that the answers must draw the same?

        `solution` are the names of the reference, whose classes say what can be calculated with.
        """
        self._solution = solution
        self._draws = draws
        self._session = session
        self._names = names
        self._max_calls, self._seconds = max_calls, seconds
        self._cell = TestedCell()
        self._values = Values(self, 0)
        self._generation = 0
        self.random_numbers = RandomNumbers()
        self.keeping = False
        """Do the answers change only copies of what they are given? A generator that one has drawn from moves on."""
        self._turn = threading.RLock()
        """Held by the thread of a test that does something: messages of two would mix on one connection."""

    @property
    def gave_nothing(self) -> bool:
        """Has an answer been empty, or given back an empty array or container, since the last `bind`?"""
        return self._cell.gave_nothing

    @property
    def changed_given(self) -> bool:
        """Has an answer changed what a cell gave it, since the last `bind`?"""
        return self._cell.changed_given

    def bind(self, place: int, asking: Asking = NOTHING) -> None:
        """Bind the answers as they are at a cell's place into the namespace of the tests.

        What is imported is bound where the student has bound it, but to what the solution's import gives.
        """
        with self._turn:
            self._session.ensure(place)
        self._follow()
        self.random_numbers.forget()
        trees, body = self._session.bound.get(place, ({}, b""))
        bound = {}
        for name, tree in trees.items():
            known = self._solution.get(name) if self._solution else None
            own = isinstance(known, ModuleType) or (name in asking.imported and known is not None)
            with suppress(plain.NotPlainError):
                bound[name] = known if own else self._values.decode(tree, body)
        for name in self._cell.bound:
            self._names.pop(name, None)
        empty = any(is_empty(value) for name, value in bound.items() if name in asking.classes)
        self._cell = TestedCell(place, asking, Held(asking.shared), bound, gave_nothing=empty)
        self._names.update(bound)

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Let `check` ask inside the block: it gives copies, and compares with what the solution gives."""
        cell = self._cell
        noted = cell.gave_nothing, cell.changed_given
        yield
        cell.gave_nothing, cell.changed_given = noted

    def suspended(self) -> Suspended:
        """Where a cell has come to, for `resume`."""
        return self._cell.as_it_is(), self._generation

    def resume(self, state: Suspended) -> bool:
        """Go on with a cell after others have been asked; not where the student's process has ended meanwhile."""
        cell, generation = state
        if not self._session.alive or generation != self._session.generation:
            return False
        self._cell = cell.as_it_is()
        self.random_numbers.forget()
        return True

    def lend(
        self, place: int, values: Mapping[str, Any], imports: Mapping[str, tuple[str, str]], *, below: bool = False
    ) -> None:
        """Let values of the grader's be bound in the place of a cell or below it; functions are called here.

        `imports` are names that both sides have from a module: by name, the module and what of it, or "".
        """

        def write(out: wire.Outgoing) -> dict[str, Loan]:
            self._follow()
            lent: dict[str, Loan] = {name: {"imported": of} for name, of in imports.items()}
            return lent | {name: {"value": self._values.encode(value, out)} for name, value in values.items()}

        self._session.lend(place, write, self._call_back, below=below)

    def _follow(self) -> None:
        """What an earlier process of the student's handed over is no longer there."""
        if self._generation != self._session.generation:
            self._generation = self._session.generation
            self._values = Values(self, self._generation)

    def calculates(self, kind: str, what: str, other: object) -> bool:
        """Is the cell about a class of this name, whose reference has this method? Without a reference: always.

        With a value that is no answer it must have calculated so in this very cell.
        """
        if self._solution is None:
            return True
        known = self._solution.get(kind) if kind in self._cell.asking.classes else None
        if not isinstance(known, type) or not hasattr(known, what):
            return False
        return isinstance(other, Instance) or (kind, operation(what)) in self._cell.asking.calculated

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle, and give back what came of it.

        Raises Hung, or what the student's code raised as the nearest built-in Exception.
        """
        with self._turn:
            return self._do(what, handle, generation, args, kwargs)

    def _do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        if generation != self._session.generation or not self._session.alive:
            raise Hung("the student's code was stopped earlier in this test")
        self._cell.calls += 1
        if self._cell.calls > self._max_calls:
            raise Hung(f"made more than {self._max_calls:,} calls in one test cell")
        out = wire.Outgoing()
        values = self._values
        request: Do = {
            "op": "do",
            "what": what,
            "handle": handle,
            "args": [values.encode(x, out) for x in args],
            "kwargs": {k: values.encode(x, out) for k, x in kwargs.items()},
            "context": self._context(out),
        }
        try:
            reply, body = self._session.exchange(out.frame(request), self._seconds, self._call_back)
            if "unsupported" in reply:
                return NotImplemented
            passed = self._take_changes(reply, body, {**{str(i): x for i, x in enumerate(args)}, **kwargs})
            if "error" not in reply:
                return self._value(reply, body, what, handle, passed)
            error = values.exception(reply["error"], body)
        except wire.Broken as broken:
            why = "took too long" if broken.why == "time" else "ended the process that it ran in"
            raise Hung(why) from None
        except plain.NotPlainError:
            self._session.close()
            raise Hung("gave back what is no plain data") from None
        raise error

    def _call_back(self, request: Claim, body: bytes) -> bytes:
        return callbacks.answer(request, body, self._values)

    # what a call takes along

    def _context(self, out: wire.Outgoing) -> Context:
        """Where the call is made, and what the test has rebound, deleted, changed or seeded since."""
        names, cell = self._names, self._cell
        rebound = {}
        for name, value in cell.rebound(names):
            with suppress(TypeError):  # a module that both import, say: each side keeps its own
                rebound[name] = self._values.encode(value, out)
        shared, lent = cell.held.news(names, self._values, out)
        return {
            "place": cell.place,
            "rebound": rebound,
            "deleted": [name for name in cell.bound if name not in names],
            "shared": shared,
            "lent": lent,
            "random": self.random_numbers.news(self._values, out) if self._draws else None,
        }

    # what it brings back

    def _value(self, reply: Claim, body: bytes, what: str, handle: int, passed: Mapping[str, Any]) -> Any:
        same = reply.get("argument")
        if same is not None:
            if type(same) is not str or same not in passed:
                raise plain.NotPlainError("no argument of this name")
            return passed[same]
        value = self._values.decode(reply.get("value", {}), body)
        self._cell.gave_nothing |= what == "call" and is_empty(value)
        if what == "getattr" and plain.is_mutable(value):
            self._cell.held.lend(handle, passed["0"], value, self._values)
        return value

    def _take_changes(self, reply: Claim, body: bytes, passed: dict[str, Any]) -> dict[str, Any]:
        """Change in place, or bind anew, what the answer has changed; repeat what it printed and warned of.

        Gives the arguments as the answer has left them.
        """
        for key, tree in items(reply, "changed"):
            if key in passed:
                self._cell.changed_given = True
                left = self._values.decode(tree, body)
                if self.keeping:
                    move_on(passed[key])
                    passed[key] = left
                else:
                    overwrite(passed[key], left)
        self._cell.held.take(reply, body, self._names, self._cell.bound, self._values)
        repeat(reply)
        return passed
