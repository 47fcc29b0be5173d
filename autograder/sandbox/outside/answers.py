"""The answers of one submission, as its tests see them: binds stand-ins, carries out what is done to them."""

from __future__ import annotations

import builtins
import random
import sys
import warnings
from collections import deque
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.in_place import kept, overwrite
from autograder.sandbox.outside.doer import Hung
from autograder.sandbox.outside.operators import operation
from autograder.sandbox.outside.session import Session
from autograder.sandbox.outside.stand_in import Instance
from autograder.sandbox.outside.values import Values
from chainrule.checks import plain

SEEDING = ((np.random, "seed"), (np.random, "set_state"), (random, "seed"), (random, "setstate"))
PRINT, INPUT = print, input
CONTAINERS = (list, tuple, set, frozenset, dict, str, bytes, bytearray, range, deque, KeysView, ValuesView, ItemsView)
MAX_LENT = 16
"""Attributes that a test has been given and whose changes are followed."""
MAX_STATE = 1 << 20
"""Bytes of an attribute or a name whose changes are followed."""
MAX_TOLD = 1_000
"""Things that were printed, or warned of, in one call."""


OF_A_CELL = ("_place", "_asking", "_calls", "_shared", "_lent", "_stdin", "_bound", "gave_nothing")
"""What is known of the cell whose tests run."""


@dataclass(frozen=True)
class Asking:
    """What a cell of the course does with the answers, as its source says and its solution showed."""

    classes: frozenset[str] = frozenset()
    """Names of what the cell is about: classes among them may be calculated with."""
    shared: frozenset[str] = frozenset()
    """Names whose values the answers change when they are called."""
    imported: frozenset[str] = frozenset()
    """Names that the answer cells import."""
    calculated: frozenset[tuple[str, str]] = frozenset()
    """Class and operation: what the solution's classes were asked with a value of the cell's own (`calculations`)."""


NOTHING = Asking()


@dataclass(frozen=True)
class Lent:
    """A function of the grader's that student code may call; what it changes in its arguments is changed there."""

    function: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        return self.function(*args, **kwargs)


