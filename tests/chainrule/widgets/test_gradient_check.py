"""GradientCheck in Python: right and wrong entries are told apart, and what fails is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.widgets.gradient_check import EXPONENTS, GradientCheck, Matrix

RNG = np.random.default_rng(3)
X, Y = RNG.normal(size=(5, 2)), RNG.normal(size=(5, 3))
THETAS = [RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5))]


def add_bias(A: Matrix) -> Matrix:
    return np.hstack([np.ones((len(A), 1)), A])


def cost(thetas: list[Matrix]) -> float:
    A = np.tanh(add_bias(X) @ thetas[0].T)
    return float(np.sum((add_bias(A) @ thetas[1].T - Y) ** 2) / (2 * len(X)))


def gradients(thetas: list[Matrix]) -> list[Matrix]:
    A = np.tanh(add_bias(X) @ thetas[0].T)
    delta = (add_bias(A) @ thetas[1].T - Y) / len(X)
    return [((delta @ thetas[1][:, 1:]) * (1 - A**2)).T @ add_bias(X), delta.T @ add_bias(A)]


def wrong(change: Callable[[Matrix, Matrix], Any]) -> Callable[[list[Matrix]], list[Matrix]]:
    def backward(thetas: list[Matrix]) -> list[Matrix]:
        found = gradients(thetas)
        change(*found)
        return found

    return backward


def test_a_right_gradient_agrees_and_its_curve_falls_and_rises() -> None:
    result = GradientCheck(cost, gradients, THETAS).result
    assert result["wrong"] == 0
    assert result["text"].endswith("All 27 entries agree.")
    best = int(np.argmin(result["curve"]))
    assert -7 <= EXPONENTS[best] <= -4
    assert result["curve"][0] > 1e3 * result["curve"][best] < result["curve"][-1]


def test_a_wrong_bias_column_is_seen_as_such() -> None:
    result = GradientCheck(cost, wrong(lambda G1, G2: G1.__setitem__((slice(None), 0), 0.0)), THETAS).result
    errors = np.array(result["errors"][0])
    assert (errors[:, 0] > 1e-6).all()
    assert (errors[:, 1:] < 1e-6).all()
    assert result["wrong"] == 4
    assert (result["worst"][0], result["worst"][2]) == (0, 0)


def test_the_largest_error_is_named_and_its_curve_is_flat() -> None:
    result = GradientCheck(cost, wrong(lambda G1, G2: G2.__setitem__((1, 3), 9.0)), THETAS).result
    assert result["worst"] == [1, 1, 3]
    assert "at Θ(2)[1, 3]. 1 of 27 entries differ." in result["text"]
    assert min(result["curve"]) > 0.1


def test_no_number_is_an_infinite_error() -> None:
    result = GradientCheck(cost, wrong(lambda G1, G2: G1.__setitem__((0, 0), np.nan)), THETAS).result
    assert result["worst"] == [0, 0, 0]
    assert result["errors"][0][0][0] == "Infinity"
    assert result["found"][0][0][0] == "NaN"


def raising(thetas: list[Matrix]) -> list[Matrix]:
    raise ValueError("no")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (raising, "Stopped by an error: ValueError: no"),
        (lambda thetas: None, "Not right yet: the gradients should be a list of 2 matrices."),
        (lambda thetas: [thetas[0].T, thetas[1]], "the gradient of Θ(1) has the shape (3, 4) and not (4, 3)."),
        (lambda thetas: [thetas[0], np.full((3, 5), "x")], "Not right yet: the gradients should hold numbers."),
    ],
)
def test_what_fails_is_said(function: Any, said: str) -> None:
    check = GradientCheck(cost, function, THETAS)
    assert said in check.result["text"]
    assert said in check.picture().alt


def test_the_thetas_stay_as_they_are() -> None:
    before = [Theta.copy() for Theta in THETAS]
    GradientCheck(cost, wrong(lambda G1, G2: None), THETAS).picture()
    assert all(np.array_equal(a, b) for a, b in zip(before, THETAS, strict=True))


def test_the_picture_names_the_largest_error() -> None:
    drawn = GradientCheck(cost, wrong(lambda G1, G2: G2.__setitem__((1, 3), 9.0)), THETAS).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert "at Θ(2)[1, 3]" in drawn.alt
