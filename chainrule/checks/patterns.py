"""What a wrong result has in common with the right one, where that is plain to see: an observation and a question.

Nothing here knows a question of the course. Each sentence is true of the two values, whatever led to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import near
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.numeric import as_numbers
from chainrule.checks.shown import show


def of(got: object, expected: object, accept: Accept) -> str:
    """What can be said of a wrong result; empty where nothing is plain."""
    if isinstance(got, str) and not isinstance(expected, str):
        return "A text came, in quotes. How is it written without them: a number, or several in brackets, (a, b)?"
    if isinstance(expected, Mapping):
        return _of_mapping(got, expected, accept)
    wanted = as_numbers(expected)
    if wanted is not None and isinstance(expected, (np.ndarray, np.generic, int, float)):
        numbers = as_numbers(got)
        return _of_numbers(numbers, wanted, accept) if numbers is not None else _of_other(got, expected)
    if isinstance(expected, (list, tuple)):
        return _of_sequence(got, expected, accept)
    return ""


def _of_mapping(got: object, expected: Mapping[Any, Any], accept: Accept) -> str:
    if not isinstance(got, Mapping):
        return "Values by name are wanted: what is returned, the whole dict or some of its entries?"
    missing = [key for key in expected if key not in got]
    if missing:
        others = [key for key in got if key not in expected]
        also = f" Is {others[0]!r} another name for it?" if len(missing) == 1 and len(others) == 1 else ""
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        return f"Nothing is stored under {missing[0]!r}{more}: is it in a variable only, or left out?{also}"
    right = [key for key in expected if difference(got[key], expected[key], accept) is None]
    wrong = [key for key in got if key in expected and key not in right]
    if not right or not wrong:
        return ""
    first = wrong[0]
    said = f"{_listed(right)} {_are(right)} right; of those that aren't, {first!r} comes first."
    return f"{said} Which line sets it, and from what?"


def _of_sequence(got: object, expected: list[Any] | tuple[Any, ...], accept: Accept) -> str:
    if isinstance(got, (set, frozenset)):
        return "A set has no order, and order counts here. Which comes first?"
    if not isinstance(got, (list, tuple)) and not (isinstance(got, np.ndarray) and got.ndim):
        return f"{len(expected)} values are wanted, and one came: which of them is it, and what of the rest?"
    items = list(got)
    if len(items) != len(expected):
        which = "left out" if len(items) < len(expected) else "too many"
        said = f"{len(items)} came where {len(expected)} are wanted"
        return f"{said}: which is {which}, the first, the last, or one between?"
    right = [i for i, (a, b) in enumerate(zip(items, expected, strict=True)) if difference(a, b, accept) is None]
    backwards = all(difference(a, b, accept) is None for a, b in zip(items, reversed(expected), strict=True))
    if backwards and len(items) > 1:
        return "What it holds is right, but in the reverse order: what comes first?"
    wrong = next((i for i in range(len(items)) if i not in right), None)
    inner = of(items[wrong], expected[wrong], accept) if wrong is not None else ""
    if right and wrong is not None:
        noun = "Entry" if len(right) == 1 else "Entries"
        said = f"{noun} {', '.join(map(str, right))} {_are(right)} right (counted from 0), and entry {wrong} isn't."
        return f"{said} {inner or 'What is done otherwise there?'}"
    return inner


def _of_other(got: object, expected: object) -> str:
    if got is None:
        return ""  # said elsewhere
    if isinstance(got, (list, tuple)):
        return "The entries have different lengths, so they make no array. How long is each, and how long should it be?"
    return "One number is wanted." if not np.ndim(expected) else ""  # type: ignore[arg-type]


def _of_numbers(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    if got.shape != expected.shape:
        return _of_shapes(got, expected, accept)
    if (expected.dtype.kind == "b") != (got.dtype.kind == "b") and difference(got * 1, expected * 1, accept) is None:
        return "True and False stand where numbers are wanted, or the other way round: how does one become the other?"
    if difference(got, expected, accept) is None:
        return "The numbers are right, but in a list. What makes an array of it: `np.array`?"
    if got.size == 0 or not np.isfinite(got).all() or not np.isfinite(expected).all():
        return ""
    if said := near.of(got, expected):
        return said
    if not expected.ndim or got.dtype.kind == "b":
        return _relation(got, expected, accept)
    return _relation(got, expected, accept) or _places(got, expected, accept)


def _of_shapes(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    if got.size == expected.size and difference(got.ravel(), expected.ravel(), accept) is None:
        return "The numbers are right, their shape isn't. Which operation changes it: `reshape`, `ravel`, `keepdims`?"
    if got.ndim > expected.ndim:
        what = "One number is wanted" if not expected.ndim else "One axis less is wanted"
        return f"{what}, and an array of shape {got.shape} came. Is a sum or a mean missing, or one entry to be taken?"
    if got.ndim < expected.ndim:
        what = "One number" if not got.ndim else f"An array of shape {got.shape}"
        said = f"{what} came where one of shape {expected.shape} is wanted."
        return f"{said} Which axis is gone, and what was summed or taken along it?"
    if got.ndim == 2 and got.shape == expected.shape[::-1]:
        return "Rows and columns are exchanged in the shape. Which of the two counts the samples, or the units?"
    if got.ndim > 1 and got.shape[:-1] == expected.shape[:-1] and abs(got.shape[-1] - expected.shape[-1]) == 1:
        more = "more" if got.shape[-1] > expected.shape[-1] else "less"
        return f"Each row has one entry {more} than it should. Is it the bias, or the 1 that goes with it?"
    if got.shape[1:] == expected.shape[1:]:
        said = f"{got.shape[0]} came where {expected.shape[0]} are wanted."
        one = "a row" if got.ndim > 1 else "an entry"
        return f"{said} What does {one} stand for, and how many are there of it?"
    if got.shape[:-1] == expected.shape[:-1]:
        said = f"{got.shape[-1]} columns came where {expected.shape[-1]} are wanted."
        return f"{said} What does a column stand for, and what says how many there are?"
    return f"The shape is {got.shape} where {expected.shape} is wanted. What does each of these sizes count?"


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
        if b.size > 1 and np.ptp(b) and np.allclose(a - b, (a - b).flat[0], rtol=1e-6, atol=accept.atol):
            shift = float((a - b).flat[0])
            size = f"{show(abs(shift))} too {'large' if shift > 0 else 'small'}"
            return f"Every number is {size}: what was added, or left out?"
    return ""


def _places(got: NDArray[Any], expected: NDArray[Any], accept: Accept) -> str:
    """Which rows or columns are wrong, where others are right."""
    wrong = np.abs(got.astype(float) - expected) > accept.atol + accept.rtol * np.abs(expected)
    if wrong.all() or not wrong.any() or wrong.size < 3:
        return ""
    for axis, name in ((0, "column"), (1, "row")) if wrong.ndim == 2 else ():
        lines = wrong.any(axis=axis)
        if not lines.all():
            which = np.flatnonzero(lines)
            return _only(name, which)
    if wrong.ndim == 1:
        return _only("entry", np.flatnonzero(wrong))
    return ""


def _only(name: str, which: NDArray[Any]) -> str:
    if len(which) == 1:
        return f"Only {name} {which[0]} is wrong, counted from 0; the rest is right. What is special about it?"
    names = "Entries" if name == "entry" else f"{name.capitalize()}s"
    return (
        f"{names} {_listed(which.tolist())} are wrong, counted from 0; the rest is right. What is special about them?"
    )


def _listed(some: list[Any]) -> str:
    shown = [repr(x) if isinstance(x, str) else str(x) for x in some[:6]] + (["…"] if len(some) > 6 else [])
    return ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1]


def _are(some: Any) -> str:
    return "is" if len(some) == 1 else "are"
