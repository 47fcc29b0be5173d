"""The activations and divergences of the course, with their slopes: what ActivationExplorer draws and holds against.

The same stand in `page/activation_explorer/model.js`; a test compares them. At a kink the left piece counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEAK, ELU_CONSTANT = 0.01, 1.0


@dataclass(frozen=True)
class Activation:
    """A function of z: its value and its slope, entry by entry."""

    value: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Loss:
    """A divergence of an output a from its target y: its value, and its slope in a.

    The squared error is half of it, of this one output; the others are of the two probabilities a and 1 − a.
    """

    value: Callable[[FloatArray, float], FloatArray]
    slope: Callable[[FloatArray, float], FloatArray]


def sigmoid(z: FloatArray) -> FloatArray:
    """1 / (1 + exp(-z)), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def _elu_slope(z: FloatArray) -> FloatArray:
    return np.where(z > 0, 1.0, ELU_CONSTANT * np.exp(np.minimum(z, 0)))


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(lambda z: z, np.ones_like),
    "step": Activation(lambda z: np.where(z >= 0, 1.0, 0.0), np.zeros_like),
    "sigmoid": Activation(sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": Activation(np.tanh, lambda z: 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
    "ReLU": Activation(lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "softplus": Activation(lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))), sigmoid),
    "leaky ReLU": Activation(lambda z: np.where(z > 0, z, LEAK * z), lambda z: np.where(z > 0, 1.0, LEAK)),
    "ELU": Activation(lambda z: np.where(z > 0, z, ELU_CONSTANT * np.expm1(np.minimum(z, 0))), _elu_slope),
}


def _x_log_x(x: float) -> float:
    return float(x * np.log(x)) if x > 0 else 0.0


def cross_entropy(a: FloatArray, y: float) -> FloatArray:
    """−y log a − (1 − y) log(1 − a)."""
    return -(y * np.log(a) + (1 - y) * np.log1p(-a))


def _entropy_slope(a: FloatArray, y: float) -> FloatArray:
    return (a - y) / (a * (1 - a))


LOSSES: dict[str, Loss] = {
    "squared error": Loss(lambda a, y: (a - y) ** 2 / 2, lambda a, y: a - y),
    "cross-entropy": Loss(cross_entropy, _entropy_slope),
    "KL divergence": Loss(lambda a, y: cross_entropy(a, y) + _x_log_x(y) + _x_log_x(1 - y), _entropy_slope),
}
