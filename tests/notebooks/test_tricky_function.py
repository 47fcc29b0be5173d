"""The solution of notebook 03 against autograd, mpmath, the published figures and the mistakes of real students."""

from __future__ import annotations

import io
import json
import re
import tomllib
from collections.abc import Callable
from contextlib import redirect_stdout
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import matplotlib
import mpmath
import numpy as np
import pytest

from chainrule import datasets
from chainrule.checks.check import judged_by
from chainrule.graph import Gate, Graph

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "solutions" / "03-tricky-function"
PUBLISHED = tomllib.loads((ROOT / "data" / "published-figures.toml").read_text("utf-8"))["tricky"]
MISTAKES = tomllib.loads((FOLDER / "misconceptions.toml").read_text("utf-8"))
CELLS = json.loads((FOLDER / "tricky-function.ipynb").read_text("utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
POINTS = [(3.0, -4.0), (-4.0, 3.0), *(2 * np.random.default_rng(3).normal(size=(30, 2))).tolist()]


@pytest.fixture(scope="module")
def code() -> SimpleNamespace:
    """The notebook's names after all its code cells have run, its checks answered by nobody."""
    matplotlib.use("Agg")
    names: dict[str, Any] = {}
    with judged_by(lambda question, names, line: None), redirect_stdout(io.StringIO()) as printed:
        for cell in CELLS:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    return SimpleNamespace(
        printed=printed.getvalue(), names=names, **{k: v for k, v in names.items() if k.isidentifier()}
    )


def tricky(x: Any, y: Any) -> Any:
    """The formula at one stroke, for autograd."""
    sigx, sigy = (0.5 * (1 + anp.tanh(z / 2)) for z in (x, y))
    return (x + sigy) / (sigx + (x + y) ** 2)


def exact_sigmoid(z: Any) -> Any:
    """The sigmoid in the precision that mpmath works with."""
    return 1 / (1 + mpmath.exp(-z))


def exact_tricky(x: Any, y: Any) -> Any:
    """The formula in the precision that mpmath works with."""
    return (x + exact_sigmoid(y)) / (exact_sigmoid(x) + (x + y) ** 2)


def mistaken(code: SimpleNamespace, answer: str, name: str) -> Callable[..., Any]:
    """The function of an answer cell, written by somebody with a misconception."""
    source = SOURCES[answer]
    (entry,) = (entry for entry in MISTAKES[answer] if entry["name"] == name)
    for old, new in entry["edits"]:
        assert source.count(old) == 1
        source = source.replace(old, new)
    names = dict(code.names)
    exec(source, names)
    return names[answer.replace("-", "_")]


# --- published figures


def test_the_lecture_point_has_the_published_figures(code: SimpleNamespace) -> None:
    v = code.tricky_forward(PUBLISHED["x"], PUBLISHED["y"])
    d = code.tricky_backward(v)
    assert v["f"] == pytest.approx(PUBLISHED["f"], rel=1e-14)
    assert d["x"] == pytest.approx(PUBLISHED["dx"], rel=1e-14) == pytest.approx(code.dx, rel=1e-14)
    assert d["y"] == pytest.approx(PUBLISHED["dy"], rel=1e-14) == pytest.approx(code.dy, rel=1e-14)


def test_the_words_quote_them() -> None:
    assert f"f = {PUBLISHED['f']:.10f}" in SOURCES["graph-text"]
    assert f"= {PUBLISHED['dx']:.10f}" in SOURCES["y-paths-text"]


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("A", "upstream gradient missing at the sigmoid of x"),
        ("B", "overwrites at the last path to x"),
        ("C", "num and invden swapped"),
        ("D", "path through the numerator forgotten"),
        ("E", "overwrites at the middle path to x"),
    ],
)
def test_each_real_mistake_gives_the_number_that_was_handed_in(code: SimpleNamespace, letter: str, name: str) -> None:
    dx = mistaken(code, "tricky-backward", name)(code.values_at(3.0, -4.0))["x"]
    row = next(line for line in SOURCES["wrong-text"].splitlines() if line.startswith("| handed in"))
    handed_in = re.findall(r"\d\.\d+", row)
    if letter == "E":
        assert f"{dx:.4f}" == "0.4764"
        assert "0.4764" not in handed_in
    else:
        assert f"{dx:.4f}" == handed_in[code.diagnosis.index(letter)]


# --- against other arithmetic


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_forward_and_backward_agree_with_autograd(code: SimpleNamespace, x: float, y: float) -> None:
    v = code.tricky_forward(x, y)
    d = code.tricky_backward(v)
    assert v["f"] == pytest.approx(tricky(x, y), rel=1e-12)
    assert d["x"] == pytest.approx(autograd.grad(tricky, 0)(x, y), rel=1e-10)
    assert d["y"] == pytest.approx(autograd.grad(tricky, 1)(x, y), rel=1e-10)


