"""Figures that can be read without seeing them: a picture with its alternative text, and drawn graphs."""

from __future__ import annotations

import base64
import html
import io
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import networkx as nx
from IPython.display import display
from matplotlib.figure import Figure

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


def show(fig: Figure, alt: str) -> None:
    """Display a figure with its alternative text, on white in every theme, and close it."""
    png = io.BytesIO()
    fig.savefig(png, dpi=120, bbox_inches="tight", facecolor="white", metadata={"Software": None})
    plt.close(fig)
    display(Picture(png.getvalue(), alt))


def _number(value: float) -> str:
    """A number as the lectures write it: whole, or with two decimals: 4, −0.53, 0.20."""
    whole = float(value).is_integer() and abs(value) < 1e6
    text = f"{int(value)}" if whole else f"{value:.2f}" if 0.005 <= abs(value) < 1e5 else f"{value:.2g}"
    return text.replace("-", "−")


def _layout(graph: Graph) -> tuple[nx.MultiDiGraph[str], dict[str, tuple[float, float]]]:
    """Inputs and gates, each by the name of the edge that leaves it, and where they stand, left to right."""
    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_nodes_from(graph.inputs)
    net.add_edges_from((name, gate.output) for gate in graph.gates for name in gate.inputs)
    # From the output backwards, so that an input stands just before the first gate that uses it.
    layers = list(nx.topological_generations(net.reverse()))[::-1]
    rank = {name: n for n, name in enumerate(nx.dfs_postorder_nodes(net.reverse(), graph.output))}
    ordered = {n: sorted(layer, key=lambda name: -rank.get(name, -1)) for n, layer in enumerate(layers)}
    spots = nx.multipartite_layout(net, subset_key=ordered, scale=1)
    columns = {name: n for n, layer in ordered.items() for name in layer}
    heights = sorted({round(float(y), 6) for _, y in spots.values()})
    step = min((b - a for a, b in pairwise(heights)), default=1.0)
    return net, {name: (float(columns[name]), float(y) / step) for name, (_, y) in spots.items()}


def draw_graph(
    graph: Graph, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
) -> Figure:
    """The graph with its gates as circles and its inputs as boxes, every edge with its name.

    On each edge, above it: → and the forward value, bold; below it: ← and the gradient, italic. Either may
    be left out. An edge that several gates use carries its numbers once, beside its start.
    """
    net, spots = _layout(graph)
    columns, rows = [x for x, _ in spots.values()], [y for _, y in spots.values()]
    left, right, low, high = min(columns) - 1.0, max(columns) + 1.3, min(rows) - 0.7, max(rows) + 0.7
    fig = Figure(figsize=(1.15 * (right - left), 0.85 * (high - low)), facecolor="white")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(left, right), ylim=(low, high))
    ax.axis("off")
    symbols = {gate.output: gate.symbol for gate in graph.gates}
    uses = Counter(name for gate in graph.gates for name in gate.inputs)

    def write(text: str, spot: tuple[float, float], lift: float, **look: Any) -> None:
        ground = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
        look = look | {"ha": "center", "va": "center", "bbox": ground}
        ax.annotate(text, spot, (0, lift), textcoords="offset points", **look)

    def label(name: str, spot: tuple[float, float]) -> None:
        if name in symbols and name != graph.output:
            write(name, spot, 26 if values is not None else 12, size=10, family="monospace", color="#333333")
        if values is not None:
            write(f"→ {_number(values[name])}", spot, 11, size=12, weight="bold", color="#1a4d1a")
        if gradients is not None:
            write(f"← {_number(gradients[name])}", spot, -11, size=12, style="italic", color="#a01818")

    def arrow(start: tuple[float, float], end: tuple[float, float], bend: float = 0.0) -> None:
        style = {"arrowstyle": "-|>", "color": "#444444", "shrinkA": 14, "shrinkB": 16}
        ax.annotate("", end, start, arrowprops={**style, "connectionstyle": f"arc3,rad={bend}"})

    for start, end, copy in net.edges(keys=True):
        twice = net.number_of_edges(start, end) > 1
        arrow(spots[start], spots[end], (0.3 if copy else -0.3) if twice else 0.0)
    x, y = spots[graph.output]
    arrow((x, y), (x + 1.0, y))
    ax.text(x + 1.0, y, graph.output, ha="center", va="center", size=12, color="black")
    label(graph.output, (x + 0.5, y))
    for name, (x, y) in spots.items():
        if uses[name] == 1:
            end_x, end_y = spots[next(iter(net.successors(name)))]
            label(name, ((x + end_x) / 2, (y + end_y) / 2))
        elif uses[name] > 1:
            label(name, (x, y - 0.6) if name in symbols else (x - 0.5, y))
        shape, fill = ("circle,pad=0.2", "#eef2f7") if name in symbols else ("round,pad=0.3", "white")
        box = {"boxstyle": shape, "facecolor": fill, "edgecolor": "#444444"}
        text = symbols.get(name, name)
        ax.text(x, y, text, ha="center", va="center", size=11, color="black", bbox=box, zorder=3)
    return fig


def describe_graph(
    graph: Graph, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
) -> str:
    """What `draw_graph` shows, in words and numbers: the alternative text of its picture."""

    def numbers(name: str) -> str:
        value = [] if values is None else [f"value {_number(values[name])}"]
        gradient = [] if gradients is None else [f"gradient {_number(gradients[name])}"]
        return ", ".join(value + gradient)

    parts = {name: f"Input {name}" for name in graph.inputs}
    for gate in graph.gates:
        parts[gate.output] = f"Gate {gate.symbol} takes {' and '.join(gate.inputs)} and gives {gate.output}"
    told = [f"{part}: {numbers(name)}" if numbers(name) else part for name, part in parts.items()]
    return f"Computational graph with output {graph.output}. {'. '.join(told)}."
