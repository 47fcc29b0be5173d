"""The solution of notebook 07 against autograd, mpmath, published figures, and what its words claim."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "solutions" / "07-activations" / "activations.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
RNG = np.random.default_rng(7)


def plain_softmax(z: Any) -> Any:
    """Softmax of a vector, or of each row, as its formula stands."""
    return anp.exp(z) / anp.sum(anp.exp(z), axis=-1, keepdims=True)


def by_complex_step(f: Callable[[Any], Any], z: Any) -> Any:
    """The derivative of an analytic function of one number, entry by entry, without a difference."""
    return np.imag(f(z + 1e-30j)) / 1e-30


# --- activations


def test_slopes_are_the_published_ones(code: SimpleNamespace) -> None:
    published = PUBLISHED["slopes"]
    z = np.array(published["z"])
    found = {
        "leaky_relu": code.leaky_relu_slope(z),
        "elu": code.elu_slope(z),
        "elu_2": code.elu_slope(z, 2.0),
        "tanh": code.tanh_bprop(np.tanh(z), np.ones(5)),
        "softplus": by_complex_step(lambda z: np.log(1 + np.exp(z)), z),
        "sigmoid": by_complex_step(lambda z: 1 / (1 + np.exp(-z)), z),
    }
    for name, slopes in found.items():
        np.testing.assert_allclose(slopes, published[name], rtol=3e-6, err_msg=name)


def test_the_predicted_order_of_the_slopes_is_the_published_one(code: SimpleNamespace) -> None:
    published = PUBLISHED["slopes"]
    for word, z in zip(code.slopes_guess, (0.0, 3.0), strict=True):
        at = published["z"].index(z)
        slopes = {"A": published["sigmoid"][at], "B": published["tanh"][at], "C": published["softplus"][at]}
        assert "".join(sorted(slopes, key=slopes.__getitem__, reverse=True)) == word


@pytest.mark.parametrize("c", [0.5, 1.0, 2.5])
def test_elu_and_its_slope_agree_with_50_digits(code: SimpleNamespace, c: float) -> None:
    z = np.array([-800.0, -30.0, -1.5, -1e-3, 0.0, 1e-3, 2.0, 800.0])
    with mpmath.workdps(50):
        values = [float(v if v > 0 else c * mpmath.expm1(v)) for v in z]
        slopes = [float(1 if v > 0 else c * mpmath.exp(v)) for v in z]
    np.testing.assert_allclose(code.elu(z, c), values, rtol=1e-12)
    np.testing.assert_allclose(code.elu_slope(z, c), slopes, rtol=1e-14)


def test_softplus_agrees_with_50_digits_wherever_it_stands(code: SimpleNamespace) -> None:
    z = np.array([-1000.0, -700.0, -60.0, -40.0, -1.0, 0.0, 1e-9, 1.0, 40.0, 709.0, 1000.0])
    with mpmath.workdps(500):
        expected = [float(mpmath.log(1 + mpmath.exp(v))) for v in z]
    np.testing.assert_allclose(code.softplus(z), expected, rtol=1e-15)
    assert f"{code.softplus(np.array([-40.0]))[0]:.1e}" == "4.2e-18"
    assert r"$4.2 \cdot 10^{-18}$" in SOURCES["softplus-text"]


def test_softplus_as_its_formula_stands_fails_as_the_words_say() -> None:
    with np.errstate(over="ignore"):
        assert np.log(1 + np.exp(np.array([1000.0, -40.0]))).tolist() == [np.inf, 0.0]


def test_back_through_tanh_agrees_with_autograd(code: SimpleNamespace) -> None:
    Z, dA = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
    expected = autograd.grad(lambda Z: anp.sum(dA * anp.tanh(Z)))(Z)
    np.testing.assert_allclose(code.tanh_bprop(np.tanh(Z), dA), expected, rtol=1e-12)


def test_tanh_is_the_stretched_sigmoid() -> None:
    z = np.linspace(-5, 5, 101)
    np.testing.assert_allclose(2 / (1 + np.exp(-2 * z)) - 1, np.tanh(z), atol=1e-15)


def test_saturated_is_below_a_hundredth_of_the_middle_from_6_and_from_3_on(code: SimpleNamespace) -> None:
    sigmoid = by_complex_step(lambda z: 1 / (1 + np.exp(-z)), np.array([0.0, 5.9, 6.0]))
    tanh = by_complex_step(np.tanh, np.array([0.0, 2.95, 3.0]))
    for middle, before, after in (sigmoid, tanh):
        assert after < 0.01 * middle < before
    assert f"{0.25**4:.1%}" == "0.4%"


def test_a_relu_is_tried_by_the_author_where_its_bug_is_hidden(code: SimpleNamespace) -> None:
    for line in re.findall(r"^z (\[.*\]), gradients (\[.*\]): back comes (\[.*\])$", code.printed, re.MULTILINE):
        z, dA, back = (np.array(json.loads(part)) for part in line)
        assert np.array_equal(back, dA * (z > 0))
        assert isinstance(code.shows_the_bug((z.tolist(), dA.tolist())), str)
    assert code.shows_the_bug(code.telling_example) is True


@pytest.mark.parametrize(
    "example", [3, None, ([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]]), ("a", "b"), ([], []), ([np.nan], [1.0])]
)
def test_what_is_no_example_does_not_show_the_bug(code: SimpleNamespace, example: Any) -> None:
    assert code.shows_the_bug(example).startswith("these are not two lists")
    assert code.shows_the_bug(...) is ...


def test_a_dead_unit_gets_no_gradient_and_a_living_one_does(code: SimpleNamespace) -> None:
    X, Theta, dA = RNG.normal(size=(6, 3)), RNG.normal(size=(5, 4)), RNG.normal(size=(6, 5))
    Theta[:, 0] = [0.0, -20.0, 0.5, 1.0, 2.0]
    gradient = autograd.grad(lambda Theta: anp.sum(dA * anp.maximum(anp.dot(X, Theta[:, 1:].T) + Theta[:, 0], 0)))(
        Theta
    )
    found = code.dead(X @ Theta[:, 1:].T + Theta[:, 0])
    assert found.tolist() == (~gradient.any(axis=1)).tolist()
    assert found[1]
    assert not found.all()


def test_the_table_of_dead_units_says_what_the_words_say(code: SimpleNamespace) -> None:
    rows = re.findall(r"^η = (\S+) +(\d+)% +(\d+)% +(\d+)$", code.printed, re.MULTILINE)
    share = {float(eta): (int(first) + int(second)) / 2 for eta, first, second, _ in rows}
    misread = {float(eta): int(count) for eta, *_, count in rows}
    assert share[0.1] == pytest.approx(2.5, abs=0.6)  # about one unit in forty
    assert share[1.0] > 80
    assert min(misread, key=misread.__getitem__) == 0.5
    with np.errstate(all="ignore"):
        thetas = code.trained(
            [64, 100, 100, 10], code.leaky_relu, code.leaky_relu_slope, code.X_seen, code.y_seen, 1.0, 720,
            np.random.default_rng(0),
        )  # fmt: skip
    assert np.isnan(thetas[-1]).any()


# --- softmax


@pytest.mark.parametrize("K", [2, 3, 6])
def test_the_jacobian_of_softmax_agrees_with_autograd(code: SimpleNamespace, K: int) -> None:
    z = RNG.normal(size=K)
    J = code.softmax_jacobian(plain_softmax(z))
    np.testing.assert_allclose(J, autograd.jacobian(plain_softmax)(z), atol=1e-15)
    np.testing.assert_allclose([J.sum(axis=0), J.sum(axis=1)], 0, atol=1e-15)


@pytest.mark.parametrize(("m", "K"), [(1, 3), (5, 2), (3, 6)])
def test_back_through_softmax_agrees_with_autograd(code: SimpleNamespace, m: int, K: int) -> None:
    Z, dA = RNG.normal(size=(m, K)), RNG.normal(size=(m, K))
    expected = autograd.grad(lambda Z: anp.sum(dA * plain_softmax(Z)))(Z)
    np.testing.assert_allclose(code.softmax_bprop(plain_softmax(Z), dA), expected, atol=1e-14)


def test_back_through_log_softmax_is_as_published(code: SimpleNamespace) -> None:
    published = PUBLISHED["log-softmax"]
    A = plain_softmax(np.array(published["z"]))
    np.testing.assert_allclose(np.log(A)[0], published["row_0"], atol=1e-6)
    dA = 2 * np.log(A) / A  # of the sum of the squares of log A
    expected = published["gradient_of_sum_of_squares_row_0"]
    np.testing.assert_allclose(code.softmax_bprop(A, dA)[0], expected, atol=2e-6)


def test_the_scores_of_the_lecture_are_used(code: SimpleNamespace) -> None:
    published = PUBLISHED["softmax-example"]
    assert code.lecture_scores.tolist() == [published["z"]]
    np.testing.assert_allclose(code.softmax(code.lecture_scores)[0], published["a"], atol=6e-3)


def test_softmax_and_its_logarithm_collapse(code: SimpleNamespace) -> None:
    A, Y = plain_softmax(RNG.normal(size=(4, 5))), np.eye(5)[[1, 0, 4, 4]]
    np.testing.assert_allclose(code.softmax_bprop(A, -Y / A), A - Y, atol=1e-15)


def test_the_author_of_the_wrong_softmax_was_content(code: SimpleNamespace) -> None:
    tried = re.findall(r"^(\[\[.*\]\]) gives (\[\[.*\]\])$", code.printed, re.MULTILINE)
    assert len(tried) == 3
    for scores, given in tried:
        assert code.breaks_it(json.loads(scores)) == "these two rows it can do."
        np.testing.assert_allclose(code.softmax(np.array(json.loads(scores))), json.loads(given), atol=6e-4)
    assert code.breaks_it(code.telling_scores) is True
    assert code.breaks_it([[750.0, 750.0], [0.0, 0.0]]) is True
    assert code.breaks_it([[700.0, 700.0], [0.0, 0.0]]) == "these two rows it can do."


@pytest.mark.parametrize("rows", [1, "ab", [[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 2.0], [3.0]], [[np.inf, 0], [0, 1]]])
def test_what_is_no_pair_of_rows_does_not_break_it(code: SimpleNamespace, rows: Any) -> None:
    assert code.breaks_it(rows).startswith("these are not two rows")
    assert code.breaks_it(...) is ...


# --- divergences


def test_divergences_agree_with_50_digits(code: SimpleNamespace) -> None:
    A = np.vstack([plain_softmax(RNG.normal(size=(3, 3))), [[1e-12, 0.25, 0.75 - 1e-12]]])
    Y = np.array([[0.5, 0.2, 0.3], [0.0, 1.0, 0.0], [0.7, 0.0, 0.3], [1.0, 0.0, 0.0]])
    with mpmath.workdps(50):
        pairs = [list(zip(map(mpmath.mpf, a), map(mpmath.mpf, y), strict=True)) for a, y in zip(A, Y, strict=True)]
        kl = [float(sum(y * mpmath.log(y / a) for a, y in row if y)) for row in pairs]
        squared = [float(sum((a - y) ** 2 for a, y in row) / 2) for row in pairs]
    np.testing.assert_allclose(code.kl(A, Y), kl, rtol=1e-13)
    np.testing.assert_allclose(code.squared(A, Y), squared, rtol=1e-13)
    assert code.empirical_risk(code.kl, A, Y) == pytest.approx(sum(kl) / 4, rel=1e-13)
    assert not code.kl(Y[:1], Y[:1]).any()


def test_cross_entropy_is_kl_plus_the_entropy_of_the_target(code: SimpleNamespace) -> None:
    A, Y = plain_softmax(RNG.normal(size=(5, 4))), plain_softmax(RNG.normal(size=(5, 4)))
    cross_entropy, entropy = -np.sum(Y * np.log(A), axis=1), -np.sum(Y * np.log(Y), axis=1)
    np.testing.assert_allclose(code.kl(A, Y) + entropy, cross_entropy, rtol=1e-13)
    pair = np.array([[0.3, 0.7]])
    assert code.kl(pair, pair)[0] == 0
    assert f"{-np.sum(pair * np.log(pair)):.3f}" == "0.611"


def test_the_fitted_risk_is_too_small_and_less_so_with_more_samples(code: SimpleNamespace) -> None:
    rows = re.findall(r"^ +(20|100|1437) +(\S+) +(\S+) +(\d+)$", code.printed, re.MULTILINE)
    assert [int(row[0]) for row in rows] == [20, 100, 1437]
    gaps = [float(new) - float(fitted) for _, fitted, new, _ in rows]
    assert gaps[0] > 3 * gaps[1] > 6 * gaps[2] > 0


# --- which loss learns


def test_the_unit_that_learns_slowly_is_nielsens(code: SimpleNamespace) -> None:
    published = PUBLISHED["slow-neuron"]
    for (weight, bias), first, last in zip(*(published[k] for k in ("start", "first", "last")), strict=True):
        outputs = []
        for _ in range(301):
            a = float(code.sigmoid(weight + bias))
            outputs.append(a)
            weight, bias = weight - 0.15 * a * a * (1 - a), bias - 0.15 * a * a * (1 - a)
        assert outputs[0] == pytest.approx(first, abs=5e-3)
        assert outputs[-1] == pytest.approx(last, abs=5e-3)
    np.testing.assert_allclose(code.by_squares, outputs, rtol=1e-9)  # the second of the two is the notebook's
    choices = dict(re.findall(r"\*\*([A-F])\*\* (0\.\d+)", SOURCES["slow-text"]))
    ends = (code.by_squares[-1], code.by_entropy[-1])
    assert [float(choices[letter]) for letter in code.slow_guess] == [round(end, 2) for end in ends]


def test_the_slopes_at_the_start_are_those_of_the_words(code: SimpleNamespace) -> None:
    a = code.by_squares[0]
    assert f"{a:.2f}" == "0.98"
    assert f"{a * a * (1 - a):.3f}" == "0.017"
    assert f"{1 / (1 - a):.0f}" == "56"
    assert 160 < int(np.argmax(np.array(code.by_squares) < 0.9)) < 180  # "some 170 steps"


def test_with_the_squares_two_networks_never_say_a_digit(code: SimpleNamespace) -> None:
    runs = {
        name: [(int(misread), int(never or 0)) for misread, never in re.findall(r"(\d+)(?: \((\d)\))?", line)]
        for name, line in re.findall(r"^(squared error|cross-entropy): (.+)$", code.printed, re.MULTILINE)
    }
    stuck = [misread for misread, never in runs["squared error"] if never]
    assert len(stuck) == 2
    assert min(stuck) > 3 * max(misread for misread, never in runs["squared error"] if not never)
    assert len(runs["cross-entropy"]) == 10
    assert not any(never for _, never in runs["cross-entropy"])
