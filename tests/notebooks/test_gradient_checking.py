"""The solution of notebook 06 against autograd, mpmath, published figures, and what its words claim."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from chainrule import datasets

ROOT = Path(__file__).parents[2]
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))
FOLDER = ROOT / "solutions" / "06-gradient-checking"
CELLS = json.loads((FOLDER / "gradient-checking.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
SIZES = [(1, (2, 3)), (6, (3, 2, 4)), (5, (2, 4, 3)), (4, (5, 3, 2, 6))]


@pytest.fixture(scope="module")
def differentiable() -> SimpleNamespace:
    """The costs with autograd's NumPy in the place of NumPy, and a sigmoid that autograd can go through."""
    names: dict[str, Any] = {"np": anp}
    for cell in ("given-forward", "given-cost", "broken-1", "broken-2", "broken-3"):
        exec(SOURCES[cell], names)
    names["sigmoid"] = lambda z: 0.5 * (1 + anp.tanh(z / 2))
    return SimpleNamespace(**{k: v for k, v in names.items() if k.isidentifier()})


def network(m: int, sizes: tuple[int, ...], seed: int = 0) -> tuple[list[Any], Any, Any]:
    """Random weights, samples and labels."""
    rng = np.random.default_rng(seed)
    thetas = [rng.normal(size=(n, k + 1)) for k, n in pairwise(sizes)]
    return thetas, rng.normal(size=(m, sizes[0])), rng.integers(sizes[-1], size=m)


def agree(found: list[Any], expected: list[Any], rtol: float = 1e-9, atol: float = 1e-12) -> None:
    """Assert that two lists of matrices are the same."""
    assert [G.shape for G in found] == [G.shape for G in expected]
    for G, E in zip(found, expected, strict=True):
        np.testing.assert_allclose(G, E, rtol=rtol, atol=atol)


# --- what is given


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
@pytest.mark.parametrize("lam", [0.0, 0.7, 3.0])
@pytest.mark.parametrize(("m", "sizes"), SIZES)
def test_given_gradients_are_those_of_the_given_cost(
    code: SimpleNamespace, differentiable: SimpleNamespace, m: int, sizes: tuple[int, ...], lam: float, kind: str
) -> None:
    thetas, X, y = network(m, sizes)
    expected = autograd.grad(lambda t: differentiable.cost(t, X, y, lam, kind))(thetas)
    agree(code.gradients(thetas, X, y, lam, kind), expected)


@pytest.mark.parametrize(
    ("name", "table", "lam", "key"),
    [
        ("3-5-3", "debug-353", 0.0, "cost"),
        ("3-5-3", "debug-353", 3.0, "cost_lam_3"),
        ("2-4-4", "debug-244", 0.0, "cost"),
        ("2-4-4", "debug-244", 1.5, "cost_lam_1_5"),
    ],
)
def test_given_cost_is_the_published_one(code: SimpleNamespace, name: Any, table: str, lam: float, key: str) -> None:
    assert code.cost(*datasets.debug_network(name), lam) == pytest.approx(PUBLISHED[table][key], rel=1e-13)


def test_the_gradient_that_is_measured_begins_as_published(code: SimpleNamespace) -> None:
    thetas, X, y = datasets.debug_network("3-5-3")
    published = PUBLISHED["debug-353"]["gradient_start"]
    for found in (code.gradients(thetas, X, y), code.measured_gradients(lambda t: code.cost(t, X, y), thetas)):
        assert found[0].ravel(order="F")[:3] == pytest.approx(published, rel=1e-5)
    for number in published:
        assert f"{number:.4e}".replace("-", "−", 1 if number < 0 else 0) in SOURCES["published-read"]


@pytest.mark.parametrize("kind", ["logistic", "softmax"])
def test_given_cost_holds_at_extremes(code: SimpleNamespace, kind: str) -> None:
    thetas, X, y = [np.array([[0.0, 700.0], [0.0, -1000.0]])], np.array([[1.0], [-1.0]]), np.array([1, 1])
    with mpmath.workdps(1000):
        exact = mpmath.mpf(0)
        for x, label in zip([1, -1], y, strict=True):
            z = [mpmath.mpf(700 * x), mpmath.mpf(-1000 * x)]
            if kind == "softmax":
                exact += mpmath.log(sum(mpmath.exp(t) for t in z)) - z[label]
            else:
                exact += sum(mpmath.log(1 + mpmath.exp(t)) for t in z) - z[label]
    with np.errstate(over="raise", invalid="raise"):
        assert code.cost(thetas, X, y, kind=kind) == pytest.approx(float(exact / 2), rel=1e-13)
        assert np.isfinite(code.gradients(thetas, X, y, kind=kind)[0]).all()


