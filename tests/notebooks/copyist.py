"""Somebody who copies and never thinks: the measure of what a notebook gives away.

Of an answer that is a value, the copyist takes what a card shows, or else any value that a text or a printed
example writes down. Of a function, a table of what the cards show for the visible calls.
"""

from __future__ import annotations

import ast
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.course.notebook import read, role
from autograder.grading.names import names_of
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.grading.verify import run_test
from chainrule.checks.accept import Accept
from chainrule.checks.check import judged_by
from chainrule.checks.compare import difference
from chainrule.checks.question import Question
from tests.notebooks.lessons import handed_out

LITERAL = re.compile(r"`([^`\n]+)`")
SAME = Accept(rtol=1e-12, atol=0)


class Table:
    """A function that only knows what the cards have shown."""

    def __init__(self) -> None:
        self._shown: list[tuple[object, object]] = []

    def add(self, question: Question, value: object) -> None:
        """Take down what a card shows of a call."""
        self._shown.append(([*question.args, *question.kwargs.values()], value))

    def __call__(self, *args: object, **kwargs: object) -> object:
        given = [*args, *kwargs.values()]
        known = (value for asked, value in self._shown if difference(given, asked, SAME) is None)
        return next(known, self._shown[-1][1])


def reference_of(path: Path) -> Reference:
    """A source notebook whose solution has run, all but what only shows something."""
    book, stubs = read(path), [cell.source for cell in read(handed_out(path)).cells]
    asked = [cell for cell in book.cells if role(cell) in ("answer", "test") or _is_locked(cell)]
    needed = set().union(*(names_of(cell.source)[1] for cell in asked if cell.cell_type == "code"))
    for cell in book.cells:
        if cell.cell_type == "code" and cell not in asked and not names_of(cell.source)[0] & needed:
            cell.source = ""
    reference = Reference(path, stubs, book)
    reference.run(60)
    return reference


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def earned(reference: Reference, texts: str) -> dict[str, float]:
    """The points of the tests that the copyist passes, by grade_id; `texts` is all that students read."""
    return {
        test.grade_id: test.points
        for test in reference.tests
        if any(_passes(reference, test, answers) for answers in _copied(reference, test, texts))
    }


def _passes(reference: Reference, test: Test, answers: Mapping[str, Any]) -> bool:
    judge, error = run_test(reference, test, reference.untouched_at(test) | answers, secrets.token_bytes(8))
    return error is None and judge.all_right


def _copied(reference: Reference, test: Test, texts: str) -> Iterator[dict[str, Any]]:
    """What may be copied into the answers of a test: from its cards, then from the texts, one value after the other."""
    asked: list[Question] = []
    with judged_by(lambda question, names, line: asked.append(question)):
        test.visible.run(dict(reference.solution_at(test)))
    shown: dict[str, Any] = {}
    values = {name for name, value in reference.untouched_at(test).items() if value is ...}
    for question in asked:
        value = question.put_to(reference.solution_at(test)).value
        if question.kind == "call":
            shown.setdefault(question.name, Table()).add(question, value)
        elif value is not True:  # else the card says in words what is missing
            shown |= {name: value for name in question.names if name in values}
    yield shown
    values &= {name for question in asked for name in question.names}
    if values:
        right = reference.solution_at(test)
        for value in written(texts):
            if all(_of_a_kind(value, right[name]) for name in values):
                yield dict.fromkeys(values, value)


def _of_a_kind(value: object, right: object) -> bool:
    """Might a value be meant where another is right: as many parts, or none?"""
    return getattr(value, "__len__", int)() == getattr(right, "__len__", int)()


def written(texts: str) -> Iterator[Any]:
    """The values that texts write down as code."""
    for code in dict.fromkeys(LITERAL.findall(texts)):
        try:
            yield ast.literal_eval(code)
        except (ValueError, SyntaxError, TypeError, MemoryError):
            continue


def all_texts(path: Path) -> str:
    """What stands in the text cells of a notebook, and the examples beside its three dots."""
    cells = read(handed_out(path)).cells
    shown = [cell.source for cell in cells if cell.cell_type == "markdown"]
    beside = (re.findall(r"such as (.+)$", cell.source, re.MULTILINE) for cell in cells if cell.cell_type == "code")
    return "\n".join([*shown, *(f"`{example}`" for found in beside for example in found)])
