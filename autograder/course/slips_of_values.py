"""Slips in what stands in a line: another number, another name, a factor too many, a line left out.

As in `slips.py`, each function takes a cell and gives the slips of some kinds.
"""

from __future__ import annotations

import ast
import builtins
import itertools
from collections.abc import Iterator

from autograder.course.confusions import ZEROS
from autograder.course.edits import Edit, Slip, Text


def constants(text: Text) -> Iterator[Slip]:
    """Another number, or another key."""
    indices = [node.slice.value for node in text.nodes(ast.Subscript) if isinstance(node.slice, ast.Constant)]
    keys = sorted({index for index in indices if isinstance(index, str)})
    for node in text.nodes(ast.Constant):
        parent = text.parents[node]
        inside = isinstance(parent, ast.Subscript) or isinstance(text.parents.get(parent), ast.Subscript)
        if isinstance(node.value, bool):
            yield Slip("number", text.in_place_of(node, str(not node.value)), str(not node.value))
        elif isinstance(node.value, (int, float)) and getattr(parent, "arg", "") != "axis":
            for other in _others(node.value):
                if not _is_the_same_axis(text, node, other):
                    yield _of_number(node.value, other, text.in_place_of(node, other), inside)
        elif isinstance(node.value, str) and inside:
            for key in keys:
                yield Slip("key", text.in_place_of(node, repr(key)), key)
        elif isinstance(node.value, str) and not isinstance(parent, ast.Expr):
            yield Slip("text", text.in_place_of(node, repr(node.value + "?")))


def _of_number(number: float, other: str, edits: tuple[Edit], inside: bool) -> Slip:
    """The slip of one number to another: of an index, of a sign, or of the number itself."""
    changed = float(other.strip("()"))
    if inside:
        return Slip("index", edits)
    return Slip("sign", edits) if changed == -number else Slip("number", edits, f"{changed:g}")


def _is_the_same_axis(text: Text, node: ast.Constant, other: str) -> bool:
    """Does another number name the same axis, counted from the end, or leave the same length of a shape open?

    The largest axis that a call names is taken to be the last one there is.
    """
    number, changed, around = float(str(node.value)), float(other.strip("()")), text.parents[node]
    if isinstance(around, ast.UnaryOp):
        number, changed, around = -number, -changed, text.parents[around]
    called = text.text(around.func).rsplit(".", 1)[-1] if isinstance(around, ast.Call) else ""
    if called == "reshape":
        return number == -1 and changed < 0 and changed.is_integer()
    if isinstance(around, ast.Call) and called == "transpose":
        return changed < 0 and changed + len(around.args) == number
    if isinstance(around, ast.Tuple) and getattr(text.parents[around], "arg", "") == "axis":
        named = [float(str(each.value)) for each in around.elts if isinstance(each, ast.Constant)]
        return changed < 0 and changed + 1 + max(named, default=-1) == number
    return False


def _others(number: float) -> Iterator[str]:
    """Other numbers that are taken for one."""
    for other in dict.fromkeys([0, 1, -1, 2, number + 1, number - 1, -number, number / 2]):
        if other == number:
            continue
        whole = int(other) if isinstance(number, int) and other == int(other) else other
        yield f"({whole})" if whole < 0 else str(whole)


def names(text: Text) -> Iterator[Slip]:
    """One of the values that are at hand for another, and a factor too many."""
    for function in [*text.nodes(ast.FunctionDef), text.tree]:
        own = [node for node in ast.walk(function) if text.function_of(node) is function]
        takes = function.args.args if isinstance(function, ast.FunctionDef) else []
        params = [arg.arg for arg in takes]
        values, loads = _values(own, params)
        for name, other in itertools.product(loads, values):
            if other != name.id:
                yield Slip("name", text.in_place_of(name, other), other if other in params else "")
        for node in own:
            value = node.value if isinstance(node, (ast.Return, ast.Assign, ast.AugAssign)) else None
            if isinstance(value, (ast.BinOp, ast.Call, ast.UnaryOp)):
                named = text.text(value.func).rsplit(".", 1)[-1] if isinstance(value, ast.Call) else ""
                of_zeros = named in ZEROS and not getattr(value, "keywords", ())  # twice nothing is nothing
                for other, sign in itertools.product(values if of_zeros else ("2", *values), "*/"):
                    yield Slip("extra", text.in_place_of(value, f"({text.text(value)}) {sign} {other}"))


def _values(own: list[ast.AST], params: list[str]) -> tuple[list[str], list[ast.Name]]:
    """The names of a function that are of values, and where they are read."""
    found = [node for node in own if isinstance(node, ast.Name)]
    others = {node.func.id for node in own if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    others |= {"np", "self", *dir(builtins)}
    known = [name for name in dict.fromkeys([*params, *(node.id for node in found)]) if name not in others]
    return known, [node for node in found if isinstance(node.ctx, ast.Load) and node.id in known]


def statements(text: Text) -> Iterator[Slip]:
    """A line left out, or a return too far to the right."""
    for node in text.nodes(ast.Assign, ast.AugAssign, ast.Expr):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield Slip("line", text.in_place_of(node, "pass"))
    for loop in text.nodes(ast.For):
        body = getattr(text.parents[loop], "body", [])
        after = body[body.index(loop) + 1 :] if loop in body else []
        if after and isinstance(after[0], ast.Return):
            end, indent = text.span(loop.body[-1])[1], " " * loop.body[0].col_offset
            yield Slip("return", (Edit(end, end, f"\n{indent}{text.text(after[0])}"),))
        yield Slip("range", text.in_place_of(loop.iter, f"list({text.text(loop.iter)})[1:]"))
        yield Slip("range", text.in_place_of(loop.iter, f"list({text.text(loop.iter)})[:-1]"))
    for node in text.nodes(ast.comprehension):
        yield Slip("range", text.in_place_of(node.iter, f"list({text.text(node.iter)})[1:]"))
        yield Slip("range", text.in_place_of(node.iter, f"list({text.text(node.iter)})[:-1]"))
