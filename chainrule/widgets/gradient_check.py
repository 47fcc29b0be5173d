"""GradientCheck: every entry's relative error in the shape of its matrix, and one entry's error against the step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.base import Number, Widget, finite, module, rows

Matrix = NDArray[np.float64]

FLOOR = 1e-3
"""Entries smaller than this count as this large, as in notebook 06."""
AGREES = 1e-6
"""Up to this relative error two gradients are the same."""
EXPONENTS = [-15 + i / 2 for i in range(29)]
"""Of the steps 10^e of the curve."""
CHECK_SECONDS = 4.0


class Result(TypedDict):
    """What there is to see for a step and an entry; entries are [l, i, j], counted from 0."""

    look: dict[str, Any]
    """What was asked."""
    found: list[list[list[Number]]]
    measured: list[list[list[Number]]]
    errors: list[list[list[Number]]]
    """Rows for each matrix; none where the functions gave none."""
    entry: list[int] | None
    """That whose curve is shown."""
    curve: list[Number]
    """Its errors, one for each of EXPONENTS."""
    worst: list[int] | None
    """The entry with the largest error."""
    wrong: int
    """How many errors are larger than AGREES."""
    text: str
    """That in words, or why there is nothing."""


class GradientCheck(Widget):
    """Backpropagated gradients against measured ones, entry by entry.

    cost: a function of a list of matrices, returning a number
    gradients: the function to check; takes the list, returns a list of the same shapes
    thetas: such a list; it stays as it is
    """

    _esm = module("gradient_check/view.js")

    look = traitlets.Dict().tag(sync=True)
    """What is looked at: "exponent", the step is 10 to this power; "entry", None for the worst or [l, i, j]."""
    result = traitlets.Dict().tag(sync=True)
    """What there is to see: see `Result`."""

    def __init__(
        self,
        cost: Callable[[list[Matrix]], float],
        gradients: Callable[[list[Matrix]], list[Matrix]],
        thetas: list[Matrix],
    ) -> None:
        self._cost, self._gradients = cost, gradients
        self._thetas = [np.array(Theta, dtype=float) for Theta in thetas]
        self._last_curve: tuple[object, list[float]] = (None, [])
        look = {"exponent": -5, "entry": None}
        super().__init__(look=look, result=self._measure(look))
        self.observe(lambda _: self._redraw(), "look")
        student.follow([cost, gradients], self._changed)

    def picture(self) -> figures.Picture:
        """Draw the heat maps, the largest error named in the description."""
        result = self._measure(self.look)
        fig = Figure(figsize=(1.5 + 2.5 * len(self._thetas), 2.8))
        for l, Theta in enumerate(self._thetas, start=1):
            ax = fig.add_subplot(1, len(self._thetas), l)
            errors = np.array(result["errors"][l - 1], dtype=float) if result["errors"] else np.zeros(Theta.shape)
            ax.imshow(np.log10(np.clip(errors, 1e-10, 1)), vmin=-10, vmax=0, cmap="Greys")
            for i, j in np.argwhere(~(errors <= AGREES)) if result["errors"] else ():
                ax.text(j, i, "x", ha="center", va="center", color="white")
            ax.set(title=f"Θ({l}), bias first", xticks=[], yticks=[])
        return figures.picture(fig, f"Relative errors of a gradient, one square for each parameter. {result['text']}")

    def _changed(self) -> None:
        """Follow the student, who has changed a function and run its cell."""
        self.result = dict(self._measure(self.look))
        self._renew()

    def _answer_look(self, look: dict[str, Any]) -> Result:
        return self._measure(look)

    def _measure(self, look: dict[str, Any]) -> Result:
        try:
            found = _matrices(student.call(student.newest(self._gradients), self._copy()), self._thetas)
            measured = student.call(self._measured, 10.0 ** look["exponent"], seconds=CHECK_SECONDS)
            errors = [relative_error(G, N) for G, N in zip(found, measured, strict=True)]
            worst = _largest(errors)
            entry = look["entry"] or worst
            curve = student.call(self._curve, entry, found[entry[0]][tuple(entry[1:])], seconds=CHECK_SECONDS)
        except student.CallError as error:
            return Result(
                look=look, found=[], measured=[], errors=[], entry=None, curve=[], worst=None, wrong=0, text=str(error)
            )
        wrong = sum(int(np.sum(~(error <= AGREES))) for error in errors)
        largest = errors[worst[0]][tuple(worst[1:])]
        text = f"The largest relative error is {largest:.1e}, at {name_of(worst)}. ".replace("-", "−")
        count = sum(error.size for error in errors)
        text += f"{wrong} of {count} entries differ." if wrong else f"All {count} entries agree."
        return Result(
            look=look,
            found=[rows(each) for each in found],
            measured=[rows(each) for each in measured],
            errors=[rows(each) for each in errors],
            entry=entry,
            curve=[finite(error) for error in curve],
            worst=worst,
            wrong=wrong,
            text=text,
        )

    def _copy(self) -> list[Matrix]:
        return [Theta.copy() for Theta in self._thetas]

    def _difference(self, l: int, at: tuple[int, ...], h: float) -> float:
        costs = []
        for step in (h, -h):
            thetas = self._copy()
            thetas[l][at] += step
            costs.append(float(self._cost(thetas)))
        return (costs[0] - costs[1]) / (2 * h)

    def _measured(self, h: float) -> list[Matrix]:
        measured = [np.empty_like(Theta) for Theta in self._thetas]
        for l, N in enumerate(measured):
            for at in np.ndindex(*N.shape):
                N[at] = self._difference(l, at, h)
        return measured

    def _curve(self, entry: list[int], found: float) -> list[float]:
        """The errors of an entry, one for each of EXPONENTS; that of the last entry is kept while h is moved."""
        of = (entry, found, self._cost(self._copy()))
        if of != self._last_curve[0]:
            l, *at = entry
            steps = [self._difference(l, tuple(at), 10.0**exponent) for exponent in EXPONENTS]
            errors = relative_error(np.full(len(steps), found), np.array(steps))
            self._last_curve = (of, errors.tolist())
        return self._last_curve[1]


def relative_error(a: Matrix, b: Matrix) -> Matrix:
    """|a − b| / max(|a|, |b|, FLOOR), entry by entry; infinite where one of them is no number."""
    with np.errstate(invalid="ignore"):
        error = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), FLOOR)
    return np.where(np.isfinite(error), error, np.inf)


def name_of(entry: list[int]) -> str:
    """An entry as it is written: Θ(1)[2, 0]."""
    l, i, j = entry
    return f"Θ({l + 1})[{i}, {j}]"


def _matrices(given: object, like: list[Matrix]) -> list[Matrix]:
    if not isinstance(given, list | tuple) or len(given) != len(like):
        raise student.CallError(f"Not right yet: the gradients should be a list of {len(like)} matrices.")
    for l, (G, Theta) in enumerate(zip(given, like, strict=True), start=1):
        if np.shape(G) != Theta.shape:
            said = f"the gradient of Θ({l}) has the shape {np.shape(G)} and not {Theta.shape}."
            raise student.CallError(f"Not right yet: {said}")
    try:
        return [np.array(G, dtype=float) for G in given]
    except (TypeError, ValueError):
        raise student.CallError("Not right yet: the gradients should hold numbers.") from None


def _largest(errors: list[Matrix]) -> list[int]:
    l = max(range(len(errors)), key=lambda l: float(errors[l].max()))
    return [l, *map(int, np.unravel_index(errors[l].argmax(), errors[l].shape))]
