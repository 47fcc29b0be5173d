"""The solution of notebook 02 against autograd, mpmath, the complex step and the published figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
import pytest

from chainrule.graph import neuron

NOTEBOOK = Path(__file__).parents[2] / "solutions" / "02-sigmoid-gate" / "sigmoid-gate.ipynb"
CELLS = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
WEIGHTS, INPUTS = [2.0, -3.0, -3.0], [-1.0, -2.0]


def gradient(f: Callable[..., Any], *inputs: float) -> tuple[float, ...]:
    """Autograd's derivatives of f by each input."""
    return tuple(float(autograd.grad(f, i)(*inputs)) for i in range(len(inputs)))


GATES: dict[str, tuple[int, Callable[..., Any]]] = {
    "add": (2, lambda x, y: x + y),
    "multiply": (2, lambda x, y: x * y),
    "max": (2, anp.maximum),
    "reciprocal": (1, lambda x: 1 / x),
    "exp": (1, anp.exp),
    "sigmoid": (1, lambda x: 0.5 * (1 + anp.tanh(x / 2))),
}


@pytest.mark.parametrize("gate", GATES)
def test_gates_agree_with_autograd(code: SimpleNamespace, gate: str) -> None:
    count, elsewhere = GATES[gate]
    rng = np.random.default_rng(2)
    for *inputs, dout in rng.normal(size=(50, count + 1)).tolist():
        forward = getattr(code, "sigmoid" if gate == "sigmoid" else f"{gate}_forward")
        backward = getattr(code, f"{gate}_backward")
        assert float(forward(*inputs)) == pytest.approx(float(elsewhere(*inputs)), rel=1e-12)
        expected = [dout * slope for slope in gradient(elsewhere, *inputs)]
        np.testing.assert_allclose(np.atleast_1d(backward(*inputs, dout)), expected, rtol=1e-10)


def test_max_hands_the_gradient_to_the_first_of_equals_and_relu_has_slope_zero_at_zero(
    code: SimpleNamespace,
) -> None:
    assert code.max_backward(1.5, 1.5, 2.0) == (2.0, 0.0)
    assert [code.max_backward(0.0, x, 5.0)[1] for x in (3.0, -2.0, 0.0)] == list(code.relu_guess)


def test_exp_and_reciprocal_agree_with_the_complex_step(code: SimpleNamespace) -> None:
    for x in (-1.3, 0.2, 2.0):
        for gate in ("exp", "reciprocal"):
            stepped = getattr(code, f"{gate}_forward")(complex(x, 1e-200)).imag / 1e-200
            assert getattr(code, f"{gate}_backward")(x, 1.0) == pytest.approx(stepped, rel=1e-13)


@pytest.mark.parametrize("z", [-1000.0, -745.0, -700.0, -30.0, -1e-9, 0.0, 5.0, 30.0, 700.0, 1000.0])
def test_the_sigmoid_gate_survives_extremes(code: SimpleNamespace, z: float) -> None:
    with mpmath.workdps(60):
        s = 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
        value, slope = float(s), float(s * (1 - s))
    with np.errstate(over="raise", invalid="raise"):
        assert code.sigmoid(z) == pytest.approx(value, rel=1e-14)
        assert code.sigmoid_backward(z, 3.0) == pytest.approx(3 * slope, rel=1e-12, abs=1e-15)


def test_the_sigmoid_slopes_are_the_published_ones(code: SimpleNamespace) -> None:
    slopes = code.sigmoid_backward(np.array([-1, -0.5, 0, 0.5, 1]), np.ones(5))
    np.testing.assert_allclose(slopes, [0.19661193, 0.23500371, 0.25, 0.23500371, 0.19661193], atol=5e-9)


def test_the_centred_difference_is_of_second_order_and_zero_at_the_kink(code: SimpleNamespace) -> None:
    errors = [abs(code.numerical_derivative(np.sin, 1.0, h=h) - np.cos(1.0)) for h in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.01)
    assert code.numerical_derivative(code.cube, 2.0, h=0.1) == pytest.approx(12.01, rel=1e-12)
    assert code.numerical_derivative(code.cube, 2.0) == pytest.approx(12, rel=1e-10)
    assert code.numerical_derivative(abs, 0.0) == 0


def test_the_circuit_has_the_lecture_numbers_on_every_edge(code: SimpleNamespace) -> None:
    v = code.neuron_forward(WEIGHTS, INPUTS)
    d = code.neuron_backward(v)
    assert [round(x, 2) for x in list(v.values())[5:]] == [-2, 6, 4, 1, -1, 0.37, 1.37, 0.73]
    assert [round(x, 2) for x in list(d.values())[:5]] == [1, -0.53, -0.53, -0.2, 0.2]
    assert [round(x, 2) for x in list(d.values())[5:]] == [0.2, 0.2, 0.2, 0.2, -0.2, 0.39, -0.39, -0.59]
    assert list(d)[:5] == ["f", "den", "exp", "neg", "z"]


def test_the_circuit_is_the_graph_of_the_pictures(code: SimpleNamespace) -> None:
    rng = np.random.default_rng(3)
    for w, x in zip(rng.normal(size=(20, 3)).tolist(), rng.normal(size=(20, 2)).tolist(), strict=True):
        v = code.neuron_forward(w, x)
        assert v == pytest.approx(neuron().forward({name: v[name] for name in neuron().inputs}), rel=1e-14)
        assert code.neuron_backward(v) == pytest.approx(neuron().backward(v), rel=1e-13)


