"""Which kind of slip gives just this wrong result: kept as one number for each slip that was tried on the solution.

Such a number stands for a whole result of the shape that the right one has. That two different results should have the
same to nine digits is as good as impossible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks.numeric import as_numbers

DIGITS = 10
CLOSE = 1e-8
SEPARATOR = " | "
MAX_KINDS = 3
"""Of so many kinds a student is asked which it is; of more, only if there's nothing else to say."""

Slips = Mapping[str, list[float]]
"""For each kind of slip, what results of it give. The kind is in words: where it is, what is asked, and words of which
one at least stands in code with this slip (none where any code may have it), with ` | ` between."""


class _UnlikeError(Exception):
    pass


def number_of(value: object, like: object) -> float | None:
    """The number that stands for a result; None where it isn't made of numbers as the right one is (`like`)."""
    try:
        numbers = np.concatenate([part.ravel() for part in _parts(value, like)] or [np.zeros(0)])
    except _UnlikeError:
        return None
    if not np.isfinite(numbers).all() or not np.any(numbers):
        return None
    return float(f"{float(np.cos(np.arange(numbers.size) + 0.5) @ numbers):.{DIGITS}g}")


def _parts(value: object, like: object) -> Iterator[NDArray[np.float64]]:
    wanted = as_numbers(like)
    if isinstance(like, Mapping):
        if not isinstance(value, Mapping) or not like.keys() <= value.keys():
            raise _UnlikeError
        for key in sorted(like, key=str):
            yield from _parts(value[key], like[key])
    elif wanted is not None:
        numbers = as_numbers(value)
        if numbers is None or numbers.dtype.kind not in "biuf" or numbers.shape != wanted.shape:
            raise _UnlikeError
        yield numbers.astype(float)
    elif isinstance(like, (list, tuple)):
        if not isinstance(value, (list, tuple)) or len(value) != len(like):
            raise _UnlikeError
        for a, b in zip(value, like, strict=True):
            yield from _parts(a, b)
    elif type(value) is not type(like):
        raise _UnlikeError


def possible(slips: Slips, words: Collection[str]) -> Slips:
    """The kinds that a student's code, which holds these `words`, can have."""
    needed = {said: said.split(SEPARATOR)[2:] for said in slips}
    return {
        said: numbers
        for said, numbers in slips.items()
        if not any(needed[said]) or any(word in words for word in needed[said][0].split())
    }


def advice(value: object, right: Any, slips: Slips) -> str:
    """What to say of a wrong result that a slip gives; empty where none does, or too many kinds do."""
    found = _kinds(value, right, slips)
    if not 0 < len(found) <= MAX_KINDS:
        return ""
    where, asks = zip(*(said.split(SEPARATOR)[:2] for said in found), strict=True)
    asked = asks[0] if len(found) == 1 else "Is one of these in your code?"
    return f"Just this comes out where {', or where '.join(where)}. {asked}"


def among_others(value: object, right: Any, slips: Slips) -> str:
    """What to say where many kinds give this, and there's nothing else to say: the likelier ones."""
    found = _kinds(value, right, slips)
    if not found:
        return ""
    where = [said.split(SEPARATOR)[0] for said in found[:MAX_KINDS]]
    return f"Just this comes out where {', or where '.join(where)}, among others. Is one of these in your code?"


def _kinds(value: object, right: Any, slips: Slips) -> list[str]:
    number = number_of(value, right) if slips and not _is_judged(right) else None
    if number is None or _among(number, [number_of(right, right) or 0.0]):
        return []  # of right numbers in a wrong container there's something else to say
    return [said for said, numbers in slips.items() if _among(number, numbers)]


def _is_judged(right: object) -> bool:
    """Is there a truth value in a result by name? Then a function of the course has looked at it: all else is lost."""
    return isinstance(right, Mapping) and any(isinstance(each, (bool, np.bool_)) for each in right.values())


def _among(number: float, numbers: Iterable[float]) -> bool:
    return any(abs(number - each) <= CLOSE * abs(each) for each in numbers)
