"""An engine as students write it, with orders right and wrong, and expressions to fire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Value:
    def __init__(self, data: Any, parents: tuple[Value, ...] = ()) -> None:
        self.data = np.array(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.back: Callable[[], None] = lambda: None

    def __add__(self, other: Value) -> Value:
        return add(self, other)

    def __mul__(self, other: Value) -> Value:
        return multiply(self, other)


def add(a: Value, b: Value) -> Value:
    out = Value(a.data + b.data, (a, b))

    def back() -> None:
        a.grad += out.grad
        b.grad += out.grad

    out.back = back
    return out


def multiply(a: Value, b: Value) -> Value:
    out = Value(a.data * b.data, (a, b))

    def back() -> None:
        a.grad += b.data * out.grad
        b.grad += a.data * out.grad

    out.back = back
    return out


def in_order(root: Value) -> list[Value]:
    order: list[Value] = []

    def visit(node: Value) -> None:
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


def backward(root: Value) -> None:
    root.grad = np.ones_like(root.data)
    for node in reversed(in_order(root)):
        node.back()


def breadth_first(root: Value) -> None:
    root.grad = np.ones_like(root.data)
    found = [root]
    for node in found:
        node.back()
        found += [parent for parent in dict.fromkeys(node.parents) if parent not in found]


def path_by_path(root: Value) -> None:
    root.grad = np.ones_like(root.data)
    hand_on(root)


def hand_on(node: Value) -> None:
    node.back()
    for parent in node.parents:
        hand_on(parent)


def diamond(a: Value) -> dict[str, Value]:
    s = a * a
    c = a + s
    d = a * c
    return {"s": s, "c": c, "d": d, "f": c * d}


def doublings(x: Value) -> dict[str, Value]:
    found = {}
    for i in range(1, 19):
        x = x + x
        found[f"x{i}"] = x
    return found
