"""Leaves out what only shows something: on both sides of the wire, cells of the course run faster so."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave figures and widgets undrawn inside the block: they take most of a notebook's time, and nobody sees them.

    A figure that is saved into a file is drawn: somebody may look for the file.
    """
    from chainrule import widgets

    shown = not widgets.left_out()
    widgets.leave_out()
    try:
        with _no_figures() if "matplotlib" in sys.modules else nullcontext():
            yield
    finally:
        if shown:
            widgets.bring_back()


@contextmanager
def _no_figures() -> Iterator[None]:
    from matplotlib.backend_bases import FigureCanvasBase
    from matplotlib.figure import Figure

    from chainrule import figures

    def into_files(canvas: FigureCanvasBase, filename: Any, *rest: Any, **options: Any) -> Any:
        return draw(canvas, filename, *rest, **options) if isinstance(filename, (str, os.PathLike)) else None

    draw, draw_graph = FigureCanvasBase.print_figure, figures.draw_graph
    FigureCanvasBase.print_figure = into_files  # type: ignore[method-assign, assignment]
    figures.draw_graph = lambda *_, **__: Figure()
    try:
        yield
    finally:
        FigureCanvasBase.print_figure, figures.draw_graph = draw, draw_graph  # type: ignore[method-assign]
