"""SignalDepth: what becomes of activations and gradients in many layers, for a spread of weights and an activation.

The signals are computed in JavaScript. With the student's `mean_squares` its numbers are held against those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.base import Running, module
from chainrule.widgets.signals import ACTIVATIONS, DEEPEST, WIDTH, draws, matrices, sent


class Result(TypedDict):
    """The student's mean squares, held against the widget's own."""

    state: dict[str, Any]
    """What was asked."""
    said: str
    wrong: int | None
    """The number of the first layer that is wrong."""


class SignalDepth(Running):
    """Layers of 64 units, one after the other, and what 64 samples become in them.

    mean_squares: the student's, and may be left out: takes thetas, X and the activation, and returns a number for
        each layer
    activation: "linear", "tanh", "sigmoid" or "ReLU", to begin with
    spread: the deviation of the weights times the root of the number of inputs, to begin with
    depth: how many layers, to begin with
    """

    _esm = module("signal_depth/view.js")

    draws = traitlets.Bytes().tag(sync=True)
    """Inputs, gradient from above and weights, as float32, one after the other."""
    width = traitlets.Int(WIDTH).tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    """activation, spread and depth; set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What the student's function gave: see `Result`."""

    def __init__(
        self,
        mean_squares: Callable[..., Any] | None = None,
        *,
        activation: str = "tanh",
        spread: float = 1.0,
        depth: int = 10,
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"there is no activation {activation!r}; there are {', '.join(ACTIVATIONS)}")
        self._drawn, self._mean_squares = draws(), mean_squares
        state = {"activation": activation, "spread": float(spread), "depth": depth}
        parts = (self._drawn.inputs[None], self._drawn.above[None], self._drawn.weights)
        super().__init__(
            draws=np.concatenate(parts).astype("<f4").tobytes(),
            asks=bool(mean_squares),
            state=state,
            result=self._run(state),
        )
        self.observe(lambda _: self._redraw(), "state")
        if mean_squares:
            student.follow([mean_squares], self._changed)

    def picture(self) -> figures.Picture:
        """Draw the mean squares of activations and gradients, layer by layer, and tell them."""
        state = self.state
        signals = sent(self._drawn, state["activation"], state["spread"], state["depth"])
        sizes = [float(np.mean(A**2)) for A in signals.activations]
        layers = range(1, len(sizes) + 1)
        fig = Figure(figsize=(6.5, 3), facecolor="white", layout="constrained")
        ax = fig.add_subplot()
        ax.semilogy(layers, sizes, "o-", color="black", label="activations")
        ax.semilogy(layers, signals.gradients, "o--", color="black", fillstyle="none", label="gradients")
        ax.set(xlabel="layer", ylabel="mean square")
        ax.legend(fontsize=8)
        words = (
            f"{len(sizes)} layers of {WIDTH} units, {state['activation']}, weights with the deviation "
            f"{figures.number(state['spread'])} over the root of {WIDTH}: the mean square of the activations goes from "
            f"{figures.number(sizes[0])} in the first layer to {figures.number(sizes[-1])} in the last, that of the "
            f"gradients from {figures.number(signals.gradients[-1])} in the last to "
            f"{figures.number(signals.gradients[0])} in the first. {self._run(state)['said']}"
        )
        return figures.picture(fig, words.strip())

    def _run(self, state: dict[str, Any]) -> Result:
        said, wrong = self._judged(self._mean_squares, state) if self._mean_squares else ("", None)
        return Result(state=state, said=said, wrong=wrong)

    def _judged(self, mean_squares: Callable[..., Any], state: dict[str, Any]) -> tuple[str, int | None]:
        """What there is to say of the student's numbers, and the first wrong layer."""
        depth = min(int(state["depth"]), DEEPEST)
        thetas = matrices(self._drawn, state["spread"], depth)
        g = ACTIVATIONS[state["activation"]][0]
        try:
            given = student.call(student.newest(mean_squares), thetas, self._drawn.inputs.copy(), g)
            found = student.array(given, "mean_squares")
        except student.CallError as error:
            return str(error), None
        if found.shape != (depth,):
            return f"Not right yet: mean_squares returned the shape {found.shape} for {depth} layers.", 1
        right = [
            float(np.mean(A**2)) for A in sent(self._drawn, state["activation"], state["spread"], depth).activations
        ]
        apart = np.flatnonzero(~(np.abs(found - right) <= 1e-6 * np.abs(right)))
        if apart.size:
            at = int(apart[0])
            yours, measured = figures.number(float(found[at])), figures.number(right[at])
            return f"Your mean square of layer {at + 1} is {yours}, measured {measured}.", at + 1
        return f"Your mean_squares: all {depth} numbers are what is measured here.", None
