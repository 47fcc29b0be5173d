"""The solution of notebook 08 against autograd, differences, published figures, and what its words claim."""

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
CELLS = json.loads((ROOT / "solutions" / "08-modules" / "modules.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
RNG = np.random.default_rng(8)


def network(*sizes: int) -> list[Any]:
    """Random weights of layers with biases, none of them square unless the sizes are."""
    return [RNG.normal(size=(n, k + 1)) for k, n in pairwise(sizes)]


def plain_loss(thetas: Any, X: Any, y: Any) -> Any:
    """The softmax loss of Linear, tanh, Linear, ..., without a word of the notebook's code."""
    A = X
    for number, Theta in enumerate(thetas):
        Z = anp.dot(A, Theta[:, 1:].T) + Theta[:, 0]
        A = Z if number == len(thetas) - 1 else anp.tanh(Z)
    right = anp.sum(np.eye(thetas[-1].shape[0])[y] * Z, axis=1)
    return anp.mean(anp.log(anp.sum(anp.exp(Z), axis=1)) - right)


def row_of(code: SimpleNamespace, thetas: list[Any]) -> tuple[Any, list[Any]]:
    """Linear, Tanh, Linear, ... as a Sequential of the notebook, and its Linear modules."""
    linears = [code.Linear(Theta.copy()) for Theta in thetas]
    modules = [module for linear in linears for module in (linear, code.Tanh())][:-1]
    return code.Sequential(modules), linears


def linspaced(entry: dict[str, list[float]]) -> Any:
    low, high, *shape = entry["linspace"]
    sizes = [int(size) for size in shape]
    return np.linspace(low, high, int(np.prod(sizes))).reshape(sizes)


# --- gradients


@pytest.mark.parametrize(("m", "sizes"), [(1, (3, 2)), (4, (2, 5, 3)), (6, (3, 4, 2, 5))])
def test_gradients_through_a_row_agree_with_autograd(code: SimpleNamespace, m: int, sizes: tuple[int, ...]) -> None:
    thetas = network(*sizes)
    X, y = RNG.normal(size=(m, sizes[0])), RNG.integers(sizes[-1], size=m)
    (net, linears), loss = row_of(code, thetas), code.SoftmaxCrossEntropy()
    assert loss.fprop(net.fprop(X), y) == pytest.approx(float(plain_loss(thetas, X, y)), rel=1e-12)
    dX = net.bprop(loss.bprop())
    np.testing.assert_allclose(dX, autograd.grad(lambda X: plain_loss(thetas, X, y))(X), atol=1e-14)
    expected = autograd.grad(lambda thetas: plain_loss(thetas, X, y))(thetas)
    net.update(0.3)
    for linear, Theta, gradient in zip(linears, thetas, expected, strict=True):
        np.testing.assert_allclose(linear.Theta, Theta - 0.3 * gradient, atol=1e-13)


def test_scores_loss_and_gradients_of_a_two_layer_net_are_the_published_ones(code: SimpleNamespace) -> None:
    published, own = PUBLISHED["two-layer-net"], PUBLISHED["two-layer-net-gradients"]
    W1, b1, W2, b2 = (linspaced(published[name]) for name in ("W1", "b1", "W2", "b2"))
    first, second = (code.Linear(np.hstack([b[:, None], W.T])) for W, b in ((W1, b1), (W2, b2)))
    net, loss = code.Sequential([first, code.ReLU(), second]), code.SoftmaxCrossEntropy()
    scores = net.fprop(linspaced(published["X_columns"]).T)
    np.testing.assert_allclose(scores, published["scores"], atol=1e-8)
    assert loss.fprop(scores, np.array(published["y"])) == pytest.approx(published["loss"], abs=1e-10)
    net.bprop(loss.bprop())
    for number, linear in enumerate((first, second), start=1):
        assert np.abs(linear.dTheta[:, 1:]).sum() == pytest.approx(own[f"sum_dW{number}"], rel=1e-9)
        assert np.abs(linear.dTheta[:, 0]).sum() == pytest.approx(own[f"sum_db{number}"], rel=1e-9)
        assert linear.dTheta[0, 1] == pytest.approx(own[f"dW{number}_00"], rel=1e-7)


def test_an_affine_layer_gives_the_published_outputs(code: SimpleNamespace) -> None:
    published = PUBLISHED["affine"]
    W, b = linspaced(published["w"]), linspaced(published["b"])
    out = code.Linear(np.hstack([b[:, None], W.T])).fprop(linspaced(published["x"]))
    np.testing.assert_allclose(out, published["out"], atol=1e-8)


@pytest.mark.parametrize("K", [2, 5, 10])
def test_whoever_knows_nothing_pays_log_k(code: SimpleNamespace, K: int) -> None:
    y = RNG.integers(K, size=7)
    assert code.SoftmaxCrossEntropy().fprop(np.zeros((7, K)), y) == pytest.approx(np.log(K), rel=1e-14)
    assert code.CrossEntropy().fprop(np.full((7, K), 1 / K), y) == pytest.approx(np.log(K), rel=1e-14)


def test_both_losses_are_the_same_at_moderate_scores(code: SimpleNamespace) -> None:
    Z, y = RNG.normal(size=(5, 4)), np.array([3, 0, 0, 2, 1])
    softmax, apart, together = code.Softmax(), code.CrossEntropy(), code.SoftmaxCrossEntropy()
    assert apart.fprop(softmax.fprop(Z), y) == pytest.approx(together.fprop(Z, y), rel=1e-13)
    np.testing.assert_allclose(softmax.bprop(apart.bprop()), together.bprop(), atol=1e-15)


def test_far_scores_break_the_two_apart_and_not_the_one(code: SimpleNamespace) -> None:
    Z, y = np.array([[1000.0, 0.0]]), np.array([1])
    together = code.SoftmaxCrossEntropy()
    assert together.fprop(Z, y) == 1000
    assert together.bprop().tolist() == [[1, -1]]
    with np.errstate(all="ignore"):
        softmax, apart = code.Softmax(), code.CrossEntropy()
        assert apart.fprop(softmax.fprop(Z), y) == np.inf
        assert np.isnan(softmax.bprop(apart.bprop())).all()


def test_the_loss_agrees_with_50_digits(code: SimpleNamespace) -> None:
    Z, y = np.array([[900.0, -3.0, 2.0], [-700.0, -701.5, -699.0], [0.1, 0.2, 0.3]]), np.array([2, 0, 1])
    with mpmath.workdps(50):
        sums = [
            mpmath.log(sum(mpmath.exp(mpmath.mpf(z)) for z in row)) - row[label]
            for row, label in zip(Z, y, strict=True)
        ]
        expected = float(sum(sums) / 3)
    assert code.SoftmaxCrossEntropy().fprop(Z, y) == pytest.approx(expected, rel=1e-14)


# --- Jacobians


@pytest.mark.parametrize("n", [2, 5])
def test_rows_and_columns_agree_for_every_module(code: SimpleNamespace, n: int) -> None:
    x = RNG.uniform(0.2, 1.0, size=n) * RNG.choice([-1.0, 1.0], size=n)
    row = code.Sequential([code.Linear(network(n, 4)[0]), code.ReLU(), code.Linear(network(4, 3)[0]), code.Softmax()])
    modules = [
        code.Linear(network(n, 3)[0]),
        code.Tanh(),
        code.ReLU(),
        code.Softmax(),
        code.Centre(),
        code.Softplus(),
        row,
    ]
    for module in modules:
        by_rows, by_columns = code.jacobian_by_bprop(module, x), code.jacobian_by_differences(module.fprop, x)
        assert by_rows.shape == by_columns.shape
        assert np.linalg.norm(by_rows - by_columns) < 1e-9 * max(1.0, float(np.linalg.norm(by_rows))), type(module)


def test_the_measured_jacobian_agrees_with_autograd(code: SimpleNamespace) -> None:
    def bend(x: Any) -> Any:
        return anp.array([x[0] ** 2 * x[1], x[2] ** 3 - x[0]])

    x = np.array([1.0, 2.0, -1.0])
    np.testing.assert_allclose(code.jacobian_by_differences(code.bend, x), autograd.jacobian(bend)(x), atol=1e-9)


def test_the_planted_bug_is_the_only_one_and_stands_where_the_answer_says(code: SimpleNamespace) -> None:
    gaps = {}
    for letter, kind in zip("ABC", [code.Centre, code.Leaky, code.Softplus], strict=True):
        module = kind()
        gaps[letter] = np.abs(
            code.jacobian_by_bprop(module, code.x_planted) - code.jacobian_by_differences(module.fprop, code.x_planted)
        )
    assert max(gaps["A"].max(), gaps["C"].max()) < 1e-10
    letter, entry = code.bug_guess
    wrong = [tuple(place) for place in np.argwhere(gaps[letter] > 1e-6).tolist()]
    assert wrong == [entry, (3, 3)]
    assert gaps[letter][entry] == pytest.approx(0.01, abs=1e-9)


@pytest.mark.parametrize("answer", [["b", [2, 2]], "B 2 2", ("B", "(2, 2)")])
def test_the_place_of_the_bug_may_be_written_in_many_ways(code: SimpleNamespace, answer: Any) -> None:
    assert code.bug_named(answer) is True is code.bug_named(code.bug_guess)
    assert code.bug_named(...) is ... is code.letters(...)
    assert "noise" in code.bug_named(("C", (0, 0))) and "the same in both" in code.bug_named(("B", (1, 1)))
    assert "isn't the first" in code.bug_named(("B", (3, 3))) and "are wanted" in code.bug_named("D44")


# --- batches and training


@pytest.mark.parametrize(("m", "size"), [(7, 3), (12, 4), (5, 5), (5, 8)])
def test_batches_hold_every_sample_once_beside_its_label(code: SimpleNamespace, m: int, size: int) -> None:
    X, y = RNG.normal(size=(m, 2)), np.arange(m)
    pairs = list(code.batches(X, y, size, np.random.default_rng(1)))
    assert sorted(np.concatenate([labels for _, labels in pairs])) == list(range(m))
    assert [len(labels) for _, labels in pairs[:-1]] == [size] * (len(pairs) - 1)
    for few, labels in pairs:
        np.testing.assert_array_equal(few, X[labels])


@pytest.mark.parametrize(("m", "size"), [(7, 3), (12, 4), (11, 4), (9, 2), (20, 10), (13, 12)])
def test_what_is_looked_at_is_the_same_for_any_right_order(code: SimpleNamespace, m: int, size: int) -> None:
    """The checks' generators are seeded by m: the solution's own order and another one must both look drawn."""

    def by_sorting(X: Any, y: Any, size: int, generator: Any) -> Any:
        order = np.argsort(generator.random(len(X)))
        return [(X[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(X), size)]

    expected = code.look_at(code.batches, m, size)
    assert expected == code.look_at(by_sorting, m, size)
    assert all(value for name, value in expected.items() if name != "sizes")


def test_the_mean_over_samples_is_that_of_the_words(code: SimpleNamespace) -> None:
    assert code.mean_loss(np.array([1.0, 5.0]), np.array([4, 1])) == np.mean([1, 1, 1, 1, 5]) == 1.8
    assert "1.8" in SOURCES["mean-loss-text"]


def test_training_with_one_batch_agrees_with_autograd(code: SimpleNamespace) -> None:
    thetas, X, y = network(2, 4, 3), RNG.normal(size=(8, 2)), RNG.integers(3, size=8)
    net, _ = row_of(code, thetas)
    found = code.train(net, code.SoftmaxCrossEntropy(), X, y, 0.6, 5, 8, np.random.default_rng(0))
    slope, expected = autograd.grad(lambda thetas: plain_loss(thetas, X, y)), []
    for _ in range(5):
        expected.append(float(plain_loss(thetas, X, y)))
        thetas = [Theta - 0.6 * G for Theta, G in zip(thetas, slope(thetas), strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_digits_are_learned_as_the_words_say_whatever_the_order(code: SimpleNamespace) -> None:
    def seeded(seed: int) -> Any:
        def train(*arguments: Any) -> Any:
            return code.train(*arguments[:-1], np.random.default_rng(seed))

        return train

    for seed in range(5):
        said = code.on_digits(seeded(seed), code.Sequential, code.Linear, code.SoftmaxCrossEntropy, code.batches)
        assert said == ["as it should be"] * 3


def test_a_second_1_over_m_is_slow_and_none_is_wild(code: SimpleNamespace) -> None:
    rows = re.findall(r"^1/m (\w+) +loss after 15 epochs +(\S+), misread +(\d+) of 360$", code.printed, re.MULTILINE)
    loss = {name: float(value) for name, value, _ in rows}
    misread = {name: int(count) for name, _, count in rows}
    assert loss["once"] < 0.2 < loss["never"] < loss["twice"] or loss["once"] < 0.2 < loss["twice"] < loss["never"]
    assert misread["once"] < min(misread["twice"], misread["never"]) / 2
    assert np.all(np.diff(code.curves["twice"]) < 0)  # smooth: "just learns slowly"
