"""Stand-ins: what a test cell gets in place of the answers.

Calling one sends plain data into the sandbox where the student's code runs, and plain data comes back.
A function, class or instance of the student's stays there, behind a handle; what stands here is one of
our own types, so that no method of the student's ever runs in the grader.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.sandbox import wire
from autograder.sandbox.session import Session
from chainrule import plain

ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
COMPARISONS = "eq ne lt le gt ge"
OTHER_METHODS = (
    "len iter next getitem setitem delitem contains neg pos abs int float bool str repr "
    "enter exit reversed round index complex"
)
BINARY = [f"__{side}{name}__" for side in ("", "r", "i") for name in ARITHMETIC.split()]
BINARY += [f"__{name}__" for name in COMPARISONS.split()]
OTHERS = [f"__{name}__" for name in OTHER_METHODS.split()]
DEFAULTS: dict[str, Callable[[Any], Any]] = {"__bool__": lambda _: True}

UNSAFE = (StopIteration, StopAsyncIteration)
"""Exceptions that mean something to the code around a call; an answer may not raise them through it."""


class Hung(Exception):
    """The student's code took too long, or ended its process, and was stopped."""


class Answers:
    """The student's side of a session: turns handles into stand-ins and carries out what is done to them."""

    def __init__(self, session: Session, names: dict[str, Any], max_calls: int, seconds: float) -> None:
        self._session = session
        self._names = names
        self._max_calls, self._seconds = max_calls, seconds
        self._place = 0
        self._bound: dict[str, Any] = {}
        self._known: dict[int, Any] = {}
        self._generation = 0
        self._callbacks: list[Callable[..., Any]] = []
        self._sent_random: int | None = None

    def bind(self, place: int) -> None:
        """Bind the answers as they are at a test cell's place into the namespace of the tests."""
        self._session.ensure()
        if self._generation != self._session.generation:
            self._generation, self._known, self._sent_random = self._session.generation, {}, None
        self._place, self._calls, self._callbacks = place, 0, []
        trees, body = self._session.bound.get(place, ({}, b""))
        bound = {}
        for name, tree in trees.items():
            try:
                bound[name] = self._decode(tree, body)
            except plain.NotPlainError:
                continue
        for name in self._bound:
            self._names.pop(name, None)
        self._bound = bound
        self._names.update(bound)

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
            if "error" in reply:
                raise self._exception(reply["error"])
            self._write_back(reply.get("changed"), body, args, kwargs)
            return self._decode(reply["value"], body)
        except wire.Broken as broken:
            why = "took too long" if broken.why == "time" else "ended the process that it ran in"
            raise Hung(why) from None
        except (plain.NotPlainError, KeyError):
            self._session.close()
            raise Hung("gave back what is no plain data") from None

    def _context(self, out: wire.Outgoing) -> dict[str, plain.Json]:
        """Where the call is made, and what the test has rebound, deleted or seeded since."""
        names, bound = self._names, self._bound
        rebound = {n: self._encode(names[n], out) for n, v in bound.items() if n in names and names[n] is not v}
        context: dict[str, plain.Json] = {"place": self._place, "rebound": rebound, "random": None}
        context["deleted"] = [n for n in bound if n not in names]
        state: tuple[Any, Any] = np.random.get_state(), random.getstate()
        mark = hash((state[0][1].tobytes(), state[0][2:], state[1]))
        if mark != self._sent_random:
            self._sent_random = mark
            context["random"] = self._encode(state, out)
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
                _overwrite(items[key], self._decode(tree, body))

    # values

    def _encode(self, value: object, out: wire.Outgoing) -> plain.Json:
        return plain.encode(value, out.put_array, self._pass)

    def _pass(self, value: object) -> plain.Json:
        handle = _handle_of(value)
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
        if kind == "class" and more is not None:
            return type(name if name.isidentifier() else "StudentError", (_safe_exception(more),), own)
        if kind == "class":
            return StandInType(name if name.isidentifier() else "StudentClass", (Instance,), own)
        if kind == "function":
            return Function(self, number, self._generation, name)
        instance = object.__new__(self._stand_in(more))
        object.__setattr__(instance, "_handle", number)
        return instance

    def _exception(self, tree: object) -> Exception:
        if type(tree) is not dict or type(tree.get("base")) is not str:
            raise plain.NotPlainError("not an exception")
        kind = _safe_exception(tree["base"])
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


class Function:
    """Stands in for a function (or anything else that is called) of the student's."""

    claimed = "function"

    def __init__(self, answers: Answers, handle: int, generation: int, name: str) -> None:
        self._answers, self._handle, self._generation = answers, handle, generation
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __deepcopy__(self, _: dict[int, Any]) -> Function:
        return self

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


class StandInType(type):
    """The type of stand-in classes: attributes of the class itself are the student's."""

    _answers: Answers
    _handle: int
    _generation: int

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls._answers.do("getattr", cls._handle, cls._generation, (name,), {})

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an instance where the class is, and its stand-in here."""
        made = cls._answers.do("call", cls._handle, cls._generation, args, kwargs)
        if isinstance(made, Instance) and type(made) is not cls and issubclass(cls, type(made)):
            handle, made = made._handle, object.__new__(cls)  # a subclass that the test itself defines
            object.__setattr__(made, "_handle", handle)
        return made


class Instance(metaclass=StandInType):
    """Stands in for an instance of a student's class; its class is a type made by StandInType."""

    _answers: Answers
    _handle: int
    _generation: int

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._answers.do("setattr", self._handle, self._generation, (name, value), {})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __deepcopy__(self, _: dict[int, Any]) -> Instance:
        return self

    def __hash__(self) -> int:
        return hash((self._handle, self._generation))


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Instance, *args: Any) -> Any:
        try:
            return self._answers.do(name, self._handle, self._generation, args, {})
        except AttributeError:
            if name in DEFAULTS:
                return DEFAULTS[name](self)
            if name in BINARY:
                return NotImplemented
            raise TypeError(f"{type(self).__name__} has no {name}") from None
        except RuntimeError as error:
            if name == "__next__" and getattr(error, "student_name", None) == "StopIteration":
                raise StopIteration from None  # the end of an iteration is no misuse of it
            raise

    return method


for _name in (*BINARY, *OTHERS):
    setattr(Instance, _name, _forward(_name))


def _handle_of(value: object) -> int | None:
    if isinstance(value, (Function, Instance, StandInType)) and value is not Instance:
        return value._handle
    return None


def _safe_exception(name: object) -> type[Exception]:
    """A built-in Exception by name; RuntimeError for those that an answer must not raise in the grader."""
    kind = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UNSAFE):
        return kind
    return RuntimeError


def _overwrite(old: Any, new: Any) -> None:
    """Make `old`, an argument of the test, hold what the answer left in it; keep its identity and its parts'."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        old[...] = new
    elif isinstance(old, list) and isinstance(new, list):
        for i, (a, b) in enumerate(zip(old, new, strict=False)):
            if isinstance(a, (np.ndarray, list, dict)) and type(a) is type(b):
                _overwrite(a, b)
            else:
                old[i] = b
        old[len(new) :] = new[len(old) :]
    elif (isinstance(old, dict) and isinstance(new, dict)) or (isinstance(old, set) and isinstance(new, set)):
        old.clear()
        old.update(new)
