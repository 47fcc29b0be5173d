"""The solution of notebook 05 against autograd, mpmath and the published costs."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "solutions" / "05-regularization" / "regularization.ipynb"
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))


def sigmoid(z: Any) -> Any:
    return 0.5 * (1 + anp.tanh(z / 2))


def cost(thetas: Any, X: Any, y: Any, lam: float, kind: str, *, biases: bool = False) -> Any:
    """The penalised cost, without a word of the notebook's code."""
    A = X
    for Theta in thetas:
        Z = anp.dot(A, Theta[:, 1:].T) + Theta[:, 0]
        A = sigmoid(Z)
    Y = np.eye(len(thetas[-1]))[y]
    if kind == "softmax":
        loss = -anp.mean(anp.log(anp.sum(Y * anp.exp(Z), axis=1) / anp.sum(anp.exp(Z), axis=1)))
    else:
        loss = -anp.sum(Y * anp.log(A) + (1 - Y) * anp.log(1 - A)) / len(X)
    weights = thetas if biases else [Theta[:, 1:] for Theta in thetas]
    return loss + lam / (2 * len(X)) * sum(anp.sum(W * W) for W in weights)


def network(sizes: list[int], m: int, seed: int) -> tuple[list[Any], Any, Any]:
    rng = np.random.default_rng(seed)
    thetas = [rng.normal(size=(n, k + 1)) for k, n in pairwise(sizes)]
    return thetas, rng.normal(size=(m, sizes[0])), rng.integers(sizes[-1], size=m)


NETWORKS = [([3, 2], 4), ([2, 5, 3], 7), ([4, 3, 5, 2], 6), ([1, 1, 1], 1)]


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
@pytest.mark.parametrize("lam", [0.0, 0.7, 12.0])
@pytest.mark.parametrize(("sizes", "m"), NETWORKS)
def test_cost_and_gradients_agree_with_autograd(
    code: SimpleNamespace, sizes: list[int], m: int, lam: float, kind: str
) -> None:
    thetas, X, y = network(sizes, m, seed=m)
    assert code.cost(thetas, X, y, lam, kind) == pytest.approx(float(cost(thetas, X, y, lam, kind)), rel=1e-9)
    expected = autograd.grad(lambda thetas: cost(thetas, X, y, lam, kind))(thetas)
    for got, wanted in zip(code.gradients(thetas, X, y, lam, kind), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-12)
    only = autograd.grad(lambda thetas: cost(thetas, X, y, lam, kind) - cost(thetas, X, y, 0.0, kind))(thetas)
    for got, wanted in zip(code.penalty_gradients(thetas, lam, m), only, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("name", "lam", "figure"), [("353", 3.0, "cost_lam_3"), ("244", 1.5, "cost_lam_1_5")])
def test_the_costs_are_the_published_ones(code: SimpleNamespace, name: str, lam: float, figure: str) -> None:
    thetas, X, y = (getattr(code, f"{part}_{name}") for part in ("thetas", "X", "y"))
    published = PUBLISHED[f"debug-{name}"]
    assert code.cost(thetas, X, y, lam=lam) == pytest.approx(published[figure], rel=1e-14)
    assert code.cost(thetas, X, y) == pytest.approx(published["cost"], rel=1e-14)
    penalised = float(cost(thetas, X, y, lam, "logistic", biases=True))
    assert penalised == pytest.approx(published[f"{figure}_biases_penalised"], abs=5e-7)


def test_the_table_of_conventions_shows_the_published_figures(code: SimpleNamespace) -> None:
    first, second = PUBLISHED["debug-353"], PUBLISHED["debug-244"]
    expected = {
        r"lambda/\(2m\), without biases \(here\)": (first["cost_lam_3"], second["cost_lam_1_5"]),
        r"lambda/\(2m\), with biases": (first["cost_lam_3_biases_penalised"], second["cost_lam_1_5_biases_penalised"]),
        "no penalty": (first["cost"], second["cost"]),
    }
    for row, figures in expected.items():
        found = re.search(rf"{row} +(\S+) +(\S+)", code.printed)
        assert found, row
        assert [float(number) for number in found.groups()] == pytest.approx(figures, abs=5.1e-7)
    text = "".join("".join(cell["source"]) for cell in CELLS)
    quoted = PUBLISHED["coursera-mnist"]
    for figure in ("cost_lam_1", "cost_lam_1_biases_penalised"):
        assert f"{quoted[figure]:.6f}" in text
    for figure in (first["cost_lam_3"], second["cost_lam_1_5"]):
        assert f"{figure:.6f}" in text


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
def test_the_cost_survives_saturation(code: SimpleNamespace, kind: str) -> None:
    thetas, X, y = [np.array([[1000.0, 2.0], [-1000.0, -3.0]])], np.array([[0.5]]), np.array([1])
    with mpmath.workdps(60):
        z = [mpmath.mpf(1001), mpmath.mpf("-1001.5")]
        losses = [mpmath.log(1 + mpmath.exp(z[0])), mpmath.log(1 + mpmath.exp(-z[1]))]
        loss = sum(losses) if kind == "logistic" else mpmath.log(mpmath.exp(z[0]) + mpmath.exp(z[1])) - z[1]
        expected = float(loss + mpmath.mpf("1.5") / 2 * (4 + 9))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert code.cost(thetas, X, y, 1.5, kind) == pytest.approx(expected, rel=1e-14)


