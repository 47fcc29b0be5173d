"""What the gradebook knows of an assignment's notebooks and cells: that they are those of the source."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import notebook
from autograder.course.folders import Course, CourseError
from autograder.course.notebook import grade_id
from autograder.gradebook.database import GradebookError, opened, said_plainly

SAVING = ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums", "SaveCells")
"""What nbgrader's generate_assignment does, up to what it saves of a notebook's cells."""


def prepare(course: Course, assignment: str, sources: Mapping[Path, NotebookNode], *, anew: bool = False) -> None:
    """Make sure that the gradebook knows the assignment's notebooks and cells, as their source has them.

    With `anew`, as at a release: all of their text too, and no notebook that is gone. Raises CourseError where cells
    were added or removed after submissions had been graded; then nothing has changed.
    """
    books = {path.stem: book for path, book in sources.items()}
    with opened(course) as gradebook:
        saved = _known(gradebook, assignment)
        changed = {
            name: book
            for name, book in books.items()
            if anew or name not in saved or saved[name].points != _points(book)
        }
        for name, cells in saved.items():
            if cells.graded and name in changed and _names(changed[name]) != cells.names:
                _refuse(f"{assignment}/{name}.ipynb: cells were added or removed")
            if cells.graded and anew and name not in books:
                _refuse(f"{assignment}: {name}.ipynb was removed")
        gradebook.update_or_create_assignment(assignment)
        for name in saved.keys() - books.keys() if anew else ():
            gradebook.remove_notebook(name, assignment)
    for name, book in changed.items():
        _save(course, assignment, name, book)


def _refuse(what: str) -> None:
    raise CourseError(
        f"{what}, and students have been graded on what was there; restore it, or use another assignment name"
    )


class _Known(NamedTuple):
    """What the gradebook has of a source notebook."""

    names: dict[str, set[str]]
    """By kind of cell."""
    points: dict[str, float]
    graded: bool
    """Has somebody been graded on it?"""


def _known(gradebook: Gradebook, assignment: str) -> dict[str, _Known]:
    try:
        notebooks = gradebook.find_assignment(assignment).notebooks
    except MissingEntry:
        return {}
    kinds = ("grade", "solution", "task", "source")
    return {
        n.name: _Known(
            {kind: {cell.name for cell in getattr(n, f"{kind}_cells")} for kind in kinds},
            {cell.name: cell.max_score for cell in (*n.grade_cells, *n.task_cells)},
            bool(n.submissions),
        )
        for n in notebooks
    }


def _names(book: NotebookNode) -> dict[str, set[str | None]]:
    kinds = {"grade": utils.is_grade, "solution": utils.is_solution, "task": utils.is_task}
    found = {kind: {grade_id(cell) for cell in book.cells if holds(cell)} for kind, holds in kinds.items()}
    locked = {grade_id(cell) for cell in book.cells if utils.is_locked(cell)}
    return found | {"source": locked.union(*found.values())}


def _points(book: NotebookNode) -> dict[str | None, float]:
    return {grade_id(c): notebook.points(c) for c in book.cells if utils.is_grade(c) or utils.is_task(c)}


def _save(course: Course, assignment: str, name: str, book: NotebookNode) -> None:
    """Let nbgrader save a notebook's cells. Raises CourseError where it refuses their form."""
    from nbgrader import preprocessors  # takes long, and is done when the gradebook knows the cells

    resources: dict[str, Any] = course.resources(assignment, name)
    book = deepcopy(book)
    try:
        with said_plainly(course):
            for step in SAVING:
                preprocessor = getattr(preprocessors, step)
                book, resources = preprocessor(config=course.config).preprocess(book, resources)
    except GradebookError:
        raise
    except Exception as error:  # nbgrader and jsonschema each have their own
        raise CourseError(f"{assignment}/{name}.ipynb: nbgrader refuses it ({error}); mend it in the source") from None
