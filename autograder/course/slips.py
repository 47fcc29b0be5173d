"""The kinds of slips that are made in calculating with arrays, as edits of a cell's text.

Each function here takes a cell and gives the slips of some kinds; `slips.toml` has the words for each kind.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from autograder.course.confusions import COMMUTATIVE, COMPARED, SIGNS, TAKEN_FOR, ZEROS
from autograder.course.edits import Edit, Text

MATH = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp)
ASSOCIATIVE = {(ast.Add, ast.Add), (ast.Add, ast.Sub), (ast.Mult, ast.Mult), (ast.Mult, ast.Div)} | {
    (ast.MatMult, ast.MatMult),
    (ast.MatMult, ast.Div),
}


class Slip(NamedTuple):
    """The edits that make a slip, and what it is."""

    kind: str
    edits: tuple[Edit, ...]
    wrong: str = ""


def brackets(text: Text) -> Iterator[Slip]:
    """Brackets left out around a sum, and put in where there are none."""
    for node in text.nodes(*MATH):
        around = text.bracketed(node)
        if around:
            yield Slip("brackets", tuple(Edit(place, place + 1, "") for place in around))
    for node in text.nodes(ast.BinOp):
        inner = node.left
        if isinstance(inner, ast.BinOp) and not text.bracketed(inner) and not _is_same(inner.op, node.op):
            start = (text.bracketed(node.left.right) or text.span(node.left.right))[0]
            end = text.span(node)[1]
            yield Slip("brackets", (Edit(start, start, "("), Edit(end, end, ")")))


def _is_same(inner: ast.operator, outer: ast.operator) -> bool:
    """Is (a op b) op c the same as a op (b op c)?"""
    return (type(inner), type(outer)) in ASSOCIATIVE


def operators(text: Text) -> Iterator[Slip]:
    """One operator for another, and an operand left out."""
    for node in text.nodes(ast.BinOp):
        sign, other, kind = SIGNS.get(type(node.op), ("", "", ""))
        if not sign:
            continue
        start, end = text.operator(node.left, node.right, sign)
        yield Slip(kind, (Edit(start, end, other),))
        first, last = text.span(node)
        left, right = text.source[first:start].rstrip(), text.source[end:last].lstrip()
        gone = {"sign": "term", "power": "power"}.get(kind, "factor")
        if kind == "quotient" and isinstance(node.left, ast.Constant) and node.left.value == 1 and sign == "*":
            continue  # once something is that
        yield Slip(gone, (Edit(first, last, left),))
        if gone == "term" and sign == "-":
            yield Slip("sign", (Edit(first, last, f"({right} - {left})"),))
            yield Slip("term", (Edit(first, last, f"(-{right})"),))
        elif kind == "quotient" and sign == "/":
            yield Slip("quotient", (Edit(first, last, f"({right} / ({left}))"),))
        elif gone != "power":
            yield Slip(gone, (Edit(first, last, right),))
        if kind == "product":
            yield Slip("order", (Edit(first, last, f"({right} @ {left})"),))
    for node in text.nodes(ast.UnaryOp):
        if isinstance(node.op, ast.USub):
            kind = "index" if isinstance(text.parents[node], ast.Subscript) else "sign"
            yield Slip(kind, text.in_place_of(node, text.text(node.operand)))
    for node in text.nodes(ast.AugAssign):
        sign, other, kind = SIGNS.get(type(node.op), ("", "", ""))
        if sign:
            start, end = text.operator(node.target, node.value, sign + "=")
            yield Slip(kind, (Edit(start, end, other + "="),))
            yield Slip("gathered", (Edit(start, end, "="),))


def comparisons(text: Text) -> Iterator[Slip]:
    """One comparison for another, and exchanged cases."""
    for node in text.nodes(ast.Compare):
        sign, others = COMPARED.get(type(node.ops[0]), ("", ""))
        text_compared = isinstance(node.comparators[0], ast.Constant) and isinstance(node.comparators[0].value, str)
        for other in ["!="] if text_compared else others.split():
            start, end = text.operator(node.left, node.comparators[0], sign)
            yield Slip("compare", (Edit(start, end, other),))
    for node in text.nodes(ast.IfExp):
        body, other = text.text(node.body), text.text(node.orelse)
        yield Slip("cases", (Edit(*text.span(node.body), other), Edit(*text.span(node.orelse), body)))
        yield Slip("cases", text.in_place_of(node, f"({body})"))
        yield Slip("cases", text.in_place_of(node, f"({other})"))
    for node in text.nodes(ast.If):
        yield Slip("cases", text.in_place_of(node.test, "True"))
        yield Slip("cases", text.in_place_of(node.test, "False"))


def calls(text: Text) -> Iterator[Slip]:
    """A function left out, or taken for another; arguments exchanged or left out; another axis."""
    for node in text.nodes(ast.Call):
        name = text.text(node.func)
        last = name.rsplit(".", 1)[-1]
        if node.args and not isinstance(node.args[0], ast.Starred):
            yield Slip("call", text.in_place_of(node, f"({text.text(node.args[0])})"), last)
        for other in TAKEN_FOR.get(last, "").split():
            changed = name.removesuffix(last) + other
            yield Slip("function", text.in_place_of(node.func, changed), other)
        if last == "len" and node.args:
            yield Slip("size", text.in_place_of(node, f"np.shape({text.text(node.args[0])})[-1]"))
            yield Slip("size", text.in_place_of(node, f"np.size({text.text(node.args[0])})"))
        for a, b in pairwise(node.args) if last not in COMMUTATIVE else ():
            yield Slip("arguments", (Edit(*text.span(a), text.text(b)), Edit(*text.span(b), text.text(a))))
        for each in node.keywords:
            start, end = text.span(each)
            start = text.source.rindex(",", 0, start) if node.args or each is not node.keywords[0] else start
            kind = each.arg if each.arg in ("axis", "keepdims") else "keyword"
            yield Slip(str(kind), (Edit(start, end, ""),), str(each.arg))
            if each.arg == "axis":
                for other in {"0": "1", "1": "0", "-1": "0"}.get(text.text(each.value), "0"):
                    yield Slip("axis", text.in_place_of(each.value, other))


def indices(text: Text) -> Iterator[Slip]:
    """Another entry, row, column or slice; a transposition left out."""
    for node in text.nodes(ast.Attribute):
        if node.attr == "T":
            yield Slip("transposed", text.in_place_of(node, text.text(node.value)))
    for node in text.nodes(ast.Slice):
        step = f":{text.text(node.step)}" if node.step else ""
        for other in (":", "1:", ":1", ":-1", "-1:", "2:"):
            yield Slip("slice", text.in_place_of(node, other + step))
    for node in text.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load):
            yield Slip("entry", text.in_place_of(node, text.text(node.value)))
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            a, b = node.slice.elts
            yield Slip("transposed", (Edit(*text.span(a), text.text(b)), Edit(*text.span(b), text.text(a))))
            yield Slip("slice", text.in_place_of(node.slice, text.text(b)))
        elif not isinstance(node.slice, (ast.Constant, ast.Tuple, ast.Slice)):
            for other in ("0", "-1", f"{text.text(node.slice)} + 1", f"{text.text(node.slice)} - 1"):
                yield Slip("index", text.in_place_of(node.slice, other))


def constants(text: Text) -> Iterator[Slip]:
    """Another number, or another key."""
    indices = [node.slice.value for node in text.nodes(ast.Subscript) if isinstance(node.slice, ast.Constant)]
    keys = sorted({index for index in indices if isinstance(index, str)})
    for node in text.nodes(ast.Constant):
        parent = text.parents[node]
        inside = isinstance(parent, ast.Subscript) or isinstance(text.parents.get(parent), ast.Subscript)
        if isinstance(node.value, bool):
            yield Slip("number", text.in_place_of(node, str(not node.value)))
        elif isinstance(node.value, (int, float)) and getattr(parent, "arg", "") != "axis":
            for other in _others(node.value):
                if not _is_the_same_axis(text, node, other):
                    yield Slip("index" if inside else "number", text.in_place_of(node, other))
        elif isinstance(node.value, str) and inside:
            for key in keys:
                yield Slip("key", text.in_place_of(node, repr(key)), key)
        elif isinstance(node.value, str) and not isinstance(parent, ast.Expr):
            yield Slip("text", text.in_place_of(node, repr(node.value + "?")))


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
        for name in loads:
            for other in values:
                if other != name.id:
                    yield Slip("name", text.in_place_of(name, other), other if other in params else "")
        for node in own:
            value = node.value if isinstance(node, (ast.Return, ast.Assign, ast.AugAssign)) else None
            if isinstance(value, (ast.BinOp, ast.Call, ast.UnaryOp)):
                named = text.text(value.func).rsplit(".", 1)[-1] if isinstance(value, ast.Call) else ""
                of_zeros = named in ZEROS and not getattr(value, "keywords", ())  # twice nothing is nothing
                for other in values if of_zeros else ("2", *values):
                    for sign in "*/":
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


ALL: list[Callable[[Text], Iterator[Slip]]] = [
    brackets,
    operators,
    comparisons,
    calls,
    indices,
    statements,
    constants,
    names,
]
"""Those that are likelier come first: of two that change the same in the same way, the first counts."""