def test_weight_decay_is_the_penalised_step(code: SimpleNamespace) -> None:
    for (sizes, m), kind in zip(NETWORKS, ["logistic", "softmax"] * 2, strict=True):
        thetas, X, y = network(sizes, m, seed=20 + m)
        kept = [Theta.copy() for Theta in thetas]
        slopes = autograd.grad(lambda thetas, X=X, y=y, kind=kind: cost(thetas, X, y, 1.7, kind))(thetas)
        step = code.gradient_step(thetas, code.gradients(thetas, X, y, 1.7, kind), 0.4)
        decay = code.decay_step(thetas, code.data_gradients(thetas, X, y, kind), 0.4, 1.7, m)
        for old, Theta, slope, a, b in zip(kept, thetas, slopes, step, decay, strict=True):
            np.testing.assert_array_equal(old, Theta)
            np.testing.assert_allclose(a, Theta - 0.4 * slope, rtol=1e-8, atol=1e-12)
            np.testing.assert_allclose(b, a, rtol=1e-12, atol=1e-14)
    assert "the same step in both ways: True" in code.printed


def test_training_goes_down_the_penalised_cost(code: SimpleNamespace) -> None:
    thetas, X, y = network([2, 4, 3], 12, seed=9)
    costs = [
        float(cost(code.train(thetas, X, y, 0.5, 0.1, steps, "softmax"), X, y, 0.5, "softmax")) for steps in range(8)
    ]
    assert all(later < earlier for earlier, later in pairwise(costs))
    by_hand = thetas
    for _ in range(3):
        slopes = autograd.grad(lambda thetas: cost(thetas, X, y, 0.5, "logistic"))(by_hand)
        by_hand = [Theta - 0.3 * slope for Theta, slope in zip(by_hand, slopes, strict=True)]
    for got, wanted in zip(code.train(thetas, X, y, 0.5, 0.3, 3), by_hand, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8)


def test_without_a_penalty_the_network_over_fits(code: SimpleNamespace) -> None:
    _, on_train, on_val = np.array(code.curve).T
    assert np.all(np.diff(on_train) < 0)
    lowest = int(np.argmin(on_val))
    assert 0 < lowest < 20
    assert on_val[0] > on_val[lowest] + 0.2
    assert on_val[-1] > on_val[lowest] + 0.4
    assert code.overfit_guess == "falls, then rises"
    start, end = (float(number) for number in re.findall(r"largest weight +(\S+)", code.printed)[:2])
    assert end > 3 * start


def test_one_lambda_in_the_middle_is_best(code: SimpleNamespace) -> None:
    assert code.best == 0.1
    assert int(np.argmin(code.on_train)) == 0
    assert 0 < int(np.argmin(code.on_val)) < len(code.lams) - 1
    assert code.lambda_guess == ("the smallest", "one in the middle")
    assert code.on_train[-1] == pytest.approx(np.log(2), abs=1e-3)
    assert code.on_val[-1] == pytest.approx(np.log(2), abs=1e-3)
    by_hand = [float(cost(thetas, code.X_val, code.y_val, 0.0, "softmax")) for thetas in code.networks]
    np.testing.assert_allclose(code.on_val, by_hand, rtol=1e-9)


def test_far_too_much_leaves_the_base_rate(code: SimpleNamespace) -> None:
    rows = re.findall(r"^ +\[(\S+) (\S+)\]$", code.printed, flags=re.MULTILINE)
    assert len(rows) == 3
    for first, second in rows:
        assert float(first) == pytest.approx(code.rate_guess, abs=0.001)
        assert float(second) == pytest.approx(1 - code.rate_guess, abs=0.001)
    bias = np.linspace(-3, 3, 6001)  # the only thing left: z = (bias, 0)
    blind = 30 * np.logaddexp(0, -bias) + 10 * np.logaddexp(0, bias)
    assert code.rate_guess == pytest.approx(1 / (1 + np.exp(-bias[np.argmin(blind)])), abs=1e-3)


