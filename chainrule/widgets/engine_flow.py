"""EngineFlow: the nodes of the student's own engine fire, in the order in which their `backward` calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure

from chainrule import figures
from chainrule.layout import layout
from chainrule.widgets import student
from chainrule.widgets.base import Number, Running, Said, jsonable, module, sentence
from chainrule.widgets.firing import Event, Nodes, Run, breadth_first, recursion, shown, topological

STEP = 1e-5
"""h of the differences."""
YOURS = "yours"
WAYS = {"recursion": recursion, "breadth first": breadth_first, "topological": topological}


class Way(TypedDict):
    """What happened in one order."""

    name: str
    events: list[Event]
    visits: int
    """How many firings there are."""
    ends: dict[str, str]
    """What comes to each leaf in the end, as a text."""
    right: bool


class Result(TypedDict):
    """What there is to see."""

    inputs: dict[str, Number]
    """What was asked."""
    graph: dict[str, Any] | None
    places: dict[str, Any] | None
    """Where the nodes of the graph stand."""
    values: dict[str, str]
    """What is in them, as texts."""
    ways: list[Way]
    """The student's is the first."""
    measured: dict[str, str]
    """For each leaf what differences measure, as a text."""
    said: list[Said]


class EngineFlow(Running):
    """A student's graph, fired in the student's order and in three others.

    expression: takes a Value for each of `inputs`, by name; returns a dict of the nodes that it makes, by name; the
        last is the root
    inputs: the number in each leaf to begin with
    Value: the class of nodes, with `data`, `grad`, `parents` and `back`; called with a number it makes a leaf
    backward: takes the root, and lets the nodes fire

    >>> EngineFlow(lambda a: {"f": a * a}, {"a": 3.0}, Value, backward)  # doctest: +SKIP
    """

    _esm = module("engine_flow/view.js")
    _asked = "inputs"

    inputs = traitlets.Dict().tag(sync=True)
    """Set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What there is to see: see `Result`."""

    def __init__(
        self,
        expression: Callable[..., Mapping[str, Any]],
        inputs: Mapping[str, float],
        Value: type,
        backward: Callable[[Any], object],
    ) -> None:
        self._expression, self._kind, self._backward = expression, Value, backward
        start = {name: float(x) for name, x in inputs.items()}
        super().__init__(inputs=start, result=self._run(start))
        self.observe(lambda _: self._redraw(), "inputs")
        methods = [each for each in vars(Value).values() if isinstance(each, FunctionType)]
        student.follow([expression, backward, *methods], self._changed)

    def picture(self) -> figures.Picture:
        """Draw the nodes with their values and the gradients of the student's order, and tell which are wrong."""
        said = [each["text"] for each in self._run(self.inputs)["said"]]
        try:
            nodes = self._nodes(self.inputs)
            numbers = [{name: float(node.data.reshape(())) for name, node in nodes.by_name.items()}]
            run = self._fired(nodes)
            numbers.append({name: float(x.reshape(())) for name, x in run.gradients.items()})
        except (student.CallError, AttributeError, ValueError):  # arrays, or nothing to be drawn
            words = " ".join(said) or "The nodes hold arrays; the widget lists them."
            fig = Figure(figsize=(7, 0.8), facecolor="white")
            fig.text(0.01, 0.5, words, va="center", wrap=True)
            return figures.picture(fig, words)
        text = " ".join([figures.describe_graph(nodes.graph, *numbers), *said])
        return figures.picture(figures.draw_graph(nodes.graph, *numbers), text)

    def _nodes(self, inputs: Mapping[str, float]) -> Nodes:
        """The student's nodes for these inputs. Raises CallError."""
        expression = student.newest(self._expression)
        kind = getattr(expression, "__globals__", {}).get(self._kind.__name__, self._kind)
        leaves = {name: student.call(kind, float(x)) for name, x in inputs.items()}
        made = student.call(lambda: expression(**leaves))
        if not isinstance(made, Mapping) or not made:
            raise student.CallError(
                "Not right yet: the expression should return a dict of its nodes, the last the root."
            )
        return student.call(lambda: Nodes(made, leaves))

    def _fired(self, nodes: Nodes) -> Run:
        """What happens in the student's order. Raises CallError, which names their function."""
        backward = student.newest(self._backward)

        def fire() -> Run:
            return nodes.fired_by_student(backward)

        fire.__name__ = getattr(backward, "__name__", "backward")
        return student.call(fire)

    def _run(self, inputs: Mapping[str, float]) -> Result:
        inputs = {name: float(x) for name, x in inputs.items()}
        asked = jsonable(inputs)
        try:
            nodes = self._nodes(inputs)
            measured = self._measured(nodes, inputs)
            runs = {name: student.call(nodes.fired_by, way) for name, way in WAYS.items()}
        except student.CallError as error:
            said = [sentence(str(error))]
            return Result(inputs=asked, graph=None, places=None, values={}, ways=[], measured={}, said=said)
        try:
            yours = self._fired(nodes)
            said = _told(nodes, yours, measured)
        except student.CallError as error:
            yours = None
            said = [sentence(str(error))]
        ways = ({YOURS: yours} if yours else {}) | runs
        return Result(
            inputs=asked,
            graph=nodes.graph.as_dict(),
            places=layout(nodes.graph).as_dict(),
            values={name: shown(node.data) for name, node in nodes.by_name.items()},
            ways=[_way(name, run, measured) for name, run in ways.items()],
            measured={name: shown(x) for name, x in measured.items()},
            said=said,
        )

    def _measured(self, nodes: Nodes, inputs: Mapping[str, float]) -> dict[str, float]:
        """For each leaf that is used, how fast the sum of the root's entries follows it, by centred differences."""
        found = {}
        for name in inputs:
            if name in nodes.graph.inputs:
                ends = [self._nodes({**inputs, name: inputs[name] + h}).root.data for h in (STEP, -STEP)]
                slope = (np.sum(ends[0]) - np.sum(ends[1])) / (2 * STEP)
                found[name] = float(f"{slope:.8g}")  # what lies behind is rounding
        return found


