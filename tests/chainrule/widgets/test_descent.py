"""Descent in Python: its costs and gradients, what it says of a student's steps, and the picture that stands in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.widgets.descent import Cost, Descent, Kind
from tests.chainrule.kernel import Kernel
from tests.chainrule.widgets.node import javascript

KINDS: list[Kind] = ["linear", "logistic", "squared"]
X, Y = [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]
START = (-4.0, 3.0)
Step = Callable[..., Any]


def right(theta: np.ndarray, eta: float, lam: float = 0.0) -> np.ndarray:
    return theta - eta * Cost(X, Y, "logistic").gradient(theta, lam)


def said(update: Step, **options: Any) -> str:
    return str(Descent(X, Y, "logistic", update, start=START, eta=0.5, **options).result["said"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_is_what_differences_measure(kind: Kind, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost, theta, lam = Cost(rng.normal(size=7), rng.integers(2, size=7), kind), rng.normal(size=2), rng.uniform(0, 3)
    steps = 1e-6 * np.eye(2)
    measured = (cost.value(theta + steps, lam) - cost.value(theta - steps, lam)) / 2e-6
    assert cost.gradient(theta, lam) == pytest.approx(measured, abs=1e-8)


def test_the_costs_are_those_of_the_course() -> None:
    theta = np.array([0.5, -1.0])
    a = 1 / (1 + np.exp(-(0.5 - np.array(X))))
    logistic = -np.mean(np.where(np.array(Y) == 1, np.log(a), np.log(1 - a)))
    assert Cost(X, Y, "logistic").value(theta) == pytest.approx(logistic)
    assert Cost(X, Y, "squared").value(theta) == pytest.approx(np.mean((a - Y) ** 2) / 2)
    assert Cost(X, Y, "linear").value(theta, 3.0) == pytest.approx(
        np.mean((0.5 - np.array(X) - Y) ** 2) / 2 + 3.0 / (2 * 6) * 1.0
    )


def test_the_penalty_leaves_the_bias_out() -> None:
    cost = Cost(X, Y, "logistic")
    assert (cost.gradient([2.0, 3.0], 6.0) - cost.gradient([2.0, 3.0])).tolist() == pytest.approx([0.0, 3.0])


def test_javascript_and_python_find_the_same_costs_gradients_and_paths() -> None:
    rng = np.random.default_rng(7)
    cases = [
        [
            kind,
            {"x": rng.normal(size=m).tolist(), "y": rng.integers(2, size=m).tolist()},
            lam,
            rng.normal(0, 3, 2).tolist(),
        ]
        for kind in KINDS
        for m, lam in zip(rng.integers(1, 12, 40).tolist(), rng.uniform(0, 5, 40).tolist(), strict=True)
    ]
    call = """(module, cases) => cases.map(([kind, samples, lam, theta]) => {
        const cost = module.costOf(kind, samples, lam);
        return [cost.value(theta), cost.gradient(theta), cost.bends(theta), module.downhill(cost, theta, 0.1, 5)[5]];
    })"""
    for (kind, samples, lam, start), found in zip(cases, javascript("descent/model.js", call, cases), strict=True):
        cost, theta = Cost(samples["x"], samples["y"], kind), np.array(start)
        value, gradient, (p, q, r), end = found
        assert value == pytest.approx(float(cost.value(theta, lam)), rel=1e-12)
        assert gradient == pytest.approx(cost.gradient(theta, lam), rel=1e-9, abs=1e-12)
        measured = [
            (cost.gradient(theta + step, lam) - cost.gradient(theta - step, lam)) / 2e-5 for step in 1e-5 * np.eye(2)
        ]
        assert np.array([[p, q], [q, r]]) == pytest.approx(np.array(measured), abs=1e-6)
        for _ in range(5):
            theta = theta - 0.1 * cost.gradient(theta, lam)
        assert end == pytest.approx(theta, rel=1e-9, abs=1e-12)


def test_the_minimum_is_where_the_gradient_vanishes_or_nowhere() -> None:
    apart = {"x": [-1, -0.5, 0.5, 1], "y": [0, 0, 1, 1]}
    mixed = {"x": [-1, -0.5, 0.5, 1], "y": [0, 1, 0, 1]}
    cases = [[apart, 0], [apart, 0.5], [mixed, 0]]
    call = """(module, cases) => cases.map(([samples, lam]) =>
        module.lowest(module.costOf('logistic', samples, lam), [0.3, 0.4], 6))"""
    nowhere, *places = javascript("descent/model.js", call, cases)
    assert nowhere is None
    for (samples, lam), place in zip(cases[1:], places, strict=True):
        assert Cost(samples["x"], samples["y"], "logistic").gradient(place, lam) == pytest.approx([0, 0], abs=1e-8)


def test_right_steps_are_said_to_be_right() -> None:
    assert said(right, steps=12) == "Your path: all 12 steps are against the gradient."
    assert said(right, steps=12, lam=2.0) == "Your path: all 12 steps are against the gradient."


def test_the_first_wrong_step_is_named_with_both_places() -> None:
    def uphill(theta: np.ndarray, eta: float) -> np.ndarray:
        return 2 * theta - right(theta, eta)

    result = Descent(X, Y, "logistic", uphill, start=START, eta=0.5).result
    assert result["wrong"] == 1
    assert result["said"].startswith(
        "Your step 1 is not against the gradient of this cost: from (−4, 3) yours leads to"
    )


@pytest.mark.parametrize(
    ("update", "words"),
    [
        (lambda theta, eta: None, "Not right yet: the step returned nothing; does it end with return?"),
        (lambda theta, eta: theta[:1], "Not right yet: the step returned an array of shape (1,) and not two numbers."),
        (lambda theta, eta: "down", "Not right yet: the step returned a str and not two numbers."),
        (lambda theta, eta: theta * np.nan, "Not right yet: the step returned a weight that is not a finite number."),
        (lambda theta, eta: 1 / 0, "Stopped by an error: ZeroDivisionError: division by zero"),
    ],
)
def test_a_step_that_fails_is_said_to_and_no_path_of_it_is_drawn(update: Step, words: str) -> None:
    widget = Descent(X, Y, "logistic", update, start=START, eta=0.5)
    assert widget.result["said"].startswith(words)
    assert widget.result["path"] == [list(START)]
    assert "20 steps lead from (−4, 3)" in widget.picture().alt


def test_a_step_that_changes_its_argument_changes_no_place_behind_it() -> None:
    def in_place(theta: np.ndarray, eta: float) -> np.ndarray:
        theta -= eta * Cost(X, Y, "logistic").gradient(theta)
        return theta

    assert said(in_place) == "Your path: all 20 steps are against the gradient."


def test_a_diverging_path_ends_before_its_numbers_do() -> None:
    widget = Descent(X, Y, "linear", start=START, eta=50.0, steps=1000)
    assert "5 steps lead from (−4, 3)" in widget.picture().alt


SHOWN = """
import numpy as np
from chainrule import widgets
def step(theta, eta, lam):
    return theta
widgets.Descent([-1.0, 0.5, 1.0], [0, 1, 1], "logistic", step, start=(2.0, -3.0), eta=0.5, lam=1.0)
"""


def test_a_picture_with_its_words_is_displayed_above_the_widget(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        shown = kernel.run(SHOWN)
    assert re.search(r'<img src="data:image/png;base64,[^"]*" alt="Contours of the logistic cost', shown.html)
    assert "gradient descent with η = 0.50, λ = 1: 20 steps lead from (2, −3) to (2, −3)" in shown.text
    assert "Your step 1 is not against the gradient" in shown.text
    assert shown.error is None
