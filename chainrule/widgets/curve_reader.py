"""CurveReader: a network that trains while one watches, with a rate, a batch, units to be moved, and slips to plant.

Without a function of the student's it trains in JavaScript. With their `epoch`, each epoch is theirs, run in the
kernel, and their function is held against what must hold whatever the order of the samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from chainrule import figures
from chainrule.widgets import student, training
from chainrule.widgets.base import Number, Said, Widget, finite, module, sentence
from chainrule.widgets.training import SLIPS, Run, Thetas

Epoch = Callable[..., tuple[float, Thetas]]

SOME = 203
"""Samples with which the student's function is held against the right one; no batch size divides it."""
SEED = 0


class Trained(TypedDict):
    """What came of one epoch of the student's: numbers, or why there are none."""

    said: str | None
    loss: Number | None
    misread: int | None


class CurveReader(Widget):
    """The loss of each epoch and the share of test samples that are misread, as they grow.

    X: (m, n) and y: (m,), labels from 0, to learn from; X_test and y_test to be tested with
    epoch: the student's, and may be left out: takes thetas (matrices with the biases in column 0), X, y, eta, size and
        generator; returns the mean loss and the list of matrices after it
    eta, size, units: the learning rate, the samples in a batch and the hidden units to begin with

    >>> CurveReader(X, y, X_test, y_test, epoch)  # doctest: +SKIP
    """

    _esm = module("curve_reader/view.js")

    shapes = traitlets.Dict().tag(sync=True)
    """samples, tests, inputs, classes."""
    pixels = traitlets.Bytes().tag(sync=True)
    """X and X_test as 32-bit floats."""
    labels = traitlets.Bytes().tag(sync=True)
    """y, y_test, mixed and the orders as 16-bit whole numbers."""
    draws = traitlets.Bytes().tag(sync=True)
    """The normal numbers for the weights as 64-bit floats: those of the first layer, then those of the last."""
    slips = traitlets.Dict(SLIPS).tag(sync=True)
    asks = traitlets.Bool().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    """eta, size, units and slips; set by the page when a movement has ended."""
    curves = traitlets.Dict().tag(sync=True)
    """The last run that has ended: its state, losses and misread; set by the page."""

    def __init__(
        self,
        X: ArrayLike,
        y: ArrayLike,
        X_test: ArrayLike,
        y_test: ArrayLike,
        epoch: Epoch | None = None,
        *,
        eta: float = 0.1,
        size: int = 20,
        units: int = 25,
    ) -> None:
        arrays = [np.asarray(each) for each in (X, y, X_test, y_test)]
        if arrays[0].ndim != 2 or arrays[0].shape[1:] != arrays[2].shape[1:]:
            raise ValueError(f"X {arrays[0].shape} and X_test {arrays[2].shape} must have rows of the same length.")
        if [len(arrays[1]), len(arrays[3])] != [len(arrays[0]), len(arrays[2])]:
            raise ValueError("There must be a label for each row of X, and one for each row of X_test.")
        self._data = training.drawn(arrays[0], arrays[1], arrays[2], arrays[3], SEED)
        self._epoch = epoch
        self._thetas: Thetas = []
        self._generator: Any = np.random.default_rng(SEED)
        data = self._data
        whole = [data.y, data.y_test, data.mixed, data.orders.ravel()]
        super().__init__(
            shapes={
                "samples": len(data.X),
                "tests": len(data.X_test),
                "inputs": data.X.shape[1],
                "classes": data.classes,
            },
            pixels=np.vstack([data.X, data.X_test]).astype("<f4").tobytes(),
            labels=np.concatenate(whole).astype("<u2").tobytes(),
            draws=np.concatenate([data.first.ravel(), data.last.ravel()]).astype("<f8").tobytes(),
            asks=epoch is not None,
            state={"eta": float(eta), "size": size, "units": units, "slips": []},
        )
        self.observe(lambda _: self._redraw(), "curves")
        if epoch:
            student.follow([epoch], self._renew)

    def picture(self) -> figures.Picture:
        """Draw both curves of the present settings, and tell where they begin and end."""
        run = _run(self.curves.get("state", self.state))
        whose = "Your epochs" if self._epoch and self.curves else "Training"
        if self.curves:
            losses = [np.nan if loss is None else float(loss) for loss in self.curves["losses"]]
            mistakes = [int(count) for count in self.curves["misread"]]
        else:
            losses, mistakes = training.trained(self._data, run)
        fig = Figure(figsize=(7, 2.8), facecolor="white", layout="constrained")
        count = range(1, len(losses) + 1)
        curves = [("loss", losses), (f"misread of {len(self._data.X_test)}", list(map(float, mistakes)))]
        for place, (title, curve) in enumerate(curves, start=1):
            ax = fig.add_subplot(1, 2, place)
            ax.plot(count, curve, "k-o", markersize=3)
            ax.set(title=title, xlabel="epoch", ylim=(0, None))
        planted = f" Planted: {'; '.join(SLIPS[slip] for slip in run.slips)}." if run.slips else ""
        words = (
            f"{whose} with the rate {run.eta:g}, batches of {run.size} and {run.units} hidden units.{planted} The loss "
            f"goes from {figures.number(losses[0])} to {figures.number(losses[-1])} in {len(losses)} epochs; in the "
            f"end {mistakes[-1]} of {len(self._data.X_test)} are misread."
        )
        return figures.picture(fig, words)

    def _answer_judge(self, _: Any) -> Said:
        """What there is to say of the student's function, by itself."""
        try:
            text = self._judged()
        except student.CallError as error:
            return sentence(str(error))
        right = "Your epoch: with one batch its loss and its step are right, and with uneven batches its mean is."
        return sentence(text or right, wrong=text is not None)

    def _answer_epoch(self, asked: dict[str, Any]) -> Trained:
        """One epoch of the student's; `epoch` 0 begins a run."""
        run, number = _run(asked), int(asked["epoch"])
        if number == 0:
            self._thetas = run.beginning(self._data)
            self._generator = np.random.default_rng(SEED)
        X, y, generator = run.scale * self._data.X, run.labels(self._data), self._generator
        if "sorted" in run.slips:
            order = run.order(self._data, number)
            X, y, generator = X[order], y[order], _InOrder()
        try:
            loss, self._thetas = self._called(self._thetas, X, y, run.rate, run.size, generator)
        except student.CallError as error:
            return Trained(said=str(error), loss=None, misread=None)
        mistakes = training.misread(self._thetas, run.scale * self._data.X_test, self._data.y_test)
        return Trained(said=None, loss=finite(loss), misread=mistakes)

    def _called(self, thetas: Thetas, *args: Any) -> tuple[float, Thetas]:
        """The loss and the matrices that the student's function gives; raises CallError for anything else."""
        assert self._epoch is not None
        with np.errstate(all="ignore"):
            given = student.call(student.newest(self._epoch), [Theta.copy() for Theta in thetas], *args)
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise student.CallError("Not right yet: epoch should return two things, the loss and the list of matrices.")
        loss = student.array(given[0], "as the loss, epoch")
        if loss.ndim:
            raise student.CallError(f"Not right yet: the loss should be a number, and has the shape {loss.shape}.")
        if not isinstance(given[1], tuple | list) or len(given[1]) != len(thetas):
            raise student.CallError(f"Not right yet: the second thing should be a list of {len(thetas)} matrices.")
        after = [student.array(Theta, "as a matrix, epoch") for Theta in given[1]]
        for number, (Theta, before) in enumerate(zip(after, thetas, strict=True), start=1):
            if Theta.shape != before.shape:
                said = f"matrix {number} has the shape {Theta.shape} after an epoch, and had {before.shape}."
                raise student.CallError(f"Not right yet: {said}")
        return float(loss), after

    def _judged(self) -> str | None:
        """What is wrong with the student's function whatever order it takes the samples in, or None."""
        data = self._data
        X, y, thetas = data.X[:SOME], data.y[:SOME], Run(0.1, 20, 6).beginning(data)
        everything = np.arange(len(X))
        right, stepped = training.epoch(thetas, X, y, 0.5, len(X), everything)
        loss, after = self._called(thetas, X, y, 0.5, len(X), np.random.default_rng(SEED))
        if not np.isclose(loss, right, rtol=1e-6):
            return f"Your epoch: with one batch of {len(X)} samples its loss is {loss:.6g}, and should be {right:.6g}."
        for number, (yours, expected) in enumerate(zip(after, stepped, strict=True), start=1):
            if not np.allclose(yours, expected, rtol=1e-6, atol=1e-9):
                return f"Your epoch: after one batch with the rate 0.5, matrix {number} is not where a step leads."
        loss, after = self._called(thetas, X, y, 0.0, 20, np.random.default_rng(SEED))
        if not np.isclose(loss, right, rtol=1e-6):
            said = f"with the rate 0 and batches of 20 its loss is {loss:.6g}"
            return f"Your epoch: {said}, and the mean of all samples {right:.6g}; the last batch has {len(X) % 20}."
        return None


class _InOrder:
    """In the place of a generator: the samples stay as they are stored."""

    def permutation(self, x: Any) -> Any:
        return np.arange(x) if np.ndim(x) == 0 else np.asarray(x).copy()

    def shuffle(self, x: Any) -> None:
        pass


def _run(state: dict[str, Any]) -> Run:
    return Run(float(state["eta"]), int(state["size"]), int(state["units"]), tuple(state["slips"]))
