"""Stand-ins: what a test cell gets in place of the answers.

Calling one sends plain data into the sandbox where the student's code runs, and plain data comes back.
A function, class or instance of the student's stays there, behind a handle; what stands here is one of
our own types, so that no method of the student's ever runs in the grader.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from chainrule.checks import plain

ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod"
BINARY = [f"__{side}{name}__" for side in ("", "r", "i") for name in ARITHMETIC.split()]
COMPARISONS = [f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge")]
OTHER_METHODS = (
    "len iter next getitem setitem delitem contains neg pos abs invert int float bool str repr "
    "enter exit reversed round index complex"
)
OTHERS = [f"__{name}__" for name in OTHER_METHODS.split()]

DECIDING = {*BINARY, "__contains__"}
"""What would let an answer say how it compares with the test's own values."""

UNSAFE = (StopIteration, StopAsyncIteration)
"""Exceptions that mean something to the code around a call; an answer may not raise them through it."""


class Hung(Exception):
    """The student's code took too long, or ended its process, and was stopped."""


class Doer(Protocol):
    """Carries out what is done to a stand-in, where the student's code is."""

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle. Raises Hung, or what the student's code raises."""

    def calculates(self, kind: str, what: str) -> bool:
        """Is a class of this name one with which the course calculates so (`__add__`)?"""


class Function:
    """Stands in for a function (or anything else that is called) of the student's."""

    claimed = "function"

    def __init__(self, answers: Doer, handle: int, generation: int, name: str) -> None:
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

    _answers: Doer
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

    _answers: Doer
    _handle: int
    _generation: int
    claimed: str

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._answers.do("setattr", self._handle, self._generation, (name, value), {})

    def __delattr__(self, name: str) -> None:
        self._answers.do("delattr", self._handle, self._generation, (name,), {})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __deepcopy__(self, _: dict[int, Any]) -> Instance:
        return self

    def __hash__(self) -> int:
        return hash((self._handle, self._generation))


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Instance, *args: Any) -> Any:
        # or `abs(answer - 3) < 1e-9` and `3 in answer` would be for the answer to decide
        if name in DECIDING and not self._answers.calculates(type(self).claimed, name):
            if name in BINARY:
                return NotImplemented
            raise TypeError(f"argument of type {type(self).__name__!r} is not iterable")
        try:
            return self._answers.do(name, self._handle, self._generation, args, {})
        except RuntimeError as error:
            if name == "__next__" and getattr(error, "student_name", None) == "StopIteration":
                raise StopIteration from None  # the end of an iteration is no misuse of it
            raise

    return method


def _compare(name: str) -> Callable[..., Any]:
    forward = _forward(name)

    def method(self: Instance, other: Any) -> Any:
        # whether it equals the test's own value is not for the student's code to say
        return forward(self, other) if isinstance(other, Instance) else NotImplemented

    return method


for _name in (*BINARY, *OTHERS):
    setattr(Instance, _name, _forward(_name))
for _name in COMPARISONS:
    setattr(Instance, _name, _compare(_name))


def make_class(kind: type, name: str, bases: tuple[type, ...], own: dict[str, Any]) -> type:
    """A stand-in class below its parents' stand-ins, or below the last of them where they don't fit together."""
    bases = tuple(dict.fromkeys(bases))
    try:
        return kind(name, bases, own)
    except TypeError:
        return kind(name, bases[-1:], own)


def handle_of(value: object) -> int | None:
    """The handle behind a stand-in; None for anything else."""
    if isinstance(value, (Function, Instance, StandInType)) and value is not Instance:
        return value._handle
    return None


def safe_exception(name: object) -> type[Exception]:
    """A built-in Exception by name; RuntimeError for those that an answer must not raise in the grader."""
    kind = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UNSAFE):
        return kind
    return RuntimeError


def overwrite(old: Any, new: Any) -> None:
    """Make `old`, an argument of the test, hold what the answer left in it; keep its identity and its parts'."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and old.shape == new.shape:
        old[...] = new
    elif isinstance(old, list) and isinstance(new, list):
        for i, (a, b) in enumerate(zip(old, new, strict=False)):
            if not _kept(a, b):
                old[i] = b
        old[len(new) :] = new[len(old) :]
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for a, b in zip(old, new, strict=False):
            _kept(a, b)
    elif isinstance(old, dict) and isinstance(new, dict):
        merged = {key: old[key] if key in old and _kept(old[key], value) else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif isinstance(old, set) and isinstance(new, set):
        old.clear()
        old.update(new)
    elif isinstance(old, np.random.Generator) and isinstance(new, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state


def _kept(old: Any, new: Any) -> bool:
    """Overwrite a part in place where it can be; False where it has to be replaced."""
    if type(old) is not type(new) or not isinstance(old, plain.MUTABLE):
        return False
    if isinstance(old, np.ndarray) and (old.shape != new.shape or old.dtype != new.dtype):
        return False
    if isinstance(old, tuple) and len(old) != len(new):
        return False
    overwrite(old, new)
    return not isinstance(old, tuple) or all(
        a is b or isinstance(a, plain.MUTABLE) or a == b for a, b in zip(old, new, strict=True)
    )
