"""EngineFlow in Python: the student's order and three others, who fires too early, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.widgets.engine_flow import EngineFlow
from tests.chainrule.widgets.node import javascript
from tests.chainrule.widgets.student_engine import Value, backward, breadth_first, diamond, doublings, path_by_path


def flow(backward: Callable[..., Any] = backward, expression: Callable[..., Any] = diamond, **inputs: float) -> Any:
    return EngineFlow(expression, inputs or {"a": 3.0}, Value, backward)


def told(widget: EngineFlow) -> list[str]:
    return [each["text"] for each in widget.result["said"]]


def fires(way: dict[str, Any]) -> str:
    """The nodes in their order, those too early with a cross, those that fire again with a plus."""
    return " ".join(each["node"] + "×" * bool(each["waited"]) + "+" * each["again"] for each in way["events"])


def test_four_orders_stand_side_by_side() -> None:
    result = flow().result
    assert {way["name"]: (fires(way), way["ends"], way["right"]) for way in result["ways"]} == {
        "yours": ("f d c s", {"a": "648"}, True),
        "recursion": ("f c× s d c+ s+", {"a": "1116"}, False),
        "breadth first": ("f c× d s", {"a": "396"}, False),
        "topological": ("f d c s", {"a": "648"}, True),
    }
    assert result["measured"] == {"a": "648"}
    assert result["values"] == {"a": "3", "s": "9", "c": "12", "d": "36", "f": "432"}
    assert told(flow()) == ["Your order: all 4 nodes fire once, each after all that were made of it."]


def test_the_graph_is_the_students_with_what_made_each_node() -> None:
    result = flow().result
    gates = {gate["output"]: (gate["symbol"], gate["inputs"]) for gate in result["graph"]["gates"]}
    assert gates == {"s": ("×", ["a", "a"]), "c": ("+", ["a", "s"]), "d": ("×", ["a", "c"]), "f": ("×", ["c", "d"])}
    assert set(result["places"]["boxes"]) == {*gates, "a"}


def test_nodes_without_a_name_and_constants_get_one() -> None:
    result = flow(expression=lambda a: {"f": (a * Value(2) + Value(1)) * Value(2)}).result
    assert result["graph"]["inputs"] == ["a", "2", "1", "2′"]
    assert [gate["output"] for gate in result["graph"]["gates"]] == ["n1", "n2", "f"]


def test_who_fires_too_early_is_named_with_whom_it_should_have_waited_for() -> None:
    assert told(flow(breadth_first)) == [
        "c fires too early: d, made of it, has not fired yet. What becomes of what comes then?",
        "a: yours is 396, measured 648.",
    ]
    assert [each["wrong"] for each in flow(breadth_first).result["said"]] == [True, True]


def test_who_fires_again_is_named() -> None:
    assert told(flow(path_by_path))[1] == "c fires again: what does it send the second time?"
    assert told(flow(path_by_path))[-1] == "a: yours is 1116, measured 648."


def test_each_firing_shows_the_gradients_after_it() -> None:
    events = flow().result["ways"][0]["events"]
    assert [event["gradients"] for event in events] == [
        {"a": "0", "s": "0", "c": "36", "d": "12", "f": "1"},
        {"a": "144", "s": "0", "c": "72", "d": "12", "f": "1"},
        {"a": "216", "s": "72", "c": "72", "d": "12", "f": "1"},
        {"a": "648", "s": "72", "c": "72", "d": "12", "f": "1"},
    ]


def test_recursion_doubles_its_visits_with_each_doubling_and_is_not_run_to_its_end() -> None:
    yours, recursion, *_ = flow(expression=doublings, x=1.0).result["ways"]
    assert (yours["visits"], yours["ends"]) == (18, {"x": "262144"})
    assert (recursion["visits"], recursion["ends"], recursion["right"]) == (2**18 - 1, {}, False)
    assert len(recursion["events"]) == 200


def test_a_slip_in_a_back_is_told_apart_from_a_wrong_order() -> None:
    def one_sided(a: Value, b: Value) -> Value:
        out = Value(a.data * b.data, (a, b))

        def back() -> None:
            a.grad += b.data * out.grad

        out.back = back
        return out

    assert told(flow(expression=lambda a: {"f": one_sided(a, a)}))[1:] == [
        "The order is right; the gradients aren't. Which node sends something wrong? Look at its back.",
        "a: yours is 3, measured 6.",
    ]


def raising(root: Value) -> None:
    raise ZeroDivisionError("of nodes")


def unwritten(root: Value) -> None:
    raise NotImplementedError


def endless(root: Value) -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("backward", "text"),
    [
        (raising, "Stopped by an error: ZeroDivisionError: of nodes"),
        (unwritten, "Not answered yet: unwritten is still to be written."),
        (endless, "Took too long: endless was stopped after 2 seconds."),
        (lambda root: None, "No node has fired: does backward call node.back()?"),
        (lambda root: root.back(), "Never fired: s, c, d."),
    ],
)
def test_what_goes_wrong_in_backward_is_said_and_the_other_orders_are_there(
    backward: Callable[..., Any], text: str
) -> None:
    result = flow(backward).result
    assert any(each["text"].startswith(text) for each in result["said"])
    assert [way["name"] for way in result["ways"]][-3:] == ["recursion", "breadth first", "topological"]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (lambda a: a * a, "Not right yet: the expression should return a dict of its nodes, the last the root."),
        (lambda a: {"f": 3.0}, "Not right yet: f has no data; every node should be a Value."),
        (lambda a: {"f": a}, "Not right yet: the last node was not computed from anything."),
        (lambda a: {"f": a / a}, "Stopped by an error: TypeError"),
        (lambda b: {"f": b}, "Stopped by an error: TypeError"),
    ],
)  # fmt: skip
def test_what_makes_no_graph_is_said_to(expression: Callable[..., Any], text: str) -> None:
    widget = flow(expression=expression)
    assert told(widget)[0].startswith(text)
    assert (widget.result["graph"], widget.result["ways"]) == (None, [])
    assert widget.picture().alt == told(widget)[0]


def test_a_graph_that_is_too_large_is_said_to_be() -> None:
    def long(a: Value) -> dict[str, Value]:
        for _ in range(60):
            a = a + a
        return {"f": a}

    assert told(flow(expression=long)) == ["These are more than 60 nodes: too many to be looked at."]


def test_the_nodes_are_as_they_were_when_all_is_shown() -> None:
    """A student's own functions are called, and nothing of the widget stays in their nodes."""
    kept: list[Value] = []

    def remembering(a: Value) -> dict[str, Value]:
        kept.append(a * a)
        return {"f": kept[-1]}

    flow(expression=remembering)
    assert {node.back.__qualname__.partition(".")[0] for node in kept} == {"multiply"}