def _way(name: str, run: Run, measured: Mapping[str, float]) -> Way:
    ends = {leaf: shown(run.gradients[leaf]) for leaf in measured} if run.gradients else {}
    right = bool(ends) and all(_same(run.gradients[leaf], x) for leaf, x in measured.items())
    return {"name": name, "events": run.events, "visits": run.visits, "ends": ends, "right": right}


def _same(gradient: Any, measured: float) -> bool:
    return bool(np.allclose(gradient, measured, rtol=1e-5, atol=1e-7))


def _told(nodes: Nodes, run: Run, measured: Mapping[str, float]) -> list[Said]:
    """What there is to say of the student's order and of what came of it."""
    if not run.events:
        return [sentence("No node has fired: does backward call node.back()?", wrong=True)]
    fired = {event["node"] for event in run.events}
    silent = [gate.output for gate in nodes.graph.gates if gate.output not in fired]
    early = next((event for event in run.events if event["waited"]), None)
    again = next((event for event in run.events if event["again"]), None)
    wrong = [name for name, x in measured.items() if not _same(run.gradients[name], x)]
    said = []
    if early:
        late = " and ".join(early["waited"])
        have = "has" if len(early["waited"]) == 1 else "have"
        text = f"{early['node']} fires too early: {late}, made of it, {have} not fired yet."
        said.append(sentence(f"{text} What becomes of what comes then?", wrong=True))
    if again:
        said.append(sentence(f"{again['node']} fires again: what does it send the second time?", wrong=True))
    if silent:
        said.append(sentence(f"Never fired: {', '.join(silent)}.", wrong=True))
    if not said:
        text = f"Your order: all {len(run.events)} nodes fire once, each after all that were made of it."
        said.append(sentence(text))
        if wrong:
            text = "The order is right; the gradients aren't. Which node sends something wrong? Look at its back."
            said.append(sentence(text, wrong=True))
    for name in wrong:
        said.append(
            sentence(f"{name}: yours is {shown(run.gradients[name])}, measured {shown(measured[name])}.", wrong=True)
        )
    return said
