"""What was graded of a class, read from the autograded notebooks and the gradebook."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader.api import Student
from nbgrader.utils import is_grade, is_task

from autograder.course import notebook, sources
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError, Role, grade_id, read_bytes, role
from autograder.gradebook import database, grades
from autograder.gradebook.database import Total
from autograder.gradebook.grades import Scored
from autograder.outcome import Outcome
from autograder.results import autograded
from autograder.results.autograded import NotGradedError


@dataclass(frozen=True)
class Graded:
    """One notebook of one student, as it was graded."""

    student: str
    notebook: str
    outcome: Outcome
    answers: dict[str, str]
    """The text of each answer cell, by grade_id; written answers too."""


@dataclass(frozen=True)
class Question:
    """A cell that is graded: a test with the answers that it tests, a written answer, a task."""

    notebook: str
    cell: str
    title: str
    points: float
    kind: Role


@dataclass(frozen=True)
class Class:
    """What is known of everybody's work for one assignment."""

    assignment: str
    students: dict[str, str]
    """All of the gradebook, by id: their names, as far as it knows them."""
    totals: dict[str, Total]
    """By student; who has handed in nothing is not in it."""
    questions: tuple[Question, ...]
    """In the order of the notebooks."""
    scores: dict[tuple[str, str, str], Scored]
    """By student, notebook and cell."""
    notebooks: list[Graded]
    problems: list[str] = field(default_factory=list)
    """Whose notebook couldn't be read, and why."""

    @property
    def absent(self) -> list[str]:
        """Who has handed in nothing."""
        return [student for student in self.students if student not in self.totals]


def read(course: Course, assignment: str) -> Class:
    """All that was graded for an assignment. Raises GradebookError.

    A notebook that was graded by another engine, or that somebody has changed since, is left out and named.
    """
    problems: list[str] = []
    with database.opened(course) as gradebook:
        rows = gradebook.db.execute(sa.select(Student.id, Student.first_name, Student.last_name).order_by(Student.id))
        students = {student: " ".join(filter(None, names)) for student, *names in rows}
        scored = grades.of_assignment(gradebook, assignment)
    totals = {total.student: total for total in database.totals(course, assignment)}
    notebooks = list(_notebooks(course, assignment, totals, problems))
    scores = {(one.student, one.notebook, one.cell): one for one in scored}
    return Class(assignment, students, totals, _questions(course, assignment), scores, notebooks, problems)


def _questions(course: Course, assignment: str) -> tuple[Question, ...]:
    found, answers = [], list[str]()
    for path in course.sources(assignment):
        for cell in sources.read(path, course.config).cells:
            kind, name = role(cell), str(grade_id(cell))
            if kind == "answer":
                answers.append(name)
            if is_grade(cell) or is_task(cell):
                title = ", ".join(answers) if kind == "test" and answers else name
                found.append(Question(path.stem, name, title, notebook.points(cell), kind))
            if kind == "test":
                answers = []
    return tuple(found)


def _notebooks(course: Course, assignment: str, students: Iterable[str], problems: list[str]) -> Iterator[Graded]:
    names = [path.stem for path in course.sources(assignment)]
    for student in students:
        folder = course.folder("autograded", assignment, student)
        for name in names:
            if not os.path.lexists(folder / f"{name}.ipynb"):
                continue  # it was not handed in
            try:
                read = _read(read_bytes(folder / f"{name}.ipynb"), course.key(student, assignment))
            except (CannotReadError, NotGradedError) as error:
                problems.append(f"{student}/{name}: {error}")
            else:
                yield Graded(student, name, *read)


def _read(data: bytes, key: str) -> tuple[Outcome, dict[str, str]]:
    """Without what nbformat does for each cell, which takes ten times as long. Raises NotGradedError."""
    try:
        tree = json.loads(data)
        of_us = tree["metadata"]["chainrule"]
        cells = [NotebookNode(cell, source="".join(cell["source"])) for cell in tree["cells"]]
        signed = NotebookNode(metadata=NotebookNode(chainrule=NotebookNode(of_us)), cells=cells)
        marked = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    except (ValueError, LookupError, TypeError, AttributeError):
        raise NotGradedError("it is not what was graded; grade it again") from None
    outcome = autograded.outcome_of(signed, key)
    texts = {mark["grade_id"]: text for mark, text in marked if mark.get("solution") and "grade_id" in mark}
    return outcome, texts
