"""Leaves out what only shows something: on both sides of the wire, cells of the course run faster so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave figures and widgets undrawn inside the block: they take most of a notebook's time, and nobody sees them."""
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.figure import Figure

    from chainrule import figures, widgets

    shown = not widgets.left_out()
    draw, draw_graph = FigureCanvasBase.print_figure, figures.draw_graph
    FigureCanvasBase.print_figure = lambda *_, **__: None  # type: ignore[method-assign]
    figures.draw_graph = lambda *_, **__: Figure()
    widgets.leave_out()
    try:
        yield
    finally:
        FigureCanvasBase.print_figure, figures.draw_graph = draw, draw_graph  # type: ignore[method-assign]
        if shown:
            widgets.bring_back()
