"""Is a wrong part what belongs in another place, or a sum, a mean or an entry of what was wanted?

Each sentence is true of the two values: what it says is worked out from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.numeric import as_numbers

REDUCED: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "largest entry": np.max}
MAX_PLACES = 200
MAX_SIZE = 100_000
"""Of arrays that are looked through."""
PLAIN = (0.25, 0.5)
"""Numbers that many things give, beside the whole ones."""

Places = dict[str, Any]


def of(got: object, expected: object, accept: Accept, names: Sequence[str] = ()) -> str:
    """What can be said of the first wrong part of several; `names` are those of the parts of a tuple."""
    wanted = dict(_places(expected, names))
    if not 1 < len(wanted) <= MAX_PLACES:
        return ""
    alone = next((place for place, value in wanted.items() if _is_telling(value) and _same(got, value, accept)), "")
    if alone:
        said = f"What came is {alone} alone, where {len(wanted)} are wanted. What of the rest?"
        return f"{said} Does `return` stand inside a loop, or give one of them only?"
    came = dict(_places(got, names))
    if came.keys() != wanted.keys():
        return ""
    wrong = next((place for place in wanted if difference(came[place], wanted[place], accept)), None)
    if wrong is None or not _is_telling(came[wrong]):
        return ""
    others = [p for p in wanted if p != wrong and _same(came[wrong], wanted[p], accept)]
    if others:
        return f"What stands in {wrong} belongs in {others[0]}. What should be different between the two?"
    return _without_factor(wrong, came, wanted, accept) if isinstance(expected, Mapping) else ""


def _without_factor(wrong: str, came: Places, wanted: Places, accept: Accept) -> str:
    """Say so where a number would be right if it were multiplied by another entry."""
    for place, value in wanted.items():
        one_by_one = _is_telling(value) and np.ndim(value) == np.ndim(came[wrong]) == 0  # a ragged list has no ndim
        if place != wrong and one_by_one and _same(came[wrong] * value, wanted[wrong], accept):
            said = f"What stands in {wrong} would be right if it were multiplied by what belongs in {place}."
            return f"{said} What arrives there, and does your line use it?"
    return ""


def _places(value: object, names: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """The parts of a value that hold numbers, each with its place as it is spoken of."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield f"{key!r}", part
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value):
            name = f"`{names[i]}`" if len(names) == len(value) else f"entry {i}"
            if isinstance(part, (list, tuple)) and len(names) == len(value):
                yield from ((f"`{names[i]}[{j}]`", each) for j, each in enumerate(part))
            else:
                yield name, part


def _same(got: object, expected: object, accept: Accept) -> bool:
    return as_numbers(got) is not None and difference(got, expected, accept) is None


def _is_telling(value: object) -> bool:
    """Are these numbers that nothing else would give by chance?"""
    numbers = as_numbers(value)
    if numbers is None or not 0 < numbers.size <= MAX_SIZE or numbers.dtype.kind not in "iuf":
        return False
    if not np.isfinite(numbers).all():
        return False
    if numbers.ndim and numbers.size > 1:
        return bool(np.ptp(numbers))
    number = abs(float(numbers.ravel()[0]))
    return not number.is_integer() and number not in PLAIN


def is_the_same(got: object, before: object) -> bool:
    """Is this to the last digit what came before, and nothing that comes by chance?"""
    return _is_telling(got) and _same(got, before, Accept(0, 0))


def reduced(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    """What can be said of another shape: that one is a sum, a mean, the largest or a part of the other."""
    if max(got.size, expected.size) > MAX_SIZE or not got.size or not expected.size:
        return ""
    if expected.ndim == 2 and got.ndim == 1 and _is_telling(got) and _same(got, np.diagonal(expected), accept):
        return "What came is the diagonal of what was expected. What stands in the places beside it?"
    if got.size > expected.size and _is_telling(got) and (how := _how(got, expected, accept)):
        return f"The {how} of what came is what was expected. Is it left out?"
    if got.size < expected.size and _is_telling(expected) and (how := _how(expected, got, accept)):
        asks = "Is a largest entry taken" if how.startswith("largest") else "Is there a sum too many, a `np.max`"
        return f"What came is the {how} of what was expected. {asks}, or is `@` there where `*` is meant?"
    if got.size < expected.size and got.ndim == expected.ndim - 1 and _is_telling(got):
        for i in range(len(expected)):
            if _same(got, expected[i], accept):
                return f"What came is entry {i} of what was expected, counted from 0. What of the others?"
    return ""


def as_much(got: NDArray[Any], expected: NDArray[Any]) -> str:
    """What can be said of a vector of another length with the same sum."""
    if not got.ndim == expected.ndim == 1 or "b" in got.dtype.kind + expected.dtype.kind or not np.sum(expected):
        return ""
    if not np.isclose(np.sum(got), np.sum(expected), rtol=1e-9, atol=0):
        return ""
    said = f"The sum of all is right, but {got.size} entries came in the place of {expected.size}."
    less = got.size < expected.size
    return f"{said} What {'is added up that should stay apart' if less else 'stays apart that should be added up'}?"


def _how(larger: NDArray[Any], smaller: NDArray[Any], accept: Accept) -> str:
    """By what the one becomes the other: "sum along axis 0"; empty where by nothing."""
    if not np.any(smaller):
        return ""
    axes: list[int | None] = [None, *range(larger.ndim)] if larger.ndim > 1 else [None]
    for axis in axes:
        along = "" if axis is None else f" along axis {axis}"
        found = [name for name, function in REDUCED.items() if _gives(function, larger, axis, smaller, accept)]
        if found:
            return f"{' (and the '.join(found)}{')' * (len(found) - 1)}{along}"
    return ""


def _gives(
    function: Callable[..., Any], larger: NDArray[Any], axis: int | None, smaller: NDArray[Any], accept: Accept
) -> bool:
    made = (np.asarray(function(larger, axis=axis, keepdims=keepdims)) for keepdims in (False, True))
    return any(each.shape == smaller.shape and difference(each[()], smaller[()], accept) is None for each in made)
