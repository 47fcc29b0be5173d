"""A row of a student's modules put through its paces: shapes forward and back, and each module's Jacobian twice.

A module has `fprop(X)` and `bprop(dY)`; the last of the row may be a loss, with `fprop(X, y)` and `bprop()`. Rows of a
Jacobian come from bprop, one output at a time, and columns from centred differences of fprop, one input at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.widgets import student
from chainrule.widgets.gradient_check import AGREES, relative_error

FloatArray = NDArray[np.float64]

STEP = 1e-5
"""h of the differences."""


@dataclass
class Passed:
    """What is known of one module: its input, what it gave, what it passed back, and why it stopped if it did.

    by_bprop, by_differences: (k, n), its Jacobian at one sample; of a loss, the gradient (m, n) of the whole batch
    """

    name: str
    module: Any
    loss: bool
    given: FloatArray | None = None
    out: FloatArray | None = None
    back: FloatArray | None = None
    by_bprop: FloatArray | None = None
    by_differences: FloatArray | None = None
    said: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Has what it passed back the shape of its input?"""
        return self.back is None or self.given is None or self.back.shape == self.given.shape

    @property
    def differing(self) -> list[list[int]]:
        """The entries in which the two Jacobians differ, row by row."""
        if self.by_bprop is None or self.by_differences is None or self.by_bprop.shape != self.by_differences.shape:
            return []
        return [
            [int(i), int(j)] for i, j in np.argwhere(~(relative_error(self.by_bprop, self.by_differences) <= AGREES))
        ]


def passed(modules: list[Any], X: FloatArray, y: NDArray[np.int64] | None, sample: int) -> list[Passed]:
    """Put a batch forward and back through modules, and take each one's Jacobian at a sample.

    X: (m, n); y: (m,) labels, if the last module is a loss; sample: which row of X
    What a module does wrong is said in its `said`; those behind it are left out.
    """
    last = len(modules) - 1
    row = [
        Passed(f"{type(module).__name__} {i + 1}", module, loss=y is not None and i == last)
        for i, module in enumerate(modules)
    ]
    arriving: FloatArray | None = X
    for each in row:
        each.given = arriving
        arriving = None if arriving is None else _forward(each, arriving, y)
    going = None if arriving is None or y is not None else np.ones_like(arriving)
    for each in reversed(row):
        if each.out is None or (going is None and not each.loss):
            break
        going = _back(each, going)
        if not each.fits:
            break
    for each in row:
        if each.given is not None and each.out is not None:
            _take_jacobians(each, y, sample)
    return row


def _called(each: Passed, method: str, *args: Any) -> FloatArray | None:
    """What a method gives, as an array of numbers; None where it gives none, and then it is said."""
    try:
        given = student.call(getattr(each.module, method), *args)
        return student.array(given, f"{method} of {each.name}")
    except AttributeError:
        each.said.append(f"{each.name} has no {method}.")
    except student.CallError as error:
        each.said.append(f"{each.name}, {method}: {error}")
    return None


def _fprop(each: Passed, X: FloatArray, y: NDArray[np.int64] | None) -> FloatArray | None:
    return _called(each, "fprop", X.copy(), y) if each.loss else _called(each, "fprop", X.copy())


def _bprop(each: Passed, dY: FloatArray | None) -> FloatArray | None:
    return _called(each, "bprop") if each.loss or dY is None else _called(each, "bprop", dY.copy())


def _forward(each: Passed, X: FloatArray, y: NDArray[np.int64] | None) -> FloatArray | None:
    out = _fprop(each, X, y)
    if out is not None and out.ndim != (0 if each.loss else 2):
        wanted = "one number" if each.loss else "a matrix, a row for each sample"
        each.said.append(f"{each.name} gives {out.shape} and not {wanted}.")
        return None
    each.out = out
    return out


def _back(each: Passed, dY: FloatArray | None) -> FloatArray | None:
    each.back = _bprop(each, dY)
    if not each.fits and each.back is not None and each.given is not None:
        each.said.append(f"{each.name} passes back {each.back.shape}, and its input was {each.given.shape}.")
    return each.back


def _take_jacobians(each: Passed, y: NDArray[np.int64] | None, sample: int) -> None:
    """Both Jacobians of a module that has come through both passes."""
    assert each.given is not None
    if each.said or each.back is None:
        return
    if each.loss:
        each.by_bprop = each.back
        each.by_differences = np.zeros_like(each.given)
        for at in np.ndindex(*each.given.shape):
            each.by_differences[at] = _difference(each, each.given, at, y)
        return
    x = each.given[sample : sample + 1]
    columns = [_difference(each, x, (0, j), y) for j in range(x.shape[1])]
    out = _fprop(each, x, y)
    if out is None or each.said:
        return
    rows = [_bprop(each, one[None, :]) for one in np.eye(out.shape[1])]
    if any(row is None or row.shape != x.shape for row in rows):
        each.said.append(f"{each.name} passes back another shape for one sample than for {len(each.given)}.")
        return
    each.by_bprop = np.vstack([row for row in rows if row is not None])
    each.by_differences = np.column_stack([np.ravel(column) for column in columns])


def _difference(each: Passed, X: FloatArray, at: tuple[int, ...], y: NDArray[np.int64] | None) -> Any:
    """What fprop gives with one entry of X moved up, less what it gives with it moved down, by 2h."""
    step = np.zeros_like(X)
    step[at] = STEP
    above, below = _fprop(each, X + step, y), _fprop(each, X - step, y)
    return np.nan if above is None or below is None else (above - below) / (2 * STEP)