# --- the step


def test_the_v_turns_where_the_words_say(code: SimpleNamespace) -> None:
    steps = 10.0 ** np.arange(-15, -0.9, 0.25)
    eps = np.finfo(float).eps
    for quotient, power in [(code.one_sided, 1 / 2), (code.centred, 1 / 3)]:
        errors = np.array([abs(quotient(np.exp, 1.0, h) - np.e) for h in steps])
        assert 0.05 < steps[errors.argmin()] / eps**power < 20
    centred = [abs(code.centred(np.exp, 1.0, h) - np.e) for h in (1e-2, 1e-5, 1e-8, 1e-16)]
    assert code.step_guess == [1e-2, 1e-5, 1e-8, 1e-16][int(np.argmin(centred))]
    assert centred[1] < 1e-10
    assert centred[2] > 30 * centred[1]


def test_the_orders_are_those_of_the_text(code: SimpleNamespace) -> None:
    for quotient, factor in [(code.one_sided, 10), (code.centred, 100)]:
        errors = [abs(quotient(np.exp, 1.0, h) - np.e) for h in (1e-2, 1e-3)]
        assert errors[0] / errors[1] == pytest.approx(factor, rel=0.01)


def test_truncation_and_round_off_have_the_sizes_of_the_formulas(code: SimpleNamespace) -> None:
    h = 1e-2
    assert code.one_sided(np.exp, 1.0, h) - np.e == pytest.approx(h / 2 * np.e, rel=0.01)
    assert code.centred(np.exp, 1.0, h) - np.e == pytest.approx(h**2 / 6 * np.e, rel=0.01)
    worst = max(abs(code.centred(np.cos, x, 1e-12) + np.sin(x)) for x in np.linspace(0.1, 0.9, 50))
    assert 0.1 < worst / (np.finfo(float).eps / 1e-12) < 2


def test_the_errors_of_the_cube_are_exact(code: SimpleNamespace) -> None:
    for x, h in [(2.0, 0.5), (-1.0, 0.25), (3.0, 0.125)]:
        assert code.one_sided(lambda t: t**3, x, h) - 3 * x**2 == 3 * x * h + h**2
        assert code.centred(lambda t: t**3, x, h) - 3 * x**2 == h**2


# --- unroll and roll


@pytest.mark.parametrize(("m", "sizes"), SIZES)
def test_roll_undoes_unroll(code: SimpleNamespace, m: int, sizes: tuple[int, ...]) -> None:
    thetas, _, _ = network(m, sizes)
    vector = code.unroll(thetas)
    assert vector.shape == (sum(Theta.size for Theta in thetas),)
    agree(code.roll(vector, thetas), thetas, rtol=0, atol=0)


def test_the_position_is_where_roll_puts_it(code: SimpleNamespace) -> None:
    count, index = code.position_guess
    matrices = code.roll(np.arange(float(count)), [np.zeros((3, 3)), np.zeros((2, 4))])
    assert matrices[1][1, 0] == index


# --- the measured gradient


def test_numerical_gradient_is_of_second_order_and_agrees_with_autograd(code: SimpleNamespace) -> None:
    def f(t: Any) -> Any:
        return anp.sin(t[0] * t[1]) + anp.exp(t[2]) * t[0]

    theta = np.array([0.7, -1.2, 0.4])
    exact = autograd.grad(f)(theta)
    errors = [np.abs(code.numerical_gradient(f, theta, h) - exact) for h in (1e-1, 1e-2, 1e-3)]
    np.testing.assert_allclose(errors[0] / errors[1], 100, rtol=0.02)
    np.testing.assert_allclose(errors[1] / errors[2], 100, rtol=0.02)
    np.testing.assert_allclose(code.numerical_gradient(f, theta), exact, atol=1e-9)


