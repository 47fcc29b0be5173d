"""A computational graph as plain data, with its forward and its backward pass.

A graph has named inputs and a list of gates in order of computation. A gate has one output; the name of
that output is the name of the edge that leaves it, so a value and its gradient are found under the same
name. A graph can be written as JSON (`Graph.as_dict`); nothing here draws.

>>> graph = product_of_sum()
>>> values = graph.forward({"x": -2.0, "y": 5.0, "z": -4.0})
>>> values
{'x': -2.0, 'y': 5.0, 'z': -4.0, 'sum': 3.0, 'f': -12.0}
>>> graph.backward(values)
{'f': 1.0, 'sum': -4.0, 'z': 3.0, 'x': -4.0, 'y': -4.0}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


def _sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)), without overflow for any z."""
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    return math.exp(z) / (1.0 + math.exp(z))


@dataclass(frozen=True)
class Operation:
    """What a gate does: a value, and how fast it changes with each of its inputs.

    `value` and `derivatives` take the gate's inputs and, for an operation with a constant, the constant
    last. `derivatives` returns one local derivative per input. In `symbol`, {c} stands for the constant.
    """

    symbol: str
    inputs: int
    value: Callable[..., float]
    derivatives: Callable[..., tuple[float, ...]]
    constant: bool = False


OPERATIONS: dict[str, Operation] = {
    "add": Operation("+", 2, lambda x, y: x + y, lambda x, y: (1.0, 1.0)),
    "subtract": Operation("−", 2, lambda x, y: x - y, lambda x, y: (1.0, -1.0)),
    "multiply": Operation("×", 2, lambda x, y: x * y, lambda x, y: (y, x)),
    # The first of equals is the larger: one input gets the whole gradient, also at a tie.
    "max": Operation("max", 2, lambda x, y: x if x >= y else y, lambda x, y: (1.0, 0.0) if x >= y else (0.0, 1.0)),
    "add-constant": Operation("+ {c}", 1, lambda x, c: x + c, lambda x, c: (1.0,), constant=True),
    "multiply-constant": Operation("× {c}", 1, lambda x, c: x * c, lambda x, c: (c,), constant=True),
    # max(c, x), the constant first: at x = c the gradient stays with the constant, so ReLU'(0) = 0.
    "max-constant": Operation(
        "max({c}, ·)", 1, lambda x, c: x if x > c else c, lambda x, c: (1.0 if x > c else 0.0,), constant=True
    ),
    "reciprocal": Operation("1/x", 1, lambda x: 1.0 / x, lambda x: (-1.0 / x**2,)),
    "square": Operation("x²", 1, lambda x: x * x, lambda x: (2.0 * x,)),
    "exp": Operation("exp", 1, math.exp, lambda x: (math.exp(x),)),
    "sigmoid": Operation("σ", 1, _sigmoid, lambda x: (_sigmoid(x) * _sigmoid(-x),)),
}


@dataclass(frozen=True)
class Gate:
    """One gate: the edge that leaves it, what it does, the edges that enter it, a constant if it has one."""

    output: str
    operation: str
    inputs: tuple[str, ...]
    constant: float | None = None

    def arguments(self, values: Mapping[str, float]) -> list[float]:
        """What its operation is called with, taken from the values on the edges."""
        constant = [] if self.constant is None else [self.constant]
        return [values[name] for name in self.inputs] + constant

    @property
    def symbol(self) -> str:
        """What stands in the gate's circle, for instance `+` or `× −1`."""
        number = "" if self.constant is None else f"{self.constant:g}".replace("-", "−")
        return OPERATIONS[self.operation].symbol.format(c=number)