def test_every_edge_has_the_gradient_that_mpmath_finds(code: SimpleNamespace) -> None:
    """Each edge is cut, and the rest of the formula differentiated by what stands there."""
    with mpmath.workdps(40):
        x, y = mpmath.mpf(3), mpmath.mpf(-4)
        s = exact_sigmoid
        num, sqr, den = x + s(y), (x + y) ** 2, s(x) + (x + y) ** 2
        rests: dict[str, tuple[Any, Callable[[Any], Any]]] = {
            "f": (num / den, lambda t: t),
            "num": (num, lambda t: t / den),
            "invden": (1 / den, lambda t: num * t),
            "den": (den, lambda t: num / t),
            "sigx": (s(x), lambda t: num / (t + sqr)),
            "xpysqr": (sqr, lambda t: num / (s(x) + t)),
            "xpy": (x + y, lambda t: num / (s(x) + t**2)),
            "sigy": (s(y), lambda t: (x + t) / den),
            "x": (x, lambda t: (t + s(y)) / (s(t) + (t + y) ** 2)),
            "y": (y, lambda t: (x + s(t)) / (s(x) + (x + t) ** 2)),
        }
        expected = {name: float(mpmath.diff(rest, at)) for name, (at, rest) in rests.items()}
        values = {name: float(at) for name, (at, _) in rests.items()}
    assert code.tricky_forward(3.0, -4.0) == pytest.approx(values, rel=1e-14)
    assert code.tricky_backward(code.tricky_forward(3.0, -4.0)) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("point", [(700.0, -700.0), (1000.0, 1000.0), (-1000.0, 5.0), (0.0, 745.0)])
def test_extremes_overflow_nowhere(code: SimpleNamespace, point: tuple[float, float]) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        v = code.tricky_forward(*point)
        d = code.tricky_backward(v)
    with mpmath.workdps(60):
        expected = [float(mpmath.diff(exact_tricky, point, n)) for n in ((1, 0), (0, 1))]
        assert v["f"] == pytest.approx(float(exact_tricky(*map(mpmath.mpf, point))), rel=1e-12)
    assert [d["x"], d["y"]] == pytest.approx(expected, rel=1e-9)


def test_arrays_are_many_points_at_once(code: SimpleNamespace) -> None:
    x, y = np.array(POINTS).T.reshape(2, 4, 8)
    d = code.tricky_backward(code.tricky_forward(x, y))
    assert all(gradient.shape == (4, 8) for gradient in d.values())
    np.testing.assert_allclose(d["x"], autograd.elementwise_grad(tricky, 0)(x, y), rtol=1e-10)
    np.testing.assert_allclose(d["y"], autograd.elementwise_grad(tricky, 1)(x, y), rtol=1e-10)


def test_the_values_of_the_course_are_those_of_the_solution(code: SimpleNamespace) -> None:
    for point in POINTS:
        assert code.values_at(*point) == pytest.approx(code.tricky_forward(*point), rel=1e-14)
        assert list(code.values_at(*point)) == list(code.tricky_forward(*point))
        assert all(type(value) is float for value in code.values_at(*point).values())


def test_steps_taken_one_at_a_time_are_the_whole(code: SimpleNamespace) -> None:
    d = code.tricky_backward(code.values_at(3.0, -4.0))
    for name, gradient in d.items():
        assert getattr(code, f"d{name}") == pytest.approx(gradient, rel=1e-14)
    assert f"by xpy {code.dx_xpy:.4f}   by sigx {code.dx_sigx:.4f}   by num {code.dx_num:.4f}" in code.printed


# --- the graph


def test_the_graph_drawn_computes_the_tricky_function(code: SimpleNamespace) -> None:
    assert isinstance(code.circuit, Graph)
    for x, y in POINTS:
        values = code.circuit.forward({"x": x, "y": y})
        assert values == pytest.approx(code.tricky_forward(x, y), rel=1e-13)
        assert code.circuit.backward(values) == pytest.approx(code.tricky_backward(values), rel=1e-13)


def test_the_order_in_which_arrows_are_listed_does_not_matter(code: SimpleNamespace) -> None:
    other = {step: tuple(reversed(names)) for step, names in reversed(code.takes.items())}
    other |= {"invden": "den"}
    assert code.arrows(other) == code.arrows(code.takes)
    assert code.arrows(...) is ...


def test_paths_are_counted_right(code: SimpleNamespace) -> None:
    assert code.path_counts == (code.paths_from("x"), code.paths_from("y")) == (3, 2)


