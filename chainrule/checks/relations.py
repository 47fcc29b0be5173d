"""How wrong numbers are related to the right ones: by their shape, by a plain function, or by where they are wrong.

Each sentence is true of the two arrays, whatever led to them.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import elsewhere, near
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.numeric import per_cent
from chainrule.checks.shown import listed, show

BELOW = (
    "A whole number below 0 came, and one above 0 is wanted. Is something counted here, and does a difference stand "
    "where each should count as one?"
)


def of(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    """What can be said of wrong numbers; empty where nothing is plain."""
    if got.shape != expected.shape:
        return _of_shapes(got, expected, accept)
    if (expected.dtype.kind == "b") != (got.dtype.kind == "b") and difference(got * 1, expected * 1, accept) is None:
        return "True and False stand where numbers are wanted, or the other way round: how does one become the other?"
    if got.dtype.kind == "b" != expected.dtype.kind:
        return "Truth values came, where numbers are wanted. Is something missing with which they should be multiplied?"
    if expected.dtype.kind == "b" != got.dtype.kind:
        return "Truth values are wanted, True or False, and numbers came. What is compared with what?"
    if difference(got, expected, accept) is None:
        return "What it holds is right, but it is a list. What makes an array of it: `np.array`?"
    if got.size == 0 or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return ""
    if said := near.of(got, expected) or per_cent(got, expected):
        return said
    if not expected.ndim and expected.dtype.kind == got.dtype.kind == "i" and -expected != got < 0 < expected:
        return BELOW
    if got.ndim and got.dtype.kind == "i" and expected.dtype.kind == "f" and np.any(expected % 1):
        said = "Whole numbers came, where numbers with a point are wanted."
        return f"{said} In which line was an array made that holds whole numbers only, and cuts off the rest?"
    if not expected.ndim or got.dtype.kind == "b":
        return _relation(got, expected, accept)
    return _relation(got, expected, accept) or _places(got, expected, accept)


def _of_shapes(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    if got.size == expected.size and difference(got.ravel(), expected.ravel(), accept) is None:
        return "The numbers are right, their shape isn't. Which operation changes it: `reshape`, `ravel`, `keepdims`?"
    if said := elsewhere.reduced(got, expected, accept) or elsewhere.as_much(got, expected):
        return said
    if expected.dtype.kind == "b" and expected.ndim == 1 and np.array_equal(got, np.flatnonzero(expected)):
        return "These are the places where it should be True. What is wanted is True or False for each place."
    if got.ndim > expected.ndim:
        what = "One number is wanted" if not expected.ndim else "One axis less is wanted"
        return f"{what}, and an array of shape {got.shape} came. Is a sum or a mean missing, or one entry to be taken?"
    if not got.ndim:
        said = f"One number came where an array of shape {expected.shape} is wanted."
        return f"{said} Which axis is gone: by a sum, by `@`, by taking one entry; or was a whole array written over?"
    if got.ndim < expected.ndim:
        said = f"An array of shape {got.shape} came where one of shape {expected.shape} is wanted."
        return f"{said} Which axis is gone, and what was summed or taken along it?"
    return _of_sizes(got.shape, expected.shape)


def _of_sizes(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What can be said of two shapes with as many axes."""
    if len(got) == 2 and got == expected[::-1]:
        return "Rows and columns are exchanged in the shape. Which of the two counts the samples, or the units?"
    times = {a / b for a, b in zip(got, expected, strict=True) if b}
    if len(got) == 2 and len(times) == 1 and (k := times.pop()) > 1 and k == int(k):
        said = f"Each size is {int(k)} times what it should be."
        return f"{said} Was everything paired with everything, as by `np.outer`, where a sum is wanted?"
    if len(got) > 1 and got[:-1] == expected[:-1] and abs(got[-1] - expected[-1]) == 1:
        more = "more" if got[-1] > expected[-1] else "less"
        said = f"Each row has one entry {more} than it should. Is it the bias, or the 1 that goes with it"
        return f"{said}; or did rows meet rows in a matrix product?" if got[0] == got[-1] else f"{said}?"
    if len(got) == 2 and got[0] == got[1] == expected[0]:
        return (
            f"It has a row and a column for each of {got[0]}. Did rows meet rows in a matrix product, where `*` goes "
            "entry by entry?"
        )
    if len(got) == 2 and got[1] == expected[0] and abs(got[0] - expected[1]) == 1:
        more = "more" if got[0] > expected[1] else "less"
        return f"Rows and columns are exchanged; and each row would have one entry {more} then. Is that the bias?"
    if got[1:] == expected[1:]:
        one = "a row" if len(got) > 1 else "an entry"
        return f"{got[0]} came where {expected[0]} {_are_many(expected[0])} wanted. " + (
            f"What does {one} stand for, and how many are there of it?"
        )
    if got[:-1] == expected[:-1]:
        said = f"{got[-1]} columns came where {expected[-1]} {_are_many(expected[-1])} wanted."
        return f"{said} What does a column stand for, and what says how many there are?"
    return f"The shape is {got} where {expected} is wanted. What does each of these sizes count?"


