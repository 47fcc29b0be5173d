"""Where in the student's code an error arose: the line, what the line did, and with what.

The line is one of the function that was called, or of a helper in the same cell. Where the error came from inside
a function of another cell, its own check speaks of that one; here it is only named.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from types import CodeType, TracebackType
from typing import Any, NamedTuple

import numpy as np

from chainrule.checks.nearest import Names, nearest_name
from chainrule.checks.shown import a_kind

OPERATORS: dict[type[ast.operator] | type[ast.unaryop], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.UAdd: "+",
    ast.USub: "-",
    ast.Invert: "~",
}
SAME = {"np.dot": "@", "np.matmul": "@", "np.subtract": "-", "np.add": "+", "np.multiply": "*", "np.divide": "/"}
"""Functions that do what an operator does."""
READ = {np.ndarray: ("T", "shape", "size", "ndim")}
"""Attributes that may be read again without the student's code being run: of these types exactly."""
MAX_OPERANDS = 6
INDEXED = (np.ndarray, list, tuple, dict)


class Where(NamedTuple):
    """A place in a notebook's code, as plain data that may travel."""

    line: str
    function: str
    operation: str = ""
    """What failed: an operator (`@`), a call (`np.hstack()`), an index (`thetas[]`), an attribute (`.shape`)."""
    inside: str = ""
    """The function of another cell in which the error arose; empty where it arose in the line itself."""
    nearest: str = ""
    """Where a name is unknown: the known one that is most like it."""
    operands: tuple[tuple[str, str], ...] = ()
    """What it was done with, as written, and each one's kind: ("Theta", "an array of shape (3, 3)")."""


class Unknown(Exception):
    """An expression that can't be looked at without running code again."""


def where_raised(error: BaseException, besides: CodeType | None = None, cells: Collection[str] = ()) -> Where | None:
    """The place in a notebook's function where an error arose; None where none was called.

    `besides` is the code of a check itself, and `cells` are the files of the answers that are checked: where one of
    them was come to, what called it is the course's. An error from the sandbox brings its place along as
    `student_where`.
    """
    brought = getattr(error, "student_where", None)
    if isinstance(brought, Where):
        return brought
    steps = list(_of_notebook(error.__traceback__))
    own = (i for i, step in enumerate(steps) if step.tb_frame.f_code.co_filename in cells)
    found = _innermost(steps[next(own, 0) :], besides)
    if found is None:
        return None
    place, inside = found
    frame = place.tb_frame
    node = _failing(place)
    line = linecache.getline(frame.f_code.co_filename, place.tb_lineno).strip()
    operation, operands = describe(node, Names(frame)) if node else ("", ())
    nearest = "" if inside else nearest_name(error)
    return Where(line[:300], called(frame.f_code)[:80], operation[:80], inside[:80], nearest, operands)


def unwritten(error: NotImplementedError) -> str:
    """The function that is still to be written, whoever called it; empty where none of a notebook was called."""
    brought = getattr(error, "student_where", None)
    if isinstance(brought, Where):
        return brought.inside or brought.function
    steps = [step.tb_frame.f_code for step in _of_notebook(error.__traceback__)]
    return next((called(code) for code in reversed(steps) if code.co_name != "<module>"), "")


