"""One call of `check`, as data: what is asked, of which answer, with which arguments.

The same question is put to several namespaces: the student's, the reference solution's, and that of
each misconception. This module only puts it; others judge what comes back.
"""

from __future__ import annotations

import copy
import time
import types
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.checks import again
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.recognise import Failure, Result, explains
from chainrule.checks.shown import a_kind, show
from chainrule.checks.where import Where, where_raised


class MissingAnswerError(NameError):
    """The namespace that was asked has no such answer."""


class Code:
    """A namespace read by attribute: `code.forward`. What `check(lambda code: ...)` is given."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_names", names)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise MissingAnswerError(f"name {name!r} is not defined", name=name) from None


@dataclass(frozen=True)
class Given:
    """An argument that is itself a function or class of the notebook: each side uses its own."""

    name: str
    value: Any = field(default=None, compare=False, repr=False)
    """The asking side's own, for sides that don't have one (a test may define a function of its own)."""


IMMUTABLE = frozenset([bool, int, float, complex, str, type(None), np.float64, Given])
CHANGEABLE = (np.ndarray, list, dict)


@dataclass(frozen=True)
class Answered:
    """What a namespace made of a question: a value, or the exception that was raised instead."""

    value: Any = None
    raised: Exception | None = None
    changed: tuple[str, ...] = ()
    """Arguments that the call changed in place, in words."""
    warned: tuple[str, ...] = ()
    seconds: float = 0.0
    """How long it took."""
    asked_by: types.CodeType | None = None
    """The code of a check of the kind "code", which is not the student's."""

    @cached_property
    def where(self) -> Where | None:
        """The student's line that led to the exception."""
        return where_raised(self.raised, self.asked_by) if self.raised else None

    @cached_property
    def result(self) -> Result:
        """The same as data."""
        if self.raised is None:
            return Result(self.value, None, self.changed, self.warned)
        operation, inside = (self.where.operation, self.where.inside) if self.where else ("", "")
        said = " ".join(str(self.raised).split())[:300]
        return Result(failure=Failure(self.error_name or "", said, operation, inside))

    @property
    def error_name(self) -> str | None:
        """The nearest built-in class of the exception, by name; None where a value came back."""
        if self.raised is None:
            return None
        return next(c.__name__ for c in type(self.raised).__mro__ if c.__module__ == "builtins")


