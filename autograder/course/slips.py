"""The kinds of slips that are made in calculating with arrays, as edits of a cell's text: in signs, calls and indices.

Those in its numbers, names and lines are in `slips_of_values.py`.
Each function here takes a cell and gives the slips of some kinds; `slips.toml` has the words for each kind.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise

from autograder.course.confusions import COMMUTATIVE, COMPARED, SIGNS, TAKEN_FOR
from autograder.course.edits import Edit, Slip, Text
from autograder.course.slips_of_values import constants, names, statements

MATH = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp)
ASSOCIATIVE = {(ast.Add, ast.Add), (ast.Add, ast.Sub), (ast.Mult, ast.Mult), (ast.Mult, ast.Div)} | {
    (ast.MatMult, ast.MatMult),
    (ast.MatMult, ast.Div),
}


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
