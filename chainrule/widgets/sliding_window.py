"""SlidingWindow: a kernel over a picture, every use of a weight, and the gradient that is their sum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.base import Number, Running, Said, module, rows, sentence
from chainrule.widgets.sliding import Slid, differing, slide, yours
from chainrule.widgets.source import lines_that_write

GRIDS = {"Z": "output", "dTheta": "kernel", "dX": "input"}
"""In which grid the numbers stand; in this order the first wrong one is looked for."""


class Result(TypedDict):
    """What came of the student's functions: numbers as rows, None for what did not come."""

    look: dict[str, Any]
    """What was asked."""
    Z: list[list[Number]] | None
    dTheta: list[list[Number]] | None
    """The bias, then the kernel row by row."""
    dX: list[list[Number]] | None
    wrong: dict[str, list[list[int]]]
    """By grid, the places of the wrong ones; of the kernel, [k, 0] is the bias."""
    first: list[Any] | None
    """The grid, row and column of the first wrong number."""
    said: list[Said]


class SlidingWindow(Running):
    """A convolution of one picture by one kernel, with all places where a number is used.

    Theta: (1, 1 + k * k), the bias and the kernel, row by row; X: (1, 1, H, W), the picture
    fprop: the student's, takes Theta, X, k, stride, p and returns Z: (1, 1, down, across); may be left out
    bprop: the student's, takes Theta, X, dZ, k, stride, p and returns dTheta, dX; may be left out. It gets the dZ
        that the widget shows: small whole numbers
    k: size of the kernel; stride: how far it moves at first; p: width of the border of zeros at first

    >>> SlidingWindow(Theta, X, conv_fprop, conv_bprop, k=3, stride=1, p=0)  # doctest: +SKIP
    """

    _esm = module("sliding_window/view.js")
    _asked = "look"

    setup = traitlets.Dict().tag(sync=True)
    """X: rows of the picture; kernel: its rows; bias."""
    look = traitlets.Dict().tag(sync=True)
    """stride, p, and choice: a grid, a row and a column in it, or None; set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What came of the student's functions: see `Result`."""

    def __init__(
        self,
        Theta: ArrayLike,
        X: ArrayLike,
        fprop: Callable[..., Any] | None = None,
        bprop: Callable[..., Any] | None = None,
        *,
        k: int = 3,
        stride: int = 1,
        p: int = 0,
    ) -> None:
        theta, x = np.asarray(Theta, dtype=float), np.asarray(X, dtype=float)
        if theta.shape != (1, 1 + k * k):
            raise ValueError(f"Theta has the shape {theta.shape}; for one kernel of {k} x {k} it is {(1, 1 + k * k)}.")
        if x.ndim != 4 or x.shape[:2] != (1, 1) or min(x.shape[2:]) < k:
            raise ValueError(f"X has the shape {x.shape}, and must be one picture, (1, 1, H, W), no smaller than {k}.")
        if stride < 1 or p < 0:
            raise ValueError(f"The stride is at least 1 and p at least 0; they are {stride} and {p}.")
        self._theta, self._X, self._fprop, self._bprop = theta[0], x[0, 0], fprop, bprop
        setup = {"X": rows(self._X), "kernel": rows(self._theta[1:].reshape(k, k)), "bias": float(self._theta[0])}
        look = {"stride": stride, "p": p, "choice": None}
        super().__init__(setup=setup, look=look, result=self._run(look))
        self.observe(lambda _: self._redraw(), "look")
        student.follow([f for f in (fprop, bprop) if f is not None], self._changed)

    def picture(self) -> figures.Picture:
        """Draw picture, kernel and output with their gradients, and tell what is wrong."""
        stride, p = self.look["stride"], self.look["p"]
        right, dZ = slide(self._theta, self._X, stride, p)
        assert right.Z is not None and right.dTheta is not None and right.dX is not None
        found, _ = yours(self._fprop, self._bprop, self._theta, self._X, self.look)
        k = len(self.setup["kernel"])
        Z, dTheta, dX = (
            b if a is None else a for a, b in ((found.Z, right.Z), (found.dTheta, right.dTheta), (found.dX, right.dX))
        )
        fig = Figure(figsize=(11, 3.6), facecolor="white", layout="constrained")
        left, middle, end = fig.subplots(1, 3)
        _draw(left, "the picture", self._X, dX, differing(found.dX, right.dX))
        wrong = [[(n - 1) // k, (n - 1) % k] for (n,) in differing(found.dTheta, right.dTheta) if n]
        _draw(middle, "the kernel", self._theta[1:].reshape(k, k), dTheta[1:].reshape(k, k), wrong)
        _draw(end, "the output", Z, dZ, differing(found.Z, right.Z))
        (H, W), (down, across) = self._X.shape, right.Z.shape
        words = [
            f"A kernel of {k} by {k} slides over a picture of {H} by {W} with stride {stride} and a border of {p}. "
            f"The output is {down} by {across}, so each of its weights is used {down * across} times, and its gradient "
            "is the sum of as many products.",
            *(each["text"] for each in self._run(self.look)["said"]),
        ]
        return figures.picture(fig, " ".join(words))

    def _run(self, look: dict[str, Any]) -> Result:
        right, _ = slide(self._theta, self._X, look["stride"], look["p"])
        found, problems = yours(self._fprop, self._bprop, self._theta, self._X, look)
        k = len(self._theta[1:]) ** 0.5
        wrong = {grid: differing(getattr(found, name), getattr(right, name)) for name, grid in GRIDS.items()}
        wrong["kernel"] = [[(n - 1) // int(k), (n - 1) % int(k)] if n else [int(k), 0] for (n,) in wrong["kernel"]]
        first = next(([grid, *places[0]] for grid, places in wrong.items() if places), None)
        texts = [sentence(text) for text in dict.fromkeys(problems)]  # both passes may wait for one function
        if first is not None:
            text = _first_wrong(first, wrong, found, right, int(k))
            texts.insert(0, sentence(text, self._lines(str(first[0])), wrong=True))
        elif not problems and (self._fprop or self._bprop):
            texts.append(sentence("Your functions: every number here is right."))
        Z, dTheta, dX = (_rows(array) for array in (found.Z, found.dTheta, found.dX))
        return Result(look=look, Z=Z, dTheta=dTheta, dX=dX, wrong=wrong, first=first, said=texts)

    def _lines(self, grid: str) -> list[str]:
        """The lines of the student's code that make what a grid shows: Z, dTheta or dX."""
        if grid == "output":
            return lines_that_write(student.newest(self._fprop)) if self._fprop else []
        return lines_that_write(student.newest(self._bprop), ["kernel", "input"].index(grid)) if self._bprop else []


def _rows(array: NDArray[np.float64] | None) -> list[list[Number]] | None:
    return None if array is None else rows(np.atleast_2d(array))


def _first_wrong(first: list[Any], wrong: dict[str, list[list[int]]], found: Slid, right: Slid, k: int) -> str:
    """The first wrong number in words, and how many there are."""
    grid, row, column = first
    name = {"output": "Z", "kernel": "dTheta", "input": "dX"}[grid]
    at: Any = (0 if row == k else 1 + row * k + column) if grid == "kernel" else (row, column)
    what = "the gradient of the bias" if at == 0 and grid == "kernel" else f"{_called(grid)}[{row}, {column}]"
    numbers = [f"{getattr(each, name)[at]:.6g}" for each in (found, right)]
    count = sum(map(len, wrong.values()))
    many = "It is the only wrong number." if count == 1 else f"{count} numbers are wrong."
    return f"The first wrong number is {what}: yours is {numbers[0]}, right is {numbers[1]}. {many}".replace("-", "−")


def _called(grid: str) -> str:
    return {"output": "z", "kernel": "dw", "input": "dx"}[grid]


def _draw(
    ax: Axes, title: str, values: NDArray[np.float64], gradients: NDArray[np.float64], wrong: list[list[int]]
) -> None:
    """A grid: in each place the number above, its gradient below, and a cross where something is wrong."""
    rows, columns = values.shape
    ax.set(title=title, xlim=(0, columns), ylim=(rows, 0), aspect="equal", xticks=[], yticks=[])
    for i, j in np.ndindex(rows, columns):
        ax.plot([j, j + 1, j + 1, j, j], [i, i, i + 1, i + 1, i], color=figures.LINE, linewidth=0.8)
        cross = " x" if [i, j] in wrong else ""
        value, gradient = figures.number(float(values[i, j])), f"← {figures.number(float(gradients[i, j]))}"
        ax.text(j + 0.5, i + 0.4, value + cross, ha="center", size=8, color=figures.FORWARD, weight="bold")
        ax.text(j + 0.5, i + 0.8, gradient, ha="center", size=7, color=figures.BACKWARD, style="italic")
