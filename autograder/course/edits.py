"""A cell's text with the place of everything in it, so that small edits can be made."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, NamedTuple


class Edit(NamedTuple):
    """A part of a text, from `start` to `end`, and what stands there instead."""

    start: int
    end: int
    text: str


class Slip(NamedTuple):
    """The edits that make a slip, and what it is."""

    kind: str
    edits: tuple[Edit, ...]
    wrong: str = ""


class Text:
    """A cell and its tree, with the place of each node in the text."""

    def __init__(self, source: str) -> None:
        """Raises SyntaxError."""
        self.source, self.tree = source, ast.parse(source)
        self._lines = [line.encode() for line in source.splitlines(keepends=True)]
        self._starts = list(accumulate((len(line.decode()) for line in self._lines), initial=0))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def span(self, node: Any) -> tuple[int, int]:
        """Where a node begins and ends in the text."""
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        return self._starts[line - 1] + len(self._lines[line - 1][:column].decode())

    def text(self, node: Any) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.source[start:end]

    def nodes(self, *kinds: type) -> Iterator[Any]:
        """All nodes of some kinds, from the top down."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def in_place_of(self, node: Any, text: str) -> tuple[Edit]:
        """The edit that puts a text in the place of a node."""
        return (Edit(*self.span(node), text),)

    def operator(self, left: Any, right: Any, sign: str) -> tuple[int, int]:
        """Where the sign stands between two operands, be there brackets around them."""
        start = self.source.index(sign, self.span(left)[1])
        return start, start + len(sign)

    def function_of(self, node: ast.AST) -> ast.AST | None:
        """The function, or the cell, to which a node belongs."""
        above = self.parents.get(node)
        while above is not None and not isinstance(above, (ast.FunctionDef, ast.Module)):
            above = self.parents.get(above)
        return above

    def bracketed(self, node: Any) -> tuple[int, int] | None:
        """The places of the brackets around a node that only group; None where there are none."""
        start, end = self.span(node)
        before, after = self.source[:start].rstrip(), self.source[end:]
        if not before.endswith("(") or not after.lstrip().startswith(")"):
            return None
        word = re.search(r"[\w\])]+$", before[:-1].rstrip())
        if word and not keyword.iskeyword(word[0]):
            return None  # of a call
        return len(before) - 1, end + len(after) - len(after.lstrip())


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made, none of which reaches into another."""
    for edit in sorted(edits, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source
