"""The solution of notebook 04, vectorised, against autograd, mpmath and the published gradient."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "solutions" / "04-delta-rule" / "vectorised.ipynb"
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))


def sigmoid(z: Any) -> Any:
    return 0.5 * (1 + anp.tanh(z / 2))


def scores(thetas: Any, X: Any) -> Any:
    """The weighted sums of the last layer, without a word of the notebook's code."""
    A = X
    for Theta in thetas[:-1]:
        A = sigmoid(anp.dot(A, Theta[:, 1:].T) + Theta[:, 0])
    return anp.dot(A, thetas[-1][:, 1:].T) + thetas[-1][:, 0]


def cost(thetas: Any, X: Any, y: Any, kind: str) -> Any:
    Z, Y = scores(thetas, X), np.eye(len(thetas[-1]))[y]
    if kind == "softmax":
        return -anp.mean(anp.log(anp.sum(Y * anp.exp(Z), axis=1) / anp.sum(anp.exp(Z), axis=1)))
    A = sigmoid(Z)
    return -anp.sum(Y * anp.log(A) + (1 - Y) * anp.log(1 - A)) / len(X)


def network(sizes: list[int], m: int, seed: int) -> tuple[list[Any], Any, Any]:
    rng = np.random.default_rng(seed)
    thetas = [rng.normal(size=(n, k + 1)) for k, n in pairwise(sizes)]
    return thetas, rng.normal(size=(m, sizes[0])), rng.integers(sizes[-1], size=m)


NETWORKS = [([3, 2], 4), ([2, 5, 3], 7), ([4, 3, 5, 2], 6), ([2, 6, 4, 5, 3], 1), ([1, 1, 1], 1)]


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
@pytest.mark.parametrize(("sizes", "m"), NETWORKS)
def test_gradients_agree_with_autograd(code: SimpleNamespace, sizes: list[int], m: int, kind: str) -> None:
    thetas, X, y = network(sizes, m, seed=m)
    expected = autograd.grad(lambda thetas: cost(thetas, X, y, kind))(thetas)
    for got, wanted in zip(code.gradients(thetas, X, y, kind=kind), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("sizes", "m"), NETWORKS)
