"""What a wrong result has in common with the right one, where that is plain to see: an observation and a question.

Nothing here knows a question of the course. Each sentence is true of the two values, whatever led to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.checks import relations
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.numeric import as_numbers
from chainrule.checks.shown import listed

OTHERWISE = "What is done otherwise there?"
MAX_ORDERED = 10
"""Of so many things it is looked whether they only stand in another order."""


def of(got: object, expected: object, accept: Accept, asks: str = "", names: Sequence[str] = ()) -> str:
    """What can be said of a wrong result; empty where nothing is plain.

    `asks` is the question that leads on where it's only plain which part is wrong; `names` are those of the parts of
    a tuple.
    """
    if isinstance(got, str) and not isinstance(expected, str):
        return "A text came, in quotes. How is it written without them: a number, or several in brackets, (a, b)?"
    if isinstance(expected, Mapping):
        return _of_mapping(got, expected, accept, asks)
    wanted = as_numbers(expected)
    if wanted is not None and isinstance(expected, (np.ndarray, np.generic, int, float)):
        numbers = as_numbers(got)
        return relations.of(numbers, wanted, accept) if numbers is not None else _of_other(got, expected, accept)
    if isinstance(expected, (list, tuple)):
        return _of_sequence(got, expected, accept, asks, names)
    return ""


def _of_mapping(got: object, expected: Mapping[Any, Any], accept: Accept, asks: str) -> str:
    if not isinstance(got, Mapping):
        return "Values by name are wanted: what is returned, the whole dict or some of its entries?"
    missing = [key for key in expected if key not in got]
    right = [key for key in expected if key in got and difference(got[key], expected[key], accept) is None]
    first = next((key for key in expected if key not in right), None)
    if first is None:
        return ""
    if first in missing:
        others = [key for key in got if key not in expected]
        also = f" Is {others[0]!r} another name for it?" if len(missing) == 1 and len(others) == 1 else ""
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        return f"Nothing is stored under {missing[0]!r}{more}: is it in a variable only, or left out?{also}"
    if got[first] is None:
        return f"{first!r} is None. Was something not returned there, or not set?"
    inner = "" if asks else _of_entry(got[first], expected[first], accept)
    if not right:
        return asks or (inner and f"{first!r} comes first. {inner}")
    said = f"{listed(right)} {_are(right)} right; of those that aren't, {first!r} comes first."
    return f"{said} {asks or inner or 'Which line of yours decides it, and from what?'}"


def _of_entry(got: object, expected: object, accept: Accept) -> str:
    """What can be said of one of several, where it is of numbers."""
    return of(got, expected, accept) if as_numbers(expected) is not None else ""


def _of_sequence(
    got: object, expected: list[Any] | tuple[Any, ...], accept: Accept, asks: str, names: Sequence[str]
) -> str:
    if isinstance(got, (set, frozenset)):
        return "A set has no order, and order counts here. Which comes first?"
    if isinstance(got, np.ndarray) and any(isinstance(each, np.ndarray) and each.ndim for each in expected):
        return f"One array came, where {len(expected)} are wanted, each by itself in a list. What of the others?"
    if not isinstance(got, (list, tuple)) and not (isinstance(got, np.ndarray) and got.ndim):
        return f"{len(expected)} values are wanted, and one came: which of them is it, and what of the rest?"
    items = list(got)
    if len(items) != len(expected):
        which = "left out" if len(items) < len(expected) else "too many"
        said = f"{len(items)} came where {len(expected)} are wanted"
        return f"{said}: which is {which}, the first, the last, or one between?"
    right = [i for i, (a, b) in enumerate(zip(items, expected, strict=True)) if difference(a, b, accept) is None]
    if len(items) > 1 and (order := _order(items, expected, accept)):
        return order
    wrong = next((i for i in range(len(items)) if i not in right), None)
    said_of = {i: of(a, b, accept) for i, (a, b) in enumerate(zip(items, expected, strict=True)) if i not in right}
    inner = said_of.get(wrong, "") if wrong is not None else ""
    if inner and isinstance(items[wrong or 0], str):
        return inner
    if not inner and (at := next((i for i, said in said_of.items() if said), None)):
        inner = f"Of entry {at} (counted from 0) more can be said: {said_of[at]}"
    if right and wrong is not None:
        return f"{_which(right, wrong, names if len(names) == len(expected) else ())} {asks or inner or OTHERWISE}"
    return asks or inner


def _which(right: list[int], wrong: int, names: Sequence[str]) -> str:
    """Which of several parts are right, and the first that isn't, by their names where they have some."""
    if names:
        return f"{' and '.join(f'`{names[i]}`' for i in right)} {_are(right)} right, and `{names[wrong]}` isn't."
    noun = "Entry" if len(right) == 1 else "Entries"
    return f"{noun} {', '.join(map(str, right))} {_are(right)} right (counted from 0), and entry {wrong} isn't."


def _order(items: list[Any], expected: list[Any] | tuple[Any, ...], accept: Accept) -> str:
    """Say so where the right things stand in another order."""
    if all(difference(a, b, accept) is None for a, b in zip(items, reversed(expected), strict=True)):
        return "What it holds is right, but in the reverse order: what comes first?"
    if len(items) > MAX_ORDERED:
        return ""
    left = list(items)
    for each in expected:
        at = next((i for i, item in enumerate(left) if difference(item, each, accept) is None), None)
        if at is None:
            return ""
        del left[at]
    return "What it holds is right, but in another order: which order is asked for?"


def _of_other(got: object, expected: object, accept: Accept) -> str:
    if got is None:
        return ""  # said elsewhere
    if isinstance(got, (list, tuple)) and any(difference(each, expected, accept) is None for each in got):
        return f"{len(got)} came where one is wanted, and that is among them. Where do the others belong?"
    if isinstance(got, (list, tuple)):
        return "The entries have different lengths, so they make no array. How long is each, and how long should it be?"
    return "One number is wanted." if not np.ndim(expected) else ""  # type: ignore[arg-type]


def _are(some: list[Any]) -> str:
    return "is" if len(some) == 1 else "are"
