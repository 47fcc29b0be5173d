"""What came of a submission that was rebuilt, for the tests of rebuilding and of matching."""

from __future__ import annotations

from nbformat import NotebookNode

from autograder.course.cells import Source
from autograder.course.notebook import grade_id, role, stubs
from autograder.grading.rebuilding import Rebuilt, RebuiltCell, rebuild


def place(notebook: NotebookNode, name: str) -> int:
    return next(i for i, cell in enumerate(notebook.cells) if grade_id(cell) == name)


def of(theirs: NotebookNode, book: NotebookNode) -> Rebuilt:
    """A submission of a source notebook, rebuilt."""
    return rebuild(Source.of(book, stubs(book)), theirs, "work")


def answers(result: Rebuilt) -> dict[str, RebuiltCell]:
    """What was found of each cell with a name."""
    return {cell.name: cell for cell in result.cells if cell.name}


def roles(notebook: NotebookNode, kind: str) -> list[str]:
    return [cell.source for cell in notebook.cells if role(cell) == kind]
