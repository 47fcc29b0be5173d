"""What is seen of the solution while a cell of the course runs: with what it calculates, whether it gives nothing.

Where a test says `abs(answer - 3) < 1e-9`, an answer of a class of its own would decide the difference itself. So an
operator between an answer and a value of the test's is the answer's to say only where the solution's class was
asked the same in the same cell, as in `2 * Vector(1, 2)`. And where a test compares entry by entry, an empty answer
passes whatever was expected: it is right only where the solution gives something empty too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from autograder.sandbox.outside.empty import is_empty
from autograder.sandbox.outside.operators import DECIDING, operation


def have_operators(values: Iterable[object]) -> bool:
    """Is one of these a class of the notebook's that can be calculated with?"""
    classes = (value for value in values if isinstance(value, type) and value.__module__ == "__main__")
    return any(name in vars(kind) for kind in classes for name in DECIDING)


@contextmanager
def noted(file_name: str) -> Iterator[set[tuple[str, str]]]:
    """Note what the code of a cell, compiled under a name, calculates inside the block: class, operation.

    Noted is what meets a value of another class than the notebook's.
    """
    found: set[tuple[str, str]] = set()

    def look(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code.co_name not in DECIDING or code.co_argcount < 2:
            return
        if frame.f_back is None or frame.f_back.f_code.co_filename != file_name:
            return
        own, other = (type(frame.f_locals[name]) for name in code.co_varnames[:2])
        if own.__module__ == "__main__" != other.__module__:
            found.update((kind.__name__, operation(code.co_name)) for kind in own.__mro__)

    with _profiled(look):
        yield found


@contextmanager
def empties(file_name: str) -> Iterator[list[Any]]:
    """Collect the empty values that Python functions give to the code of a cell inside the block."""
    found: list[Any] = []

    def look(frame: FrameType, event: str, value: object) -> None:
        if event != "return" or not is_empty(value) or frame.f_back is None:
            return
        if frame.f_back.f_code.co_filename == file_name != frame.f_code.co_filename:
            found.append(value)

    with _profiled(look):
        yield found


@contextmanager
def _profiled(look: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)
