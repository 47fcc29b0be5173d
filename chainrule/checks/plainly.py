"""What an answer's code shows together with what it was given: facts that say more than the numbers do."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.checks.habits import definition

AS_MADE = re.compile(r"np\.(zeros|ones|empty)(_like)?")


def nothing_worked_out(answer: object) -> str:
    """Say of an answer's function that it is one line with a number, or with an array as it's made; empty otherwise."""
    function = definition(answer) if isinstance(answer, types.FunctionType) else None
    lines = [line for line in function.body if not isinstance(line, ast.Expr)] if function else []  # docstring, prints
    value = lines[0].value if len(lines) == 1 and isinstance(lines[0], ast.Return) else None
    if function is None or value is None or (isinstance(value, ast.Constant) and value.value is None):
        return ""
    text = f"`return {ast.unparse(value)[:60]}`"
    if function.args.args and _is_number(value):
        return f"{text} gives this whatever `{function.name}` is given. What should it be made of?"
    made = value.elt if isinstance(value, ast.ListComp) else value
    if isinstance(made, ast.Call) and AS_MADE.fullmatch(ast.unparse(made.func)):
        return f"{text} gives what was just made, and nothing has been written into it. What should stand there?"
    return ""


def turned(answer: object, arguments: Sequence[Any]) -> str:
    """Say of an answer's function that it turns around an argument that has one axis only; empty otherwise."""
    function = definition(answer) if isinstance(answer, types.FunctionType) else None
    given = zip((each.arg for each in function.args.args), arguments, strict=False) if function else ()
    rows = {name for name, value in given if isinstance(value, np.ndarray) and value.ndim == 1}
    nodes = list(ast.walk(function)) if function else []
    rows -= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr == "T" and (name := ast.unparse(node.value)) in rows:
            said = f"`{name}.T` is `{name}` itself: it has one axis, so there are no rows and columns to exchange."
            return f"{said} What makes a column of it, `{name}[:, None]`, or a table of all products, `np.outer`?"
    return ""


def _is_number(value: ast.expr) -> bool:
    return isinstance(value.operand if isinstance(value, ast.UnaryOp) else value, ast.Constant)
