"""The pictures of a report as SVG that stands in a page: readable in light and dark, with a name for who can't see it.

Each has its numbers in a table beside it. Kinds of results differ in their hatching too, not by colour alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.insight.numbers import STATES, Item, State

INK = "#123456"
"""Stands for the colour of the page's text."""
BAR = "#4a7fc1"
LOOKS: dict[State, tuple[str, str]] = {
    "right": ("#3d8b40", ""),
    "partly right": ("#7d9a1f", ".."),
    "wrong": ("#c26a00", "//"),
    "raised": ("#c9484b", "xx"),
    "too slow": ("#9061c2", "--"),
    "untouched": ("#8a8a8a", ""),
    "waits": ("#4a7fc1", "oo"),
}
"""Colour and hatching; each colour stands out from white and from the dark page."""
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "chainrule",
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
BINS = 20


def distribution(scores: Sequence[float], points: float) -> Markup:
    """How many students have how many points."""
    figure, axes = _figure(6.4, 2.6)
    axes.hist(np.clip(scores, 0, points), bins=np.linspace(0, points or 1, BINS + 1).tolist(), color=BAR)
    axes.set(xlabel="points", ylabel="students", xlim=(0, points or 1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return _svg(figure, "How many students have how many points; the numbers stand in the table")


def states(items: Sequence[Item]) -> Markup:
    """For each question a bar: how many are right, partly right, wrong, raised, too slow, untouched."""
    figure, axes = _figure(7.2, 0.8 + 0.3 * len(items))
    places = np.arange(len(items))
    begin = np.zeros(len(items))
    for state in STATES:
        counts = np.array([len(item.states[state]) for item in items])
        if counts.any():
            colour, hatch = LOOKS[state]
            axes.barh(places, counts, left=begin, color=colour, hatch=hatch, label=state, linewidth=0, height=0.75)
        begin += counts
    axes.set_yticks(places, [_short(item.question.title) for item in items])
    axes.invert_yaxis()
    axes.set_xlabel("students")
    figure.legend(loc="outside upper center", ncols=len(STATES), frameon=False, fontsize=8, handlelength=1.5)
    return _svg(figure, "How each question went, a bar of students for each; the numbers stand in the table")


def course(names: Sequence[str], quartiles: Sequence[tuple[float, float, float]]) -> Markup:
    """From assignment to assignment: the median share of points, and the middle half of the class."""
    figure, axes = _figure(6.4, 2.8)
    low, middle, high = (100 * np.array(line) for line in zip(*quartiles, strict=True))
    places = np.arange(len(names))
    axes.fill_between(places, low, high, color=BAR, alpha=0.35, linewidth=0)
    axes.plot(places, middle, color=BAR, marker="o")
    axes.set_xticks(places, [_short(name) for name in names], rotation=30, ha="right")
    axes.set(ylabel="% of the points", ylim=(0, 105))
    return _svg(figure, "Median share of the points and the middle half, by assignment; the numbers stand in the table")


def _short(text: str) -> str:
    return text if len(text) <= 28 else f"{text[:27]}…"


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
        FigureCanvasSVG(figure)
        return figure, figure.subplots()


def _svg(figure: Figure, name: str) -> Markup:
    """The picture as an element of a page, in the page's own colour of text."""
    stream = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return Markup(text.replace("<svg", f'<svg role="img" aria-label="{Markup.escape(name)}"', 1))
