"""The test cells of a source notebook, and what each of them tests: read off its code, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.course import notebook
from autograder.course.notebook import grade_id, role
from autograder.grading import trusted
from autograder.grading.dependencies import (
    assigned_names,
    bound_names,
    cells_behind,
    changed_names,
    imported_names,
    mentions,
    names_of,
)
from autograder.grading.trusted import Cell
from autograder.sandbox.outside.asking import NOTHING, Asking


@dataclass
class Test:
    """A test cell of the source, and what it tests."""

    grade_id: str
    index: int
    """Of the cell in the source notebook."""
    points: float
    cell: Cell
    visible: Cell
    """The cell as students have it."""
    begin: Cell
    """Up to its first hidden line."""
    rest: Cell
    hidden: frozenset[int]
    """The numbers of the lines between the hidden-test markers."""
    answers: list[int] = field(default_factory=list)
    """The answer cells since the test before, by index; where there are none, those that it tested."""
    names: tuple[str, ...] = ()
    """What all answer cells above bind."""
    uses: frozenset[int] = frozenset()
    """The earlier answer cells that the solution uses here, by index."""
    behind: frozenset[int] = frozenset()
    """All cells whose names the solution uses here, by index."""
    asking: Asking = NOTHING


def tests_in(source: NotebookNode, label: str) -> list[Test]:
    """The test cells of a source notebook, in their order; `label` names it in a traceback."""
    found: list[Test] = []
    since: list[int] = []
    names: list[str] = []
    given, values, imported, called = set[str](), set[str](), set[str](), set[str]()
    for i, cell in enumerate(source.cells):
        if role(cell) == "own" and cell.cell_type == "code":
            given |= assigned_names(cell.source)
        elif role(cell) == "answer":
            since.append(i)
            changed, by_call = changed_names(cell.source)
            names += [*bound_names(cell.source), *sorted(changed & given)]
            values |= assigned_names(cell.source) | given
            imported = (imported - set(bound_names(cell.source))) | imported_names(cell.source)
            called |= by_call
        elif role(cell) == "test":
            name = str(grade_id(cell))
            compiled = Cell(cell.source, f"{label} {name}")
            hidden = notebook.hidden_lines(compiled.text)
            visible = Cell(notebook.visible_part(compiled.text), f"{label} {name}, visible")
            begin, rest = (Cell(text, f"{label} {name}") for text in trusted.halves(compiled.text, hidden))
            compiled = Cell(cell.source, f"{label} {name}")  # last, for a traceback shows its lines by this name
            since = since or (found[-1].answers if found else [])  # one more test of the same answers
            behind = cells_behind(source, i, since)
            uses = frozenset(j for j in behind if role(source.cells[j]) == "answer") - set(since)
            relies_on = frozenset(name for j in (*since, *uses) for name in bound_names(source.cells[j].source))
            known = tuple(dict.fromkeys(names))
            points = notebook.points(cell)
            shared = frozenset(called & values & mentions(cell.source) & set(known))
            asking = Asking(relies_on - imported, shared, frozenset(imported))
            about = since, known, uses, behind, asking
            found.append(Test(name, i, points, compiled, visible, begin, rest, hidden, *about))
            since = []
    return found


def asking_in(source: NotebookNode) -> dict[int, tuple[tuple[str, ...], Asking]]:
    """The course's own cells that use answers, by index: the names that are bound above each, and what is done."""
    found, names, imported = {}, list[str](), frozenset[str]()
    for i, cell in enumerate(source.cells):
        if role(cell) == "answer":
            names += bound_names(cell.source)
            imported |= imported_names(cell.source)
        elif role(cell) == "own" and cell.cell_type == "code" and names_of(cell.source)[1] & set(names):
            found[i] = tuple(dict.fromkeys(names)), Asking(frozenset(names) - imported, imported=imported)
    return found
