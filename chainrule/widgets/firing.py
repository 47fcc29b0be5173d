"""Lets the nodes of a student's engine fire, in the student's order or in others, and writes down what happens.

A node is whatever has `data`, `grad`, `parents` and `back`. The graph is what the root was computed from. A node fires
too early if a node that was made of it has not fired yet: what that one sends comes too late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypedDict

import numpy as np

from chainrule.figures import number
from chainrule.graph import Drawn, Made
from chainrule.widgets.student import CallError

MOST_NODES = 60
"""More can't be looked at."""
MOST_EVENTS = 200
"""Firings that are written down, and made."""

SYMBOLS = {"add": "+", "multiply": "×", "matmul": "@", "relu": "ReLU", "power": "xⁿ", "total": "Σ"}
"""Of what operations are called in the course; another is written as its name."""


class Event(TypedDict):
    """A firing."""

    node: str
    waited: list[str]
    """Whom it should have waited for."""
    again: bool
    gradients: dict[str, str]
    """What stands in each node after it, as texts."""


@dataclass
class Run:
    """What happened in one order."""

    events: list[Event] = field(default_factory=list)
    visits: int = 0
    """How often a node with parents fired, or would have."""
    gradients: dict[str, Any] = field(default_factory=dict)
    """By node, in the end; empty where not all was run."""


class Nodes:
    """The nodes below a root by name, and what becomes of them."""

    def __init__(self, named: Mapping[str, Any], leaves: Mapping[str, Any]) -> None:
        """Take the nodes that were `named`, the last of which is the root. Raises CallError where they are none."""
        for name, node in named.items():
            for part in ("data", "grad", "parents", "back"):
                if not hasattr(node, part):
                    raise CallError(f"Not right yet: {name} has no {part}; every node should be a Value.")
        self.root = list(named.values())[-1]
        known = {id(node): name for name, node in {**leaves, **named}.items()}
        self.by_name: dict[str, Any] = {}
        for node in _parents_first(self.root):
            name = known.get(id(node)) or _unnamed(node, {*self.by_name, *known.values()})
            self.by_name[name] = node
        self._name_of = {id(node): name for name, node in self.by_name.items()}
        gates = tuple(
            Made(name, _symbol(node), tuple(self._name_of[id(parent)] for parent in node.parents))
            for name, node in self.by_name.items()
            if len(node.parents)
        )
        if not gates:
            raise CallError("Not right yet: the last node was not computed from anything.")
        self.graph = Drawn(tuple(name for name, node in self.by_name.items() if not len(node.parents)), gates)
        self._back = {name: node.back for name, node in self.by_name.items()}

    def fired_by(self, way: Callable[[Nodes], Iterator[str]]) -> Run:
        """Let them fire in an order of the course's, up to MOST_EVENTS times."""
        run = self._begin()
        self.root.grad = np.ones_like(self.root.data)
        for name in way(self):
            if len(run.events) == MOST_EVENTS:
                run.visits, run.gradients = _visits(self.graph), {}
                return run
            self._fire(run, name)
        run.gradients = self.gradients()
        return run

    def fired_by_student(self, backward: Callable[[Any], object]) -> Run:
        """Let the student's backward call them, and write down whom it calls."""
        run = self._begin()
        for name, node in self.by_name.items():
            node.back = partial(self._fire, run, name)
        try:
            backward(self.root)
        finally:
            for name, node in self.by_name.items():
                node.back = self._back[name]
        run.gradients = self.gradients()
        return run

    def gradients(self) -> dict[str, Any]:
        """What stands in each node."""
        return {name: np.array(node.grad, dtype=float) for name, node in self.by_name.items()}

    def _begin(self) -> Run:
        for node in self.by_name.values():
            node.grad = np.zeros(np.shape(node.data))
        return Run()

    def _fire(self, run: Run, name: str) -> None:
        self._back[name]()
        if not len(self.by_name[name].parents):
            return  # a leaf has nobody to send anything to
        run.visits += 1
        if len(run.events) < MOST_EVENTS:
            before = {event["node"] for event in run.events}
            waited = [each for each in self.graph.made_of(name) if each not in before]
            told = {each: shown(gradient) for each, gradient in self.gradients().items()}
            run.events.append({"node": name, "waited": waited, "again": name in before, "gradients": told})


def topological(nodes: Nodes) -> Iterator[str]:
    """Each node once, after all that were made of it."""
    return reversed([gate.output for gate in nodes.graph.gates])


def breadth_first(nodes: Nodes) -> Iterator[str]:
    """Each node once, those nearest to the root first."""
    parents = {gate.output: gate.inputs for gate in nodes.graph.gates}
    found = [nodes.graph.output]
    for name in found:
        found += [each for each in dict.fromkeys(parents[name]) if each in parents and each not in found]
    return iter(found)


def recursion(nodes: Nodes) -> Iterator[str]:
    """Each node, then its parents in turn, as often as they are reached."""
    parents = {gate.output: gate.inputs for gate in nodes.graph.gates}
    waiting = [nodes.graph.output]
    while waiting:
        name = waiting.pop()
        if name in parents:
            yield name
            waiting += reversed(parents[name])


def shown(value: object) -> str:
    """A number as the lectures write it; of an array its shape."""
    array = np.asarray(value, dtype=float)
    return number(float(array.reshape(()))) if array.size == 1 else f"array {array.shape}"


def _visits(graph: Drawn) -> int:
    """How often nodes fire that are reached along every path from the root."""
    count = dict.fromkeys(graph.names, 0)
    count[graph.output] = 1
    for gate in reversed(graph.gates):
        for name in gate.inputs:
            count[name] += count[gate.output]
    return sum(count[gate.output] for gate in graph.gates)


def _parents_first(root: Any) -> list[Any]:
    """All nodes that a root was computed from, each after its parents. Raises CallError where they are too many."""
    order: dict[int, Any] = {}
    met, waiting = set(), [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order[id(node)] = node
        elif id(node) not in met:
            met.add(id(node))
            if len(met) > MOST_NODES:
                raise CallError(f"These are more than {MOST_NODES} nodes: too many to be looked at.")
            waiting.append((node, True))
            waiting += [(parent, False) for parent in reversed(node.parents)]
    return list(order.values())


def _unnamed(node: Any, taken: set[str]) -> str:
    """A name for a node that has none: its number for a constant."""
    first = "n" if len(node.parents) else shown(node.data)
    names = (f"{first}{i}" if len(node.parents) else first + "′" * i for i in range(len(taken) + 2))
    return next(name for name in names if name not in taken and name != "n0")


def _symbol(node: Any) -> str:
    """What made a node: the function in which its `back` was written."""
    owner, _, _ = str(getattr(node.back, "__qualname__", "")).partition(".<locals>")
    name = owner.rpartition(".")[2]
    return SYMBOLS.get(name, name or "node")
