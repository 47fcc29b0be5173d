"""Stand-ins: what a test cell gets in place of the answers (in that of a function: `function.py`).

Calling one sends plain data into the sandbox where the student's code runs, and plain data comes back.
A function, class or instance of the student's stays there, behind a handle; what stands here is one of
our own types, so that no method of the student's ever runs in the grader.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from autograder.sandbox.outside import about
from autograder.sandbox.outside.doer import Doer
from autograder.sandbox.outside.function import Function
from autograder.sandbox.outside.operators import BINARY, COMPARISONS, DECIDING, OTHERS

GENERATORS = {
    "generator": types.GeneratorType,
    "coroutine": types.CoroutineType,
    "async_generator": types.AsyncGeneratorType,
}
"""What stand-ins of such a class say that they are."""


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
