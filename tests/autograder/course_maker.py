"""A small course in a folder of its own: one assignment, its mistakes, and what students do to notebooks."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.commands import batch
from autograder.commands.batch import Place
from autograder.commands.run import Graded
from autograder.course import notebook
from autograder.course.folders import Course
from autograder.course.notebook import grade_id
from autograder.engine.client import Engine
from autograder.outcome import Way, ways_in
from tests.autograder.making import answer, cell_of, checks, source, task, written

ROOT = Path(__file__).parents[2]
ASSIGNMENT, NAME = "01-squares", "squares"
MISCONCEPTIONS = """
[[square]]
name = "doubles instead of squaring"
edits = [["x * x", "2 * x"]]
says = "Twice the number came back. What is a square of side 3 made of?"
hint = "Multiply x by itself."
credit = 0.5

[[square]]
name = "cubes instead of squaring"
edits = [["x * x", "x * x * x"]]
says = "Two factors make a square. How many are there here?"
hint = "Leave out one of the three factors."

[[total]]
name = "adds the numbers themselves"
edits = [["square(x) for x", "x for x"]]
says = "The numbers were added as they are. What was to be added?"
hint = "Call square for each number first."
"""


def squares() -> NotebookNode:
    """Two answers of which the second uses the first, a plain assert, a written answer, a task."""
    book = source(
        answer("square", "    return x * x", 'def square(x):\n    """The square of a number."""'),
        checks(
            "square-test",
            "check(square, 3.0)\ncheck(square, -5.0)",
            "for secret_number in rng.normal(size=5):\n    check(square, float(secret_number))",
        ),
        new_code_cell("numbers = [1.0, 2.0, 3.0]", id="numbers"),
        answer("total", "    return sum(square(x) for x in xs)", 'def total(xs):\n    """The sum of the squares."""'),
        checks("total-test", "check(total, [1.0, 2.0, 3.0])", "check(total, rng.normal(size=4).tolist())", 4),
        answer("mean", "    return sum(xs) / len(xs)", "def mean(xs):"),
        checks(
            "mean-test", "assert mean([2.0, 4.0]) == 3.0, 'the mean of 2 and 4 is 3'", "assert mean([987.0]) == 987", 1
        ),
        written("explain", 3, "A square is never negative."),
        task("draw", "Draw a square in a new cell.", 2),
    )
    book.cells.insert(0, new_markdown_cell("# Squares", id="title"))
    return book


def make_course(root: Path, source: NotebookNode | None = None, misconceptions: str = MISCONCEPTIONS) -> Path:
    """A course folder like the project's, with one assignment."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    add_notebook(root, NAME, source or squares())
    (root / "solutions" / ASSIGNMENT / "misconceptions.toml").write_text(misconceptions, "utf-8")
    return root


def add_notebook(root: Path, name: str, source: NotebookNode, assignment: str = ASSIGNMENT) -> Path:
    path = root / "solutions" / assignment / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(source, path)
    return path


def source_path(root: Path) -> Path:
    return root / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"


def edit_source(root: Path, name: str, old: str, new: str) -> None:
    """Edit one cell of the source notebook, as its author does."""
    book = nbformat.read(source_path(root), 4)
    cell = cell_of(book, name)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(book, source_path(root))


RIGHT = {cell.id: cell.source for cell in squares().cells if notebook.role(cell) in ("answer", "text")}


def handed_out(**answers: str) -> NotebookNode:
    """The student's notebook with some answers written; all right ones where none is named."""
    book = notebook.released(squares())
    for cell in book.cells:
        cell.source = (answers or RIGHT).get(str(grade_id(cell)), cell.source)
    return book


def hand_in(root: Path, student: str, what: NotebookNode | str | bytes | None, name: str = f"{NAME}.ipynb") -> Path:
    """Put a file (or only the folder) into a student's submission; gives the folder."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(what, NotebookNode):
        (folder / name).write_text(json.dumps(what), "utf-8")
    elif what is not None:
        (folder / name).write_bytes(what if isinstance(what, bytes) else what.encode())
    return folder


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder, with its contents."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def grades(root: Path) -> dict[str, dict[str, tuple[Any, ...]]]:
    """By student and grade_id: automatic score, manual score, needs manual grading - as the database has them."""
    query = """
        SELECT a.name, s.student_id, n.name, b.name, g.auto_score, g.manual_score, g.needs_manual_grade
        FROM grade g JOIN base_cell b ON g.cell_id = b.id JOIN submitted_notebook sn ON g.notebook_id = sn.id
        JOIN notebook n ON sn.notebook_id = n.id JOIN submitted_assignment s ON sn.assignment_id = s.id
        JOIN assignment a ON s.assignment_id = a.id"""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    with sqlite3.connect(root / "gradebook.db") as database:
        for _, student, _, cell, *scores in database.execute(query):
            found.setdefault(student, {})[cell] = tuple(scores)
    return found


def ways_tried(root: Path) -> dict[str, dict[str, Way]]:
    """By notebook and grade_id: how each test is run, as grading has found out and the journal keeps it."""
    with closing(sqlite3.connect(root / batch.JOURNAL)) as notes:
        found = notes.execute("SELECT notebook, found FROM tried").fetchall()
    return {notebook: ways_in(json.loads(tried)) for notebook, tried in found}


def course(root: Path) -> Course:
    return Course(root)


@cache
def _engine() -> Engine:
    """One for all that this process grades: it is warm after the first."""
    engine = Engine()
    atexit.register(engine.close)
    return engine


class Here(batch.Here):
    """This machine, whose engine goes on when a run has ended."""

    def __init__(self) -> None:
        super().__init__(_engine())

    def close(self) -> None:
        """Leave the engine for the next run."""


def grade(root: Path, *students: str, regrade: bool = False, place: Callable[[], Place] = Here) -> dict[str, Graded]:
    """Grade with short limits, as `autograder grade` does; the outcomes by student."""
    course = Course(root)
    course.limits = replace(course.limits, cell_seconds=2.0, call_seconds=1.0)
    graded: list[Graded] = []
    with closing(place()) as there:
        submissions = course.submissions(ASSIGNMENT, students)
        batch.grade_assignment(course, ASSIGNMENT, submissions, there, graded.append, regrade=regrade)
    return {one.submission.student: one for one in graded if one.notebook == NAME}
