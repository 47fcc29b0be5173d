"""What the last line of a test cell is worth: nbgrader's rule, which reads a number off what the cell shows."""

from __future__ import annotations

from typing import Any

import numpy as np


def partial(value: object, points: float) -> float:
    """A test cell whose last line is a number gives so many points, from 0 to its own.

    What is no number says nothing, and gives them all. Not a number at all (nan) gives none.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return points
    return min(max(float(value), 0.0), points) if value == value else 0.0


def is_score(value: Any, points: float) -> bool:
    """Is what the last line gives the solution a score at all?

    nbgrader gives all points for a number below 0, for nan, and for NumPy's numbers, which are shown with their type.
    So where the solution would lose by such a one, the line only shows something.
    """
    if partial(value, points) == points:
        return True
    return type(value) in (int, float) and bool(value >= 0)