def test_numerical_gradient_takes_whole_numbers_and_leaves_them(code: SimpleNamespace) -> None:
    whole = np.array([1, 2, -1])
    np.testing.assert_allclose(code.numerical_gradient(code.valley, whole), [7, 13, 3], rtol=1e-8)
    assert whole.tolist() == [1, 2, -1]


@pytest.mark.parametrize(("m", "sizes"), SIZES)
def test_measured_gradients_agree_with_backward_and_autograd(
    code: SimpleNamespace, differentiable: SimpleNamespace, m: int, sizes: tuple[int, ...]
) -> None:
    thetas, X, y = network(m, sizes, seed=1)
    measured = code.measured_gradients(lambda t: code.cost(t, X, y, 0.7), thetas)
    agree(measured, autograd.grad(lambda t: differentiable.cost(t, X, y, 0.7))(thetas), rtol=0, atol=2e-9)
    assert code.largest_error(lambda t: code.cost(t, X, y, 0.7), lambda t: code.gradients(t, X, y, 0.7), thetas) < 1e-6


# --- relative error


def test_relative_error_agrees_with_exact_arithmetic(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=50) * 10.0 ** rng.integers(-9, 4, size=50)
    b = a * (1 + rng.normal(size=50))
    a[:2], b[:3] = 0.0, 0.0
    for floor in (1e-3, 0.2):
        with mpmath.workdps(50):
            exact = [
                float(abs(mpmath.mpf(p) - mpmath.mpf(q)) / max(abs(mpmath.mpf(p)), abs(mpmath.mpf(q)), floor))
                for p, q in zip(a.tolist(), b.tolist(), strict=True)
            ]
        np.testing.assert_allclose(code.relative_error(a, b, floor), exact, rtol=1e-12)
    assert code.relative_error(np.array([2.0]), np.array([-2.0])) == [2.0]


def test_a_single_wrong_entry_is_diluted(code: SimpleNamespace) -> None:
    a = np.ones(10_000)
    b = a.copy()
    b[3] = 2.0
    assert code.norm_error(a, b) == pytest.approx(0.005, rel=1e-3)
    assert code.relative_error(a, b).max() == 0.5


def dlai_network() -> tuple[Callable[..., float], list[Any], list[Any], list[Any]]:
    """DeepLearning.AI's gradient checking exercise: cost of a vector, parameters, gradients wrong and right."""
    random = np.random.RandomState(1)
    X, y = random.randn(4, 3), np.array([[1, 1, 0]])
    shapes = [(5, 4), (5, 1), (3, 5), (3, 1), (1, 3), (1, 1)]
    parameters = [random.randn(*shape) for shape in shapes]

    def cost(vector: Any, from_scores: bool = False) -> float:
        parts, start = [], 0
        for rows, columns in shapes:
            parts.append(vector[start : start + rows * columns].reshape(rows, columns))
            start += rows * columns
        W1, b1, W2, b2, W3, b3 = parts
        Z3 = W3 @ np.maximum(0, W2 @ np.maximum(0, W1 @ X + b1) + b2) + b3
        if from_scores:
            return float(np.sum(np.logaddexp(0, Z3) - y * Z3) / 3)
        A3 = 1 / (1 + np.exp(-Z3))
        return float(np.sum(-np.log(A3) * y - np.log(1 - A3) * (1 - y)) / 3)

    W1, b1, W2, b2, W3, b3 = parameters
    A1 = np.maximum(0, W1 @ X + b1)
    A2 = np.maximum(0, W2 @ A1 + b2)
    d3 = 1 / (1 + np.exp(-(W3 @ A2 + b3))) - y
    d2 = (W3.T @ d3) * (A2 > 0)
    d1 = (W2.T @ d2) * (A1 > 0)
    right = [g / 3 for d, A in ((d1, X), (d2, A1), (d3, A2)) for g in (d @ A.T, d.sum(axis=1, keepdims=True))]
    wrong = [factor * G for factor, G in zip((1, 4, 2, 1, 1, 1), right, strict=True)]
    return cost, parameters, wrong, right


