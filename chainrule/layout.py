"""Where the gates of a graph stand: one layout, for the picture in a cell and for the widget below it.

The graph is drawn in columns, from left to right (Sugiyama, Tagawa and Toda 1981): a gate stands to the right of what
it takes, an edge that passes over columns has a way of its own through each, the columns are put in the order in which
few edges cross, and last everything is moved up or down towards what it is joined to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from chainrule.graph import Drawable
from chainrule.layering import BOX_APART, Place, Routes, in_order, rows_of

STUB = 84.0
"""From a box to where its edge leaves for the gates that use it; its numbers stand above and below."""
GAP = 36.0
"""From one column to the next: room for the edges to bend."""
ENTRIES = 14.0
"""From one edge that enters a gate to the next."""
MARGIN = 10.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """An input or a gate: the middle of its box, and the box's width."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Layout:
    """A graph on paper, from its upper left corner, in units of which a letter of the numbers is 14 high.

    boxes: by name; a box is 34 high, and its edge runs STUB to the right
    edges: for each gate in order, and each of its inputs in order, the points that the edge goes through from the end
        of the stub to the gate's box; between them it is a curve that is level at each
    """

    width: float
    height: float
    boxes: dict[str, Box]
    edges: tuple[tuple[Point, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for JavaScript."""
        return asdict(self)


@cache
def layout(graph: Drawable) -> Layout:
    """Lay out a graph."""
    column = _columns(graph)
    routes: Routes = [
        [name, *((name, gate.output, i, at) for at in range(column[name] + 1, column[gate.output])), gate.output]
        for gate in graph.gates
        for i, name in enumerate(gate.inputs)
    ]
    layers = in_order(graph, column, routes)
    rows = rows_of(layers, routes)
    top = min(rows.values()) - BOX_APART / 2
    texts = {name: name for name in graph.inputs} | {gate.output: gate.symbol for gate in graph.gates}
    widths = {name: max(34.0, 9.0 * len(text) + 16.0) for name, text in texts.items()}
    columns, lefts, x = [], {}, MARGIN
    for layer in layers:
        widest = max((widths[place] for place in layer if isinstance(place, str)), default=0.0)
        lefts.update(dict.fromkeys(layer, x))
        columns.append((x, x + widest + STUB))
        x += widest + STUB + GAP
    rows = {place: row - top for place, row in rows.items()}
    boxes = {name: Box(lefts[name] + wide / 2, rows[name], wide) for name, wide in widths.items()}
    height = max(rows.values()) + BOX_APART / 2
    edges = _edges(graph, routes, rows, boxes, columns)
    return Layout(x - GAP + 24, height, boxes, edges)


def _edges(
    graph: Drawable,
    routes: Routes,
    rows: dict[Place, float],
    boxes: dict[str, Box],
    columns: Sequence[tuple[float, float]],
) -> tuple[tuple[Point, ...], ...]:
    """Through which points each edge goes; those into one gate enter it in the order in which they arrive."""
    found: list[list[Point]] = []
    for name, *ways, _ in routes:
        start = boxes[str(name)]
        right = next(right for left, right in columns if left <= start.x <= right)
        passed = [(x, rows[way]) for way in ways if not isinstance(way, str) for x in columns[way[3]]]
        found.append([(start.x + start.width / 2 + STUB, start.y), (right, start.y), *passed])
    entering = defaultdict(list)
    for route, points in zip(routes, found, strict=True):
        entering[route[-1]].append(points)
    for gate in graph.gates:
        box, arriving = boxes[gate.output], sorted(entering[gate.output], key=lambda points: points[-1][1])
        for i, points in enumerate(arriving):
            points.append((box.x - box.width / 2, box.y + ENTRIES * (i - (len(arriving) - 1) / 2)))
    return tuple(map(tuple, found))


def _columns(graph: Drawable) -> dict[str, int]:
    """In which column each name stands: as far left as it can, or as far right where that makes edges shorter."""
    column = dict.fromkeys(graph.inputs, 0)
    users: dict[str, list[str]] = defaultdict(list)
    for gate in graph.gates:
        column[gate.output] = 1 + max(column[name] for name in gate.inputs)
        for name in gate.inputs:
            users[name].append(gate.output)
    taken = {gate.output: len(gate.inputs) for gate in graph.gates}
    for name in [*[gate.output for gate in graph.gates][::-1], *graph.inputs]:
        if users[name] and len(users[name]) >= taken.get(name, 0):
            column[name] = min(column[user] for user in users[name]) - 1
    return column
