"""Small slips in a right answer, made systematically: each changes one thing that people get wrong.

They test the tests: whatever gives something else must be found out. And what each of them gives is kept with the
known results, so that a card can say in which kind of slip a wrong result begins. Tools that mutate whole programs
know operators and constants; brackets, axes, factors, names and slices are what goes wrong in NumPy.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from autograder.course import slips
from autograder.course.edits import Slip, Text, edited
from autograder.course.misconceptions import SOLUTION
from chainrule.checks.slips import SEPARATOR


@dataclass(frozen=True)
class Mutant:
    """An answer cell with one slip in it."""

    kind: str
    """Of the slip; a table of slips.toml."""
    before: str
    source: str
    wrong: str = ""
    """What stands in the place of something else, where a student would know it by this name."""

    @cached_property
    def change(self) -> str:
        """The lines that differ: `- a + b`, `+ a - b`. Few are asked: it takes longer than to make the slip."""
        lines = difflib.ndiff(self.before.splitlines(), self.source.splitlines())
        return ", ".join(f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "+-")


def of(source: str) -> list[Mutant]:
    """All slips in what stands between the solution markers of an answer cell, or in all of it where there are none.

    Each once; none where it's no Python.
    """
    try:
        text = Text(source)
    except SyntaxError:
        return []
    seen = {ast.dump(text.tree)}
    found = []
    for slip in _between_markers(text):
        changed = edited(source, slip.edits)
        try:
            tree = ast.dump(ast.parse(changed))
        except SyntaxError:
            continue
        if tree not in seen:
            seen.add(tree)
            found.append(Mutant(slip.kind, source, changed, slip.wrong))
    return found


def _between_markers(text: Text) -> Iterator[Slip]:
    marked = [found.span() for found in SOLUTION.finditer(text.source)] or [(0, len(text.source))]
    for make in slips.ALL:
        for slip in make(text):
            if all(any(start <= edit.start < end for start, end in marked) for edit in slip.edits):
                yield slip


def calculates(source: str) -> bool:
    """Is an answer worked out from something, and not just a number or a word that was thought up?"""
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    set_here = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return any(node.id not in {"np", *dir(builtins), *set_here} for node in names)


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("slips.toml").read_text("utf-8"))


def in_words(mutant: Mutant) -> str:
    """A kind of slip as `slips.Slips` has it: where it is, a question, and the words that code with it holds."""
    known = _words()[f"{mutant.kind}-known" if mutant.kind == "name" and mutant.wrong else mutant.kind]
    said = SEPARATOR.join([known["where"], known["asks"], known.get("needs", "")])
    return said.replace("{wrong}", mutant.wrong)
