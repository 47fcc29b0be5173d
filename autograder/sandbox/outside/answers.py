"""The answers of one submission, as its tests see them: binds stand-ins, carries out what is done to them."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.outside.session import Session
from autograder.sandbox.outside.stand_in import (
    Function,
    Hung,
    Instance,
    StandInType,
    handle_of,
    make_class,
    overwrite,
    safe_exception,
)
from chainrule.checks import plain

SEEDING = ((np.random, "seed"), (np.random, "set_state"), (random, "seed"), (random, "setstate"))
MAX_BASES = 8
"""Parents of a student's class that are taken over."""


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
        self._classes: Collection[str] = ()
        self._bound: dict[str, Any] = {}
        self._known: dict[int, Any] = {}
        self._generation = 0
        self._callbacks: list[Callable[..., Any]] = []
        self._sent_random: object = None

    def bind(self, place: int, classes: Collection[str] = ()) -> None:
        """Bind the answers as they are at a test cell's place into the namespace of the tests.

        `classes` are the names of those that the test is about.
        """
        self._classes = classes
        self._session.ensure(place)
        if self._generation != self._session.generation:
            self._generation, self._known, self._sent_random = self._session.generation, {}, None
        self._place, self._calls, self._callbacks = place, 0, []
        self._sent_random = None
        trees, body = self._session.bound.get(place, ({}, b""))
        bound = {}
        for name, tree in trees.items():
            known = self._solution.get(name) if self._solution else None
            with suppress(plain.NotPlainError):
                bound[name] = known if isinstance(known, ModuleType) else self._decode(tree, body)
        for name in self._bound:
            self._names.pop(name, None)
        self._bound = bound
        self._names.update(bound)

    def calculates(self, kind: str, what: str) -> bool:
        """Is the test about a class of this name, whose reference has this method? Without a reference: always."""
        if self._solution is None:
            return True
        known = self._solution.get(kind) if kind in self._classes else None
        return isinstance(known, type) and hasattr(known, what)

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle, and give back what came of it.

        Raises Hung, or what the student's code raised as the nearest built-in Exception.
        """
        if generation != self._session.generation or not self._session.alive:
            raise Hung("the student's code was stopped earlier in this test")
        self._calls += 1
        if self._calls > self._max_calls:
            raise Hung(f"more than {self._max_calls} calls in one test cell")
        out = wire.Outgoing()
        request = {
            "op": "do",
            "what": what,
            "handle": handle,
            "args": [self._encode(x, out) for x in args],
            "kwargs": {k: self._encode(x, out) for k, x in kwargs.items()},
            "context": self._context(out),
        }
        try:
            reply, body = self._session.exchange(out.frame(request), self._seconds, self._call_back)
            if "unsupported" in reply:
                return NotImplemented
            if "error" not in reply:
                self._write_back(reply.get("changed"), body, args, kwargs)
                return self._decode(reply.get("value", {}), body)
            error = self._exception(reply["error"])
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

    def _context(self, out: wire.Outgoing) -> dict[str, plain.Json]:
        """Where the call is made, and what the test has rebound, deleted or seeded since."""
        names, bound = self._names, self._bound
        rebound = {}
        for name, value in bound.items():
            if name in names and names[name] is not value:
                with suppress(TypeError):  # a module that both import, say: each side keeps its own
                    rebound[name] = self._encode(names[name], out)
        context: dict[str, plain.Json] = {"place": self._place, "rebound": rebound, "random": None}
        context["deleted"] = [n for n in bound if n not in names]
        if self._draws:
            state = seeds.state()
            mark = seeds.mark(state)
            if mark != self._sent_random:
                self._sent_random = mark
                legacy, (version, numbers, gauss) = state
                context["random"] = self._encode((legacy, (version, np.array(numbers, np.uint32), gauss)), out)
        return context

    def _call_back(self, request: dict[str, Any], body: bytes) -> bytes:
        out = wire.Outgoing()
        try:
            function = self._callbacks[request["callback"]]
            args = [self._decode(x, body) for x in request["args"]]
            kwargs = {str(k): self._decode(x, body) for k, x in request["kwargs"].items()}
            return out.frame({"value": self._encode(function(*args, **kwargs), out)})
        except Exception as error:
            name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
            return wire.Outgoing().frame({"raised": name})

    def _write_back(self, changed: object, body: bytes, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        if type(changed) is not dict:
            return
        items = {**{str(i): x for i, x in enumerate(args)}, **kwargs}
        for key, tree in changed.items():
            if key in items:
                overwrite(items[key], self._decode(tree, body))

    # values

    def _encode(self, value: object, out: wire.Outgoing) -> plain.Json:
        return plain.encode(value, out.put_array, self._pass)

    def _pass(self, value: object) -> plain.Json:
        handle = handle_of(value)
        if handle is not None:
            return {"mine": handle}
        if callable(value):
            self._callbacks.append(value)
            return {"callback": len(self._callbacks) - 1}
        raise TypeError(f"a {type(value).__name__} cannot be passed to a student's function")

    def _decode(self, tree: plain.Json, body: bytes) -> Any:
        return plain.decode(tree, wire.array_reader(body), self._stand_in)

    def _stand_in(self, tree: dict[str, plain.Json]) -> Any:
        number, kind, name, more = tree["handle"]
        if type(number) is not int or type(name) is not str or not 0 <= number < plain.MAX_NODES:
            raise plain.NotPlainError("not a handle")
        if number not in self._known:
            self._known[number] = self._make(number, kind, name[:80], more)
        return self._known[number]

    def _make(self, number: int, kind: str, name: str, more: plain.Json) -> Any:
        own = {"_answers": self, "_handle": number, "_generation": self._generation, "claimed": name}
        if kind == "function":
            return Function(self, number, self._generation, name)
        if kind == "class":
            name = name if name.isidentifier() else "StudentClass"
            exception, bases = more
            parents = tuple(self._stand_in(base) for base in bases[:MAX_BASES])
            if exception is not None:
                return make_class(type, name, (*parents, safe_exception(exception)), own)
            return make_class(StandInType, name, (*parents, Instance), own)
        instance = object.__new__(self._stand_in(more))
        object.__setattr__(instance, "_handle", number)
        return instance

    def _exception(self, tree: object) -> Exception:
        if type(tree) is not dict or type(tree.get("base")) is not str:
            raise plain.NotPlainError("not an exception")
        kind = safe_exception(tree["base"])
        if tree.get("class") is not None:
            own = self._stand_in(tree["class"])
            kind = own if isinstance(own, type) and issubclass(own, Exception) else kind
        try:
            error = kind(str(tree.get("text"))[:500])
        except TypeError:  # UnicodeDecodeError and its like want more than a text
            error = RuntimeError(str(tree.get("text"))[:500])
        where = tree.get("where")
        if type(where) is list and len(where) == 2 and all(type(text) is str for text in where):
            error.student_where = where[0][:300], where[1][:80]  # type: ignore[attr-defined]
        error.student_name = str(tree.get("name"))[:80]  # type: ignore[attr-defined]
        return error
