"""Answers of the solution, lent to a student's later ones: called here, so that no solution enters their process.

What a process knows can be told to another one, by what the kernel remembers of it: a solution that had been
there could be heard of by somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograder.course.cells import SourceCell
from autograder.grading import trusted
from autograder.grading.names import bound_names
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.sandbox import wire
from autograder.sandbox.outside.callbacks import Lent
from chainrule.checks import plain


class CannotLendError(ValueError):
    """An answer is something that can't be used from another process: an instance of a class, say."""


def what_is_lent(
    reference: Reference, test: Test, answer: SourceCell, seconds: float
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """What an answer cell of the solution binds, at a test cell's place: values and functions; what it imports.

    A call of a function may take so many seconds. Raises CannotLendError.
    """
    names = reference.solution_at(test)
    values: dict[str, Any] = {}
    imports: dict[str, tuple[str, str]] = {}
    for name in bound_names(answer.source):
        value = names.get(name)
        module = getattr(value, "__module__", None)
        if isinstance(value, ModuleType):
            imports[name] = value.__name__, ""
        elif callable(value) and isinstance(module, str) and module != "__main__":
            imports[name] = module, getattr(value, "__qualname__", name)
        elif callable(value):  # a class too: its instances stay here, and their public methods are called here
            values[name] = Lent(_limited(value, seconds))
        else:
            _check_that_it_travels(value)
            values[name] = value
    return values, imports


def _limited(function: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        with trusted.quietly(), trusted.time_limit(seconds):
            return function(*args, **kwargs)

    return call


def _check_that_it_travels(value: object) -> None:
    def refuse(inner: object) -> plain.Json:
        if not callable(inner) or isinstance(inner, type):
            raise CannotLendError(f"a {type(inner).__name__} can't be lent")

    try:
        plain.encode(value, wire.Outgoing().put_array, refuse)
    except plain.NotPlainError as error:
        raise CannotLendError(str(error)) from error
