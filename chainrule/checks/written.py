"""What stands in the code of a student's answers, as words: a slip that it can't hold isn't asked about.

Nothing is run here. A word is a name, an attribute, a text, a number (`2`, `-0.5`), or the kind of a node as Python's
own parser calls it (`Mult`, `Compare`, `Slice`).
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from chainrule.checks import again
from chainrule.checks.reached import cells_of

LOOPS = (ast.For, ast.While, ast.comprehension)
RETURN_IN_LOOP, ANEW = "return-in-loop", "anew"
"""Words for what no single node shows: a return inside a loop; what is set once more, or in a loop."""


def words_of(answers: Iterable[str], names: Mapping[str, Any]) -> frozenset[str]:
    """The words of all cells in which some answers are: functions, classes, or values that a cell has set."""
    answers = list(answers)
    texts = ["".join(linecache.getlines(cell)) for cell in cells_of(answers, names)]
    texts += [again.last_cell(name) for name in answers if name in names and not callable(names[name])]
    return frozenset().union(*map(_words, texts))


@lru_cache(64)
def _words(text: str) -> frozenset[str]:
    """The words of a cell; none where it's no Python, or nested too deep to be gone through."""
    try:
        return frozenset(_found(list(ast.walk(ast.parse(again.without_magic(text))))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def _found(nodes: list[ast.AST]) -> set[str]:
    found = {type(node).__name__ for node in nodes} | set(_numbers(nodes))
    for node in nodes:
        said = [getattr(node, field, None) for field in ("id", "attr", "arg", "name", "value")]
        found |= {str(word) for word in said if isinstance(word, (str, bool))}
    inside = [node for loop in nodes if isinstance(loop, LOOPS) for node in ast.walk(loop)]
    if any(isinstance(node, ast.Return) for node in inside):
        found.add(RETURN_IN_LOOP)
    if any(isinstance(node, ast.Assign) for node in inside) or _sets_anew(nodes):
        found.add(ANEW)
    return found


def _sets_anew(nodes: Iterable[ast.AST]) -> bool:
    """Is anything set by `=` that a line above has set already?"""
    stores = [node for node in nodes if isinstance(node, (ast.Assign, ast.AugAssign))]
    seen: set[str] = set()
    for node in sorted(stores, key=lambda node: node.lineno):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(node, ast.Assign) and ast.unparse(target) in seen:
                return True
            seen.add(ast.unparse(target))
    return False


def _numbers(nodes: list[ast.AST]) -> Iterator[str]:
    """The numbers that are calculated with, those with a minus, and those of a fraction: no index, and no axis."""
    places = {id(node.value) for node in nodes if isinstance(node, ast.keyword) and node.arg == "axis"}
    places |= {id(inner) for node in nodes if isinstance(node, ast.Subscript) for inner in ast.walk(node.slice)}
    for node in nodes:
        if id(node) not in places and (number := _number(node)) is not None:
            yield f"{number:g}"


def _number(node: ast.AST) -> float | None:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        inner = _number(node.operand)
        return -inner if inner is not None else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        above, below = _number(node.left), _number(node.right)
        return above / below if above is not None and below else None
    return None