def test_the_example_is_differentiated_right(code: SimpleNamespace) -> None:
    assert code.g == code.values_of_g["g"] == (2 + 3) / (1 + 2**2)
    assert code.dx_num_g + code.dx_xsqr_g == pytest.approx(autograd.grad(lambda x: (x + 3) / (1 + x**2))(2.0))
    assert code.graph_of_g.gates[-1] == Gate("g", "multiply", ("num", "invden"))


# --- predictions


def test_the_predictions_are_true(code: SimpleNamespace) -> None:
    assert abs(code.f_guess - tricky(3.0, -4.0)) < 0.06
    assert abs(round(3.02 / 1.95, 1) - code.f_guess) < 1e-9
    cut: list[Callable[[float], float]] = [
        lambda t: (t + code.sigy) / code.den,
        lambda t: code.num / (code.sigmoid(t) + code.xpysqr),
        lambda t: code.num / (code.sigx + (t - 4.0) ** 2),
    ]
    assert tuple(np.sign(path(3.01) - path(3.0)) for path in cut) == code.signs_guess
    assert tuple(np.sign([code.dx_num, code.dx_sigx, code.dx_xpy])) == code.signs_guess


# --- the second opinion, and the bug


def test_differences_are_of_second_order(code: SimpleNamespace) -> None:
    exact = np.array([np.cos(1.0) * np.exp(0.5), np.sin(1.0) * np.exp(0.5)])
    measured = [code.differences(lambda x, y: np.sin(x) * np.exp(y), 1.0, 0.5, h=h) for h in (1e-1, 1e-2, 1e-3)]
    errors = np.abs(np.subtract(measured, exact))
    np.testing.assert_allclose(errors[0] / errors[1], 100, rtol=0.01)
    np.testing.assert_allclose(errors[1] / errors[2], 100, rtol=0.01)
    assert code.differences(code.landscape, 2.0, 1.0, h=0.1) == pytest.approx((12.01, 11.01), rel=1e-12)


def test_the_table_agrees_to_nine_digits(code: SimpleNamespace) -> None:
    rows = [line.split() for line in code.printed.split("dy measured\n")[1].splitlines()[:5]]
    for _, _, *numbers in rows:
        dx, dx_measured, dy, dy_measured = map(float, numbers)
        assert dx == pytest.approx(dx_measured, rel=1e-7, abs=2e-9)
        assert dy == pytest.approx(dy_measured, rel=1e-7, abs=2e-9)


def test_the_example_of_ones_own_is_right(code: SimpleNamespace) -> None:
    for point in POINTS:
        d = code.own_backward(code.own_forward(*point))
        for i, name in enumerate("xy"):
            slope = autograd.grad(lambda x, y: anp.exp(x * 0.5) * y + x * y, i)
            assert d[name] == pytest.approx(slope(*point))


def test_the_bug_shows_where_the_sum_is_negative(code: SimpleNamespace) -> None:
    assert code.goes_wrong(code.bug_point) is True
    for x, y in product((-2.0, -0.1, 0.0, 0.3, 1.0, 3.0), repeat=2):
        assert code.goes_wrong((x, y)) == ((x + y < 0 and x != 0) or "at this point the function is right.")
        assert code.goes_wrong([x, y]) == code.goes_wrong(np.array([x, y]))


def test_the_bug_hides_at_the_points_of_the_text(code: SimpleNamespace) -> None:
    points = re.findall(r"\$\((-?[\d.]+), (-?[\d.]+)\)\$", SOURCES["compare-read"])
    assert len(points) == 4
    for x, y in (tuple(map(float, point)) for point in points):
        measured = code.differences(lambda x, y: x * (x + y) ** 2, x, y)
        assert code.wrong_gradients(x, y) == pytest.approx(measured, rel=1e-8)


@pytest.mark.parametrize(
    "junk", [3, None, "abc", (1.0,), (1, 2, 3), (1, np.nan), (-np.inf, 1), ("a", "b"), 1j, {}, ([1], [2, 3])]
)
def test_only_two_finite_numbers_tell_of_the_bug(code: SimpleNamespace, junk: object) -> None:
    assert code.goes_wrong(junk) == "two numbers are wanted."


@pytest.mark.parametrize(
    "answer", ["CDAB", "cdab", ["c", "D", "a", "b"], ("C", "D", "A", "B"), "C, D, A, B", np.array(list("CDAB"))]
)
def test_letters_may_be_written_in_many_ways(code: SimpleNamespace, answer: object) -> None:
    assert code.letters(answer) == code.diagnosis


def test_the_three_dots_are_not_judged(code: SimpleNamespace) -> None:
    assert code.goes_wrong(...) is ...
    assert code.letters(...) is ...


def test_the_network_has_as_many_weights_as_the_words_say() -> None:
    count = sum(Theta.size for Theta in datasets.given_network())
    assert f"{count:,} weights" in SOURCES["cost-text"]
    assert f"{2 * count:,} forward passes" in SOURCES["cost-text"]