@dataclass(frozen=True)
class Question:
    """`check(target, *args, **kwargs)` with the target found by name."""

    name: str
    kind: str
    """"call" a function, "value" of a name, the same made "again", or "code": run `target` on a namespace."""
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    accept: Accept = field(default_factory=Accept)
    target: Callable[[Code], Any] | None = None
    written: str | None = None
    """The name that stands in the call: another than `name` where one function has two names."""

    @property
    def names(self) -> tuple[str, ...]:
        """The answers that are asked, as far as they can be told from the question."""
        return tuple(self.name.split(", ")) if self.kind == "code" else (self.name,)

    @property
    def given(self) -> tuple[str, ...]:
        """The functions and classes of the notebook among the arguments, by name."""
        return tuple(value.name for value in (*self.args, *self.kwargs.values()) if isinstance(value, Given))

    def among(self, answers: Collection[str]) -> Question:
        """The question under the name that is written in the call, where that is an answer's."""
        return replace(self, name=self.written) if self.written in answers else self  # type: ignore[arg-type]

    def put_to(self, names: Mapping[str, Any]) -> Answered:
        """Ask a namespace. Arguments are copies; warnings are caught; exceptions are part of the answer.

        Raises MissingAnswerError where the namespace lacks the answer itself. Only Exceptions are caught:
        KeyboardInterrupt and the like pass through.
        """
        if self.kind != "code" and self.name not in names:
            raise MissingAnswerError(f"name {self.name!r} is not defined", name=self.name)
        started = time.monotonic()
        args, kwargs = self._given(_copy(list(self.args)), names), self._given(_copy(dict(self.kwargs)), names)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if self.kind == "value":
                    value = names[self.name]
                elif self.kind == "again":
                    value = names[again.name_of(self.name)](**kwargs)
                elif self.kind == "code":
                    assert self.target is not None
                    value = self.target(Code(names))
                else:
                    value = names[self.name](*args, **kwargs)
            except MissingAnswerError:
                raise
            except Exception as error:
                return Answered(raised=error, warned=_texts(caught), asked_by=getattr(self.target, "__code__", None))
        seconds = time.monotonic() - started
        return Answered(value, changed=self._changed(args, kwargs), warned=_texts(caught), seconds=seconds)

    @staticmethod
    def _given(arguments: Any, names: Mapping[str, Any]) -> Any:
        items = arguments.items() if isinstance(arguments, dict) else enumerate(arguments)
        for key, value in list(items):
            if isinstance(value, Given):
                arguments[key] = names.get(value.name, value.value)
        return arguments

    def _changed(self, args: list[Any], kwargs: dict[str, Any]) -> tuple[str, ...]:
        if not any(isinstance(value, CHANGEABLE) for value in (*args, *kwargs.values())):
            return ()
        before = {**{f"argument {i + 1}": x for i, x in enumerate(self.args)}, **self.kwargs}
        after = {**{f"argument {i + 1}": x for i, x in enumerate(args)}, **kwargs}
        exact = Accept(rtol=0, atol=0)
        return tuple(
            key
            for key, value in before.items()
            if isinstance(value, CHANGEABLE)
            and not _is_the_same(after[key], value)
            and difference(after[key], value, exact)
        )

    def explained(self, got: Result, known: Result) -> bool:
        """Is a wrong result the one that a mistake gives, and by more than chance?"""
        return explains(got, known, self.accept, chosen=self.kind == "value")

    def call_text(self) -> str:
        """The question as it would be typed: `sigmoid(array([0., 1.]))`."""
        if self.kind == "again":
            return f"{self.name} with {', '.join(f'{name} = {_brief(value)}' for name, value in self.kwargs.items())}"
        if self.kind != "call":
            return self.name
        shown = [a.name if isinstance(a, Given) else show(a, 80) for a in self.args]
        shown += [f"{k}={v.name if isinstance(v, Given) else show(v, 80)}" for k, v in self.kwargs.items()]
        text = f"{self.name}({', '.join(shown)})"
        if len(text) <= 240 and "\n" not in text:
            return text
        brief = [*map(_brief, self.args), *(f"{k}={_brief(v)}" for k, v in self.kwargs.items())]
        return f"{self.name}({', '.join(brief)})"


def _copy(arguments: Any) -> Any:
    """A deep copy of a list or dict of arguments; of numbers, texts and arrays of numbers without ado."""
    items = list(arguments.items() if isinstance(arguments, dict) else enumerate(arguments))
    others = {key: value for key, value in items if type(value) not in IMMUTABLE}
    if all(map(_is_numbers, others.values())) and len({id(value) for value in others.values()}) == len(others):
        for key, value in others.items():
            arguments[key] = value.copy(order="K")
        return arguments
    return copy.deepcopy(arguments)


def _is_numbers(value: Any) -> bool:
    return type(value) is np.ndarray and value.dtype.kind in "biuf"


def _is_the_same(left: Any, before: Any) -> bool:
    """Is an argument to the last bit what it was? Only seen of arrays of numbers; of others it may be so, too."""
    if not (_is_numbers(left) and _is_numbers(before)) or (left.dtype, left.shape) != (before.dtype, before.shape):
        return False
    return bool(left.tobytes() == before.tobytes())


def _brief(value: Any) -> str:
    if isinstance(value, Given):
        return value.name
    text = show(value, 60)
    return a_kind(value) if "\n" in text or len(text) == 60 else text


def _texts(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught))
