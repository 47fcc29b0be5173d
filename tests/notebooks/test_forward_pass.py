"""The solution of notebook 01 against figures others published, other arithmetic, and its own stories."""

from __future__ import annotations

import json
import tomllib
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as autograd_numpy
import matplotlib
import mpmath
import numpy as np
import pytest

from chainrule import datasets

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "solutions" / "01-forward-pass" / "forward-pass.ipynb"
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def solution() -> dict[str, Any]:
    """Run the notebook's locked and answer cells, without its checks, and return their names."""
    matplotlib.use("Agg")
    names: dict[str, Any] = {}
    for cell in CELLS:
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and marks and not marks["grade"]:
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return names


@pytest.fixture(scope="module")
def code() -> SimpleNamespace:
    return SimpleNamespace(**{name: x for name, x in solution().items() if not name.startswith("__")})


@pytest.fixture
def differentiable() -> SimpleNamespace:
    """The same functions with autograd's NumPy in the place of NumPy."""
    names = solution()
    names["np"] = autograd_numpy
    return SimpleNamespace(**{name: x for name, x in names.items() if not name.startswith("__")})


@pytest.fixture(autouse=True)
def warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_words_of_the_notebook_quote_the_published_costs() -> None:
    words = "".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    for table in ("debug-353", "debug-244"):
        assert str(PUBLISHED[table]["cost"]) in words


# --- published figures


@pytest.mark.parametrize(("name", "table"), [("3-5-3", "debug-353"), ("2-4-4", "debug-244")])
def test_cost_is_the_published_one(code: SimpleNamespace, name: Any, table: str) -> None:
    assert code.cost(*datasets.debug_network(name)) == pytest.approx(PUBLISHED[table]["cost"], rel=1e-13)


def test_gradient_of_cost_begins_as_published(differentiable: SimpleNamespace) -> None:
    (Theta1, Theta2), X, y = datasets.debug_network("3-5-3")
    gradient = autograd.grad(lambda Theta: differentiable.cost([Theta, Theta2], X, y))(Theta1)
    assert gradient.ravel(order="F")[:3] == pytest.approx(PUBLISHED["debug-353"]["gradient_start"], rel=1e-4)


def test_softmax_gives_the_example_of_the_lecture(code: SimpleNamespace) -> None:
    example = PUBLISHED["softmax-example"]
    assert code.softmax(np.array([example["z"]])).round(example["digits"]).tolist() == [example["a"]]


def test_a_layer_of_one_unit_is_the_neuron_of_the_lecture(code: SimpleNamespace) -> None:
    neuron = PUBLISHED["neuron"]
    w1, w2, bias = neuron["w"]
    Z, A = code.layer(np.array([[bias, w1, w2]]), np.array([neuron["x"]]))
    assert Z.tolist() == [[1.0]]
    assert A[0, 0] == pytest.approx(neuron["f"], rel=1e-15)


def test_sigmoid_has_the_published_gradient(differentiable: SimpleNamespace) -> None:
    published = PUBLISHED["sigmoid-gradient"]
    z = np.array([z for z in published["z"] if z != 0])  # |z| has no derivative at 0 for autograd to find
    expected = [g for z, g in zip(published["z"], published["gradient"], strict=True) if z != 0]
    gradient = autograd.elementwise_grad(differentiable.sigmoid)(z)
    assert gradient.round(published["digits"]).tolist() == expected


# --- exact arithmetic, where rounding and overflow lie in wait

EXTREMES = [0.0, 1e-9, 1.0, 36.7, 37.0, 40.0, 700.0, 709.0, 710.0, 745.0, 1000.0]


@pytest.mark.parametrize("size", EXTREMES)
@pytest.mark.parametrize("sign", [1, -1])
def test_sigmoid_keeps_all_its_digits(code: SimpleNamespace, size: float, sign: int) -> None:
    with mpmath.workdps(60):
        exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(sign * size))))
    for result in (code.sigmoid(sign * size), code.sigmoid(np.array([sign * size]))[0]):
        assert result == pytest.approx(exact, rel=1e-14, abs=1e-320)


