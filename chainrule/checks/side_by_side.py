"""What came back and what was expected, shown so that they differ where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.shown import show

WHOLE = 30
"""Arrays of so many entries are shown whole."""
AROUND = 2
"""Rows and columns shown on each side of the first wrong entry of a larger one."""

Rows = tuple[tuple[str, str], ...]


def rows(got: object, expected: object, accept: Accept) -> Rows:
    """The labelled parts of a card: a table for values by name, a corner for large arrays, else both as they are."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping) and len(expected) > 1 and _by_text(expected):
        return (("By name", _table(got, expected, accept)),)
    if isinstance(expected, np.ndarray) and isinstance(got, np.ndarray) and _is_large(got, expected):
        return _corner(got, expected, accept)
    return (("Came back", show(got)), ("Expected", show(expected)))


def _is_large(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> bool:
    alike = got.shape == expected.shape and got.dtype.kind in "biuf" and expected.dtype.kind in "biuf"
    return alike and expected.ndim in (1, 2) and expected.size > WHOLE


def _by_text(values: Mapping[Any, Any]) -> bool:
    return all(isinstance(key, str) and _is_single(value) for key, value in values.items())


def _is_single(value: object) -> bool:
    """No list: one of arrays of several shapes has no number of axes that NumPy could give."""
    return not isinstance(value, list | tuple) and np.ndim(value) == 0  # type: ignore[arg-type]


def _table(got: Mapping[Any, Any], expected: Mapping[Any, Any], accept: Accept) -> str:
    lines = [("", "came back", "expected", "")]
    for key, value in expected.items():
        right = key in got and difference(got[key], value, accept) is None
        lines.append((key, show(got[key], 40) if key in got else "(nothing)", show(value, 40), "" if right else "✗"))
    wide = [max(len(line[i]) for line in lines) + 2 for i in range(3)]
    return "\n".join("".join(f"{line[i]:<{wide[i]}}" for i in range(3)) + line[3] for line in lines).rstrip()


def _corner(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], accept: Accept) -> Rows:
    with np.errstate(all="ignore"):
        close = np.isclose(got, expected, rtol=accept.rtol, atol=accept.atol, equal_nan=True)
    first = np.argwhere(~close)
    if not len(first):
        return (("Came back", show(got)), ("Expected", show(expected)))
    place = tuple(slice(max(0, int(i) - AROUND), int(i) + AROUND + 1) for i in first[0])
    at = ", ".join(f"{part.start}:{min(part.stop, n)}" for part, n in zip(place, got.shape, strict=True))
    return ((f"Came back [{at}]", show(got[place])), (f"Expected [{at}]", show(expected[place])))
