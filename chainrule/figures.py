"""Figures that can be read without seeing them: a picture with its alternative text, and drawn graphs."""

from __future__ import annotations

import base64
import html
import io
import itertools
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from chainrule.graph import Drawable
from chainrule.layout import STUB, Point, layout

DARK = (
    'body[data-jp-theme-light="false"] .chainrule-lines{filter:invert(.9) hue-rotate(180deg)}'
    'body[data-jp-theme-light="false"] .chainrule-greys{filter:brightness(.8)}'
)
"""In a dark theme lines and words are turned, hues kept; a grey that means something stays what it is, only dimmed."""


class Picture:
    """A drawn figure: an `<img>` with its alternative text in a notebook, that text alone elsewhere."""

    def __init__(self, png: bytes, alt: str, *, greys: bool = False) -> None:
        self.png, self.alt = png, alt
        self.kind = "greys" if greys else "lines"

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        style = "max-width:100%;background:white"
        image = f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt)}" style="{style}"'
        return f'{image} class="chainrule-{self.kind}"><style>{DARK}</style>'


def picture(fig: Figure, alt: str) -> Picture:
    """A figure with its alternative text; the figure is closed."""
    greys = any(ax.images or ax.collections for ax in fig.axes)
    png = io.BytesIO()
    fig.savefig(png, dpi=120, bbox_inches="tight", facecolor="white", metadata={"Software": None})
    plt.close(fig)
    return Picture(png.getvalue(), alt, greys=greys)


def show(fig: Figure, alt: str) -> None:
    """Display a figure with its alternative text, and close it."""
    display(picture(fig, alt))


def number(value: float) -> str:
    """A number as the lectures write it: whole, or with two decimals: 4, −0.53, 0.20."""
    whole = float(value).is_integer() and abs(value) < 1e6
    text = f"{int(value)}" if whole else f"{value:.2f}" if 0.005 <= abs(value) < 1e5 else f"{value:.2g}"
    return text.replace("-", "−")


FORWARD, BACKWARD = "#00588f", "#a23b00"
"""The colours of values and of gradients, in a picture as in a widget; they stay apart for colour-blind eyes."""
LINE = "#616161"
BESIDE = 6
"""From a box to the words on its edge."""


def draw_graph(
    graph: Drawable, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
) -> Figure:
    """The graph with its gates as round boxes and its inputs as square ones, every edge with its name.

    On each edge, above it: → and the forward value, bold; below it: ← and the gradient, italic. Either may
    be left out. An edge that several gates use carries its numbers once, beside its start.
    """
    places = layout(graph)
    fig = Figure(figsize=(places.width / 72, places.height / 72), facecolor="white")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, places.width), ylim=(places.height, 0))
    ax.axis("off")
    for points in places.edges:
        _edge(ax, points)
    symbols = {gate.output: gate.symbol for gate in graph.gates}
    for name, box in places.boxes.items():
        start = box.x + box.width / 2
        end = (start + STUB + BESIDE, box.y)
        _edge(ax, [(start, box.y), end if name == graph.output else (start + STUB, box.y)], tip=name == graph.output)
        corners = "round,pad=0,rounding_size=17" if name in symbols else "square,pad=0"
        ground = "#eeeeee" if name in symbols else "white"
        corner = (box.x - box.width / 2, box.y - 17)
        ax.add_patch(FancyBboxPatch(corner, box.width, 34, edgecolor=LINE, facecolor=ground, boxstyle=corners))
        ax.text(box.x, box.y + 5, symbols.get(name, name), ha="center", size=14, color="#212121")
        lift = 23 if values is not None else 6
        if name in symbols:
            ax.text(start + BESIDE, box.y - lift, name, size=12, family="monospace", color="#212121")
        if values is not None:
            ax.text(start + BESIDE, box.y - 6, f"→ {number(values[name])}", size=14, weight="bold", color=FORWARD)
        if gradients is not None:
            told = f"← {number(gradients[name])}"
            ax.text(start + BESIDE, box.y + 17, told, size=14, style="italic", color=BACKWARD)
    _cut_to_size(fig, margin=6)
    return fig


def _edge(ax: Axes, points: Sequence[Point], *, tip: bool = True) -> None:
    """A curve through points that is level at each of them."""
    path = [points[0]]
    for (x, y), (right, down) in itertools.pairwise(points):
        path += [((x + right) / 2, y), ((x + right) / 2, down), (right, down)]
    codes = [Path.MOVETO, *[Path.CURVE4] * (len(path) - 1)]
    ax.add_patch(PathPatch(Path(path, codes), facecolor="none", edgecolor=LINE, linewidth=1.3))
    if tip:
        x, y = points[-1]
        ax.add_patch(Polygon([(x, y), (x - 8, y - 4), (x - 8, y + 4)], facecolor=LINE))


def _cut_to_size(fig: Figure, margin: float) -> None:
    """Cut a figure that was drawn in points to what stands in it, with a margin."""
    ax = fig.axes[0]
    drawn = [part.get_window_extent() for part in [*ax.texts, *ax.patches]]
    (left, low), (right, high) = Bbox.union(drawn).get_points() * 72 / fig.dpi + [[-margin], [margin]]
    height = fig.get_figheight() * 72
    ax.set(xlim=(left, right), ylim=(height - low, height - high))
    fig.set_size_inches((right - left) / 72, (high - low) / 72)


def describe_graph(
    graph: Drawable, values: Mapping[str, float] | None = None, gradients: Mapping[str, float] | None = None
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