class Answers:
    """The student's side of a session: turns handles into stand-ins and carries out what is done to them."""

    def __init__(
        self,
        session: Session,
        names: dict[str, Any],
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
        self._bound: dict[str, Any] = {}
        self._values = Values(self, 0)
        self._generation = 0
        self._sent_random: object = None
        self.gave_nothing = False
        """Has an answer been empty, or given back an empty array or container, since the last `bind`?"""
        self._calls = 0

    def bind(self, place: int, asking: Asking = NOTHING) -> None:
        """Bind the answers as they are at a cell's place into the namespace of the tests.

        What is imported is bound where the student has bound it, but to what the solution's import gives.
        """
        self._asking = asking
        self._session.ensure(place)
        self._follow()
        self._place, self._calls, self._sent_random = place, 0, None
        self._shared: dict[str, bytes | None] = dict.fromkeys(asking.shared)
        """Names that both sides may change, with what the student's process is known to hold."""
        self._lent: list[tuple[int, str, Any, bytes]] = []
        """Attributes that the test holds: of which handle, by which name, the value, and what it is known to hold."""
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
        self._bound = bound
        self._names.update(bound)

    def suspended(self) -> dict[str, Any]:
        """Where a cell has come to, for `resume`."""
        return {name: vars(self)[name] for name in OF_A_CELL} | {"generation": self._generation}

    def resume(self, state: dict[str, Any]) -> bool:
        """Go on with a cell after others have been asked; not where the student's process has ended meanwhile."""
        if not self._session.alive or state["generation"] != self._session.generation:
            return False
        vars(self).update({name: state[name] for name in OF_A_CELL})
        self._sent_random = None
        return True

    def lend(
        self, place: int, values: Mapping[str, Any], imports: Mapping[str, tuple[str, str]], *, below: bool = False
    ) -> None:
        """Let values of the grader's be bound in the place of a cell or below it; functions are called here.

        `imports` are names that both sides have from a module: by name, the module and what of it, or "".
        """

        def write(out: wire.Outgoing) -> dict[str, plain.Json]:
            self._follow()
            lent: dict[str, plain.Json] = {name: {"import": list(of)} for name, of in imports.items()}
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
        if generation != self._session.generation or not self._session.alive:
            raise Hung("the student's code was stopped earlier in this test")
        self._calls += 1
        if self._calls > self._max_calls:
            raise Hung(f"made more than {self._max_calls:,} calls in one test cell")
        out = wire.Outgoing()
        values = self._values
        request = {
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
            passed = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
            self._take_changes(reply, body, passed)
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

    @contextmanager
    def following_seeds(self) -> Iterator[None]:
        """Let every seeding of NumPy's and Python's global random numbers inside the block reach the sandbox."""

        def followed(seed: Callable[..., None]) -> Callable[..., None]:
            def seed_both(*args: Any, **kwargs: Any) -> None:
                self._sent_random = None  # so the next call takes their state along
                seed(*args, **kwargs)

            return seed_both

        with ExitStack() as stack:
            for module, name in SEEDING:
                stack.enter_context(mock.patch.object(module, name, followed(getattr(module, name))))
            yield

    # what a call takes along

    def _context(self, out: wire.Outgoing) -> dict[str, plain.Json]:
        """Where the call is made, and what the test has rebound, deleted, changed or seeded since."""
        names, bound = self._names, self._bound
        shared = {name: self._news(names[name], name, out) for name in self._shared if name in names}
        rebound = {}
        for name, value in self._rebound():
            with suppress(TypeError):  # a module that both import, say: each side keeps its own
                rebound[name] = self._values.encode(value, out)
        context: dict[str, plain.Json] = {"place": self._place, "rebound": rebound, "random": None}
        context |= {"shared": shared, "lent": [self._news_of_lent(i, out) for i in range(len(self._lent))]}
        context["deleted"] = [n for n in bound if n not in names]
        if self._draws:
            state = seeds.state()
            mark = seeds.mark(state)
            if mark != self._sent_random:
                self._sent_random = mark
                legacy, (version, numbers, gauss) = state
                numbers_as_array = np.array(numbers, np.uint32)
                context["random"] = self._values.encode((legacy, (version, numbers_as_array, gauss)), out)
        return context

    def _rebound(self) -> Iterator[tuple[str, Any]]:
        """Names of answers that the test has bound anew; `print` and `input` too, where it has its own."""
        names = self._names
        for name, value in self._bound.items():
            if name in names and names[name] is not value and name not in self._shared:
                yield name, names[name]
        for name, original in (("print", PRINT), ("input", INPUT)):
            now = names.get(name, getattr(builtins, name))
            if name not in self._bound and (now is not original or (name == "input" and sys.stdin is not self._stdin)):
                yield name, now

    def _news(self, value: Any, name: str, out: wire.Outgoing) -> plain.Json:
        """A shared name's value, where the student's process doesn't hold it yet; else None."""
        state = self._values.state(value)
        if state is None or len(state) > MAX_STATE or state == self._shared[name]:
            return None
        self._shared[name] = state
        return {"now": self._values.encode(value, out)}

    def _news_of_lent(self, i: int, out: wire.Outgoing) -> plain.Json:
        handle, name, value, known = self._lent[i]
        state = self._values.state(value)
        if state is None or state == known:
            return [handle, name, None]
        self._lent[i] = handle, name, value, state
        return [handle, name, {"now": self._values.encode(value, out)}]

    def _call_back(self, request: dict[str, Any], body: bytes) -> bytes:
        out = wire.Outgoing()
        values = self._values
        try:
            self._repeat(request)
            function = values.function(request.get("callback"))
            args = [values.decode(x, body) for x in request["args"]]
            kwargs = {str(k): values.decode(x, body) for k, x in request["kwargs"].items()}
            passed = {**{str(i): x for i, x in enumerate(args)}, **kwargs} if isinstance(function, Lent) else {}
            before = {k: values.state(x) for k, x in passed.items() if isinstance(x, plain.MUTABLE)}
            value = values.encode(function(*args, **kwargs), out)
            changed = {k: values.encode(passed[k], out) for k in before if values.state(passed[k]) != before[k]}
            return out.frame({"value": value, "changed": changed})
        except Exception as error:
            name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
            return wire.Outgoing().frame({"raised": name})

    # what it brings back

    def _value(self, reply: dict[str, Any], body: bytes, what: str, handle: int, passed: Mapping[str, Any]) -> Any:
        same = reply.get("argument")
        if same is not None:
            if type(same) is not str or same not in passed:
                raise plain.NotPlainError("no argument of this name")
            return passed[same]
        value = self._values.decode(reply.get("value", {}), body)
        self.gave_nothing |= what == "call" and is_empty(value)
        if what == "getattr" and isinstance(value, plain.MUTABLE):
            state = self._values.state(value)
            if state is not None and len(state) <= MAX_STATE:
                self._lent = [*self._lent, (handle, passed["0"], value, state)][-MAX_LENT:]
        return value

    def _take_changes(self, reply: dict[str, Any], body: bytes, passed: Mapping[str, Any]) -> None:
        """Change in place, or bind anew, what the answer has changed; repeat what it printed and warned of."""
        decode, names = self._values.decode, self._names
        for key, tree in _items(reply, "changed"):
            if key in passed:
                overwrite(passed[key], decode(tree, body))
        for key, tree in _items(reply, "lent"):
            if key.isdecimal() and int(key) < len(self._lent):
                handle, name, old, _ = self._lent[int(key)]
                overwrite(old, decode(tree, body))
                self._lent[int(key)] = handle, name, old, self._values.state(old) or b""
        for name, tree in _items(reply, "shared"):
            if name in self._shared:
                new = decode(tree, body)
                if name not in names or not kept(names[name], new):
                    names[name] = new
                self._bound[name] = names[name]
                self._shared[name] = self._values.state(names[name])
        self._repeat(reply)

    @staticmethod
    def _repeat(message: dict[str, Any]) -> None:
        """Print here what was printed there, and warn of what was warned of: a test may look at it."""
        for stream, text in _pairs_of_texts(message.get("printed")):
            (sys.stderr if stream == "stderr" else sys.stdout).write(text)
        for name, text in _pairs_of_texts(message.get("warned")):
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, Warning):
                warnings.warn(text[:500], kind, stacklevel=2)


def is_empty(value: object) -> bool:
    """Is it an array or a container with nothing in it?"""
    return value.size == 0 if isinstance(value, np.ndarray) else isinstance(value, CONTAINERS) and len(value) == 0


def _items(reply: dict[str, Any], key: str) -> list[tuple[str, plain.Json]]:
    found = reply.get(key)
    return list(found.items()) if type(found) is dict else []


def _pairs_of_texts(found: object) -> list[list[str]]:
    pairs = found[:MAX_TOLD] if type(found) is list else []
    return [x for x in pairs if type(x) is list and len(x) == 2 and all(type(text) is str for text in x)]
