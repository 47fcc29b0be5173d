"""In which order, and how far down, the places of a layered graph's columns stand: few crossings, level edges.

The second and third step of drawing in layers (Sugiyama, Tagawa and Toda 1981); `layout` does the first and the last.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, combinations, pairwise
from statistics import fmean

from chainrule.graph import Drawable

BOX_APART, PAST_BOX, WAYS_APART = 92.0, 56.0, 18.0
"""From middle to middle in a column: two boxes with their numbers, a box and an edge that passes it, two such edges."""

ATTEMPTS = 10
"""From how many orders fewer crossings are looked for."""
SWEEPS = 100
LEVEL = 1000.0
"""How much more than another weighs, in the end, a joint that should be level: in a long edge, and along a chain."""

Way = tuple[str, str, int, int]
"""A point of an edge that passes over columns: from which name, into which gate, as which input, in which column."""
Place = str | Way
Routes = list[list[Place]]
"""For each gate in order, and each of its inputs in order: the input, the ways between, the gate."""


def in_order(graph: Drawable, column: dict[str, int], routes: Routes) -> list[list[Place]]:
    """The columns, each from top to bottom, with few crossings.

    It begins with the order of the formula, which for a tree has none. Where some remain it tries to do better from
    other orders of the gates' inputs.
    """
    joints = [pair for route in routes for pair in pairwise(route)]
    best: list[list[Place]] = []
    fewest, draw = len(joints) ** 2, random.Random(0)
    for attempt in range(ATTEMPTS):
        layers = _by_formula(graph, column, routes, draw if attempt else None)
        for sweep in range(8):
            if (count := _crossings(layers, joints)) < fewest:
                best, fewest = [list(layer) for layer in layers], count
            if not fewest:
                return best
            _sort(layers, joints, forward=sweep % 2 == 0)
            _exchange(layers, joints)
    return best


def _by_formula(
    graph: Drawable, column: dict[str, int], routes: Routes, draw: random.Random | None
) -> list[list[Place]]:
    """The columns in the order in which the formula names what stands in them, or in a drawn one."""
    layers: list[list[Place]] = [[] for _ in range(1 + max(column.values()))]
    into = defaultdict(list)
    for route in routes:
        into[route[-1]].append(route)
    if draw:
        for each in into.values():
            draw.shuffle(each)

    def place(name: Place) -> None:
        if name in layers[_column(name, column)]:
            return
        for route in into[name]:
            for part in route[:-1]:
                place(part)
        layers[_column(name, column)].append(name)

    for name in [graph.output, *graph.inputs, *(gate.output for gate in graph.gates)]:
        place(name)
    return layers


def _column(place: Place, column: dict[str, int]) -> int:
    return column[place] if isinstance(place, str) else place[3]


def _sort(layers: list[list[Place]], joints: Sequence[tuple[Place, Place]], *, forward: bool) -> None:
    """Sort each column by the middle of what it is joined to in the column before, or behind."""
    beside = defaultdict(list)
    for left, right in joints:
        beside[right if forward else left].append(left if forward else right)
    for layer in layers if forward else reversed(layers):
        at = {place: float(i) for other in layers for i, place in enumerate(other)}
        layer.sort(key=lambda place: fmean([at[other] for other in beside[place]] or [at[place]]))


def _exchange(layers: list[list[Place]], joints: Sequence[tuple[Place, Place]]) -> None:
    """Exchange neighbours while fewer edges cross."""
    fewest, again = _crossings(layers, joints), True
    while again:
        again = False
        for layer in layers:
            for i in range(len(layer) - 1):
                layer[i], layer[i + 1] = layer[i + 1], layer[i]
                if (count := _crossings(layers, joints)) < fewest:
                    fewest, again = count, True
                else:
                    layer[i], layer[i + 1] = layer[i + 1], layer[i]


def _crossings(layers: list[list[Place]], joints: Sequence[tuple[Place, Place]]) -> int:
    """How many pairs of edges cross."""
    at = {place: (column, i) for column, layer in enumerate(layers) for i, place in enumerate(layer)}
    between = defaultdict(list)
    for left, right in joints:
        between[at[left][0]].append((at[left][1], at[right][1]))
    return sum((a - c) * (b - d) < 0 for pairs in between.values() for (a, b), (c, d) in combinations(pairs, 2))


def rows_of(layers: list[list[Place]], routes: Routes) -> dict[Place, float]:
    """How far down each place is: its squared distances from what it is joined to are made least, column by column.

    What should be level is stiff in the end only, so that at first it can move.
    """
    joined: dict[Place, list[tuple[Place, bool]]] = defaultdict(list)
    leaving = Counter(route[0] for route in routes)
    entering = Counter(route[-1] for route in routes)
    for route in routes:
        chain = leaving[route[0]] == entering[route[-1]] == 1
        for a, b in pairwise(route):
            level = chain or not (isinstance(a, str) or isinstance(b, str))
            joined[a].append((b, level))
            joined[b].append((a, level))
    columns = [(layer, _downs(layer)) for layer in layers]
    rows = {place: down - downs[-1] / 2 for layer, downs in columns for place, down in zip(layer, downs, strict=True)}
    for sweep in range(SWEEPS):
        stiff = LEVEL ** (sweep / SWEEPS)
        for layer, downs in columns if sweep % 2 else reversed(columns):
            pulls = [[(rows[other], stiff if level else 1.0) for other, level in joined[place]] for place in layer]
            alone = [[(rows[place], 1.0)] for place in layer]
            wishes = _settled([pull or own for pull, own in zip(pulls, alone, strict=True)], downs)
            rows.update(zip(layer, wishes, strict=True))
    return {place: round(row, 1) for place, row in rows.items()}


def _downs(layer: list[Place]) -> list[float]:
    """How far each place of a column is below the first where they stand as near as they may."""
    apart = (WAYS_APART, PAST_BOX, BOX_APART)
    return [0.0, *accumulate(apart[isinstance(a, str) + isinstance(b, str)] for a, b in pairwise(layer))][: len(layer)]


def _settled(pulls: list[list[tuple[float, float]]], downs: list[float]) -> list[float]:
    """The rows of a column's places: the weighted means of the rows that pull them, in order and with room between.

    Those that would come too near move as one block (pool adjacent violators).
    """
    blocks: list[list[float]] = []  # the sum of weights, the weighted sum of wishes, and how many
    for pull, down in zip(pulls, downs, strict=True):
        weight = sum(weight for _, weight in pull)
        blocks.append([weight, sum((row - down) * weight for row, weight in pull), 1])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][0] > blocks[-1][1] / blocks[-1][0]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    wishes = [pull / weight for weight, pull, count in blocks for _ in range(int(count))]
    return [wish + down for wish, down in zip(wishes, downs, strict=True)]
