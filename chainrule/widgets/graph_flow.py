"""GraphFlow: a computational graph with its values and gradients, to be moved by its inputs.

Without functions of the student's everything is computed in JavaScript, by the operations of `chainrule.graph`.
With them, their numbers stand on the edges; each is held against what differences measure, and the first that is
wrong is marked, with the line of their code that sets it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import traitlets

from chainrule import figures
from chainrule.graph import OPERATIONS, Graph
from chainrule.layout import layout
from chainrule.widgets import student
from chainrule.widgets.base import Number, Running, jsonable, module
from chainrule.widgets.source import lines_that_set

STEP = 1e-5
"""h of the differences."""


class Report(TypedDict):
    """What there is to say of one of the student's functions."""

    about: str
    """"values" or "gradients"."""
    text: str
    edge: str | None
    """The first wrong one."""
    lines: list[str]
    """Those of the student's code that set it."""


class Result(TypedDict):
    """The numbers on the edges, the student's where there are some; those that are missing are not there."""

    inputs: dict[str, Number]
    values: dict[str, Number]
    gradients: dict[str, Number]
    measured: dict[str, Number]
    wrong: dict[str, list[str]]
    """The edges whose "values" and whose "gradients" are wrong."""
    said: list[Report]


class GraphFlow(Running):
    """A computational graph in motion.

    graph: the graph, of any gates
    inputs: the number of each input to begin with
    forward: takes the inputs as numbers, in the graph's order; returns a dict of every edge's value
    backward: takes a dict of every edge's value; returns a dict of every edge's gradient

    The last two are the student's, and may be left out. `backward` is given the right values, so that a slip in
    `forward` doesn't follow into it.
    """

    _esm = module("graph_flow/view.js")
    _asked = "inputs"

    graph = traitlets.Dict().tag(sync=True)
    places = traitlets.Dict().tag(sync=True)
    """Where everything stands: see chainrule/layout.py."""
    inputs = traitlets.Dict().tag(sync=True)
    """Set by the page when a movement of an input has ended."""
    asks = traitlets.Bool().tag(sync=True)
    """Are there functions of the student's to be asked?"""
    result = traitlets.Dict().tag(sync=True)
    """What they gave: see `Result`."""

    def __init__(
        self,
        graph: Graph,
        inputs: Mapping[str, float],
        forward: Callable[..., Mapping[str, float]] | None = None,
        backward: Callable[[dict[str, float]], Mapping[str, float]] | None = None,
    ) -> None:
        self._graph, self._forward, self._backward = graph, forward, backward
        described = graph.as_dict()
        for gate, data in zip(graph.gates, described["gates"], strict=True):
            data["symbol"] = gate.symbol
        start = {name: float(inputs[name]) for name in graph.inputs}
        super().__init__(
            graph=described,
            places=layout(graph).as_dict(),
            inputs=start,
            asks=bool(forward or backward),
            result=self._run(start),
        )
        self.observe(lambda _: self._redraw(), "inputs")
        if theirs := [function for function in (forward, backward) if function]:
            student.follow(theirs, self._changed)

    def picture(self) -> figures.Picture:
        """Draw the graph with the numbers that stand on it."""
        result = self._run(self.inputs)
        numbers = [{name: float(x) for name, x in result[which].items()} for which in ("values", "gradients")]
        whole = [each if set(each) == set(self._names()) else None for each in numbers]
        words = [figures.describe_graph(self._graph, *whole), *(each["text"] for each in result["said"])]
        return figures.picture(figures.draw_graph(self._graph, *whole), " ".join(words))

    def _names(self) -> list[str]:
        return [*self._graph.inputs, *(gate.output for gate in self._graph.gates)]

    def _run(self, inputs: Mapping[str, float]) -> Result:
        inputs = {name: float(inputs[name]) for name in self._graph.inputs}
        asked = jsonable(inputs)
        said: list[Report] = []
        try:
            right = self._graph.forward(inputs)
            exact = self._graph.backward(right)
            measured = measure(self._graph, right)
        except ArithmeticError:  # exp(1000), 1/0
            text = "At these inputs a gate has no value: division by zero, or a number too large."
            said.append({"about": "values", "text": text, "edge": None, "lines": []})
            wrong: dict[str, list[str]] = {"values": [], "gradients": []}
            return Result(inputs=asked, values={}, gradients={}, measured={}, wrong=wrong, said=said)
        values, wrong_values = self._judge("values", self._forward, list(inputs.values()), right, right, said)
        gradients, wrong_gradients = self._judge("gradients", self._backward, [dict(right)], exact, measured, said)
        return Result(
            inputs=asked,
            values=jsonable(values),
            gradients=jsonable(gradients),
            measured=jsonable(measured),
            wrong={"values": wrong_values, "gradients": wrong_gradients},
            said=said,
        )

    def _judge(
        self,
        about: str,
        function: Callable[..., Any] | None,
        args: list[Any],
        right: Mapping[str, float],
        measured: Mapping[str, float],
        said: list[Report],
    ) -> tuple[dict[str, float], list[str]]:
        """The numbers of one of the student's functions, and the edges on which they are wrong, the first first."""
        if function is None:
            return dict(right), []
        function = student.newest(function)
        report = Report(about=about, text="", edge=None, lines=[])
        said.append(report)
        try:
            given = student.numbers(student.call(function, *args), list(right))
        except student.CallError as error:
            report["text"] = str(error)
            return {}, []
        wrong = [name for name in right if name not in given or not _same(given[name], right[name])]
        if not wrong:
            report["text"] = f"Your {about}: all {len(right)} are right here."
            if about == "gradients":
                report["text"] = f"Your gradients: all {len(right)} are what differences measure here."
                if kinks := [name for name in right if not _same(right[name], measured[name], 1e-4)]:
                    report["text"] += f" At {kinks[0]} there is a kink, where a difference measures a mean."
            return given, []
        first = wrong[0]
        way = "forward" if about == "values" else "backward"
        expected = f"measured {measured[first]:.6g}" if about == "gradients" else f"right is {right[first]:.6g}"
        yours = f"Yours is {given[first]:.6g}" if first in given else "Yours is missing"
        report["text"] = f"Your {about}: the first wrong one on the way {way} is {first}. {yours}, {expected}.".replace(
            "-", "−"
        )
        report["edge"], report["lines"] = first, lines_that_set(function, first)
        return given, wrong


def _same(a: float, b: float, rtol: float = 1e-6) -> bool:
    return math.isclose(a, b, rel_tol=rtol, abs_tol=1e-9 if rtol < 1e-5 else rtol)


def measure(graph: Graph, values: Mapping[str, float], h: float = STEP) -> dict[str, float]:
    """Every edge's gradient by centred differences: move the value on that edge, compute on from there.

    values: those of `graph.forward`. The step on an edge with the value v is h max(1, |v|).
    """

    def moved(name: str, value: float) -> float:
        now = {**values, name: value}
        for gate in graph.gates:
            if gate.output != name:
                now[gate.output] = OPERATIONS[gate.operation].value(*gate.arguments(now))
        return now[graph.output]

    found = {}
    for name, value in values.items():
        step = h * max(1.0, abs(value))
        found[name] = (moved(name, value + step) - moved(name, value - step)) / (2 * step)
    return found