@dataclass(frozen=True)
class Graph:
    """Named inputs, and gates in order of computation; the last gate's output is the graph's."""

    inputs: tuple[str, ...]
    gates: tuple[Gate, ...]

    def __post_init__(self) -> None:
        """Refuse a graph that can't be computed from top to bottom, naming the gate at fault."""
        if not self.gates:
            raise ValueError("a graph needs at least one gate")
        known = set(self.inputs)
        if len(known) != len(self.inputs):
            raise ValueError("two inputs have the same name")
        for gate in self.gates:
            operation = OPERATIONS.get(gate.operation)
            if operation is None:
                raise ValueError(f"gate {gate.output!r}: no operation is called {gate.operation!r}")
            if len(gate.inputs) != operation.inputs:
                raise ValueError(f"gate {gate.output!r}: {gate.operation} takes {operation.inputs} input(s)")
            if (gate.constant is not None) != operation.constant:
                raise ValueError(f"gate {gate.output!r}: a constant is missing, or one too many")
            if missing := [name for name in gate.inputs if name not in known]:
                raise ValueError(f"gate {gate.output!r}: {missing[0]!r} is not computed before it")
            if gate.output in known:
                raise ValueError(f"two edges are called {gate.output!r}")
            known.add(gate.output)

    @property
    def output(self) -> str:
        """The name of the last edge."""
        return self.gates[-1].output

    def forward(self, inputs: Mapping[str, float]) -> dict[str, float]:
        """Every edge's value, in order of computation, from the values of the inputs."""
        values = {name: inputs[name] for name in self.inputs}
        for gate in self.gates:
            values[gate.output] = OPERATIONS[gate.operation].value(*gate.arguments(values))
        return values

    def backward(self, values: Mapping[str, float]) -> dict[str, float]:
        """Every edge's gradient (the derivative of the output by that edge), from the values of `forward`.

        In order of backward computation: the output first, then an edge as soon as its gradient is whole.
        """
        gradients = dict.fromkeys([*self.inputs, *(gate.output for gate in self.gates)], 0.0)
        uses = {name: sum(gate.inputs.count(name) for gate in self.gates) for name in gradients}
        gradients[self.output] = 1.0
        finished = [name for name in reversed(gradients) if uses[name] == 0]
        for gate in reversed(self.gates):
            # Every gate that uses this gate's output stands later, so the gradient that arrives is whole.
            local = OPERATIONS[gate.operation].derivatives(*gate.arguments(values))
            for name, derivative in zip(gate.inputs, local, strict=True):
                gradients[name] += derivative * gradients[gate.output]
                uses[name] -= 1
                if uses[name] == 0:
                    finished.append(name)
        return {name: gradients[name] for name in finished}

    def as_dict(self) -> dict[str, Any]:
        """The graph as lists, strings and numbers, ready for JSON."""
        gates = [asdict(gate) | {"inputs": list(gate.inputs)} for gate in self.gates]
        return {"inputs": list(self.inputs), "gates": gates}


@dataclass(frozen=True)
class Made:
    """A node of any graph: its name, what stands in it, and of which others it was made."""

    output: str
    symbol: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A graph of any nodes, to be laid out and drawn: leaves, and what was made of them, parents first."""

    inputs: tuple[str, ...]
    gates: tuple[Made, ...]

    @property
    def output(self) -> str:
        """The root."""
        return self.gates[-1].output

    @property
    def names(self) -> list[str]:
        """All nodes, parents first."""
        return [*self.inputs, *(gate.output for gate in self.gates)]

    def made_of(self, name: str) -> list[str]:
        """The nodes that were made of a node."""
        return [gate.output for gate in self.gates if name in gate.inputs]

    def as_dict(self) -> dict[str, Any]:
        """The same for JavaScript."""
        gates = [{"output": each.output, "symbol": each.symbol, "inputs": list(each.inputs)} for each in self.gates]
        return {"inputs": list(self.inputs), "gates": gates}


Drawable = Graph | Drawn
"""What can be laid out and drawn."""


def product_of_sum() -> Graph:
    """The graph of f = (x + y) z, in two gates."""
    return Graph(("x", "y", "z"), (Gate("sum", "add", ("x", "y")), Gate("f", "multiply", ("sum", "z"))))


def neuron() -> Graph:
    """The graph of f = σ(w0 x0 + w1 x1 + w2) in eight gates, the last four of them the sigmoid."""
    return Graph(
        ("w0", "x0", "w1", "x1", "w2"),
        (
            Gate("w0x0", "multiply", ("w0", "x0")),
            Gate("w1x1", "multiply", ("w1", "x1")),
            Gate("sum", "add", ("w0x0", "w1x1")),
            Gate("z", "add", ("sum", "w2")),
            Gate("neg", "multiply-constant", ("z",), -1.0),
            Gate("exp", "exp", ("neg",)),
            Gate("den", "add-constant", ("exp",), 1.0),
            Gate("f", "reciprocal", ("den",)),
        ),
    )
