"""Runs the course's own code: plain exec of a cell in a namespace, with IPython's magics made harmless."""

from __future__ import annotations

import ast
import asyncio
import inspect
import linecache
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.inputtransformer2 import TransformerManager

from autograder.undrawn import undrawn

AROUND = re.compile(r"\s*%%(time|timeit|prun|capture)\b(.*)")
"""A cell magic that runs the cell below it, and says something of it."""
BEFORE = re.compile(r"(\s*)%(time|timeit|prun)\s+(?:-[a-z]+\s*\d*\s+)*(.*)")
"""The same for a line."""
SHOWS_ONLY = frozenset(["matplotlib", "config", "precision", "load_ext", "reload_ext", "autoreload", "pylab"])
"""Line magics without which a test is the same."""
AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
UNCOMPILED = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What is raised of a text that is no Python."""
STOPS = BaseException
"""What ends a cell of the course, and not the grader: pytest's outcomes and a cancelled task are no Exceptions."""


class _NoShell:
    """What `get_ipython()` gives a cell of the course: nothing in it does anything."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


class Compiled:
    """A compiled cell. Its last expression gives a value, as in a notebook, unless a semicolon stands behind it.

    A cell that is no Python raises its SyntaxError when it is run, as in a notebook.
    """

    def __init__(self, source: str, label: str) -> None:
        self.text = text = python_of(source)
        self.file_name = file_name = f"<{label}>"
        linecache.cache[file_name] = (len(text), None, text.splitlines(keepends=True), file_name)
        self._broken: Exception | None = None
        try:
            self._compile(ast.parse(text, file_name), file_name)
        except UNCOMPILED as error:
            self._broken = error

    def _compile(self, tree: ast.Module, file_name: str) -> None:
        self.asks_ipython = "get_ipython" in self.text and _asks_ipython(tree)  # the search takes as long as all else
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and not DisplayHook.semicolon_at_end_of_expression(self.text):
            tree.body.pop()
        else:
            last = None
        self._body = compile(tree, file_name, "exec", AWAITS, dont_inherit=True)
        value = ast.Expression(last.value) if last else None
        self._last = compile(value, file_name, "eval", AWAITS, dont_inherit=True) if value else None

        self.is_empty = not tree.body and value is None

    is_empty = False
    """Is there nothing to run?"""
    asks_ipython = False
    """Does it need IPython: magics that do something, `get_ipython()`?"""

    def run(self, names: dict[str, Any]) -> Any:
        """Run in a namespace; the value of the last line where it is an expression, else None."""
        if self._broken:
            raise self._broken.with_traceback(None)
        _awaited(eval(self._body, names))
        return _awaited(eval(self._last, names)) if self._last else None


def halves(text: str, hidden: frozenset[int]) -> tuple[str, str]:
    """A cell's text up to the statement with the first hidden line, and the rest, each in its lines."""
    if not hidden:
        return text, ""
    first = min(hidden)
    try:
        body = ast.parse(text).body
    except UNCOMPILED:
        return "", text
    rest = [statement for statement in body if (statement.end_lineno or 0) >= first]
    cut = min([first, *(_first_line(statement) for statement in rest)])
    if any((statement.end_lineno or 0) >= cut for statement in body if statement not in rest):
        return "", text  # two statements in one line
    lines = text.split("\n")
    return "\n".join(lines[: cut - 1]), "\n".join([""] * (cut - 1) + lines[cut - 1 :])


def _first_line(statement: ast.stmt) -> int:
    return min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])


def _awaited(value: Any) -> Any:
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def python_of(source: str) -> str:
    """A cell as Python: with its magics turned into calls where it has some.

    Those that run the code that they stand before (`%%time`) are left out: the code is what counts.
    """
    try:
        ast.parse(source)  # looking for magics takes ten times as long
        return source
    except UNCOMPILED:
        pass
    first, *lines = source.split("\n")
    around = AROUND.fullmatch(first)
    if around:
        name = around[2].split()[-1:] if around[1] == "capture" else []
        first = f"{name[0]} = None" if name and name[0].isidentifier() else ""
    return TransformerManager().transform_cell("\n".join(map(_without_magic, [first, *lines])))


def _without_magic(line: str) -> str:
    before = BEFORE.fullmatch(line)
    if not before:
        return line
    return f"{before[1]}{before[3]}{'' if before[2] == 'time' else '; pass'}"  # only %time gives its value


def _asks_ipython(tree: ast.Module) -> bool:
    """Does a cell speak with IPython about more than how things are shown?"""
    asks = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "get_ipython"]
    shows = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "run_line_magic"
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in SHOWS_ONLY
    ]
    return len(asks) > len(shows)


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
def time_limit(seconds: float, *, of_processor: bool = False) -> Iterator[None]:
    """Raise TimeoutError in the main thread after some seconds of the block (not on Windows, which has no timers).

    Again and again, for code that catches whatever comes. Seconds `of_processor` are the same on a busy machine.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError

    timer, alarm = (signal.ITIMER_PROF, signal.SIGPROF) if of_processor else (signal.ITIMER_REAL, signal.SIGALRM)
    before = signal.signal(alarm, stop)
    signal.setitimer(timer, seconds, max(seconds, 1.0))
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