def test_norm_error_gives_the_figures_of_a_published_exercise(code: SimpleNamespace) -> None:
    cost, parameters, wrong, right = dlai_network()
    theta = code.unroll(parameters)
    measured = code.numerical_gradient(cost, theta, 1e-7)
    assert code.norm_error(code.unroll(wrong), measured) == pytest.approx(0.285093156781, rel=1e-6)
    figures = [
        code.norm_error(code.unroll(right), code.numerical_gradient(lambda t: cost(t, from_scores), theta, h))  # noqa: B023
        for from_scores in (False, True)
        for h in (1e-7, 1e-5)
    ]
    assert np.log10(figures) == pytest.approx(np.log10([1.19e-7, 9.3e-10, 1.1e-9, 1.0e-11]), abs=0.5)
    for quoted in ("0.285", "1.2 \\cdot 10^{-7}", "9.3 \\cdot 10^{-10}", "1.1 \\cdot 10^{-9}", "10^{-11}"):
        assert quoted in SOURCES["norm-read"]


@pytest.mark.parametrize("pair", [([1.0], [2.0]), ([1, 2], [1, 3]), (np.zeros(3), np.ones(3)), [[-5, 0], [5, 0]]])
def test_what_is_too_small_gets_through_the_wrong_check(code: SimpleNamespace, pair: Any) -> None:
    assert code.gets_through(pair) is True


@pytest.mark.parametrize(
    ("pair", "missing"),
    [
        (([2.0], [1.0]), "wrong_check sees"),
        (([1, 2], [1, 2]), "should differ by much"),
        (([1.0, 2.0], [1.0 + 1e-9, 2.0]), "should differ by much"),
    ],
)
def test_of_other_pairs_it_is_said_what_is_missing(code: SimpleNamespace, pair: Any, missing: str) -> None:
    assert missing in code.gets_through(pair)


@pytest.mark.parametrize(
    "junk",
    [
        *[([1, 2], [1, 2, 3]), ([], []), ([np.nan], [1]), ([1], [np.inf])],
        *[3, None, ("a", "b"), ([[1]], [[2]]), (1, 2)],
    ],
)
def test_only_two_lists_of_numbers_are_a_pair(code: SimpleNamespace, junk: Any) -> None:
    assert code.gets_through(junk).startswith("two lists of as many numbers are wanted")


def test_the_author_of_the_wrong_check_was_content(code: SimpleNamespace) -> None:
    answers = re.findall(r"\] (True|False)\n", code.printed)[:3]
    assert answers == ["True", "False", "False"]
    assert code.gets_through(code.bug_pair) is True


def test_the_three_dots_are_not_judged(code: SimpleNamespace) -> None:
    assert code.gets_through(...) is ... is code.letters(...)


# --- what fools the check


def test_kinks_fool_it_as_predicted(code: SimpleNamespace) -> None:
    assert code.centred(code.relu, 2e-6, 1e-5) == pytest.approx(code.kink_guess)
    assert code.centred(code.relu, 0.0, 1e-5) == 0.5
    assert code.centred(abs, 0.0, 1e-5) == 0


def test_a_forgotten_penalty_shows_in_the_columns_predicted(code: SimpleNamespace) -> None:
    thetas, X, y = datasets.debug_network("3-5-3")
    measured = code.measured_gradients(lambda t: code.cost(t, X, y, 3.0), thetas)
    errors = code.relative_error(code.gradients(thetas, X, y, 0.0)[0], measured[0])
    assert tuple(np.flatnonzero((errors > 1e-6).all(axis=0))) == code.penalty_guess
    assert not (errors > 1e-6).any(axis=0)[0]


# --- the planted bugs


def wrong_places(code: SimpleNamespace, number: int, *lam: float) -> list[Any]:
    """Where the map of a broken function shows an error, matrix by matrix."""
    broken, cost = getattr(code, f"broken_{number}"), getattr(code, f"cost_{number}")
    data = (code.X_tiny, code.y_tiny, *lam)
    measured = code.measured_gradients(lambda t: cost(t, *data), code.thetas_tiny)
    pairs = zip(broken(code.thetas_tiny, *data), measured, strict=True)
    return [code.relative_error(G, N) > 1e-6 for G, N in pairs]


def test_the_first_bug_shows_below_the_hidden_layer_only(code: SimpleNamespace) -> None:
    below, above = wrong_places(code, 1)
    assert below.all() and not above.any()
    assert code.where_guess[2] == "B"


def test_the_second_bug_shows_everywhere(code: SimpleNamespace) -> None:
    assert all(place.all() for place in wrong_places(code, 2))
    assert code.where_guess[1] == "A"


