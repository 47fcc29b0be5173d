"""Descent: the contours of a cost with two weights, and the path of gradient descent over them.

Without a function of the student's the path is computed in JavaScript. With one, its path is drawn over that one,
and each of its steps is held against the step against the gradient from the same place.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.activations import sigmoid
from chainrule.widgets.base import Running, module

FloatArray = NDArray[np.float64]
Kind = Literal["linear", "logistic", "squared"]

TITLES: dict[Kind, str] = {
    "linear": "squared error of a neuron without a squeeze",
    "logistic": "logistic cost of a neuron",
    "squared": "squared error of a sigmoid neuron",
}

FAR = 1e9
"""A path ends where a weight is larger than this."""


class Cost:
    """The cost of one neuron with one feature: z = θ0 + θ1 x, a mean over the samples, and λ θ1² / (2m).

    x, y: (m,) the feature and the targets
    kind: the loss of a sample is (z − y)²/2 for "linear", log(1 + exp z) − y z for "logistic", and (σ(z) − y)²/2
        for "squared"
    """

    def __init__(self, x: ArrayLike, y: ArrayLike, kind: Kind) -> None:
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        self.kind = kind

    def value(self, theta: ArrayLike, lam: float = 0.0) -> FloatArray:
        """The cost at theta (..., 2): of the shape (...)."""
        bias, weight = np.moveaxis(np.asarray(theta, dtype=float), -1, 0)
        z = bias[..., None] + weight[..., None] * self.x
        if self.kind == "logistic":
            losses = np.logaddexp(0, z) - self.y * z
        else:
            losses = ((sigmoid(z) if self.kind == "squared" else z) - self.y) ** 2 / 2
        return losses.mean(axis=-1) + lam / (2 * len(self.x)) * weight**2

    def gradient(self, theta: ArrayLike, lam: float = 0.0) -> FloatArray:
        """The gradient at theta (2,): (2,)."""
        bias, weight = np.asarray(theta, dtype=float)
        z = bias + weight * self.x
        a = z if self.kind == "linear" else sigmoid(z)
        delta = (a - self.y) * (a * (1 - a) if self.kind == "squared" else 1.0)
        return np.array([delta.mean(), (delta * self.x).mean() + lam / len(self.x) * weight])


class Result(TypedDict):
    """The student's path."""

    state: dict[str, Any]
    """What was asked."""
    path: list[list[float]]
    """Places (2,), the start first; only that where the function failed or there is none."""
    said: str
    wrong: int | None
    """The number of the first step that is not against the gradient."""


