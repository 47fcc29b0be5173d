"""A convolution of one picture by one kernel, forward and back, and a student's functions held against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.widgets import student
from chainrule.widgets.gradient_check import AGREES, relative_error

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Slid:
    """What a convolution gives and sends back; each None where the student's function gave nothing of its shape.

    Z: (down, across); dTheta: (1 + k * k,), the bias first; dX: (H, W)
    """

    Z: FloatArray | None = None
    dTheta: FloatArray | None = None
    dX: FloatArray | None = None


def arriving(down: int, across: int) -> FloatArray:
    """The gradient (down, across) that arrives at the output: whole numbers from -3 to 4, none of them 0."""
    i, j = np.indices((down, across))
    return np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0])[(3 * i + 5 * j + 4) % 7]


def slide(Theta: FloatArray, X: FloatArray, stride: int, p: int) -> tuple[Slid, FloatArray]:
    """The right numbers, and what arrives.

    Theta: (1 + k * k,), the bias first; X: (H, W); stride: how far the window moves; p: width of the border of zeros
    """
    k = round((len(Theta) - 1) ** 0.5)
    H, W = X.shape
    wide, kernel = np.pad(X, p), Theta[1:].reshape(k, k)
    Z = np.zeros(((H + 2 * p - k) // stride + 1, (W + 2 * p - k) // stride + 1))
    dZ = arriving(*Z.shape)
    dkernel, dwide = np.zeros((k, k)), np.zeros(wide.shape)
    for i, j in np.ndindex(Z.shape):
        place = np.s_[i * stride : i * stride + k, j * stride : j * stride + k]
        Z[i, j] = Theta[0] + np.sum(kernel * wide[place])
        dkernel += dZ[i, j] * wide[place]
        dwide[place] += dZ[i, j] * kernel
    dTheta = np.concatenate([[dZ.sum()], dkernel.ravel()])
    return Slid(Z, dTheta, dwide[p : p + H, p : p + W]), dZ


def yours(
    fprop: Callable[..., Any] | None,
    bprop: Callable[..., Any] | None,
    Theta: FloatArray,
    X: FloatArray,
    look: dict[str, Any],
) -> tuple[Slid, list[str]]:
    """What the student's functions give for the same, and what there is to say where they give nothing to show.

    look: holds the stride and p; the rest as in `slide`
    """
    right, dZ = slide(Theta, X, look["stride"], look["p"])
    assert right.Z is not None
    k, found, said = round((len(Theta) - 1) ** 0.5), Slid(), []
    how = (k, look["stride"], look["p"])
    if fprop is not None:
        try:
            given = student.call(student.newest(fprop), Theta[None].copy(), X[None, None].copy(), *how)
            Z = _fitting(given, "the output", (1, 1, *right.Z.shape))[0, 0]
            found = Slid(Z)
        except student.CallError as error:
            said.append(str(error))
    if bprop is not None:
        try:
            given = student.call(student.newest(bprop), Theta[None].copy(), X[None, None].copy(), dZ[None, None], *how)
            if not isinstance(given, (tuple, list)) or len(given) != 2:
                raise student.CallError("Not right yet: the way back should return two arrays, dTheta and dX.")
            dTheta = _fitting(given[0], "dTheta", (1, len(Theta)))[0]
            dX = _fitting(given[1], "dX", (1, 1, *X.shape))[0, 0]
            found = Slid(found.Z, dTheta, dX)
        except student.CallError as error:
            said.append(str(error))
    return found, said


def _fitting(given: object, what: str, shape: tuple[int, ...]) -> FloatArray:
    """An array of this shape; raises CallError for anything else."""
    found = student.array(given, what)
    if found.shape != shape:
        raise student.CallError(f"Not right yet: {what} has the shape {found.shape}, and should have {shape}.")
    return found


def differing(found: FloatArray | None, right: FloatArray | None) -> list[list[int]]:
    """The places in which the student's numbers are not the right ones, row by row."""
    if found is None or right is None:
        return []
    far = ~((relative_error(found, right) <= AGREES) | (np.abs(found - right) <= 1e-12))
    return [[int(n) for n in place] for place in np.argwhere(far)]
