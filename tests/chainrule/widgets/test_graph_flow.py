"""GraphFlow in Python: measured gradients, the first wrong edge, and the picture that stands in for the widget."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule import widgets
from chainrule.figures import number
from chainrule.graph import Gate, Graph, neuron, product_of_sum
from chainrule.widgets.graph_flow import GraphFlow, measure
from tests.chainrule.kernel import Kernel
from tests.chainrule.test_graph import LECTURE, random_graph
from tests.chainrule.widgets.node import javascript

NEURON = neuron()
Change = Callable[[dict[str, float]], Any]


def backward_with(change: Change) -> Callable[[dict[str, float]], dict[str, float]]:
    """A right backward pass, but for one change."""

    def backward(v: dict[str, float]) -> dict[str, float]:
        d = NEURON.backward(v)
        change(d)
        return d

    return backward


@pytest.mark.parametrize("seed", range(20))
def test_measured_gradients_are_those_of_the_backward_pass(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, gates=12)
    values = graph.forward(dict(zip(graph.inputs, rng.normal(size=3).tolist(), strict=True)))
    measured, exact = measure(graph, values), graph.backward(values)
    assert measured == pytest.approx(exact, rel=1e-4, abs=1e-6)


def test_javascript_and_python_find_the_same_gradients_on_random_graphs() -> None:
    rng = np.random.default_rng(5)
    graphs = [random_graph(rng, gates=int(rng.integers(1, 25))) for _ in range(200)]
    inputs = [dict(zip(graph.inputs, rng.normal(size=3).tolist(), strict=True)) for graph in graphs]
    call = """(module, cases) => cases.map(([graph, at]) => {
        const values = module.forward(graph, at);
        return [values, module.backward(graph, values).gradients];
    })"""
    cases = [[graph.as_dict(), at] for graph, at in zip(graphs, inputs, strict=True)]
    found = javascript("graph_flow/model.js", call, cases)
    for graph, at, (values, gradients) in zip(graphs, inputs, found, strict=True):
        assert values == pytest.approx(graph.forward(at), rel=1e-9)
        assert gradients == pytest.approx(graph.backward(values), rel=1e-9, abs=1e-12)


def test_javascript_and_python_write_numbers_alike() -> None:
    rng = np.random.default_rng(6)
    drawn = rng.choice([-1, 1], 3000) * 10.0 ** rng.uniform(-12, 12, 3000)
    halves = [0.125, 0.375, 2.625, -0.875, 1.25e6, 1.35e6, 0.005, 0.015, 1.005, 99999.995, 1e5 + 0.5]
    numbers = [*drawn.tolist(), *drawn.round().tolist(), *halves, 0.0, -0.0, 1e6, 999999.0, 1e-4, 0.00999, 1e22]
    written = javascript("shared/numbers.js", "(module, given) => given.map(module.number)", numbers)
    assert [pair for pair in zip(numbers, written, strict=True) if number(pair[0]) != pair[1]] == []


def test_right_functions_are_said_to_be_right() -> None:
    forward = lambda *inputs: NEURON.forward(dict(zip(NEURON.inputs, inputs, strict=True)))  # noqa: E731
    result = GraphFlow(NEURON, LECTURE, forward, NEURON.backward).result
    assert [each["text"] for each in result["said"]] == [
        "Your values: all 13 are right here.",
        "Your gradients: all 13 are what differences measure here.",
    ]
    assert result["wrong"] == {"values": [], "gradients": []}


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda d: d.update(neg=2 * d["neg"]), "neg"),
        (lambda d: d.update(x0=-d["x0"], w0x0=3.0), "w0x0"),
        (lambda d: d.pop("sum"), "sum"),
        (lambda d: d.update(f=math.nan), "f"),
        (lambda d: d.update(w2=math.inf), "w2"),
    ],
)
def test_the_first_wrong_gradient_on_the_way_back_is_found(change: Change, first: str) -> None:
    (said,) = GraphFlow(NEURON, LECTURE, backward=backward_with(change)).result["said"]
    assert said["edge"] == first
    assert said["text"].startswith(f"Your gradients: the first wrong one on the way backward is {first}.")


def test_a_slip_forward_does_not_follow_into_the_gradients() -> None:
    forward = lambda x, y, z: {"x": x, "y": y, "z": z, "sum": x - y, "f": (x - y) * z}  # noqa: E731
    graph = product_of_sum()
    result = GraphFlow(graph, {"x": 1.0, "y": 2.0, "z": 3.0}, forward, graph.backward).result
    assert result["wrong"] == {"values": ["sum", "f"], "gradients": []}
    assert result["said"][0]["edge"] == "sum"


def test_a_gradient_at_a_kink_follows_the_rule_of_the_course() -> None:
    relu = Graph(("x",), (Gate("f", "max-constant", ("x",), 0.0),))
    (said,) = GraphFlow(relu, {"x": 0.0}, backward=lambda v: {"f": 1.0, "x": 0.0}).result["said"]
    assert said["edge"] is None
    assert said["text"].endswith("At x there is a kink, where a difference measures a mean.")


def test_inputs_at_which_a_gate_has_no_value_are_said_to_be_such() -> None:
    graph = Graph(("x",), (Gate("f", "reciprocal", ("x",)),))
    (said,) = GraphFlow(graph, {"x": 0.0}, backward=graph.backward).result["said"]
    assert said["text"].startswith("At these inputs a gate has no value")


def test_a_function_that_fails_leaves_the_other_ones_numbers() -> None:
    def raising(v: dict[str, float]) -> dict[str, float]:
        raise ZeroDivisionError("by y")

    result = GraphFlow(NEURON, LECTURE, backward=raising).result
    assert result["said"][0]["text"] == "Stopped by an error: ZeroDivisionError: by y"
    assert set(result["values"]) == set(result["measured"])
    assert result["gradients"] == {}


def test_the_picture_tells_the_numbers_and_what_is_wrong() -> None:
    drawn = GraphFlow(NEURON, LECTURE, backward=backward_with(lambda d: d.update(neg=0.0))).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert "Input w0: value 2, gradient −0.20" in drawn.alt
    assert drawn.alt.endswith("the first wrong one on the way backward is neg. Yours is 0, measured −0.196612.")


SHOWN = """
from chainrule import widgets
from chainrule.graph import product_of_sum
def backward(v):
    return {"f": 1.0, "sum": v["z"], "z": v["x"], "x": v["z"], "y": v["z"]}
widgets.GraphFlow(product_of_sum(), {"x": -2.0, "y": 5.0, "z": -4.0}, backward=backward)
"""


def test_a_picture_with_its_words_is_displayed_above_the_widget(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        shown = kernel.run(SHOWN)
    assert re.search(r'<img src="data:image/png;base64,[^"]*" alt="Computational graph with output f\.', shown.html)
    assert "the first wrong one on the way backward is z." in shown.text
    assert shown.error is None


def test_for_the_grader_a_widget_is_nothing() -> None:
    widgets.leave_out()
    try:
        assert widgets.GraphFlow("anything", at="all") is None
    finally:
        widgets.bring_back()
    assert widgets.GraphFlow is GraphFlow


def test_what_draws_widgets_is_imported_with_the_first_of_them_only() -> None:
    code = "import sys; from chainrule import widgets; print('anywidget' in sys.modules); widgets.GraphFlow; "
    code += "print('anywidget' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
