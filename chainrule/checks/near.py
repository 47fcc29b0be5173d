"""Of results that are nearly right, or as large as they can become: what rounding, a bound or a small number leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

NEARLY = 0.006
"""How far a number may be off, in parts of it, to be called nearly right."""
NEARLY_ZERO = 1e-4
CEILING = 2e-5
"""How near to the logarithm of a power of ten, in parts of it: a small number may be added above and below."""


def of(got: NDArray[Any], expected: NDArray[Any]) -> str:
    """What can be said of numbers that are off by little, or that stop short of what they should be."""
    if got.dtype.kind not in "iuf" or expected.dtype.kind != "f":
        return ""
    return _nearly(got.astype(float), expected) or _ceiling(got.astype(float), expected)


def _nearly(got: NDArray[np.float64], expected: NDArray[np.float64]) -> str:
    far, zero = np.abs(got - expected), expected == 0
    if np.any(far > np.where(zero, NEARLY_ZERO, NEARLY * np.abs(expected))):
        return ""
    if not np.any(far[~zero]):
        return (
            "It is nearly 0 where it should be 0. Is a small number added, or a bound set, that leaves something over?"
        )
    digits = int(-np.log10(np.max(far[~zero] / np.abs(expected[~zero])) * 0.999))
    said = f"It is right to about {digits} digit{'s' if digits > 1 else ''}, and should be to more."
    return f"{said} Is a number rounded or typed in, a step too large, a small number added, or a bound set?"


def _ceiling(got: NDArray[np.float64], expected: NDArray[np.float64]) -> str:
    """A cost that stops at the logarithm of a small number, where it should go on growing."""
    if got.size != 1 or not 10 < got.item() < expected.item():
        return ""
    power = got.item() / np.log(10)
    if abs(power - round(power)) > CEILING * power:
        return ""
    said = f"What came is, but for its last digits, minus the logarithm of 1e-{round(power)}, and it should be larger."
    return f"{said} Is a small number added inside a logarithm, or a bound set? What does the loss become beyond it?"
