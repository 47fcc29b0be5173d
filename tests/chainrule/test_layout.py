"""Where a graph's gates stand: readable, in the order of the formula, and with few crossings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from chainrule.graph import Gate, Graph, neuron, product_of_sum
from chainrule.layout import STUB, Layout, Point, layout
from tests.chainrule.test_figures import INPUTS, MEETING, TRICKY
from tests.chainrule.test_graph import random_graph

GRAPHS = [graph for graph, _ in INPUTS.values()] + [
    random_graph(np.random.default_rng(seed), gates=1 + seed) for seed in range(20)
]


def crossings(drawn: Layout) -> int:
    """How many pairs of edges cross, counted on paper."""

    def side(a: Point, b: Point, c: Point) -> float:
        return float(np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])))

    pieces = [piece for points in drawn.edges for piece in itertools.pairwise(points)]
    return sum(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for (a, b), (c, d) in itertools.combinations(pieces, 2)
    )


@pytest.mark.parametrize("graph", GRAPHS)
def test_gates_stand_to_the_right_of_their_inputs_and_nothing_stands_on_anything_else(graph: Graph) -> None:
    drawn = layout(graph)
    assert set(drawn.boxes) == {*graph.inputs, *(gate.output for gate in graph.gates)}
    spaces = [
        (box.x - box.width / 2, box.x + box.width / 2 + STUB, box.y - 40, box.y + 40) for box in drawn.boxes.values()
    ]
    for a, b in itertools.combinations(spaces, 2):
        assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
    assert all(
        left >= 0 and right <= drawn.width and top >= 0 and low <= drawn.height for left, right, top, low in spaces
    )
    for gate in graph.gates:
        assert all(drawn.boxes[name].x < drawn.boxes[gate.output].x for name in gate.inputs)


@pytest.mark.parametrize("graph", GRAPHS)
def test_an_edge_that_passes_over_columns_touches_no_box_and_no_number(graph: Graph) -> None:
    drawn = layout(graph)
    for points in drawn.edges:
        for (x, y), (right, down) in itertools.pairwise(points):
            if y == down:
                passed = [box for box in drawn.boxes.values() if x < box.x + box.width / 2 + STUB and box.x < right]
                assert all(abs(box.y - y) > 38 or x >= box.x + box.width / 2 + STUB - 1 for box in passed)


@pytest.mark.parametrize("graph", GRAPHS)
def test_edges_lead_from_the_box_they_leave_to_the_box_they_enter(graph: Graph) -> None:
    drawn = layout(graph)
    ends = [(name, gate.output) for gate in graph.gates for name in gate.inputs]
    for (name, output), points in zip(ends, drawn.edges, strict=True):
        start, end = drawn.boxes[name], drawn.boxes[output]
        assert points[0] == (start.x + start.width / 2 + STUB, start.y)
        assert points[-1][0] == end.x - end.width / 2
        assert abs(points[-1][1] - end.y) <= 7 + 1e-9
        assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_inputs_stand_from_top_to_bottom_in_the_order_of_the_formula() -> None:
    boxes = layout(neuron()).boxes
    for column in (("w0", "x0", "w1", "x1"), ("w0x0", "w1x1"), ("sum", "w2")):
        rows = [boxes[name].y for name in column]
        assert rows == sorted(rows)


def test_a_tree_has_no_crossing_and_the_tricky_function_one() -> None:
    assert [crossings(layout(graph)) for graph in (product_of_sum(), neuron(), MEETING, TRICKY)] == [0, 0, 1, 1]


def test_two_inputs_stand_as_far_above_their_gate_as_below() -> None:
    boxes = layout(product_of_sum()).boxes
    assert boxes["sum"].y == pytest.approx((boxes["x"].y + boxes["y"].y) / 2, abs=1)
    assert boxes["f"].y == pytest.approx((boxes["sum"].y + boxes["z"].y) / 2, abs=1)


def test_a_chain_of_gates_and_a_long_edge_are_level() -> None:
    drawn = layout(neuron())
    assert len({drawn.boxes[name].y for name in ("z", "neg", "exp", "den", "f")}) == 1
    (over,) = [points for points in layout(TRICKY).edges if len(points) > 5]
    inside = [y for _, y in over[2:-1]]
    assert max(inside) - min(inside) < 1


def test_an_input_that_leads_nowhere_is_laid_out_too() -> None:
    graph = Graph(("x", "unused"), (Gate("aside", "exp", ("x",)), Gate("f", "square", ("x",))))
    assert set(layout(graph).boxes) == {"x", "unused", "aside", "f"}


def test_the_same_graph_is_laid_out_alike_each_time() -> None:
    again = layout.__wrapped__(TRICKY)
    assert again == layout(TRICKY)
