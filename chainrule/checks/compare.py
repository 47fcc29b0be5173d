"""Are two results the same; and if not, in words, how do they differ?

Values are compared first. Only when they agree is there anything to say of shape, container and
precision; a right value in another container is told apart from a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.checks.accept import Accept, Difference
from chainrule.checks.numeric import is_numeric, numeric_difference
from chainrule.checks.shown import a_kind, show

FLOATS = (float, np.float64)


def difference(got: object, expected: object, accept: Accept, name: str = "The result") -> Difference | None:
    """Say how `got` differs from `expected`, or None where it doesn't.

    `name` begins the sentence: "The result", "The value under 'dx'".
    """
    if type(got) in FLOATS and type(expected) in FLOATS and _agree(got, expected, accept):  # type: ignore[arg-type]
        return None
    if is_numeric(expected):
        return numeric_difference(got, np.asarray(expected), accept, name)
    if isinstance(expected, Mapping):
        return _mapping_difference(got, expected, accept, name)
    if isinstance(expected, (list, tuple)):
        return _sequence_difference(got, expected, accept, name)
    if isinstance(expected, np.ndarray):
        expected, got = expected.tolist(), got.tolist() if isinstance(got, np.ndarray) else got
        return difference(got, expected, accept, name)
    if isinstance(expected, str) and isinstance(got, str):
        got = str(got)  # of a subclass of the student's
    if type(got) is not type(expected):
        return Difference("type", f"{name} is {a_kind(got)}; {a_kind(expected)} was expected.")
    if isinstance(expected, np.random.Generator):
        same = got.bit_generator.state == expected.bit_generator.state  # type: ignore[attr-defined]
        return None if same else Difference("value", f"{name} has been drawn from differently.")
    if got == expected or (isinstance(got, str) and isinstance(expected, str) and _letters(got) == _letters(expected)):
        return None
    return Difference("value", f"{name} is {show(got)}; {show(expected)} was expected.")


def _letters(text: str) -> str:
    """A text without what isn't asked for: capitals, blanks, commas and full stops."""
    return "".join(letter for letter in text.casefold() if letter.isalnum()) or text


def _agree(got: float, expected: float, accept: Accept) -> bool:
    """What `_wrong_entries` finds out, for two numbers: most results are dicts and lists of such."""
    if got == expected or (got != got and expected != expected):
        return True
    return math.isfinite(expected) and abs(float(got) - float(expected)) <= accept.atol + accept.rtol * abs(expected)


def _mapping_difference(got: object, expected: Mapping[Any, Any], accept: Accept, name: str) -> Difference | None:
    if not isinstance(got, Mapping):
        return Difference("type", f"{name} is {a_kind(got)}; a dict was expected.")
    for key, value in expected.items():
        if key not in got:
            return Difference("keys", f"{name} has no entry {key!r}.")
        found = difference(got[key], value, accept, f"The entry {key!r}")
        if found:
            return found
    extra = [key for key in got if key not in expected] if accept.extra == "none" else []
    return Difference("keys", f"{name} has an entry {extra[0]!r} too many.") if extra else None


def _sequence_difference(
    got: object, expected: list[Any] | tuple[Any, ...], accept: Accept, name: str
) -> Difference | None:
    holds_arrays = any(isinstance(value, np.ndarray) and value.ndim for value in expected)
    if not isinstance(got, (list, tuple)) and (holds_arrays or not isinstance(got, np.ndarray) or not got.ndim):
        return Difference("type", f"{name} is {a_kind(got)}; {a_kind(expected)} was expected.")
    items: list[Any] = list(got)
    if len(items) != len(expected):
        many = "entry" if len(items) == 1 else "entries"
        return Difference("shape", f"{name} has {len(items)} {many}; {len(expected)} were expected.")
    for i, (item, value) in enumerate(zip(items, expected, strict=True)):
        inside = f"`{name.strip('`')}[{i}]`" if name.startswith("`") else f"Entry {i} of {name[0].lower() + name[1:]}"
        found = difference(item, value, accept, inside)
        if found:
            return _of_entry(found, lambda: _order(items, expected, accept))
    # a list will do for a tuple and the other way round; an array of numbers is something else
    if isinstance(got, np.ndarray) and accept.types == "exact":
        text = f"{name} has the right values, but is {a_kind(got)}; {a_kind(expected)} was expected."
        return Difference("type", text)
    return None


def _of_entry(found: Difference, order: Callable[[], str]) -> Difference:
    return Difference(found.what, lambda: found.text, lambda: order() or found.pattern)


def _order(items: list[Any], expected: list[Any] | tuple[Any, ...], accept: Accept) -> str:
    """Say so where two entries are merely exchanged."""
    if len(items) != 2 or any(difference(i, e, accept) for i, e in zip(items, reversed(expected), strict=True)):
        return ""
    return "The two entries are right, but in the other order. Which comes first?"
