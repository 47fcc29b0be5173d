"""A graph's two passes against the lecture's numbers, the complex step, and autograd on random graphs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.graph import OPERATIONS, Gate, Graph, neuron, product_of_sum

LECTURE = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}

# The same operations written a second time, for autograd to differentiate.
ELSEWHERE: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "max": lambda x, y: anp.where(x >= y, x, y),
    "add-constant": lambda x, c: c + x,
    "multiply-constant": lambda x, c: c * x,
    "max-constant": lambda x, c: anp.where(c >= x, c, x),
    "reciprocal": lambda x: x**-1.0,
    "square": lambda x: x**2,
    "exp": anp.exp,
    "sigmoid": lambda x: 0.5 * (1 + anp.tanh(x / 2)),
}


def elsewhere(graph: Graph, values: Any) -> Any:
    """The output of a graph, from its inputs as one array, by the operations above."""
    named = dict(zip(graph.inputs, values, strict=True))
    for gate in graph.gates:
        constant = [] if gate.constant is None else [gate.constant]
        named[gate.output] = ELSEWHERE[gate.operation](*(named[name] for name in gate.inputs), *constant)
    return named[graph.output]


def random_graph(rng: np.random.Generator, gates: int) -> Graph:
    """A graph of any shape, in which edges are used never, once or often; kept tame by sigmoids."""
    names, made = ["a", "b", "c"], []
    for i in range(gates):
        kind = str(rng.choice(sorted(OPERATIONS)))
        operation = OPERATIONS[kind]
        inputs = tuple(str(name) for name in rng.choice(names, size=operation.inputs))
        if kind in ("reciprocal", "exp", "square"):
            made.append(Gate(f"tame{i}", "sigmoid", inputs))
            inputs = (f"tame{i}",)
        constant = float(rng.normal()) if operation.constant else None
        made.append(Gate(f"g{i}", kind, inputs, constant))
        names.append(f"g{i}")
    return Graph(("a", "b", "c"), tuple(made))


def test_product_of_sum_has_the_lecture_numbers_on_every_edge() -> None:
    graph = product_of_sum()
    values = graph.forward({"x": -2.0, "y": 5.0, "z": -4.0})
    assert values == {"x": -2.0, "y": 5.0, "z": -4.0, "sum": 3.0, "f": -12.0}
    assert graph.backward(values) == {"f": 1.0, "sum": -4.0, "z": 3.0, "x": -4.0, "y": -4.0}


def test_neuron_has_the_lecture_numbers_on_every_edge() -> None:
    graph = neuron()
    values = graph.forward(LECTURE)
    forward = [round(values[gate.output], 2) for gate in graph.gates]
    assert forward == [-2, 6, 4, 1, -1, 0.37, 1.37, 0.73]
    gradients = graph.backward(values)
    assert [round(gradients[name], 2) for name in ("f", "den", "exp", "neg", "z")] == [
        1,
        -0.53,
        -0.53,
        -0.2,
        0.2,
    ]
    assert [round(gradients[name], 2) for name in ("sum", "w2", "w0x0", "w1x1")] == [0.2] * 4
    inputs = [gradients[name] for name in ("x0", "x1", "w0", "w1", "w2")]
    published = [
        0.3932238664829637,
        -0.5898357997244456,
        -0.19661193324148185,
        -0.3932238664829637,
        0.19661193324148185,
    ]
    np.testing.assert_allclose(inputs, published, rtol=1e-14)


def test_four_of_the_neurons_eight_gates_are_the_sigmoid() -> None:
    whole = neuron()
    short = Graph(whole.inputs, (*whole.gates[:4], Gate("f", "sigmoid", ("z",))))
    assert [gate.operation for gate in whole.gates[4:]] == [
        "multiply-constant",
        "exp",
        "add-constant",
        "reciprocal",
    ]
    one, two = (graph.backward(graph.forward(LECTURE)) for graph in (whole, short))
    for name in two:
        assert one[name] == pytest.approx(two[name], rel=1e-14)


def test_every_gradient_has_the_name_of_its_value_and_outputs_come_before_inputs() -> None:
    graph = neuron()
    values = graph.forward(LECTURE)
    order = list(graph.backward(values))
    assert sorted(order) == sorted(values)
    assert order[0] == graph.output
    for gate in graph.gates:
        assert all(order.index(gate.output) < order.index(name) for name in gate.inputs)


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs_agree_with_autograd(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, gates=1 + seed % 12)
    point = rng.normal(size=3)
    values = graph.forward(dict(zip(graph.inputs, point.tolist(), strict=True)))
    gradients = graph.backward(values)
    assert values[graph.output] == pytest.approx(float(elsewhere(graph, point)), rel=1e-12, abs=1e-12)
    expected = autograd.grad(lambda x: elsewhere(graph, x))(point)
    np.testing.assert_allclose([gradients[name] for name in graph.inputs], expected, rtol=1e-9, atol=1e-12)
    assert sorted(gradients) == sorted(values)


@given(z=st.floats(-1000, 1000))
def test_sigmoid_survives_every_z(z: float) -> None:
    sigmoid = OPERATIONS["sigmoid"]
    value, (slope,) = sigmoid.value(z), sigmoid.derivatives(z)
    assert 0 <= value <= 1
    assert 0 <= slope <= 0.25
    assert value + sigmoid.value(-z) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("name", ["reciprocal", "square", "add-constant", "multiply-constant"])
def test_local_derivatives_agree_with_the_complex_step(name: str) -> None:
    operation, constant = OPERATIONS[name], [0.7] if OPERATIONS[name].constant else []
    for x in (-2.5, -0.3, 0.4, 3.0):
        stepped: Any = operation.value(complex(x, 1e-200), *constant)  # type: ignore[arg-type]
        assert operation.derivatives(x, *constant)[0] == pytest.approx(stepped.imag / 1e-200, rel=1e-14)


def test_max_gives_the_gradient_to_the_first_of_equals() -> None:
    graph = Graph(("x", "y"), (Gate("f", "max", ("x", "y")),))
    assert graph.backward(graph.forward({"x": 2.0, "y": 2.0})) == {"f": 1.0, "x": 1.0, "y": 0.0}


def test_relu_is_max_with_zero_first_and_has_slope_zero_at_zero() -> None:
    relu = Graph(("x",), (Gate("f", "max-constant", ("x",), 0.0),))
    two_inputs = Graph(("zero", "x"), (Gate("f", "max", ("zero", "x")),))
    for x, slope in ((-2.0, 0.0), (0.0, 0.0), (3.0, 1.0)):
        assert relu.backward(relu.forward({"x": x}))["x"] == slope
        assert two_inputs.backward(two_inputs.forward({"zero": 0.0, "x": x}))["x"] == slope


def test_gradients_that_meet_add_up() -> None:
    square = Graph(("x",), (Gate("f", "multiply", ("x", "x")),))
    assert square.backward(square.forward({"x": 3.0})) == {"f": 1.0, "x": 6.0}


def test_an_edge_that_leads_nowhere_has_gradient_zero() -> None:
    graph = Graph(("x", "unused"), (Gate("aside", "exp", ("x",)), Gate("f", "square", ("x",))))
    gradients = graph.backward(graph.forward({"x": 3.0, "unused": 1.0}))
    assert gradients == {"f": 1.0, "aside": 0.0, "unused": 0.0, "x": 6.0}


@pytest.mark.parametrize(
    ("gates", "problem"),
    [
        ([], "at least one gate"),
        ([Gate("f", "cube", ("x",))], "no operation is called 'cube'"),
        ([Gate("f", "add", ("x",))], "takes 2 input"),
        ([Gate("f", "exp", ("y",))], "'y' is not computed before it"),
        ([Gate("x", "exp", ("x",))], "two edges are called 'x'"),
        ([Gate("f", "exp", ("x",), 2.0)], "constant"),
        ([Gate("f", "add-constant", ("x",))], "constant"),
    ],
)
def test_a_graph_that_cannot_be_computed_is_refused_with_the_reason(gates: list[Gate], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Graph(("x",), tuple(gates))


def test_symbols_show_the_constant_with_a_true_minus() -> None:
    assert [gate.symbol for gate in neuron().gates] == ["×", "×", "+", "+", "× −1", "exp", "+ 1", "1/x"]
    assert math.isclose(OPERATIONS["multiply-constant"].value(3.0, -1.0), -3.0)
