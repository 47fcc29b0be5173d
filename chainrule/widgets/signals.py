"""Signals through layers of one width: how large activations are on the way up, and gradients on the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Function = Callable[[FloatArray], Any]

WIDTH = 64
"""Units in each layer, and samples."""
DEEPEST = 15

ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "linear": (lambda Z: 1.0 * Z, np.ones_like),
    "tanh": (np.tanh, lambda A: 1 - A**2),
    "sigmoid": (lambda Z: 1 / (1 + np.exp(-Z)), lambda A: A * (1 - A)),
    "ReLU": (lambda Z: np.maximum(0.0, Z), lambda A: 1.0 * (A > 0)),
}
"""Each activation, and its slope by its own value."""


class Draws(NamedTuple):
    """What is drawn once: inputs, gradient from above (WIDTH, WIDTH), weights (DEEPEST, WIDTH, WIDTH), deviation 1."""

    inputs: FloatArray
    above: FloatArray
    weights: FloatArray


def draws(seed: int = 0) -> Draws:
    """Draws in single precision, so that they can travel to the page as they are."""
    generator = np.random.default_rng(seed)
    found = generator.normal(size=(DEEPEST + 2, WIDTH, WIDTH)).astype(np.float32).astype(np.float64)
    return Draws(found[0], found[1], found[2:])


class Signals(NamedTuple):
    """By layer, the first first: activations (m, s), and the mean square of the gradient with respect to Z."""

    activations: list[FloatArray]
    gradients: list[float]


def matrices(drawn: Draws, spread: float, depth: int) -> list[FloatArray]:
    """Theta (WIDTH, WIDTH + 1) of each layer, biases 0; the weights have the deviation spread / sqrt(WIDTH)."""
    zeros = np.zeros((WIDTH, 1))
    return [np.hstack([zeros, spread / WIDTH**0.5 * W]) for W in drawn.weights[:depth]]


def sent(drawn: Draws, activation: str, spread: float, depth: int) -> Signals:
    """Send the inputs through all layers, and the gradient from above back."""
    g, slope = ACTIVATIONS[activation]
    thetas = matrices(drawn, spread, depth)
    A = [drawn.inputs]
    for Theta in thetas:
        A.append(g(A[-1] @ Theta[:, 1:].T))
    dZ = drawn.above * slope(A[-1])
    gradients = [float(np.mean(dZ**2))]
    for Theta, below in zip(thetas[:0:-1], A[-2:0:-1], strict=True):
        dZ = dZ @ Theta[:, 1:] * slope(below)
        gradients.insert(0, float(np.mean(dZ**2)))
    return Signals(A[1:], gradients)