def test_the_third_bug_shows_in_the_first_row_and_column_and_only_with_a_penalty(code: SimpleNamespace) -> None:
    assert not any(place.any() for place in wrong_places(code, 3, 0.0))
    for place in wrong_places(code, 3, 1.5):
        expected = np.zeros_like(place)
        expected[0, 1:] = expected[1:, 0] = True
        assert np.array_equal(place, expected)


def test_penalised_biases_show_in_column_0_only(code: SimpleNamespace) -> None:
    thetas, X, y = network(5, (2, 4, 3))
    for G, right, Theta in zip(code.gradients(thetas, X, y), code.gradients(thetas, X, y, 1.5), thetas, strict=True):
        wrong = code.relative_error(G + 1.5 / 5 * Theta, right) > 1e-6
        assert wrong[:, 0].all() and not wrong[:, 1:].any()
    assert code.where_guess[0] == "C"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("m", "sizes"), [(1, (3, 4, 2)), (6, (2, 5, 3)), (9, (4, 3, 7))])
def test_put_right_they_agree_with_autograd(
    code: SimpleNamespace, differentiable: SimpleNamespace, number: int, m: int, sizes: tuple[int, ...]
) -> None:
    thetas, X, y = network(m, sizes, seed=number)
    data = (X, y, 1.3) if number == 3 else (X, y)
    expected = autograd.grad(lambda t: getattr(differentiable, f"cost_{number}")(t, *data))(thetas)
    agree(getattr(code, f"fixed_{number}")(thetas, *data), expected)


def test_no_hidden_unit_of_the_tiny_network_stands_near_the_kink(code: SimpleNamespace) -> None:
    assert np.abs(code.add_bias(code.X_tiny) @ code.thetas_tiny[0].T).min() > 1e-2


@pytest.mark.parametrize("answer", ["cab", ["C", "A", "B"], ("c", "a", "b"), "C, A, B"])
def test_letters_may_be_written_in_many_ways(code: SimpleNamespace, answer: object) -> None:
    assert code.letters(answer) == code.where_guess


def test_what_is_measured_is_told_from_what_is_computed(code: SimpleNamespace) -> None:
    thetas, X, y = code.thetas_tiny, code.X_tiny, code.y_tiny
    measured = code.measured_gradients(lambda t: code.cost_2(t, X, y), thetas)
    gaps = [np.abs(G - N).max() for G, N in zip(code.fixed_2(thetas, X, y), measured, strict=True)]
    assert 1e-12 < max(gaps) < 1e-9


# --- going further


def test_rows_and_columns_make_the_jacobian(code: SimpleNamespace) -> None:
    expected = autograd.jacobian(lambda x: 0.5 * (1 + anp.tanh(code.W @ x / 2)))(np.array([0.5, -1.0, 2.0, 0.3]))
    np.testing.assert_allclose(code.rows, expected, rtol=1e-12)
    np.testing.assert_allclose(np.array(code.columns).T, expected, atol=1e-10)


def test_a_scaled_step_helps_where_parameters_are_large(code: SimpleNamespace) -> None:
    table = code.printed.split("with h scaled")[1].splitlines()[1:4]
    for row in table:
        _, fixed, scaled = map(float, row.split())
        assert scaled < 1e-10
    assert fixed > 1e-5


def test_the_numbers_in_the_words_are_right(code: SimpleNamespace) -> None:
    count = (784 + 1) * 100 + (100 + 1) * 10
    assert f"{count:,} of them" in SOURCES["cost-text"]
    assert 150 < 2 * count / 1000 < 180  # seconds: more than two and a half minutes
    assert 21 < 2e9 / 1000 / 86_400 < 28  # days: more than three weeks
    eps = float(np.finfo(np.float32).eps)
    assert eps == pytest.approx(1.2e-7, rel=0.01)
    assert eps ** (1 / 3) == pytest.approx(5e-3, rel=0.02)
    assert np.finfo(float).eps ** (1 / 3) == pytest.approx(6e-6, rel=0.02)
    assert np.finfo(float).eps ** (1 / 2) == pytest.approx(1.5e-8, rel=0.01)
    assert np.spacing(1e8) == pytest.approx(1.5e-8, rel=0.01)
    assert r"$1.5 \cdot 10^{-8}$" in SOURCES["scaled-text"]
