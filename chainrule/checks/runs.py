"""How the cells that set a name have run last: so that no check speaks of code that stands nowhere any more.

Where a cell stops before it has set its answer, an earlier version of the answer is still there. IPython tells of
each cell that it runs; what a cell would have set is read from its text, for it may not even be Python.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from IPython.core.getipython import get_ipython

STUB = "YOUR CODE HERE"
"""What nbgrader leaves in place of a solution."""
SETS = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+(?: *, *\w+)*) *=(?!=)", re.MULTILINE)
"""What begins, at the left edge, a definition or an assignment."""


@dataclass(frozen=True)
class Stopped:
    """How a cell that would have set a name has stopped."""

    error: BaseException
    line: str
    """Of the cell, where it stopped."""
    before: bool
    """Did it stop before the name was set?"""
    stub: bool
    """Was it the line that stands in an answer cell as it's handed out?"""


_stopped: dict[str, Stopped | None] = {}


def follow() -> None:
    """From now on hear of each cell that the running IPython runs, if there is one."""
    shell = get_ipython()
    if shell is not None and _after_cell not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after_cell)


def last(name: str) -> Stopped | None:
    """How the last cell that would set a name has stopped; None where it ran to its end, or there was none."""
    return _stopped.get(name)


def _after_cell(result: Any) -> None:
    if result.info is None or not isinstance(result.info.raw_cell, str):
        return
    source = result.info.raw_cell
    error = result.error_before_exec or result.error_in_exec
    for name, end in set_by(source).items():
        _stopped[name] = _how(error, source, end) if error else None


def set_by(source: str) -> dict[str, int]:
    """The names that a cell sets at its left edge, each with the line in which its last setting begins."""
    found: dict[str, int] = {}
    for match in SETS.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        found |= {name.strip(): line for name in (match[1] or match[2]).split(",")}
    return found


def _how(error: BaseException, source: str, begins: int) -> Stopped:
    lines = source.split("\n")
    number = _line_of(error)
    error = _as_python_says(error, source)
    at = lines[number - 1].strip() if 0 < number <= len(lines) else str(getattr(error, "text", "") or "").strip()
    stub = isinstance(error, NotImplementedError) and STUB in source
    return Stopped(error, at, isinstance(error, SyntaxError) or number <= _end(source, begins), stub)


def _line_of(error: BaseException) -> int:
    """The line of the cell itself in which it stopped; 0 where it didn't begin."""
    traceback, number = error.__traceback__, 0
    while traceback:
        code = traceback.tb_frame.f_code
        if code.co_name == "<module>" and ("ipykernel" in code.co_filename or code.co_filename.startswith("<ipython")):
            number = traceback.tb_lineno
        traceback = traceback.tb_next
    return number or (error.lineno or 0 if isinstance(error, SyntaxError) else 0)


def _as_python_says(error: BaseException, source: str) -> BaseException:
    """Python's own SyntaxError, which says more than IPython's "incomplete input"."""
    if isinstance(error, SyntaxError):
        try:
            ast.parse(source)
        except SyntaxError as said:
            return said
    return error


def _end(source: str, begins: int) -> int:
    """The last line of the statement that begins in a line."""
    try:
        return next(node.end_lineno or begins for node in ast.parse(source).body if node.lineno == begins)
    except (SyntaxError, StopIteration):
        return begins
