"""Figures that can be read without seeing them: a picture with its alternative text, and drawn graphs."""

from __future__ import annotations

import base64
import html
import io
import itertools
from collections import Counter
from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from chainrule.graph import Graph


class Picture:
    """A drawn figure: an `<img>` with its alternative text in a notebook, that text alone elsewhere."""

    def __init__(self, png: bytes, alt: str) -> None:
        self.png, self.alt = png, alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        style = "max-width:100%;background:white"
        return f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt)}" style="{style}">'


def picture(fig: Figure, alt: str) -> Picture:
    """A figure with its alternative text, on white in every theme; the figure is closed."""
    png = io.BytesIO()
    fig.savefig(png, dpi=120, bbox_inches="tight", facecolor="white", metadata={"Software": None})
    plt.close(fig)
    return Picture(png.getvalue(), alt)


def show(fig: Figure, alt: str) -> None:
    """Display a figure with its alternative text, on white in every theme, and close it."""
    display(picture(fig, alt))


def number(value: float) -> str:
    """A number as the lectures write it: whole, or with two decimals: 4, −0.53, 0.20."""
    whole = float(value).is_integer() and abs(value) < 1e6
    text = f"{int(value)}" if whole else f"{value:.2f}" if 0.005 <= abs(value) < 1e5 else f"{value:.2g}"
    return text.replace("-", "−")


COLUMN, ROW = 1.1, 1.0
"""Inches from one gate to the next, and from one input to the one below."""


Way = tuple[str, str, int]
"""A point on an edge that passes over columns: from which name, into which gate, in which column."""
Place = str | Way


def _uses(graph: Graph) -> Counter[Place]:
    """How many gates take each name."""
    return Counter(name for gate in graph.gates for name in gate.inputs)


def _layout(graph: Graph, uses: Counter[Place]) -> dict[Place, tuple[int, float]]:
    """Where every input and gate stands: its column from the left and its row from the top.

    A name stands one column before the first gate that needs it, and a gate halfway between its inputs. An edge
    that passes over columns has a place in each of them, where nothing else stands; these join `uses`.
    """
    entering: dict[Place, tuple[Place, ...]] = {gate.output: gate.inputs for gate in graph.gates}
    names = [graph.output, *graph.inputs, *(gate.output for gate in graph.gates)]
    depth = dict.fromkeys(names, 0)
    for gate in reversed(graph.gates):
        for name in gate.inputs:
            depth[name] = max(depth[name], depth[gate.output] + 1)
    column: dict[Place, int] = {name: max(depth.values()) - steps for name, steps in depth.items()}
    for gate in graph.gates:
        for name in gate.inputs:
            here: Place = name
            for at in range(column[name] + 1, column[gate.output]):
                before, here = here, (name, gate.output, at)
                entering[here], column[here], uses[here] = (before,), at, 1
            entering[gate.output] = tuple(here if other == name else other for other in entering[gate.output])
    rows: dict[Place, float] = {}
    taken: list[tuple[int, Place]] = []  # a column, and whose row is taken in it: by its box, or by a corner

    def place(name: Place) -> None:
        placed, inputs = set(rows), entering.get(name, ())
        for other in inputs:
            if other not in rows:
                place(other)
        free = max((rows[other] + 1 for at, other in taken if at == column[name]), default=0.0)
        rows[name] = sum(rows[other] for other in inputs) / len(inputs) if inputs else free
        corners = [other for other in inputs if uses[other] == 1]
        lift = free - min(rows[other] for other in [name, *corners])
        if lift > 0:
            rows.update({other: rows[other] + lift for other in rows.keys() - placed})
        taken.extend((column[name], other) for other in [name, *corners])

    for name in names:
        if name not in rows:
            place(name)
    first = [name for name in names if column[name] == 0]
    if all(uses[name] > 1 for name in first):
        fed = [rows[gate.output] for gate in graph.gates for name in gate.inputs if name in first]
        lift = sum(fed) / len(fed) - sum(rows[name] for name in first) / len(first)
        rows.update({name: rows[name] + lift for name in first})
    return {name: (column[name], row) for name, row in rows.items()}