def test_arrays_are_shown_by_their_shape() -> None:
    result = flow(expression=lambda a: {"A": a * Value([1.0, 2.0]), "f": a * a}).result
    assert result["values"] == {"a": "3", "f": "9"}  # A is not below the root

    def total(a: Value) -> Value:
        out = Value(np.sum(a.data), (a,))
        out.back = lambda: setattr(a, "grad", a.grad + out.grad)
        return out

    widget = flow(expression=lambda a: {"A": Value([1.0, 2.0]) + Value([3.0, 4.0]), "f": total(Value([1.0, 2.0]))})
    assert widget.result["values"] == {"array (2,)": "array (2,)", "f": "3"}
    assert widget.picture().alt.startswith("Your order")


def test_the_picture_tells_values_gradients_and_what_is_wrong() -> None:
    drawn = flow(breadth_first).picture()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt.startswith(
        "Computational graph with output f. Input a: value 3, gradient 396. Gate × takes a and a"
    )
    assert drawn.alt.endswith("a: yours is 396, measured 648.")


def test_steps_are_told_firing_by_firing() -> None:
    result = flow(breadth_first).result
    call = "(module, [graph, way]) => [0, 1, 2, 4].map((step) => module.told(graph, way, step))"
    assert javascript("engine_flow/model.js", call, [result["graph"], result["ways"][0]]) == [
        "The root f has its 1. Step lets the nodes fire, one by one.",
        "1 of 4: f fires; c now has 36 and d now has 12.",
        "2 of 4: c fires, too early: d should have come first; a now has 36 and s now has 36.",
        "4 of 4: s fires; a now has 396.",
    ]


def test_a_node_says_how_many_it_waits_for_and_what_has_become_of_it() -> None:
    result = flow(breadth_first).result
    call = """(module, [graph, way]) => [0, 1, 2, 3, 4].map((step) => "cda".split("").map((name) => {
        const at = module.node(graph, way, step, name);
        return `${name} ${at.gradient}${at.open ? " + …" : ""} ${module.status(at)}`;
    }))"""
    assert javascript("engine_flow/model.js", call, [result["graph"], result["ways"][0]]) == [
        ["c  waits for 2", "d  waits for 1", "a  waits for 3"],
        ["c 36 + … waits for 1", "d 12 ready", "a  waits for 3"],
        ["c 36 + … ✗ too early", "d 12 ready", "a 36 + … waits for 2"],
        ["c 72 ✗ too early", "d 12 ✓ fired", "a 180 + … waits for 1"],
        ["c 72 ✗ too early", "d 12 ✓ fired", "a 396 ready"],
    ]


def test_the_first_wrong_firing_is_found_and_the_orders_are_rows() -> None:
    ways = flow(breadth_first).result["ways"]
    call = "(module, ways) => [ways.map(module.firstWrong), module.sideBySide(ways, ['a'])]"
    steps, table = javascript("engine_flow/model.js", call, ways)
    assert steps == [2, 2, 2, 4]
    assert table[0] == ["yours", "f, c ✗, d, s", "4", "396", "✗"]
    assert table[-1] == ["topological", "f, d, c, s", "4", "648", "✓"]
