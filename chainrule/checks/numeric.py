"""How numbers and arrays of numbers differ: in value, shape, container or precision, in this order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks.accept import Accept, Difference
from chainrule.checks.shown import a_kind, show

SINGLE_PRECISION = 1e-4
"""Relative error that float32 arithmetic may leave behind in a right answer."""

ROUNDED = 0.005
"""How far a number may be off that was rounded to two digits or three, in parts of it."""
AS_PER_CENT = (
    "What came is about 100 times what was expected. Is it in per cent, where a share from 0 to 1 is wanted, or what "
    "else is 100 here?"
)
AS_SHARE = (
    "What came is about a hundredth of what was expected. Is it a share from 0 to 1, where per cent are wanted, or "
    "what else is 100 here?"
)

ZERO = "It is 0"
"""How what is said of zeros begins: little, for many things give them."""


def is_numeric(value: object) -> bool:
    """Is the value a number, or an array of numbers or truth values?"""
    return isinstance(value, (bool, int, float, complex, np.number, np.bool_)) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "biufc"
    )


def numeric_difference(got: object, expected: NDArray[Any], accept: Accept, name: str) -> Difference | None:
    """Say how `got` differs from an array of numbers, or from one number as an array of shape ()."""
    array = as_numbers(got)
    if array is None:
        return Difference("type", f"{name} is {a_kind(got)}; {a_kind(expected[()])} was expected.")
    if array.shape != expected.shape:
        return _shape_difference(array, expected, accept, name)
    wrong = _wrong_entries(array, expected, accept)
    if wrong.any():
        if array.dtype in (np.float32, np.float16) and expected.dtype.kind == "f":
            loose = Accept(SINGLE_PRECISION, SINGLE_PRECISION)
            if not _wrong_entries(array, expected, loose).any():
                if accept.types == "any":
                    return None
                text = f"{name} is right to the precision of {array.dtype}; compute in float64."
                return Difference("type", text)
        return Difference(
            "value", lambda: _how_numbers_differ(array, expected, wrong, name), lambda: _pattern(array, expected)
        )
    return _container_difference(got, expected, accept, name)


def _container_difference(got: object, expected: NDArray[Any], accept: Accept, name: str) -> Difference | None:
    """The values agree: is the container one that is accepted?"""
    if accept.types == "any":
        return None
    if isinstance(got, np.ndarray) and type(got) is not np.ndarray:
        claimed = getattr(got, "claimed", type(got).__name__)
        text = f"{name} has the right values, but came as {claimed}, where * and indexing mean something else."
        return Difference("type", text + " A plain array was expected: np.array or np.asarray makes one.")
    if (expected.dtype.kind == "b") != (np.asarray(got).dtype.kind == "b"):
        return Difference("type", f"{name} is {a_kind(got)}; {a_kind(expected[()])} was expected.")
    if expected.ndim and not isinstance(got, np.ndarray):
        text = f"{name} has the right values, but is {a_kind(got)}; an array was expected."
        return Difference("type", text)
    return None


def _shape_difference(array: NDArray[Any], expected: NDArray[Any], accept: Accept, name: str) -> Difference | None:
    same_size = array.size == expected.size
    if same_size and not _wrong_entries(array.ravel(), expected.ravel(), accept).any():
        if accept.shape == "any":
            return None
        text = f"{name} has the right values, but in the shape {array.shape}; {expected.shape} was expected."
        return Difference("shape", text)
    if array.T.shape == expected.shape and not _wrong_entries(array.T, expected, accept).any():
        text = f"{name} is transposed: its shape is {array.shape}; {expected.shape} was expected."
        return Difference("shape", text)
    return Difference("shape", f"{name} has the shape {array.shape}; {expected.shape} was expected.")


def as_numbers(value: object) -> NDArray[Any] | None:
    """The value as an array of numbers, or None where it isn't numeric (ragged lists, text, None)."""
    if not isinstance(value, (bool, int, float, complex, list, tuple, np.ndarray, np.generic)):
        return None
    if _holds_itself(value):
        return None
    try:
        array = np.asarray(value).view(np.ndarray) if isinstance(value, np.ndarray) else np.asarray(value)
        if array.dtype.kind == "O" and all(is_numeric(x) for x in array.flat):
            array = array.astype(float)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None


