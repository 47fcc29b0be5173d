"""The solution of notebook 06, training, against autograd, other code, and what its words claim."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "solutions" / "06-gradient-checking"
CELLS = json.loads((FOLDER / "training.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}


@pytest.fixture(scope="module")
def slope() -> Any:
    """The gradients of the given cost by autograd, a function of thetas, X, y and lam."""
    names: dict[str, Any] = {"np": anp}
    for cell in ("given-forward", "given-cost"):
        exec(SOURCES[cell], names)
    names["sigmoid"] = lambda z: 0.5 * (1 + anp.tanh(z / 2))
    return autograd.grad(names["cost"])


def network(m: int, seed: int) -> tuple[list[Any], Any, Any]:
    """Random weights, samples and labels of a network 3-4-2."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(4, 4)), rng.normal(size=(2, 5))], rng.normal(size=(m, 3)), rng.integers(2, size=m)


def agree(found: list[Any], expected: list[Any]) -> None:
    """Assert that two lists of matrices are the same."""
    for G, E in zip(found, expected, strict=True):
        np.testing.assert_allclose(G, E, rtol=1e-9, atol=1e-12)


def trained(slope: Any, thetas: list[Any], X: Any, y: Any, lam: float, eta: float, steps: int) -> list[Any]:
    """The weights after so many steps, with autograd's gradients."""
    for _ in range(steps):
        thetas = [Theta - eta * G for Theta, G in zip(thetas, slope(thetas, X, y, lam), strict=True)]
    return thetas


def test_the_first_cost_is_that_of_knowing_nothing(code: SimpleNamespace) -> None:
    assert code.first_cost_guess == pytest.approx(10 * np.log(2), abs=0.005)
    row = next(line for line in code.printed.splitlines() if line.split()[:1] == ["0.001"])
    assert float(row.split()[1]) == pytest.approx(10 * np.log(2), abs=0.01)


def test_the_parameters_are_counted_rightly(code: SimpleNamespace) -> None:
    n = sum(Theta.size for Theta in code.initial([64, 25, 10], 0.1, np.random.default_rng(0)))
    assert code.cost_count_guess == (n, 2 * n)


def test_random_weights_are_looked_at_rightly(code: SimpleNamespace) -> None:
    for seed in range(50):
        seen = code.look_at(code.initial, np.random.default_rng(seed))
        assert list(seen.values()) == [[(20, 31), (10, 21)], True, "about sigma", True, True]


def test_along_random_directions_a_right_gradient_agrees_and_a_wrong_one_does_not(
    code: SimpleNamespace, slope: Any
) -> None:
    thetas, X, y = network(8, seed=4)

    def error_of(gradients_of: Any) -> float:
        return float(code.error_along(lambda t: code.cost(t, X, y, 0.4), gradients_of, thetas))

    assert error_of(lambda t: slope(t, X, y, 0.4)) < 1e-8
    assert error_of(lambda t: [1.001 * G for G in slope(t, X, y, 0.4)]) == pytest.approx(1e-3 / 1.001, rel=1e-3)
    assert error_of(lambda t: slope(t, X, y, 0.0)) > 1e-3


def test_the_recipe_checks_and_trains(code: SimpleNamespace, slope: Any) -> None:
    thetas, X, y = network(8, seed=4)
    before = [Theta.copy() for Theta in thetas]
    error, found = code.recipe(thetas, X, y, 0.4, 0.8, 15)
    assert error < 1e-6
    agree(thetas, before)
    agree(found, trained(slope, thetas, X, y, 0.4, 0.8, 15))
    for left, right in zip(code.thetas_after(code.recipe), code.thetas_tiny, strict=True):
        np.testing.assert_array_equal(left, right)


def test_near_1000_the_error_of_a_right_check_tells_what_was_checked(code: SimpleNamespace) -> None:
    thetas, X, y, lam = code.thetas_far, code.X_far, code.y_seven, 100.0

    def error_of(samples: slice, lam: float) -> float:
        few, labels = X[samples], y[samples]
        found: float = code.error_along(
            lambda t: code.cost(t, few, labels, lam), lambda t: code.gradients(t, few, labels, lam), thetas
        )
        return found

    right = code.recipe(thetas, X, y, lam, 1e-6, 2)[0]
    assert right == error_of(slice(5), lam)
    for samples, other in [(slice(None), lam), (slice(5), 0.0), (slice(4), lam), (slice(2, 7), lam)]:
        assert abs(error_of(samples, other) - right) > 10 * (1e-8 + 1e-4 * right)


def test_the_share_is_that_of_samples(code: SimpleNamespace) -> None:
    outputs = np.random.default_rng(3).normal(size=(500, 7))
    y = np.random.default_rng(4).integers(7, size=500)
    right = [max(range(7), key=row.__getitem__) == label for row, label in zip(outputs, y, strict=True)]
    assert code.share_read(outputs, y) == sum(right) / 500


def test_the_wrong_share_flatters_who_says_no_to_everything(code: SimpleNamespace) -> None:
    assert code.wrong_share(np.zeros((20, 10)), np.arange(20) % 10) == pytest.approx(0.9)
    assert code.flatters(code.telling_outputs) is True
    assert code.flatters(...) is ... is code.learns(...) is code.letters(...)
    assert "read rightly" in code.flatters(([[0.1, 0.8, 0.2], [0.9, 0.3, 0.4]], [1, 1]))
    for junk in (3, None, ([[1, 2]], [0]), ([[1, 2, 3], [1, 2, 3]], [0, 7])):
        assert "wanted" in code.flatters(junk)


def test_the_record_is_of_every_so_many_steps(code: SimpleNamespace, slope: Any) -> None:
    thetas, X, y = network(8, seed=5)
    _, X_new, y_new = network(6, seed=6)
    found, curve = code.watch(thetas, (X, y), (X_new, y_new), 0.4, 0.8, 7, 3)
    agree(found, trained(slope, thetas, X, y, 0.4, 0.8, 7))
    assert [row[0] for row in curve] == [0, 3, 6]
    for step, J, share in curve:
        then = trained(slope, thetas, X, y, 0.4, 0.8, step)
        assert pytest.approx(code.cost(then, X, y, 0.4), rel=1e-9) == J
        assert share == np.mean(code.forward(then, X_new)[1][-1].argmax(axis=1) == y_new)


def test_no_digit_has_two_parts(code: SimpleNamespace) -> None:
    assert [len(part) for part in (code.X_learn, code.X_val, code.X_test)] == [1137, 300, 360]
    assert sorted([*code.drawn, *code.test_rows]) == list(range(len(code.X_digits)))


def test_the_setting_to_begin_with_falls_slowly_and_the_solution_reads(code: SimpleNamespace) -> None:
    rows = [line for line in code.printed.splitlines() if line.startswith("step ")][:5]
    costs = [float(row.split("cost")[1].split(",")[0]) for row in rows]
    assert all(before > after for before, after in itertools.pairwise(costs))
    assert costs[-1] > 2.5
    assert code.learns(code.digits_setting) is True
    assert code.learns(code.digits_setting, 1, code.X_test, code.y_test, 0.9) is True
