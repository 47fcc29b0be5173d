"""Runs the course's own code: plain exec of a cell in a namespace, with IPython's magics made harmless."""

from __future__ import annotations

import ast
import linecache
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager


class _NoShell:
    """What `get_ipython()` gives a cell of the course: nothing in it does anything."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Cell:
    """A compiled cell. Its last expression gives a value, as in a notebook."""

    def __init__(self, source: str, label: str) -> None:
        self.text = text = TransformerManager().transform_cell(source)
        file_name = f"<{label}>"
        linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
        tree = ast.parse(text, file_name)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        self._body = compile(tree, file_name, "exec")
        value = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
        self._last = compile(value, file_name, "eval") if value else None

    def run(self, names: dict[str, Any]) -> Any:
        """Run in a namespace; the value of the last line where it is an expression, else None."""
        exec(self._body, names)
        return eval(self._last, names) if self._last else None


def namespace() -> dict[str, Any]:
    """A fresh namespace, as a notebook begins with."""
    return {
        "__name__": "__main__",
        "__builtins__": __builtins__,
        "get_ipython": _NoShell,
        "display": lambda *_, **__: None,
    }


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave figures undrawn inside the block: drawing takes most of a notebook's time, and nobody will see them."""
    from matplotlib.backend_bases import FigureCanvasBase

    draw = FigureCanvasBase.print_figure
    FigureCanvasBase.print_figure = lambda *_, **__: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        FigureCanvasBase.print_figure = draw  # type: ignore[method-assign]


@contextmanager
def quietly() -> Iterator[None]:
    """Discard what cells of the course print and draw while they run for their names only."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere), undrawn():
        yield
