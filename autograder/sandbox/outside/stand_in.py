"""Stand-ins: what a test cell gets in place of the answers.

Calling one sends plain data into the sandbox where the student's code runs, and plain data comes back.
A function, class or instance of the student's stays there, behind a handle; what stands here is one of
our own types, so that no method of the student's ever runs in the grader.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from autograder.sandbox.outside import about
from chainrule.checks import library

ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod"
BINARY = [f"__{side}{name}__" for side in ("", "r", "i") for name in ARITHMETIC.split()]
COMPARISONS = [f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge")]
OTHER_METHODS = (
    "len iter next getitem setitem delitem contains neg pos abs invert int float bool str repr hash "
    "enter exit reversed round index complex"
)
OTHERS = [f"__{name}__" for name in OTHER_METHODS.split()]

DECIDING = {*BINARY, "__contains__"}
"""What would let an answer say how it compares with the test's own values."""


def operation(name: str) -> str:
    """Of a method's name, whichever side it is on: that of `__add__`, `__radd__` and `__iadd__` is "add"."""
    plain = name.strip("_")
    return plain if plain in ARITHMETIC.split() or plain == "contains" else plain[1:]


UNSAFE = (StopIteration, StopAsyncIteration)
"""Exceptions that mean something to the code around a call; an answer may not raise them through it."""


GENERATORS = {
    "generator": types.GeneratorType,
    "coroutine": types.CoroutineType,
    "async_generator": types.AsyncGeneratorType,
}
"""What stand-ins of such a class say that they are."""


class Hung(Exception):
    """The student's code took too long, or ended its process, and was stopped."""


class Doer(Protocol):
    """Carries out what is done to a stand-in, where the student's code is."""

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle. Raises Hung, or what the student's code raises."""

    def calculates(self, kind: str, what: str, other: object) -> bool:
        """Is a class of this name one with which the course calculates so (`__add__`), with such another value?"""


OF_FUNCTIONS = frozenset(["__doc__", "__defaults__", "__kwdefaults__", "__annotations__", "__code__", "__signature__"])
"""What a function says of itself, all of it asked for at once."""


