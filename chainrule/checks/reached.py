"""What the code of a notebook's functions and classes comes to, by name."""

from __future__ import annotations

import dis
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def names_reached(start: Iterable[str], names: Mapping[str, Any]) -> set[str]:
    """The names that some functions and classes of a notebook read, themselves or through others of the notebook."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        for code in _codes(names.get(waiting.pop())):
            new = set(code.co_names) - found
            found |= new
            waiting += new
    return found


def _codes(value: object) -> Iterator[types.CodeType]:
    """The code of a function or of a class's methods, with that of the functions inside."""
    if isinstance(value, types.FunctionType):
        yield from _with_inner(value.__code__)
    elif isinstance(value, type):
        for method in vars(value).values():
            yield from _codes(method)


def _with_inner(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _with_inner(inner)


def names_read(function: types.FunctionType) -> list[str]:
    """The notebook's names that a function reads itself, or one inside it: attributes are none."""
    steps = (step for code in _with_inner(function.__code__) for step in dis.get_instructions(code))
    return [step.argval for step in steps if step.opname == "LOAD_GLOBAL"]


def cells_of(answers: Iterable[str], names: Mapping[str, Any]) -> set[str]:
    """The cells, by the files that Python has for them, in which some functions and classes are defined."""
    return {code.co_filename for answer in answers for code in _codes(names.get(answer))}
