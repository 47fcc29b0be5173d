"""NetworkFlow: a layered network with its activations, its δ, and what each weight's gradient is made of.

Everything that moves is computed in JavaScript; what stands here draws the picture for a page without a kernel.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from chainrule import figures
from chainrule.widgets.base import Widget, module

FloatArray = NDArray[np.float64]

DRAWN = 25
"""Units of a layer that are drawn one by one; a larger layer is drawn as a heat map."""


def passes(
    thetas: Sequence[FloatArray], X: FloatArray, Y: FloatArray | None
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return both passes of a sigmoid network with the logistic cost: A and delta, see docs/conventions.md.

    thetas: thetas[l-1] is (s_l, s_{l-1} + 1); X: (m, s_0); Y: (m, K), or None for the forward pass alone
    A[l] and delta[l] are (m, s_l), delta[l] without 1/m; delta[0] is empty, since the input has no error, and all are
    without Y.
    """
    A = [X]
    for Theta in thetas:
        Z = A[-1] @ Theta[:, 1:].T + Theta[:, 0]
        e = np.exp(-np.abs(Z))
        A.append(np.where(Z >= 0, 1.0, e) / (1.0 + e))
    delta = [np.empty((0, 0))] * len(A)
    if Y is None:
        return A, delta
    delta[-1] = A[-1] - Y
    for l in range(len(thetas) - 1, 0, -1):
        delta[l] = delta[l + 1] @ thetas[l][:, 1:] * A[l] * (1 - A[l])
    return A, delta


class NetworkFlow(Widget):
    """A network of sigmoid units with the logistic cost, sample by sample or as a mean over the batch.

    thetas: list of L matrices, thetas[l-1] of shape (s_l, s_{l-1} + 1) with the biases in column 0
    X: (m, s_0), the samples
    Y: (m, K), one-hot labels; None for a network that is only used forward
    edge: (l, i, j), the weight thetas[l-1][i-1, j] that is chosen to begin with; j = 0 is the bias
    """

    _esm = module("network_flow/view.js")

    thetas: traitlets.List[Any] = traitlets.List().tag(sync=True)
    X: traitlets.List[Any] = traitlets.List().tag(sync=True)
    Y: traitlets.List[Any] = traitlets.List(allow_none=True).tag(sync=True)
    drawn = traitlets.Int(DRAWN).tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    """sample, mean (over the batch) and edge; set by the page when a movement has ended."""

    def __init__(
        self,
        thetas: Sequence[ArrayLike],
        X: ArrayLike,
        Y: ArrayLike | None = None,
        *,
        edge: tuple[int, int, int] | None = None,
    ) -> None:
        self._thetas = [np.asarray(Theta, dtype=float) for Theta in thetas]
        self._X = np.asarray(X, dtype=float)
        self._Y = None if Y is None else np.asarray(Y, dtype=float)
        sizes = [self._X.shape[1], *(len(Theta) for Theta in self._thetas)]
        wanted = [(after, before + 1) for before, after in itertools.pairwise(sizes)]
        if [Theta.shape for Theta in self._thetas] != wanted:
            raise ValueError(f"With X {self._X.shape} the thetas must have the shapes {wanted}.")
        if self._Y is not None and self._Y.shape != (len(self._X), sizes[-1]):
            raise ValueError(f"Y has the shape {self._Y.shape}, and must have {(len(self._X), sizes[-1])}.")
        super().__init__(
            thetas=[Theta.tolist() for Theta in self._thetas],
            X=self._X.tolist(),
            Y=None if self._Y is None else self._Y.tolist(),
            state={"sample": 0, "mean": False, "edge": edge and list(edge)},
        )
        self.observe(lambda _: self._redraw(), "state")

    def picture(self) -> figures.Picture:
        """Draw the network with the activations as greys, and tell them and the δ in words."""
        A, delta = passes(self._thetas, self._X, self._Y)
        one, mean = self.state["sample"], self.state["mean"]
        shown = [layer.mean(axis=0) if mean else layer[one] for layer in A]
        words = [f"A network of {'-'.join(str(len(a)) for a in shown)} units, {_whose(one, mean, len(self._X))}."]
        for l, a in enumerate(shown):
            told = f"Layer {l}: a {_numbers(a)}"
            if l and self._Y is not None:
                told += f"; δ {_numbers(delta[l].mean(axis=0) if mean else delta[l][one])}"
            words.append(f"{told}.")
        if self.state["edge"] and self._Y is not None:
            l, i, j = self.state["edge"]
            below = A[l - 1][:, j - 1] if j else np.ones(len(self._X))
            products = delta[l][:, i - 1] * below
            gradient = figures.number(float(products.mean() if mean else products[one]))
            words.append(f"The gradient of thetas[{l - 1}][{i - 1}, {j}] is {gradient}.")
        return figures.picture(_draw(self._thetas, shown), " ".join(words))


def _whose(sample: int, mean: bool, m: int) -> str:
    return f"means over {m} samples" if mean else f"sample {sample}"


def _numbers(values: FloatArray) -> str:
    if len(values) <= 10:
        return ", ".join(figures.number(float(value)) for value in values)
    return f"from {figures.number(float(values.min()))} to {figures.number(float(values.max()))}"


def _draw(thetas: Sequence[FloatArray], shown: Sequence[FloatArray]) -> Figure:
    """Units as circles, the fuller the larger their activation; a large layer as a square of them."""
    fig = Figure(figsize=(2.2 * len(shown), 3.5), facecolor="white")
    ax = fig.add_subplot()
    spots = []
    for l, a in enumerate(shown):
        n = len(a)
        wide = int(np.ceil(np.sqrt(n))) if n > DRAWN else 1
        high = -(-n // wide)
        column, row = np.arange(n) % wide, np.arange(n) // wide
        spots.append(np.column_stack([l + (column - (wide - 1) / 2) * 0.06, (high / 2 - row - 0.5) / high]))
    for Theta, before, after in zip(thetas, spots, spots[1:], strict=False):
        if max(len(before), len(after)) <= DRAWN:
            for i, j in np.ndindex(len(after), len(before)):
                style = "-" if Theta[i, j + 1] >= 0 else ":"
                ax.plot(*np.array([before[j], after[i]]).T, style, color="darkgrey", linewidth=0.6, zorder=1)
    for spot, a in zip(spots, shown, strict=True):
        size = 120 if len(a) <= 10 else 40 if len(a) <= DRAWN else 16
        ax.scatter(
            spot[:, 0],
            spot[:, 1],
            s=size,
            c=a,
            cmap="Greys",
            vmin=min(0, a.min()),
            vmax=max(1, a.max()),
            edgecolors="black",
        )
    ax.set(xlim=(-0.5, len(shown) - 0.5), ylim=(-0.6, 0.55))
    for l in range(len(shown)):
        ax.text(l, -0.58, f"layer {l}", ha="center")
    ax.axis("off")
    return fig