class Function:
    """Stands in for a function (or anything else that is called) of the student's."""

    claimed = "function"
    __class__ = property(lambda self: types.FunctionType)

    def __init__(self, answers: Doer, handle: int, generation: int, name: str) -> None:
        self._answers, self._handle, self._generation = answers, handle, generation
        self._about: dict[str, Any] | None = None
        self.__name__ = self.__qualname__ = name
        self.__module__ = "__main__"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __getattribute__(self, name: str) -> Any:
        if name not in OF_FUNCTIONS:
            return object.__getattribute__(self, name)
        if self._about is None:
            self._about = about.attributes(self._answers.do("about", self._handle, self._generation, (), {}))
        if self._about.get(name) is None and name in ("__code__", "__signature__"):
            raise AttributeError(name)
        return self._about.get(name)

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

    def _do(cls, what: str, *args: Any, **kwargs: Any) -> Any:
        return cls._answers.do(what, cls._handle, cls._generation, args, kwargs)

    def __getattr__(cls, name: str) -> Any:
        if name == "__dataclass_fields__" and (fields := about.dataclass_fields(cls._do("fields"))) is not None:
            cls.__dataclass_fields__ = fields
            return fields
        if name == "__signature__" and (signature := about.attributes(cls._do("about")).get(name)) is not None:
            return signature
        if name.startswith("__"):
            raise AttributeError(name)
        return cls._do("getattr", name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith("__") or "_handle" not in vars(cls):  # the second: a class that the test itself defines
            type.__setattr__(cls, name, value)
        else:
            cls._do("setattr", name, value)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an instance where the class is, and its stand-in here."""
        made = cls._do("call", *args, **kwargs)
        if isinstance(made, (Instance, Raised)) and type(made) is not cls and issubclass(cls, type(made)):
            made = bare(cls, made._handle)  # a subclass that the test itself defines
        return made

    @property
    def __bases__(cls) -> tuple[type, ...]:  # type: ignore[override]
        found = cls._do("bases") if "_handle" in vars(cls) else type.__dict__["__bases__"].__get__(cls)
        return found if type(found) is tuple else ()

    @property
    def __annotations__(cls) -> dict[str, Any]:  # type: ignore[override]
        found = cls._do("getattr", "__annotations__")
        return found if type(found) is dict else {}

    def __dir__(cls) -> list[str]:
        return _names(cls._do("dir"))

    def __iter__(cls) -> Any:
        return cls._do("__iter__")

    def __len__(cls) -> Any:
        return cls._do("__len__")

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return cls._do("__getitem__", key)


def _names(found: object) -> list[str]:
    return [name for name in found if type(name) is str] if type(found) is list else []


class Instance(metaclass=StandInType):
    """Stands in for an instance of a student's class; its class is a type made by StandInType."""

    _answers: Doer
    _handle: int
    _generation: int
    claimed: str
    __dict__ = property(lambda self: self._answers.do("vars", self._handle, self._generation, (), {}))

    def __getattr__(self, name: str) -> Any:
        if name == "__dataclass_fields__":
            return type(self).__dataclass_fields__
        if name.startswith("__"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._answers.do("setattr", self._handle, self._generation, (name, value), {})

    def __delattr__(self, name: str) -> None:
        self._answers.do("delattr", self._handle, self._generation, (name,), {})

    def __dir__(self) -> list[str]:
        return _names(self._answers.do("dir", self._handle, self._generation, (), {}))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __deepcopy__(self, _: dict[int, Any]) -> Instance:
        return self


class Raised(metaclass=StandInType):
    """What an exception of a student's own class has besides the built-in class that it stands on."""

    _answers: Doer
    _handle: int
    _generation: int
    claimed: str

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __str__(self) -> str:
        told = vars(self).get("text")
        return told if type(told) is str else str(self._answers.do("__str__", self._handle, self._generation, (), {}))


def bare(kind: Any, handle: int) -> Any:
    """An instance of a stand-in class, made without asking the student's code."""
    made = kind.__new__(kind)
    object.__setattr__(made, "_handle", handle)
    return made


def _forward(name: str) -> Callable[..., Any]:
    def method(self: Instance, *args: Any) -> Any:
        # or `abs(answer - 3) < 1e-9` and `3 in answer` would be for the answer to decide
        if name in DECIDING and not self._answers.calculates(type(self).claimed, name, args[0]):
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


def by_value(value: Any) -> Any:
    """A value of a student's, with the plain value of each instance in it that has one: of a subclass of dict, say."""
    if isinstance(value, Instance):
        plain = value._answers.do("plain", value._handle, value._generation, (), {})
        return plain if isinstance(plain, Instance) else by_value(plain)
    if type(value) is dict:
        return {key: by_value(x) for key, x in value.items()}
    return type(value)(map(by_value, value)) if type(value) in (list, tuple) else value


def make_class(kind: type, name: str, bases: tuple[type, ...], own: dict[str, Any]) -> type:
    """A stand-in class below its parents' stand-ins, or below the last of them where they don't fit together."""
    bases = tuple(dict.fromkeys(bases))
    try:
        return kind(name, bases, own)
    except TypeError:
        return kind(name, bases[-1:], own)


def handle_of(value: object) -> int | None:
    """The handle behind a stand-in; None for anything else."""
    if value is not Instance and value is not Raised and isinstance(value, (Function, Instance, Raised, StandInType)):
        return value._handle
    return None


def safe_exception(name: object) -> type[Exception]:
    """An Exception of Python's by name; RuntimeError for those that an answer must not raise in the grader."""
    kind = library.ERRORS.get(name) or getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UNSAFE):
        return kind
    return RuntimeError
