"""What stands in the code of a student's answers, as words: a slip that it can't hold isn't asked about.

Lines that were handed out with the answer's cell, and still stand there as they were, are not the student's and hold
nothing. Nothing is run here. A word is a name, an attribute, a text, a number (`2`, `-0.5`), or the kind of a node as
Python's own parser calls it (`Mult`, `Compare`, `Slice`).
"""

from __future__ import annotations

import ast
import linecache
from collections import Counter, deque
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from chainrule.checks import again
from chainrule.checks.reached import cells_of

LOOPS = (ast.For, ast.While, ast.comprehension)
RETURN_IN_LOOP, ANEW = "return-in-loop", "anew"
"""Words for what no single node shows: a return inside a loop; what is set once more, or in a loop."""


def words_of(answers: Iterable[str], names: Mapping[str, Any], given: Iterable[str] = ()) -> frozenset[str]:
    """The words of all cells in which some answers are: functions, classes, or values that a cell has set.

    given: the lines that students are given in these cells
    """
    answers, given = list(answers), tuple(given)
    texts = ["".join(linecache.getlines(cell)) for cell in cells_of(answers, names)]
    texts += [again.last_cell(name) for name in answers if name in names and not callable(names[name])]
    return frozenset().union(*(_words(text, given) for text in texts))


@lru_cache(64)
def _words(text: str, given: tuple[str, ...]) -> frozenset[str]:
    """The words of a cell; none where it's no Python, or nested too deep to be gone through."""
    text = again.without_magic(text)
    try:
        tree = ast.parse(text)
        return frozenset(_found(list(ast.walk(tree)), _own_nodes(tree, _own_lines(text, given))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()


def _own_lines(text: str, given: Iterable[str]) -> set[int]:
    """The numbers of the lines that weren't given. One that was given once is the student's where it stands again."""
    left, own = Counter(given), set()
    for number, line in enumerate(text.splitlines(), start=1):
        if left[line.rstrip()] > 0:
            left[line.rstrip()] -= 1
        else:
            own.add(number)
    return own


def _own_nodes(tree: ast.AST, own: Container[int]) -> list[ast.AST]:
    """The nodes that begin in one of these lines, from the top down; an operator begins where its operands do."""
    nodes, waiting = [], deque([(tree, True)])
    while waiting:
        node, is_own = waiting.popleft()
        is_own = node.lineno in own if hasattr(node, "lineno") else is_own
        nodes += [node] if is_own else []
        waiting += [(child, is_own) for child in ast.iter_child_nodes(node)]
    return nodes


def _found(nodes: list[ast.AST], own: list[ast.AST]) -> set[str]:
    """The words of one's own nodes among all; what a loop holds may be one's own where the loop was given."""
    found = {type(node).__name__ for node in own} | set(_numbers(own))
    for node in own:
        said = [getattr(node, field, None) for field in ("id", "attr", "arg", "name", "value")]
        found |= {str(word) for word in said if isinstance(word, (str, bool))}
    in_loops = {id(node) for loop in nodes if isinstance(loop, LOOPS) for node in ast.walk(loop)}
    inside = [node for node in own if id(node) in in_loops]
    if any(isinstance(node, ast.Return) for node in inside):
        found.add(RETURN_IN_LOOP)
    if any(isinstance(node, ast.Assign) for node in inside) or _sets_anew(nodes, own):
        found.add(ANEW)
    return found


def _sets_anew(nodes: Iterable[ast.AST], own: Collection[ast.AST]) -> bool:
    """Is anything set by one's own `=` that a line above has set already?"""
    stores = [node for node in nodes if isinstance(node, (ast.Assign, ast.AugAssign))]
    seen: set[str] = set()
    for node in sorted(stores, key=lambda node: node.lineno):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(node, ast.Assign) and node in own and ast.unparse(target) in seen:
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