def test_the_loop_gives_the_same_as_the_matrices(code: SimpleNamespace, sizes: list[int], m: int) -> None:
    thetas, X, y = network(sizes, m, seed=10 + m)
    looped, at_once = code.loop_gradients(thetas, X, y), code.gradients(thetas, X, y)
    each = [code.sample_gradients(thetas, x, label) for x, label in zip(X, y, strict=True)]
    for l in range(len(thetas)):
        np.testing.assert_allclose(looped[l], at_once[l], rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(np.mean([gradients[l] for gradients in each], axis=0), at_once[l], atol=1e-14)


def test_the_gradient_of_the_debug_network_begins_as_published(code: SimpleNamespace) -> None:
    first = code.gradients(code.thetas_353, code.X_353, code.y_353)[0]
    np.testing.assert_allclose(first.flatten(order="F")[:3], PUBLISHED["debug-353"]["gradient_start"], atol=5e-8)
    np.testing.assert_allclose(first[:3, 0], [-0.0092783, 0.0088991, -0.0083601], atol=5e-8)  # as the text has it


def test_errors_of_hidden_layers_agree_with_autograd(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(3)
    for m, s, s_next in [(1, 3, 2), (5, 2, 4), (4, 6, 1)]:
        Theta, delta, Z = rng.normal(size=(s_next, s + 1)), rng.normal(size=(m, s_next)), rng.normal(size=(m, s))

        def ahead(Z: Any, Theta: Any = Theta, delta: Any = delta) -> Any:
            return anp.sum(delta * (anp.dot(sigmoid(Z), Theta[:, 1:].T) + Theta[:, 0]))

        expected = autograd.grad(ahead)(Z)
        np.testing.assert_allclose(code.hidden_delta(Theta, delta, Z), expected, rtol=1e-9)
        one = [code.hidden_delta_one(Theta, d, z) for d, z in zip(delta, Z, strict=True)]
        np.testing.assert_allclose(one, expected, rtol=1e-9)


def test_gradients_of_a_layer_agree_with_autograd_in_both_conventions(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(4)
    for m, s_in, s_out in [(1, 3, 2), (5, 2, 4), (4, 6, 1)]:
        delta, A, Theta = rng.normal(size=(m, s_out)), rng.uniform(size=(m, s_in)), np.zeros((s_out, s_in + 1))

        def ahead(Theta: Any, delta: Any = delta, A: Any = A) -> Any:
            return anp.sum(delta * (anp.dot(A, Theta[:, 1:].T) + Theta[:, 0])) / len(A)

        expected = autograd.grad(ahead)(Theta)
        np.testing.assert_allclose(code.layer_gradient(delta, A), expected, rtol=1e-9)
        dW, db = code.column_gradients(delta.T, A.T)
        np.testing.assert_allclose(np.hstack([db, dW]), expected, rtol=1e-9)
        one = [code.weight_gradient_one(d, a) for d, a in zip(delta, A, strict=True)]
        np.testing.assert_allclose(np.mean(one, axis=0), expected, rtol=1e-9)


def test_gradients_survive_saturation(code: SimpleNamespace) -> None:
    """A bias of 1000 at the output: mpmath says what the error is, and the hidden layer's as well."""
    thetas, x = [np.array([[0.1, 0.7]]), np.array([[1000.0, 2.0], [-1000.0, -3.0]])], 0.4
    with mpmath.workdps(60):
        squash = lambda z: 1 / (1 + mpmath.exp(-z))  # noqa: E731
        z1 = mpmath.mpf("0.1") + mpmath.mpf("0.7") * mpmath.mpf("0.4")
        a1 = squash(z1)
        errors = [squash(1000 + 2 * a1), squash(-1000 - 3 * a1) - 1]  # label 1
        hidden = (2 * errors[0] - 3 * errors[1]) * a1 * (1 - a1)
        last = [[float(e), float(e * a1)] for e in errors]
        first = [[float(hidden), float(hidden * mpmath.mpf("0.4"))]]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = code.gradients(thetas, np.array([[x]]), np.array([1]))
    np.testing.assert_allclose(got[1], last, rtol=1e-12)
    np.testing.assert_allclose(got[0], first, rtol=1e-12)


def test_a_step_lowers_the_cost_and_leaves_the_old_weights(code: SimpleNamespace) -> None:
    thetas, X, y = network([3, 4, 2], 6, seed=6)
    kept = [Theta.copy() for Theta in thetas]
    before, gradients = cost(thetas, X, y, "logistic"), code.gradients(thetas, X, y)
    new = code.gradient_step(thetas, gradients, 1e-3)
    for old, Theta in zip(kept, thetas, strict=True):
        np.testing.assert_array_equal(old, Theta)
    expected = -1e-3 * sum(float(np.sum(G**2)) for G in gradients)  # to first order
    assert cost(new, X, y, "logistic") - before == pytest.approx(expected, rel=0.01)


def test_paths_add_up(code: SimpleNamespace) -> None:
    summed, layered = re.findall(r"(?:four paths|your way): +(\S+)", code.printed)
    assert float(summed) == float(layered)


def test_the_predictions_are_true(code: SimpleNamespace) -> None:
    Theta, z = np.array([[0.0, 2.0], [0.0, -3.0]]), np.log(np.roots([1, -1, 0.2])[0] / np.roots([1, -1, 0.2])[1])
    assert code.blame_guess == pytest.approx(code.hidden_delta_one(Theta, np.array([0.5, 0.5]), np.array([z]))[0])
    Theta, delta, A = np.ones((10, 26)), np.ones((360, 10)), np.ones((360, 25))
    carried = delta @ Theta[:, 1:]
    shapes = [delta, Theta[:, 1:], carried, code.hidden_delta(Theta, delta, A), code.layer_gradient(delta, A)]
    assert code.backward_shapes == tuple(array.shape for array in shapes)
    assert Theta.T[1:25, 0:9].shape == (24, 9)  # a row and a column less, as the text says


def test_only_two_of_the_costs_are_sums_over_samples_of_functions_of_the_outputs(code: SimpleNamespace) -> None:
    """A cost that fits: that of a batch follows from those of its samples, and hidden activations don't matter."""
    rng = np.random.default_rng(8)
    out, hidden = rng.uniform(0.1, 0.9, size=(6, 3)), rng.uniform(size=(6, 4))
    y = rng.integers(3, size=6)
    losses = {
        "A": lambda a, h, y: np.mean(-np.log(a[np.arange(len(y)), y])),
        "B": lambda a, h, y: np.max(-np.log(a[np.arange(len(y)), y])),
        "C": lambda a, h, y: np.sum((a - np.eye(3)[y]) ** 4),
        "D": lambda a, h, y: np.mean((a - np.eye(3)[y]) ** 2) + np.mean(h),
    }
    fits = set()
    for letter, loss in losses.items():
        parts = [loss(out[i : i + 1], hidden[i : i + 1], y[i : i + 1]) for i in range(6)]
        whole = loss(out, hidden, y)
        summed = bool(np.isclose(whole, np.sum(parts)) or np.isclose(whole, np.mean(parts)))
        if summed and np.isclose(whole, loss(out, hidden + 1, y)):
            fits.add(letter)
    assert code.fits_guess == "".join(sorted(fits))


def test_equal_weights_stay_equal(code: SimpleNamespace) -> None:
    equal, random = re.findall(r"(\d+)% of the held-out digits right, rank (\d+)", code.printed)
    assert int(equal[1]) == code.rank_guess == 1
    assert 28 <= int(equal[0]) <= 36
    assert int(random[0]) >= 93
    assert int(random[1]) == 25


def test_the_matrices_give_what_the_loop_gives(code: SimpleNamespace) -> None:
    found = re.search(r"\d+ times as fast. Largest difference: (\S+)", code.printed)
    assert found
    assert float(found[1]) < 1e-14


def test_the_second_opinions_agree(code: SimpleNamespace) -> None:
    lines = re.findall(r"backward +(\S+) +measured +(\S+)", code.printed)
    assert len(lines) == 4
    for ours, measured in lines:
        assert float(ours) == pytest.approx(float(measured), abs=1e-9)


def test_the_bug_shows_where_outputs_and_targets_vary_together(code: SimpleNamespace) -> None:
    assert code.shows_the_bug(code.telling_batch) is True
    for outputs in product((0.0, 0.3, 1.0), repeat=3):
        for targets in product((0, 1), repeat=3):
            covariance = np.mean(np.multiply(outputs, targets)) - np.mean(outputs) * np.mean(targets)
            expected = bool(abs(covariance) > 1e-9) or "on this batch both functions give the same."
            assert code.shows_the_bug((outputs, targets)) == expected


@pytest.mark.parametrize(
    "junk", [3, None, "ab", ([0.5], [1, 0]), ([], []), ([2.0, 0.1], [1, 0]), ([0.9, 0.1], [1, 2]), ([[0.9]], [[1]]), 1j]
)
def test_only_a_batch_tells_of_the_bug(code: SimpleNamespace, junk: object) -> None:
    assert code.shows_the_bug(junk) in (
        "two lists of as many numbers are wanted: all outputs, then all targets.",
        "the first list is read as outputs, from 0 to 1, and the second as targets, each 0 or 1.",
    )