RELATIONS: list[tuple[Callable[[NDArray[Any]], NDArray[Any]], str]] = [
    (lambda x: 1 - x, "What came is 1 minus what was expected: which of the two is which?"),
    (lambda x: 1 / x, "What came is 1 over what was expected: which way round is the fraction?"),
    (lambda x: -1 / x, "What came is −1 over what was expected: which way round is the fraction?"),
    (lambda x: x**2, "What came is the square of what was expected: is something multiplied twice?"),
    (lambda x: np.sqrt(np.abs(x)), "What came is the square root of what was expected: is a square missing?"),
    (np.exp, "What came is exp of what was expected: is a logarithm missing, or an exp too many?"),
    (lambda x: np.log(np.abs(x)), "What came is the logarithm of what was expected: is an exp missing?"),
    (lambda x: x[::-1] if x.ndim else x, "The numbers are right, but in the reverse order: where does it begin?"),
    (np.abs, "The sizes are right; the sign is lost. Where?"),
]


def _relation(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    """A plain function of the right numbers that gives the wrong ones, all of them and not by being 0 or 1."""
    a, b = got.astype(complex), expected.astype(complex)
    if not np.isreal(a).all() or not np.isreal(b).all():
        return ""
    a, b = a.real, b.real
    if np.unique(b).size < min(2, b.size) or not np.any(b) or (not b.ndim and abs(b) in (0.5, 1.0, 2.0)):
        return ""
    if not b.ndim and (a == 0 or (float(a).is_integer() and float(b).is_integer())):
        return ""
    with np.errstate(all="ignore"):
        for function, said in RELATIONS:
            if np.allclose(a, function(b), rtol=accept.rtol, atol=accept.atol):
                return said
        factor = float(a / b) if not b.ndim else 0.0
        for whole, said in ((factor, "{} times"), (1 / factor if factor else 0.0, "1/{} of")):
            if 1.5 < abs(whole) < 20.5 and abs(whole - round(whole)) < 1e-9 * abs(whole):
                size = said.format(round(whole))
                return f"What came is {size} what was expected: what has this number here?"
        if said := _fraction(factor):
            return said
        if b.size > 1 and np.ptp(b) and np.allclose(a - b, (a - b).flat[0], rtol=1e-6, atol=accept.atol):
            shift = float((a - b).flat[0])
            size = f"{show(abs(shift))} too {'large' if shift > 0 else 'small'}"
            return f"Every number is {size}: what was added, or left out?"
    return ""


def _fraction(factor: float) -> str:
    """What to say of one number that is a plain fraction of the right one."""
    plain = Fraction(factor).limit_denominator(12) if np.isfinite(factor) else Fraction(0)
    if not 1 < plain.numerator <= 12 or plain.denominator == 1 or abs(float(plain) - factor) > 1e-9 * factor:
        return ""
    sizes = f"{plain.numerator} and {plain.denominator}"
    return f"What came is {plain} of what was expected: what has the sizes {sizes} here?"


def _places(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    """Which rows, columns or entries are wrong, where others are right, and whether all by the same."""
    far = got.astype(float) - expected
    wrong = np.abs(far) > accept.atol + accept.rtol * np.abs(expected)
    if wrong.all() or not wrong.any() or wrong.size < 3:
        return ""
    same = wrong.sum() > 1 and np.allclose(far[wrong], far[wrong][0], rtol=1e-6)
    by = f"Each of them is {show(abs(float(far[wrong][0])))} too {'large' if far[wrong][0] > 0 else 'small'}. "
    for axis, name in ((0, "column"), (1, "row")) if wrong.ndim == 2 else ():
        lines = wrong.any(axis=axis)
        if not lines.all() and (wrong[:, lines] if name == "column" else wrong[lines]).all():
            return _only(name, np.flatnonzero(lines), by if same else "")
    if wrong.ndim == 1:
        return _only("entry", np.flatnonzero(wrong), by if same else "")
    at = ", ".join(f"[{', '.join(map(str, place))}]" for place in np.argwhere(wrong)[:4].tolist())
    more = " …" if wrong.sum() > 4 else ""
    if 2 * wrong.sum() <= wrong.size:
        return f"{wrong.sum()} of {wrong.size} are wrong: {at}{more}. {by if same else ''}What is special about them?"
    return ""


def _only(name: str, which: NDArray[Any], by: str) -> str:
    if len(which) == 1:
        said = f"Only {name} {which[0]} is wrong, counted from 0; the rest is right."
        return f"{said} {by}What is special about it?"
    names = "Entries" if name == "entry" else f"{name.capitalize()}s"
    said = f"{names} {listed(which.tolist())} are wrong, counted from 0; the rest is right."
    return f"{said} {by}What is special about them?"


def _are_many(count: int) -> str:
    return "is" if count == 1 else "are"