@pytest.mark.parametrize("size", EXTREMES)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("y", [0, 1])
def test_logistic_cost_keeps_all_its_digits(code: SimpleNamespace, size: float, sign: int, y: int) -> None:
    with mpmath.workdps(1000):
        a = 1 / (1 + mpmath.exp(-mpmath.mpf(sign * size)))
        exact = float(-(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a)))
    result = code.logistic_cost(np.array([[sign * size]]), np.array([[float(y)]]))
    assert result == pytest.approx(exact, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("row", [[0, 0, 0], [1000, 0, -1000], [-1000, -1001, -1002], [700, 700, -700], [1e-9, 0, 0]])
def test_softmax_and_its_cost_keep_all_their_digits(code: SimpleNamespace, row: list[float]) -> None:
    with mpmath.workdps(1000):
        powers = [mpmath.exp(mpmath.mpf(z)) for z in row]
        exact = [power / sum(powers) for power in powers]
        costs = [float(-mpmath.log(a)) for a in exact]
    Z = np.array([row, [1.0, 2.0, 3.0]], dtype=float)
    assert code.softmax(Z)[0] == pytest.approx([float(a) for a in exact], rel=1e-13, abs=1e-320)
    for k, exact_cost in enumerate(costs):
        result = code.softmax_cost(Z[:1], np.eye(3)[[k]])
        assert result == pytest.approx(exact_cost, rel=1e-12, abs=1e-13)


# --- what the later notebooks build on: dJ/dZ is (A - Y) / m for both costs


@pytest.mark.parametrize(("cost", "activation"), [("logistic_cost", "sigmoid"), ("softmax_cost", "softmax")])
def test_slope_of_a_cost_is_activation_minus_label(
    code: SimpleNamespace, differentiable: SimpleNamespace, cost: str, activation: str
) -> None:
    rng = np.random.default_rng(1)
    Z, Y = 3 * rng.normal(size=(5, 4)), np.eye(4)[rng.integers(4, size=5)]
    gradient = autograd.grad(getattr(differentiable, cost))(Z, Y)
    np.testing.assert_allclose(gradient, (getattr(code, activation)(Z) - Y) / 5, rtol=1e-10, atol=1e-14)


# --- against code that goes sample by sample, unit by unit


@pytest.mark.parametrize("sizes", [(1, 1), (3, 2), (4, 6, 3), (2, 5, 3, 7), (3, 1, 4, 2, 6)])
@pytest.mark.parametrize("m", [1, 8])
def test_forward_agrees_with_loops(code: SimpleNamespace, sizes: tuple[int, ...], m: int) -> None:
    rng = np.random.default_rng(2)
    thetas = [rng.normal(size=(n, k + 1)) for k, n in pairwise(sizes)]
    X = rng.normal(size=(m, sizes[0]))
    Z, A = code.forward(thetas, X)
    assert Z[0] is None
    assert A[0] is X
    assert [z.shape for z in Z[1:]] == [a.shape for a in A[1:]] == [(m, s) for s in sizes[1:]]
    for i in range(m):
        a = [float(x) for x in X[i]]
        for l, Theta in enumerate(thetas, start=1):
            z = [row[0] + sum(weight * x for weight, x in zip(row[1:], a, strict=True)) for row in Theta.tolist()]
            a = [float(1 / (1 + mpmath.exp(-x))) for x in z]
            np.testing.assert_allclose(Z[l][i], z, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(A[l][i], a, rtol=1e-12)


def test_a_sample_does_not_depend_on_its_batch(code: SimpleNamespace) -> None:
    X, _ = datasets.digits()
    thetas = datasets.given_network()
    together = code.forward(thetas, X[:20])[1][-1]
    alone = np.vstack([code.forward(thetas, X[i : i + 1])[1][-1] for i in range(20)])
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_one_hot_is_undone_by_argmax(code: SimpleNamespace) -> None:
    y = np.array([3, 0, 2, 3])
    assert np.array_equal(code.one_hot(y, 5).argmax(axis=1), y)
    assert np.array_equal(code.one_hot(y, 5).sum(axis=1), np.ones(4))
    assert code.one_hot(y, 5).shape == (4, 5)


# --- what the words say


def test_a_network_that_knows_nothing_costs_what_the_words_say(code: SimpleNamespace) -> None:
    Z, Y = np.zeros((4, 10)), np.eye(10)[:4]
    assert code.logistic_cost(Z, Y) == pytest.approx(10 * np.log(2)) == pytest.approx(code.cost_guess)
    assert code.softmax_cost(Z, Y) == pytest.approx(np.log(10))


def test_predictions_of_the_solution_are_true(code: SimpleNamespace) -> None:
    assert code.sigmoid_guess == pytest.approx((code.sigmoid(0.0), code.sigmoid(2.0) + code.sigmoid(-2.0)))
    assert code.bias_shape == code.add_bias(np.zeros((4, 2))).shape
    Theta, A = np.zeros((3, 9)), np.zeros((6, 8))
    assert code.layer_shapes == (Theta.shape, code.add_bias(A).shape, code.layer(Theta, A)[0].shape)
    thetas, X = datasets.given_network(), datasets.digits()[0][datasets.held_out_digits()]
    Z, A = code.forward(thetas, X)
    shapes = (thetas[0].shape, Z[1].shape, code.add_bias(A[1]).shape, thetas[1].shape, Z[2].shape)
    assert code.network_shapes == shapes
    assert code.softmax_guess == pytest.approx(code.softmax(np.log([[1.0, 2.0, 5.0]]))[0])
    X_columns, W, b, Z_columns = (np.zeros(shape) for shape in code.column_shapes)
    assert (W @ X_columns + b).shape == Z_columns.shape


@pytest.mark.parametrize("labels", [[0], [3, 3], [0, 1, 2], [1, 2, 3], (0, 1, 3), np.array([2, 0, 1, 1])])
def test_any_labels_that_lack_a_class_show_the_bug(code: SimpleNamespace, labels: Any) -> None:
    assert code.shows_the_bug(labels) is True


@pytest.mark.parametrize("labels", [[0, 1, 2, 3], [3, 2, 1, 0, 0], [], [4], [-1, 0], [0.5], [[0, 1]], "0"])
def test_other_labels_do_not_show_the_bug(code: SimpleNamespace, labels: Any) -> None:
    assert code.shows_the_bug(labels) in (
        "for these labels the function is right.",
        "a list of labels is wanted, and labels are 0, 1, 2 and 3.",
    )


def test_the_three_dots_are_not_judged(code: SimpleNamespace) -> None:
    assert code.shows_the_bug(...) is ...


def test_given_network_reads_346_of_360_digits(code: SimpleNamespace) -> None:
    X, y = datasets.digits()
    held_out = datasets.held_out_digits()
    assert np.sum(code.predict(datasets.given_network(), X[held_out]) == y[held_out]) == 346
