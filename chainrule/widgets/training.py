"""What CurveReader trains: a network with one layer of tanh units and softmax, and the slips that are planted in a run.

The same stands in `page/curve_reader/model.js`; a test compares whole runs. Whatever is random is drawn here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Thetas = list[FloatArray]

EPOCHS = 20
MOST_UNITS = 100
PIXELS = 16.0
"""The largest pixel of the small digits, by which the slip "pixels" does not divide."""

SLIPS = {
    "pairs": "labels shuffled, pictures not",
    "sorted": "sorted by class, not shuffled",
    "summed": "gradients summed, not averaged",
    "twice": "divided by the batch twice",
    "uphill": "a sign lost: uphill",
    "zeros": "all weights begin at 0",
    "pixels": "pixels not scaled",
}


@dataclass(frozen=True)
class Data:
    """Samples to learn from and to be tested with, X (m, n) and labels y (m,) from 0, and what is drawn for a run.

    first (MOST_UNITS, n) and last (K, MOST_UNITS) are normal numbers for the weights, orders (EPOCHS, m) are those of
    the samples, mixed (m,) is how the slip "pairs" shuffles the labels
    """

    X: FloatArray
    y: IntArray
    X_test: FloatArray
    y_test: IntArray
    first: FloatArray
    last: FloatArray
    orders: IntArray
    mixed: IntArray

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.last)


def drawn(X: FloatArray, y: IntArray, X_test: FloatArray, y_test: IntArray, seed: int) -> Data:
    """Samples with what is drawn for a run."""
    generator = np.random.default_rng(seed)
    classes = int(max(y.max(), y_test.max())) + 1
    return Data(
        np.asarray(X, dtype=np.float32).astype(float),
        y,
        np.asarray(X_test, dtype=np.float32).astype(float),
        y_test,
        generator.normal(size=(MOST_UNITS, X.shape[1])),
        generator.normal(size=(classes, MOST_UNITS)),
        np.array([generator.permutation(len(X)) for _ in range(EPOCHS)]),
        generator.permutation(len(X)),
    )


@dataclass(frozen=True)
class Run:
    """A run's settings: the learning rate, the samples in a batch, the hidden units, and the slips that are planted."""

    eta: float
    size: int
    units: int
    slips: Sequence[str] = ()

    @property
    def rate(self) -> float:
        """The learning rate with what the slips make of it: each of these is a factor at every step."""
        factor = (self.size if "summed" in self.slips else 1) / (self.size if "twice" in self.slips else 1)
        return self.eta * factor * (-1 if "uphill" in self.slips else 1)

    @property
    def scale(self) -> float:
        """By what the pixels are larger than they should be."""
        return PIXELS if "pixels" in self.slips else 1.0

    def labels(self, data: Data) -> IntArray:
        """The labels that it learns from."""
        return data.y[data.mixed] if "pairs" in self.slips else data.y

    def order(self, data: Data, epoch: int) -> IntArray:
        """The samples' order in an epoch, counted from 0."""
        return np.argsort(self.labels(data), kind="stable") if "sorted" in self.slips else data.orders[epoch]

    def beginning(self, data: Data) -> Thetas:
        """The first weights, drawn as Glorot and Bengio (2010) propose; the biases are 0."""
        shapes = [data.first[: self.units], data.last[:, : self.units]]
        factor = 0.0 if "zeros" in self.slips else 1.0
        return [
            np.hstack([np.zeros((len(draws), 1)), factor * draws * np.sqrt(2 / sum(draws.shape))]) for draws in shapes
        ]


def forward(thetas: Thetas, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The hidden layer's activations (m, s), and the logarithms of the outputs' softmax (m, K)."""
    A = np.tanh(X @ thetas[0][:, 1:].T + thetas[0][:, 0])
    Z = A @ thetas[1][:, 1:].T + thetas[1][:, 0]
    shifted = Z - Z.max(axis=1, keepdims=True)
    return A, shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def epoch(thetas: Thetas, X: FloatArray, y: IntArray, eta: float, size: int, order: IntArray) -> tuple[float, Thetas]:
    """Train once with every sample; return the mean loss, each before its batch's step, and the new matrices."""
    total, (first, last) = 0.0, thetas
    for start in range(0, len(X), size):
        rows = order[start : start + size]
        A, logs = forward([first, last], X[rows])
        total -= float(logs[np.arange(len(rows)), y[rows]].sum())
        dZ = np.exp(logs)
        dZ[np.arange(len(rows)), y[rows]] -= 1
        dZ /= len(rows)
        dH = dZ @ last[:, 1:] * (1 - A**2)
        last = last - eta * np.hstack([dZ.sum(axis=0)[:, None], dZ.T @ A])
        first = first - eta * np.hstack([dH.sum(axis=0)[:, None], dH.T @ X[rows]])
    return total / len(X), [first, last]


def misread(thetas: Thetas, X: FloatArray, y: IntArray) -> int:
    """How many samples a network takes for another class."""
    return int(np.sum(forward(thetas, X)[1].argmax(axis=1) != y))


def trained(data: Data, run: Run, epochs: int = EPOCHS) -> tuple[list[float], list[int]]:
    """The losses and the misread test samples of a run, epoch by epoch."""
    thetas, losses, mistakes = run.beginning(data), [], []
    with np.errstate(all="ignore"):
        for number in range(epochs):
            order = run.order(data, number)
            loss, thetas = epoch(thetas, run.scale * data.X, run.labels(data), run.rate, run.size, order)
            losses.append(loss)
            mistakes.append(misread(thetas, run.scale * data.X_test, data.y_test))
    return losses, mistakes