def draw_graph(
    graph: Graph, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
) -> Figure:
    """The graph with its gates as round boxes and its inputs as square ones, every edge with its name.

    On each edge, above it: → and the forward value, bold; below it: ← and the gradient, italic. Either may
    be left out. An edge that several gates use carries its numbers once, beside its start.
    """
    uses = _uses(graph)
    places = {name: (x * COLUMN, -y * ROW) for name, (x, y) in _layout(graph, uses).items()}
    spots = {name: spot for name, spot in places.items() if isinstance(name, str)}
    symbols = {gate.output: gate.symbol for gate in graph.gates}
    fig = Figure(figsize=(1, 1), facecolor="white")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 1), ylim=(0, 1))  # an inch is an inch, until the picture is cut to size
    ax.axis("off")

    def write(text: str, spot: tuple[float, float], lift: float = 0, **look: Any) -> Annotation:
        look |= {"ha": "center", "va": "center"}
        return ax.annotate(text, spot, (0, lift), textcoords="offset points", annotation_clip=False, **look)

    def label(name: str, spot: tuple[float, float]) -> None:
        ground = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}
        if name in symbols and name != graph.output:
            lift = 36 if values is not None else 11
            write(name, spot, lift, size=12, family="monospace", color="#333333", bbox=ground)
        if values is not None:
            write(f"→ {number(values[name])}", spot, 19, size=14, weight="bold", color="#1a4d1a", bbox=ground)
        if gradients is not None:
            write(f"← {number(gradients[name])}", spot, -19, size=14, style="italic", color="#a01818", bbox=ground)

    half: dict[Place, tuple[float, float]] = {place: (-2.0, -2.0) for place in places if place not in spots}
    """Half the width and height of each box, in points; an edge goes through its ways without a gap."""

    def arrow(start: Place, end: Place, route: str, side: int = 0) -> None:
        tip = "-|>" if isinstance(end, str) else "-"
        style = {"arrowstyle": tip, "color": "#444444", "connectionstyle": route}
        shrink = {"shrinkA": half[start][0] + 2, "shrinkB": half[end][side] + 2}
        ax.annotate("", places[end], places[start], arrowprops=style | shrink, annotation_clip=False)

    for name, spot in spots.items():
        text = symbols.get(name, name)
        shape = "square,pad=0.3" if name not in symbols else "round,pad=0.35,rounding_size=0.7"
        box = {"boxstyle": shape, "facecolor": "#eef2f7" if name in symbols else "white", "edgecolor": "#444444"}
        extent = Text.get_window_extent(write(text, spot, size=13, color="black", bbox=box, zorder=3))
        half[name] = (extent.width * 36 / fig.dpi + 4.5, extent.height * 36 / fig.dpi + 4.5)
    for gate in graph.gates:
        for i, name in enumerate(gate.inputs):
            way = [place for place in places if place[:2] == (name, gate.output)]
            for start, end in itertools.pairwise([name, *way]):
                arrow(start, end, "arc3")
            last = way[-1] if way else name
            (_, here), (_, there) = places[last], spots[gate.output]
            if gate.inputs.count(name) > 1:
                arrow(last, gate.output, f"arc3,rad={0.35 if i else -0.35}")
            elif uses[last] > 1 or abs(here - there) < 0.1:
                arrow(last, gate.output, "arc3")
            else:
                arrow(last, gate.output, "angle,angleA=0,angleB=90,rad=5", side=1)
    x, y = spots[graph.output]
    places[""], half[""] = (x + COLUMN, y), (4.0, 4.0)
    arrow(graph.output, "", "arc3")
    write(graph.output, places[""], size=13, family="monospace", color="black")
    label(graph.output, (x + COLUMN / 2, y))
    for name, (x, y) in spots.items():
        if uses[name] == 1:
            label(name, (x + COLUMN / 2, y))
        elif uses[name] > 1:
            label(name, (x, y - 0.5) if name in symbols else (x - 0.6, y))
    _cut_to_size(fig, margin=0.1)
    return fig


def _cut_to_size(fig: Figure, margin: float) -> None:
    """Make a figure of one inch that was drawn in inches as large as its words, with a margin in inches."""
    ax = fig.axes[0]
    box = Bbox.union([text.get_window_extent() for text in ax.texts])
    (left, low), (right, high) = box.get_points() / fig.dpi + [[-margin], [margin]]
    ax.set(xlim=(left, right), ylim=(low, high))
    fig.set_size_inches(right - left, high - low)


def describe_graph(
    graph: Graph, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
) -> str:
    """What `draw_graph` shows, in words and numbers: the alternative text of its picture."""

    def numbers(name: str) -> str:
        value = [] if values is None else [f"value {number(values[name])}"]
        gradient = [] if gradients is None else [f"gradient {number(gradients[name])}"]
        return ", ".join(value + gradient)

    parts = {name: f"Input {name}" for name in graph.inputs}
    for gate in graph.gates:
        parts[gate.output] = f"Gate {gate.symbol} takes {' and '.join(gate.inputs)} and gives {gate.output}"
    told = [f"{part}: {numbers(name)}" if numbers(name) else part for name, part in parts.items()]
    return f"Computational graph with output {graph.output}. {'. '.join(told)}."