@pytest.mark.parametrize(("lam", "grows"), [(15.0, False), (45.0, False), (59.0, False), (61.0, True), (66.0, True)])
def test_the_decay_diverges_beyond_the_predicted_lambda(code: SimpleNamespace, lam: float, grows: bool) -> None:
    weights = [np.array([[0.0, 1.0]])]
    nothing = [np.zeros((1, 2))]
    for _ in range(3):
        weights = code.decay_step(weights, nothing, 1.0, lam, 30)
    assert bool(abs(weights[0][0, 1]) > 1) is grows
    assert (lam > code.diverge_guess) is grows


def test_the_other_predictions_are_true(code: SimpleNamespace) -> None:
    Theta = np.array([[4.0, 1.0, -2.0], [-3.0, 0.0, 1.0]])
    assert code.penalty_guess == pytest.approx(code.penalty([Theta], 3.0, 6))
    pull = (3.0 * Theta)[:, 1] / code.penalty_gradients([Theta], 3.0, 5)[0][:, 1].clip(1e-300)
    assert code.pull_guess == pytest.approx(pull[0])
    pair = [np.array([[1.0, 1.0]])]
    for _ in range(2):
        pair = code.decay_step(pair, [np.zeros((1, 2))], 0.5, 2.0, 10)
    assert code.decay_guess == pytest.approx((pair[0][0, 1], pair[0][0, 0]))


def test_the_bug_shows_where_a_bias_is_not_zero(code: SimpleNamespace) -> None:
    assert code.shows_the_bug(code.telling_weights) is True
    for bias in (0.0, -0.0, 0.1, -3.0):
        for other in (0.0, 2.0):
            expected = bias != 0 or "to this matrix the function does no harm."
            assert code.shows_the_bug([[0.0, other], [bias, 1.0]]) == expected
    Theta = np.array([[0.0, 1.0], [0.5, -2.0]])
    expected = code.penalty_gradients([Theta], 2.0, 5)[0]
    np.testing.assert_allclose(code.wrong_penalty_gradient(Theta.copy(), 2.0, 5), expected)


@pytest.mark.parametrize(
    "junk", [3, None, "ab", [1.0, 2.0], [[]], [[1.0], [2.0, 3.0]], [[np.nan]], [[np.inf, 1]], [[1j]]]
)
def test_only_a_matrix_tells_of_the_bug(code: SimpleNamespace, junk: object) -> None:
    assert code.shows_the_bug(junk) == "a list of rows is wanted, each of them a list of as many numbers."


def test_the_second_opinions_agree(code: SimpleNamespace) -> None:
    lines = re.findall(r"gradient +(\S+) +measured +(\S+)", code.printed)
    assert len(lines) == 4
    for ours, measured in lines:
        assert float(ours) == pytest.approx(float(measured), abs=1e-9)


def test_networks_are_left_as_they_were(code: SimpleNamespace) -> None:
    X, y, slopes = code.X_val[:4], code.y_val[:4], [np.ones((2, 3)), np.ones((2, 3))]
    fresh = [np.array([[4.0, 1.0, -2.0], [-3.0, 0.5, 1.0]]), np.array([[2.0, -1.5, 3.0], [0.5, 1.0, -1.0]])]
    for call in [
        *[(code.penalty, 3.0, 8), (code.penalty_gradients, 3.0, 8)],
        *[(f, X, y, 1.5, kind) for f in (code.cost, code.gradients) for kind in ("logistic", "softmax")],
        *[(code.gradient_step, slopes, 0.1), (code.decay_step, slopes, 0.5, 3.0, 8), (code.train, X, y, 1.5, 0.5, 2)],
    ]:
        function, *arguments = call
        thetas = [Theta.copy() for Theta in fresh]
        function(thetas, *arguments)
        for left, before in zip(thetas, fresh, strict=True):
            np.testing.assert_array_equal(left, before)


def test_the_cost_that_is_asked_for_decides_which_lambda_is_chosen(code: SimpleNamespace) -> None:
    lams, networks, X, y = [0.5, 3.0, 9.0, 6.0], code.four_networks, code.X_line, code.y_line
    for kind, expected in [("softmax", 3.0), ("logistic", 6.0)]:
        by_hand = [float(cost(thetas, X, y, 0.0, kind)) for thetas in networks]
        assert code.choose_lambda(lams, networks, X, y, kind) == lams[int(np.argmin(by_hand))] == expected