class Descent(Running):
    """Gradient descent on the cost of one neuron with a bias θ0 and one weight θ1.

    x, y: (m,) the samples' feature and their targets
    kind: the loss, see `Cost`
    update: the student's step, and may be left out: takes theta (2,), eta, and lam if there is one, and returns the
        new theta (2,)
    start: θ0 and θ1 to begin with
    eta: the learning rate to begin with
    lam: the penalty to begin with; None for a cost without one
    steps: how many steps are drawn to begin with
    reach: how far the picture goes from 0, in both weights
    """

    _esm = module("descent/view.js")

    samples = traitlets.Dict().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    reach = traitlets.Float().tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)
    """Is there a function of the student's to be asked?"""
    state = traitlets.Dict().tag(sync=True)
    """start, eta, lam and steps; set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What the student's function gave: see `Result`."""

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        kind: Kind = "logistic",
        update: Callable[..., ArrayLike] | None = None,
        *,
        start: Sequence[float],
        eta: float,
        lam: float | None = None,
        steps: int = 20,
        reach: float = 6.0,
    ) -> None:
        self._cost, self._update = Cost(x, y, kind), update
        samples = {"x": self._cost.x.tolist(), "y": self._cost.y.tolist()}
        state = {"start": [float(each) for each in start], "eta": eta, "lam": lam, "steps": steps}
        result = self._run(state)
        super().__init__(
            samples=samples,
            kind=kind,
            title=TITLES[kind],
            reach=float(reach),
            asks=bool(update),
            state=state,
            result=result,
        )
        self.observe(lambda _: self._redraw(), "state")
        if update:
            student.follow([update], self._changed)

    def picture(self) -> figures.Picture:
        """Draw the contours and the path, and tell where it leads."""
        state, result = self.state, self._run(self.state)
        lam = state["lam"] or 0.0
        path = np.array(result["path"] if len(result["path"]) > 1 else self._downhill(state))
        costs = self._cost.value(path, lam)
        line = np.linspace(-self.reach, self.reach, 81)
        grid = self._cost.value(np.stack(np.meshgrid(line, line), axis=-1), lam)
        fig = Figure(figsize=(4.5, 4.5), facecolor="white")
        ax = fig.add_subplot()
        levels = grid.min() + (grid.max() - grid.min()) * (np.arange(1, 13) / 13) ** 2
        ax.contour(line, line, grid, levels=levels, colors="darkgrey", linewidths=0.8)
        ax.plot(*path.T, "o-", color="black", markersize=3, linewidth=1)
        ax.plot(*path[0], "o", color="black", markersize=10, fillstyle="none")
        row, column = np.unravel_index(grid.argmin(), grid.shape)
        ax.plot(line[column], line[row], "+", color="black", markersize=14)
        ax.set(xlabel="θ0", ylabel="θ1", xlim=line[[0, -1]], ylim=line[[0, -1]])
        penalty = "" if state["lam"] is None else f", λ = {figures.number(lam)}"
        words = (
            f"Contours of the {self.title} over the bias θ0 and the weight θ1, lowest near {_pair(line[[column, row]])}"
            f"; gradient descent with η = {figures.number(state['eta'])}{penalty}: "
            f"{len(path) - 1} steps lead from {_pair(path[0])} to {_pair(path[-1])}, "
            f"and the cost goes from {figures.number(costs[0])} to {figures.number(costs[-1])}. {result['said']}"
        )
        return figures.picture(fig, words.strip())

    def _downhill(self, state: dict[str, Any]) -> list[FloatArray]:
        """The path against the gradient."""
        lam = state["lam"] or 0.0
        path = [np.asarray(state["start"], dtype=float)]
        while len(path) <= state["steps"] and np.abs(path[-1]).max() <= FAR:
            path.append(path[-1] - state["eta"] * self._cost.gradient(path[-1], lam))
        return path

    def _run(self, state: dict[str, Any]) -> Result:
        path: list[FloatArray] = [np.asarray(state["start"], dtype=float)]
        said, wrong = "", None
        if self._update is not None:
            update = student.newest(self._update)
            rates = [float(state[name]) for name in ("eta", "lam") if state[name] is not None]

            @functools.wraps(update)
            def walk() -> None:
                while len(path) <= state["steps"] and np.abs(path[-1]).max() <= FAR:
                    path.append(_place(update(path[-1].copy(), *rates)))

            try:
                student.call(walk)
                said, wrong = self._judge(path, state)
            except student.CallError as error:
                said = str(error)
                del path[1:]
        return Result(state=state, path=[each.tolist() for each in path], said=said, wrong=wrong)

    def _judge(self, path: list[FloatArray], state: dict[str, Any]) -> tuple[str, int | None]:
        """What there is to say of a path, and its first wrong step."""
        for step, (before, after) in enumerate(itertools.pairwise(path), start=1):
            right = before - state["eta"] * self._cost.gradient(before, state["lam"] or 0.0)
            if np.any(np.abs(after - right) > 1e-9 + 1e-6 * np.abs(right)):
                text = (
                    f"Your step {step} is not against the gradient of this cost: from {_pair(before)} "
                    f"yours leads to {_pair(after)}, that one to {_pair(right)}."
                )
                return text, step
        return f"Your path: all {len(path) - 1} steps are against the gradient.", None


def _place(given: object) -> FloatArray:
    """The two weights that an update returned; raises CallError for anything else."""
    try:
        place = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        place = np.empty(0)
    if place.shape != (2,):
        what = "nothing; does it end with return?" if given is None else f"{_shown(given)} and not two numbers."
        raise student.CallError(f"Not right yet: the step returned {what}")
    if not np.isfinite(place).all():
        raise student.CallError("Not right yet: the step returned a weight that is not a finite number.")
    return place


def _shown(given: object) -> str:
    return f"an array of shape {given.shape}" if isinstance(given, np.ndarray) else f"a {type(given).__name__}"


def _pair(place: FloatArray) -> str:
    return f"({figures.number(float(place[0]))}, {figures.number(float(place[1]))})"