def test_the_circuit_agrees_with_autograd(code: SimpleNamespace) -> None:
    def f(w0: Any, x0: Any, w1: Any, x1: Any, w2: Any) -> Any:
        return GATES["sigmoid"][1](w0 * x0 + w1 * x1 + w2)

    for inputs in np.random.default_rng(4).normal(size=(20, 5)).tolist():
        d = code.neuron_backward(code.values_of(*inputs))
        np.testing.assert_allclose([d[name] for name in ("w0", "x0", "w1", "x1", "w2")], gradient(f, *inputs))


def test_the_whole_neuron_has_the_published_figures(code: SimpleNamespace) -> None:
    f, dx, dw = code.one_neuron(np.array(WEIGHTS), np.array(INPUTS))
    assert f == pytest.approx(0.7310585786300049, rel=1e-15)
    np.testing.assert_allclose(dx, [0.3932238664829637, -0.5898357997244456], rtol=1e-14)
    np.testing.assert_allclose(dw, [-0.19661193324148185, -0.3932238664829637, 0.19661193324148185], rtol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_whole_neuron_agrees_with_autograd(code: SimpleNamespace, n: int) -> None:
    def f(w: Any, x: Any) -> Any:
        return GATES["sigmoid"][1](anp.dot(w[:-1], x) + w[-1])

    rng = np.random.default_rng(n)
    w, x = rng.normal(size=n + 1), rng.normal(size=n)
    value, dx, dw = code.one_neuron(w, x)
    assert value == pytest.approx(f(w, x))
    np.testing.assert_allclose(dw, autograd.grad(f, 0)(w, x), rtol=1e-12)
    np.testing.assert_allclose(dx, autograd.grad(f, 1)(w, x), rtol=1e-12)


def test_gradients_that_meet_agree_with_autograd(code: SimpleNamespace) -> None:
    for x, y in np.random.default_rng(5).normal(size=(30, 2)).tolist():
        d = code.meeting_backward(code.meeting.forward({"x": x, "y": y}))
        expected = gradient(lambda x, y: (x + y) * anp.maximum(x, y), x, y)
        np.testing.assert_allclose([d["x"], d["y"]], expected, rtol=1e-12)


def test_the_predictions_are_true(code: SimpleNamespace) -> None:
    def one_sided(h: float) -> float:
        return abs(((2 + h) ** 3 - 8) / h - 12)

    assert code.step_guess == min([1e-1, 1e-5, 1e-13], key=one_sided)
    assert code.nudge_guess == pytest.approx((-1.99 + 5) * -4 - (-2 + 5) * -4)
    assert code.swap_guess == pytest.approx(gradient(lambda w, x: 0.2 * w * x, 2.0, -1.0))
    slopes = {z: code.sigmoid_backward(z, 1.0) for z in np.linspace(-3, 3, 61).round(2)}
    assert code.peak_guess == pytest.approx(max(slopes.items(), key=lambda pair: pair[1]))
    assert code.meeting_guess == pytest.approx(gradient(lambda x, y: x * y + x, 3.0, -4.0)[0])
    metres, millimetres = (
        neuron().backward(code.values_of(2.0 / k, -1.0 * k, -3.0, -2.0, -3.0))["w0"] for k in (1.0, 1000.0)
    )
    assert code.scale_guess == pytest.approx(millimetres / metres)


def test_the_bug_shows_where_the_third_input_is_the_largest_and_the_first_not_less_than_the_second(
    code: SimpleNamespace,
) -> None:
    assert code.tells(code.bug_inputs) is True
    for x, y, z in product((-2.0, 0.0, 1.0, 3.0), repeat=3):
        assert code.tells((x, y, z)) == (z > x >= y or "for these inputs the function is right.")
        assert code.tells([x, y, z]) == code.tells(np.array([x, y, z]))


@pytest.mark.parametrize(
    "junk",
    [3, None, "abc", (2.0, 1.0), (2, 1, np.nan), (2, 1, np.inf), ("b", "a", "c"), ([2], [1], [3]), (2, [1, 1], 3), 1j],
)
def test_only_three_finite_numbers_tell_of_the_bug(code: SimpleNamespace, junk: object) -> None:
    assert code.tells(junk) == "three numbers are wanted."


def test_both_edges_of_the_square_carry_three(code: SimpleNamespace) -> None:
    assert code.multiply_backward(3.0, 3.0, 1.0) == (3.0, 3.0)
    assert code.square.backward(code.square.forward({"x": 3.0}))["x"] == 6.0


def test_four_gates_give_nan_where_one_gives_zero(code: SimpleNamespace) -> None:
    assert "gradient of neg: nan" in code.printed
    assert code.sigmoid_backward(-1000.0, 1.0) == 0


def test_the_second_opinion_agrees_away_from_ties(code: SimpleNamespace) -> None:
    before_the_tie, after = code.printed.split("at a tie")
    lines = re.findall(r"backward +(\S+) +measured +(\S+)", before_the_tie + after.split("\n", 3)[3])
    assert len(lines) >= 8
    for ours, measured in lines:
        assert float(ours) == pytest.approx(float(measured), rel=1e-8, abs=1e-8)
