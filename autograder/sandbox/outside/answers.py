"""The answers of one submission, as its tests see them: binds stand-ins, carries out what is done to them."""

from __future__ import annotations

import builtins
import sys
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
from autograder.sandbox.outside.values import Values
from chainrule.checks import plain

PRINT, INPUT = print, input
NOTED = ("gave_nothing", "changed_given")
"""What is noted of the answers that a cell itself asks, for `check` compares all that it is given."""
OF_A_CELL = ("_place", "_asking", "_calls", "_held", "_stdin", "_bound", *NOTED)
"""What is known of the cell whose tests run."""


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
        self._place = 0
        self._asking = NOTHING
        self._bound: Names = {}
        self._values = Values(self, 0)
        self._generation = 0
        self.random_numbers = RandomNumbers()
        self.gave_nothing = False
        """Has an answer been empty, or given back an empty array or container, since the last `bind`?"""
        self.changed_given = False
        """Has an answer changed what a cell gave it, since the last `bind`?"""
        self.keeping = False
        """Do the answers change only copies of what they are given? A generator that one has drawn from moves on."""
        self._calls = 0
        self._turn = threading.RLock()
        """Held by the thread of a test that does something: messages of two would mix on one connection."""

    def bind(self, place: int, asking: Asking = NOTHING) -> None:
        """Bind the answers as they are at a cell's place into the namespace of the tests.

        What is imported is bound where the student has bound it, but to what the solution's import gives.
        """
        self._asking = asking
        with self._turn:
            self._session.ensure(place)
        self._follow()
        self._place, self._calls = place, 0
        self.random_numbers.forget()
        self._held = Held(asking.shared)
        self._stdin = sys.stdin
        trees, body = self._session.bound.get(place, ({}, b""))
        bound = {}
        for name, tree in trees.items():
            known = self._solution.get(name) if self._solution else None
            own = isinstance(known, ModuleType) or (name in asking.imported and known is not None)
            with suppress(plain.NotPlainError):
                bound[name] = known if own else self._values.decode(tree, body)
        for name in self._bound:
            self._names.pop(name, None)
        self.gave_nothing = any(is_empty(value) for name, value in bound.items() if name in asking.classes)
        self.changed_given = False
        self._bound = bound
        self._names.update(bound)

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Let `check` ask inside the block: it gives copies, and compares with what the solution gives."""
        noted = {name: vars(self)[name] for name in NOTED}
        yield
        vars(self).update(noted)

    def suspended(self) -> dict[str, Any]:
        """Where a cell has come to, for `resume`."""
        return {name: vars(self)[name] for name in OF_A_CELL} | {"generation": self._generation}

    def resume(self, state: dict[str, Any]) -> bool:
        """Go on with a cell after others have been asked; not where the student's process has ended meanwhile."""
        if not self._session.alive or state["generation"] != self._session.generation:
            return False
        vars(self).update({name: state[name] for name in OF_A_CELL})
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
        known = self._solution.get(kind) if kind in self._asking.classes else None
        if not isinstance(known, type) or not hasattr(known, what):
            return False
        return isinstance(other, Instance) or (kind, operation(what)) in self._asking.calculated

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle, and give back what came of it.

        Raises Hung, or what the student's code raised as the nearest built-in Exception.
        """
        with self._turn:
            return self._do(what, handle, generation, args, kwargs)

    def _do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        if generation != self._session.generation or not self._session.alive:
            raise Hung("the student's code was stopped earlier in this test")
        self._calls += 1
        if self._calls > self._max_calls:
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
        names, bound = self._names, self._bound
        rebound = {}
        for name, value in self._rebound():
            with suppress(TypeError):  # a module that both import, say: each side keeps its own
                rebound[name] = self._values.encode(value, out)
        shared, lent = self._held.news(names, self._values, out)
        return {
            "place": self._place,
            "rebound": rebound,
            "deleted": [name for name in bound if name not in names],
            "shared": shared,
            "lent": lent,
            "random": self.random_numbers.news(self._values, out) if self._draws else None,
        }

    def _rebound(self) -> Iterator[tuple[str, Any]]:
        """Names of answers that the test has bound anew; `print` and `input` too, where it has its own."""
        names = self._names
        for name, value in self._bound.items():
            if name in names and names[name] is not value and name not in self._held.shared:
                yield name, names[name]
        for name, original in (("print", PRINT), ("input", INPUT)):
            now = names.get(name, getattr(builtins, name))
            if name not in self._bound and (now is not original or (name == "input" and sys.stdin is not self._stdin)):
                yield name, now

    # what it brings back

    def _value(self, reply: Claim, body: bytes, what: str, handle: int, passed: Mapping[str, Any]) -> Any:
        same = reply.get("argument")
        if same is not None:
            if type(same) is not str or same not in passed:
                raise plain.NotPlainError("no argument of this name")
            return passed[same]
        value = self._values.decode(reply.get("value", {}), body)
        self.gave_nothing |= what == "call" and is_empty(value)
        if what == "getattr" and plain.is_mutable(value):
            self._held.lend(handle, passed["0"], value, self._values)
        return value

    def _take_changes(self, reply: Claim, body: bytes, passed: dict[str, Any]) -> dict[str, Any]:
        """Change in place, or bind anew, what the answer has changed; repeat what it printed and warned of.

        Gives the arguments as the answer has left them.
        """
        for key, tree in items(reply, "changed"):
            if key in passed:
                self.changed_given = True
                left = self._values.decode(tree, body)
                if self.keeping:
                    move_on(passed[key])
                    passed[key] = left
                else:
                    overwrite(passed[key], left)
        self._held.take(reply, body, self._names, self._bound, self._values)
        repeat(reply)
        return passed