def _holds_itself(value: object, above: tuple[int, ...] = ()) -> bool:
    """Does a list hold itself, anywhere below? NumPy would look for the end of it until the memory is full."""
    if not isinstance(value, (list, tuple)):
        return False
    return id(value) in above or any(_holds_itself(each, (*above, id(value))) for each in value)


def _wrong_entries(array: NDArray[Any], expected: NDArray[Any], accept: Accept) -> NDArray[np.bool_]:
    with np.errstate(all="ignore"):
        if array.dtype.kind == expected.dtype.kind == "f":  # most results; isclose takes ten times as long
            gap = np.abs(array - expected)
            close = (gap <= accept.atol + accept.rtol * np.abs(expected)) & (gap < np.inf)
            if close.all():
                return np.asarray(~close)
        close = np.isclose(array, expected, rtol=accept.rtol, atol=accept.atol, equal_nan=True)
    return np.asarray(~close)


def _how_numbers_differ(array: NDArray[Any], expected: NDArray[Any], wrong: NDArray[np.bool_], name: str) -> str:
    """One sentence on where the numbers differ."""
    if not expected.ndim:
        return f"{name} is {show(array[()])}; {show(expected[()])} was expected."
    at = tuple(int(i) for i in np.argwhere(wrong)[0])
    index = ", ".join(map(str, at))
    many = f" in {int(wrong.sum())} of {wrong.size} numbers" if wrong.size > 1 else ""
    found = f"at [{index}] stands {show(array[at])} where {show(expected[at])} was expected."
    return f"{name} differs{many}: {found}"


def _pattern(array: NDArray[Any], expected: NDArray[Any]) -> str:
    """One pattern that explains all entries, if there is one: not finite, opposite sign, one constant factor."""
    if not np.isfinite(array).all() and np.isfinite(expected).all():
        return "It holds nan or inf: has something overflowed, or been divided by 0?"
    if array.dtype.kind != "b" and np.any(expected) and not np.any(array):
        where = "all over" if array.size > 1 else "here"
        lost = "is what was computed stored, or lost (under another name, or cut to a whole number)"
        if expected.dtype.kind == "i":
            return f"{ZERO} {where}: is nothing counted or found, or does a loop end at once?"
        return f"{ZERO} {where}: {lost}, or is one thing taken from the very same?"
    if array.dtype.kind not in "iuf" or expected.dtype.kind not in "iuf" or not np.any(expected):
        return ""
    with np.errstate(all="ignore"):
        ratio = array.astype(float)[expected != 0] / expected[expected != 0]
    if not np.isfinite(ratio).all() or np.any(array[expected == 0]):
        return ""
    if np.allclose(ratio, -1, rtol=1e-6):
        return "The size is right, the sign is not: is a minus left out, or a difference taken the other way round?"
    if said := per_cent(array, expected):
        return said
    if ratio.size > 1 and np.allclose(ratio, ratio.flat[0], rtol=1e-6):
        return f"Every entry is {show(float(ratio.flat[0]))} times what was expected: what has this number here?"
    return ""


def per_cent(array: NDArray[Any], expected: NDArray[Any]) -> str:
    """Say so where shares of 1 came as per cent, or the other way round; predictions are rounded."""
    if not np.any(expected) or array.dtype.kind not in "iuf" or expected.dtype.kind not in "iuf":
        return ""
    for larger, smaller, said in ((array, expected, AS_PER_CENT), (expected, array, AS_SHARE)):
        is_share = np.all((smaller >= 0) & (smaller <= 1)) and np.any(smaller % 1)
        if is_share and np.allclose(larger, 100 * smaller, rtol=ROUNDED, atol=0):
            return said
    return ""
