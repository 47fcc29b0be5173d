"""Are two results the same; and if not, in words, how do they differ?

Values are compared first. Only when they agree is there anything to say of shape, container and
precision; a right value in another container is told apart from a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Accept:
    """What a check takes for right.

    Numbers agree when |got - expected| <= atol + rtol |expected|, entry by entry. `shape="any"`
    accepts the same numbers in another shape, `types="any"` in another container (a list for an
    array) or in single precision. `changes="none"` accepts no call that changes its arguments where
    the solution's doesn't.
    """

    rtol: float = 1e-6
    atol: float = 1e-12
    shape: Literal["exact", "any"] = "exact"
    types: Literal["exact", "any"] = "exact"
    changes: Literal["any", "none"] = "any"
    extra: Literal["any", "none"] = "any"
    """May a dict hold more than was asked for?"""


class Difference:
    """How a result differs: `what` is "value", "shape", "type" or "keys"; `text` says it in a sentence.

    Words are found when they are asked for: the grader compares far more often than it tells.
    """

    def __init__(self, what: str, text: str | Callable[[], str], pattern: str | Callable[[], str] = "") -> None:
        self.what = what
        self._text, self._pattern = text, pattern

    @property
    def text(self) -> str:
        """The difference in a sentence."""
        return self._text if isinstance(self._text, str) else self._text()

    @property
    def pattern(self) -> str:
        """A plain pattern that explains every wrong number: the sign, one factor, an overflow."""
        return self._pattern if isinstance(self._pattern, str) else self._pattern()


SHOWN_ENTRIES = 12
"""Entries of a long list of arrays of which at least the shapes are shown."""
FLOATS = (float, np.float64)
SINGLE_PRECISION = 1e-4
"""Relative error that float32 arithmetic may leave behind in a right answer."""


def difference(got: object, expected: object, accept: Accept, name: str = "The result") -> Difference | None:
    """Say how `got` differs from `expected`, or None where it doesn't.

    `name` begins the sentence: "The result", "The value under 'dx'".
    """
    if type(got) in FLOATS and type(expected) in FLOATS and _agree(got, expected, accept):  # type: ignore[arg-type]
        return None
    if _is_numeric(expected):
        return _numeric_difference(got, np.asarray(expected), accept, name)
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


def _is_numeric(value: object) -> bool:
    return isinstance(value, (bool, int, float, complex, np.number, np.bool_)) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "biufc"
    )


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
    return "The two entries are right, but in the other order."


def _numeric_difference(got: object, expected: NDArray[Any], accept: Accept, name: str) -> Difference | None:
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
    try:
        array = np.asarray(value).view(np.ndarray) if isinstance(value, np.ndarray) else np.asarray(value)
        if array.dtype.kind == "O" and all(_is_numeric(x) for x in array.flat):
            array = array.astype(float)
    except (ValueError, TypeError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None


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
    if array.size > 1 and array.dtype.kind != "b" and not np.any(array):
        return "It is 0 all over: is what was computed stored, or lost (under another name, or cut to a whole number)?"
    if array.dtype.kind not in "iuf" or expected.dtype.kind not in "iuf" or not np.any(expected):
        return ""
    with np.errstate(all="ignore"):
        ratio = array.astype(float)[expected != 0] / expected[expected != 0]
    if not np.isfinite(ratio).all() or np.any(array[expected == 0]):
        return ""
    if np.allclose(ratio, -1, rtol=1e-6):
        return "The size is right, the sign is not."
    if ratio.size > 1 and np.allclose(ratio, ratio.flat[0], rtol=1e-6):
        return f"Every entry is {show(float(ratio.flat[0]))} times what was expected."
    return ""


def a_kind(value: object) -> str:
    """The kind of a value in plain words: "a list", "an array of shape (2, 3)", "None"."""
    if value is None or value is ...:
        return "None" if value is None else "still ..."
    if isinstance(value, np.ndarray):
        return f"an array of {'truth values, ' if value.dtype.kind == 'b' else ''}shape {value.shape}"
    if isinstance(value, (bool, np.bool_)):
        return "a truth value"
    if isinstance(value, (int, float, complex, np.number)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    name = getattr(type(value), "claimed", type(value).__name__)
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"


def show(value: object, width: int = 300) -> str:
    """A value as a student would write it: at most `width` characters, numbers to 8 digits."""
    with np.printoptions(precision=8, threshold=30, edgeitems=3, linewidth=100):
        if isinstance(value, (float, np.floating)):
            text = f"{float(value):.8g}"
        elif isinstance(value, (np.bool_, np.number)):
            text = str(value)
        elif isinstance(value, np.ndarray) and value.dtype == object:
            text = f"array({show(value.tolist(), width)}, dtype=object)"
        elif not isinstance(value, np.ndarray) and (claimed := getattr(type(value), "claimed", None)):
            text = f"<{claimed}>"  # a stand-in: its own words would be the student's code
        elif isinstance(value, dict):
            text = "{" + ", ".join(f"{show(key, width)}: {show(x, width)}" for key, x in value.items()) + "}"
        elif isinstance(value, (list, tuple)):
            items = [show(x, width) for x in value]
            inner = (",\n " if any("\n" in item for item in items) else ", ").join(items)
            one = "," if len(value) == 1 and isinstance(value, tuple) else ""
            text = f"[{inner}]" if isinstance(value, list) else f"({inner}{one})"
        elif isinstance(value, (set, frozenset)) and value:
            text = "{" + ", ".join(sorted(show(x, width) for x in value)) + "}"
        else:
            text = repr(value)
    if len(text) <= width:
        return text
    if isinstance(value, (list, tuple)) and len(value) <= SHOWN_ENTRIES:
        inner = ", ".join(a_kind(x) if isinstance(x, (list, tuple, np.ndarray)) else show(x, 20) for x in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return text[: width - 1] + "…"