def _failing(step: TracebackType) -> ast.AST | None:
    """The piece of code that failed, by the place that its instruction has in the text."""
    code = step.tb_frame.f_code
    place = next(islice(code.co_positions(), step.tb_lasti // 2, None), None)
    return _pieces("".join(linecache.getlines(code.co_filename))).get(place)


@lru_cache(64)
def parsed(text: str) -> ast.AST:
    """A cell as a tree; an empty one where it's no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


@lru_cache(64)
def _pieces(text: str) -> dict[tuple[int | None, ...] | None, ast.AST]:
    """The pieces of a cell by their places: line, last line, column, last column; of two in one place the inner."""
    nodes = (node for node in ast.walk(parsed(text)) if isinstance(node, (ast.expr, ast.stmt)))
    return {(node.lineno, node.end_lineno, node.col_offset, node.end_col_offset): node for node in nodes}


def _of_notebook(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """The steps of a traceback that are in a notebook's cells: their files are known to linecache alone."""
    while traceback:
        name = traceback.tb_frame.f_code.co_filename
        if ("ipykernel" in name or name.startswith("<")) and linecache.getline(name, traceback.tb_lineno).strip():
            yield traceback
        traceback = traceback.tb_next


def called(code: CodeType) -> str:
    """What a function is called in words: `forward`, or with its class, `Linear.fprop`."""
    return code.co_name if "<locals>" in code.co_qualname else code.co_qualname


def _innermost(steps: list[TracebackType], besides: CodeType | None) -> tuple[TracebackType, str] | None:
    """The last step in the cell of the function that was called, and the function outside of it that it called."""
    if besides:
        steps = [step for step in steps if step.tb_frame.f_code.co_filename != besides.co_filename]
    steps = [step for step in steps if step.tb_frame.f_code.co_name != "<module>"]
    if not steps:
        return None
    cell = steps[0].tb_frame.f_code.co_filename
    # a function of the cell's own may have been handed to another one, which called it
    last = max(i for i, step in enumerate(steps) if step.tb_frame.f_code.co_filename == cell)
    inside = called(steps[last + 1].tb_frame.f_code) if last + 1 < len(steps) else ""
    return steps[last], inside


def describe(node: ast.AST, names: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a failing piece of code does, and with what, as far as that can be seen without running it again."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp):
        operation, parts = OPERATORS.get(type(node.op), "?"), [node.left, node.right]
    elif isinstance(node, ast.AugAssign):
        operation, parts = OPERATORS.get(type(node.op), "?") + "=", [node.target, node.value]
    elif isinstance(node, ast.UnaryOp):
        operation, parts = OPERATORS.get(type(node.op), "not"), [node.operand]
    elif isinstance(node, ast.Compare):
        operation, parts = "compare", [node.left, *node.comparators]
    elif isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        operation = SAME.get(function, f"{function}()")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "dot" and function not in SAME:
            operation, parts = "@", [node.func.value]
        parts += [part for arg in node.args for part in (arg.elts if isinstance(arg, (ast.List, ast.Tuple)) else [arg])]
        parts += [keyword.value for keyword in node.keywords]
    elif isinstance(node, ast.Subscript):
        operation, parts = f"{ast.unparse(node.value)}[]", [node.value, *_indices(node.slice)]
    elif isinstance(node, ast.Attribute):
        operation, parts = f".{node.attr}", [node.value]
    elif isinstance(node, ast.Assign):
        operation, parts = "=", [*node.targets, node.value]
    else:
        operation = type(node).__name__.lower()
    return operation, tuple(dict.fromkeys(_seen(parts, names)))[:MAX_OPERANDS]


def _indices(index: ast.expr) -> list[ast.expr]:
    return index.elts if isinstance(index, ast.Tuple) else [index]


def _seen(parts: list[ast.expr], names: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if isinstance(part, (ast.Constant, ast.Slice, ast.JoinedStr)):
            continue
        try:
            yield ast.unparse(part)[:80], kind_of(look(part, names))
        except (Unknown, LookupError, TypeError, ValueError, RecursionError):
            continue


def kind_of(value: object) -> str:
    """A value's kind in words; a whole number itself, for it may be an index or a size."""
    if type(value) is int or isinstance(value, np.integer):
        return str(value)
    return "a function" if callable(value) and not isinstance(value, type) else a_kind(value)


def look(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression of names, constants, indices and plain attributes. Raises Unknown for any other."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Attribute):
        value = look(node.value, names)
        if node.attr in READ.get(type(value), ()):
            return getattr(value, node.attr)
    elif isinstance(node, ast.Subscript):
        value = look(node.value, names)
        if type(value) in INDEXED:
            return value[_index(node.slice, names)]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = look(node.operand, names)
        if type(value) in (int, float, np.ndarray):
            return -value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        left, right = look(node.left, names), look(node.right, names)
        if type(left) is type(right) is int:
            return left + right if isinstance(node.op, ast.Add) else left - right
    raise Unknown


def _index(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Tuple):
        return tuple(_index(part, names) for part in node.elts)
    if isinstance(node, ast.Slice):
        return slice(*(look(part, names) if part else None for part in (node.lower, node.upper, node.step)))
    return look(node, names)
