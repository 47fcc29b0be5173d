"""Runs the course's own code: plain exec of a cell in a namespace, with IPython's magics made harmless."""

from __future__ import annotations

import ast
import linecache
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from autograder.undrawn import undrawn


class _NoShell:
    """What `get_ipython()` gives a cell of the course: nothing in it does anything."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Cell:
    """A compiled cell. Its last expression gives a value, as in a notebook."""

    def __init__(self, source: str, label: str) -> None:
        self.text = text = python_of(source)
        file_name = f"<{label}>"
        linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
        tree = ast.parse(text, file_name)
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr):
            tree.body.pop()
        self._body = compile(tree, file_name, "exec", dont_inherit=True)
        value = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
        self._last = compile(value, file_name, "eval", dont_inherit=True) if value else None

    def run(self, names: dict[str, Any]) -> Any:
        """Run in a namespace; the value of the last line where it is an expression, else None."""
        exec(self._body, names)
        return eval(self._last, names) if self._last else None


def python_of(source: str) -> str:
    """A cell as Python: with its magics turned into calls where it has some."""
    try:
        ast.parse(source)  # looking for magics takes ten times as long
        return source
    except SyntaxError:
        return TransformerManager().transform_cell(source)


def namespace() -> dict[str, Any]:
    """A fresh namespace, as a notebook begins with."""
    return {
        "__name__": "__main__",
        "__builtins__": __builtins__,
        "get_ipython": _NoShell,
        "display": lambda *_, **__: None,
    }


@contextmanager
def quietly() -> Iterator[None]:
    """Discard what cells of the course print and draw while they run for their names only."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere), undrawn():
        yield


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the main thread after some seconds of the block (not on Windows, which has no timers)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
