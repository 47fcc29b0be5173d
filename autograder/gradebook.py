"""Writes outcomes into nbgrader's gradebook: its own tables, its own rules for manual scores and late penalties.

Many students at once: nbgrader's functions for one cell take 25 ms a student, its tables in bulk a third of one.
"""

from __future__ import annotations

import datetime
import uuid
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, NamedTuple

import sqlalchemy as sa
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Session

from autograder import notebook
from autograder.course import Course, CourseError, Submission
from autograder.files import printable
from autograder.notebook import grade_id
from autograder.outcome import Marks, Outcome, TestOutcome

Graded = tuple[Submission, str, Outcome]
"""One notebook of one student, by name, and what came out."""


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook."""
    with warnings.catch_warnings(), Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        # nbgrader 0.9 was written for an earlier SQLAlchemy; what this one warns of is harmless there
        warnings.simplefilter("ignore", SAWarning)
        yield gradebook


def prepare(course: Course, assignment: str) -> None:
    """Make sure that the gradebook knows the assignment's notebooks and cells, as their source now has them.

    Raises CourseError where cells were added or removed after submissions had been graded.
    """
    with opened(course) as gradebook:
        gradebook.update_or_create_assignment(assignment)
        known = {
            n.name: {c.name: c.max_score for c in n.grade_cells}
            for n in gradebook.find_assignment(assignment).notebooks
        }
    for path in course.sources(assignment):
        source = notebook.read(path)
        points = {grade_id(c): notebook.points(c) for c in source.cells if utils.is_grade(c) or utils.is_task(c)}
        if known.get(path.stem) == points:
            continue
        resources = course.resources(assignment, path.stem)
        try:
            for preprocessor in (LockCells, CheckCellMetadata, ComputeChecksums, SaveCells):
                source, resources = preprocessor(config=course.config).preprocess(deepcopy(source), resources)
        except RuntimeError as error:
            raise CourseError(
                f"{assignment}/{path.name}: {error}; restore them, or use another assignment name"
            ) from None


class _Cells(NamedTuple):
    """What the gradebook has of a source notebook: by cell, its name."""

    id: str
    graded: dict[str, str]
    commented: dict[str, str]


class Book:
    """The gradebook of one assignment, open for writing."""

    def __init__(self, course: Course, gradebook: Gradebook, assignment: str) -> None:
        self._course, self._assignment = course, assignment
        self._db: Session = gradebook.db()
        row = gradebook.find_assignment(assignment)
        self._id, self._duedate = row.id, row.duedate
        self._cells = {
            n.name: _Cells(
                n.id,
                {c.id: c.name for c in (*n.grade_cells, *n.task_cells)},
                {c.id: c.name for c in (*n.solution_cells, *n.task_cells)},
            )
            for n in row.notebooks
        }

    def has(self, student: str) -> bool:
        """Has the student a submission in the gradebook?"""
        return bool(self._submitted([student]))

    def write(self, graded: Sequence[Graded]) -> None:
        """Write some students' outcomes in one transaction; then the late penalties of those that are late."""
        submissions = {submission.student: submission for submission, _, _ in graded}
        missing = submissions.keys() - set(self._column(Student.id, Student.id, submissions))
        self._insert(Student, [{"id": student} for student in sorted(missing)])
        self._write_submissions(submissions)
        rows = self._submitted(submissions)
        notebooks = self._write_notebooks([row.id for row in rows.values()])
        places = [
            (notebooks[rows[submission.student].id, self._cells[name].id], self._cells[name], outcome)
            for submission, name, outcome in graded
        ]
        self._write_grades(places)
        self._write_comments(places)
        self._db.commit()
        for submission, name, _ in graded:
            row = rows[submission.student]
            if self._is_late(row) or row.penalty is not None:
                resources = self._course.resources(self._assignment, name, submission.student)
                AssignLatePenalties(config=self._course.config).preprocess(NotebookNode(cells=[]), resources)

    def _write_submissions(self, submissions: dict[str, Submission]) -> None:
        rows = self._submitted(submissions)
        new, changed = [], []
        for student, submission in submissions.items():
            timestamp = self._course.timestamp(submission)
            if student not in rows:
                new.append({"id": _new(), "assignment_id": self._id, "student_id": student, "timestamp": timestamp})
            elif timestamp and timestamp != rows[student].timestamp:
                changed.append({"id": rows[student].id, "timestamp": timestamp})
        self._insert(SubmittedAssignment, new)
        self._update(SubmittedAssignment, changed)

    def _submitted(self, students: Iterable[str]) -> dict[str, Any]:
        """By student: the submission's id, timestamp, extension, and whether a penalty stands in a notebook of it."""
        table = SubmittedAssignment
        penalty = sa.func.max(SubmittedNotebook.late_submission_penalty).label("penalty")
        query = (
            sa.select(table.student_id, table.id, table.timestamp, table.extension, penalty)
            .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == table.id)
            .where(table.assignment_id == self._id)
            .where(table.student_id.in_(list(students)))
            .group_by(table.id)
        )
        return {row.student_id: row for row in self._db.execute(query)}

    def _is_late(self, row: Any) -> bool:
        if row.timestamp is None or self._duedate is None:
            return False
        return bool(row.timestamp > self._duedate + (row.extension or datetime.timedelta()))

    def _write_notebooks(self, submitted: list[str]) -> dict[tuple[str, str], str]:
        """Make sure that each submission has its notebooks, with all grades and comments; their ids."""
        table = SubmittedNotebook
        query = sa.select(table.id, table.assignment_id, table.notebook_id).where(table.assignment_id.in_(submitted))
        found = {(row.assignment_id, row.notebook_id): row.id for row in self._db.execute(query)}
        new = [(s, cells) for s in submitted for cells in self._cells.values() if (s, cells.id) not in found]
        ids = {(s, cells.id): _new() for s, cells in new}
        rows = [{"id": key, "assignment_id": s, "notebook_id": n} for (s, n), key in ids.items()]
        self._insert(table, [row | {"flagged": False} for row in rows])
        grades = [(ids[s, cells.id], cell) for s, cells in new for cell in cells.graded]
        comments = [(ids[s, cells.id], cell) for s, cells in new for cell in cells.commented]
        waiting = {"needs_manual_grade": True}
        self._insert(Grade, [{"id": _new(), "notebook_id": n, "cell_id": c} | waiting for n, c in grades])
        self._insert(Comment, [{"id": _new(), "notebook_id": n, "cell_id": c} for n, c in comments])
        return found | ids

    def _write_grades(self, places: list[tuple[str, _Cells, Outcome]]) -> None:
        """Set automatic scores. A manual score stays; it wins over ours, and asks for review."""
        rows: list[dict[str, Any]] = []
        table = Grade
        query = sa.select(table.id, table.notebook_id, table.cell_id, table.manual_score)
        about = {key: (cells, outcome, scores(outcome, cells.graded.values())) for key, cells, outcome in places}
        for row in self._db.execute(query.where(table.notebook_id.in_(list(about)))):
            cells, _, found = about[row.notebook_id]
            score = found[cells.graded[row.cell_id]]
            waits = row.manual_score is not None or score is None
            rows.append({"id": row.id, "auto_score": score, "needs_manual_grade": waits})
        self._update(table, rows)

    def _write_comments(self, places: list[tuple[str, _Cells, Outcome]]) -> None:
        table = Comment
        rows: list[dict[str, Any]] = []
        about = {key: (cells, comments(outcome, cells.commented.values())) for key, cells, outcome in places}
        query = sa.select(table.id, table.notebook_id, table.cell_id)
        for row in self._db.execute(query.where(table.notebook_id.in_(list(about)))):
            cells, found = about[row.notebook_id]
            rows.append({"id": row.id, "auto_comment": found[cells.commented[row.cell_id]]})
        self._update(table, rows)

    def _column(self, column: Any, among: Any, values: Iterable[str]) -> list[str]:
        return list(self._db.scalars(sa.select(column).where(among.in_(list(values)))))

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._db.execute(sa.insert(table.__table__), rows)

    def _update(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            columns: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "id"}
            bound = [{("key" if name == "id" else name): value for name, value in row.items()} for row in rows]
            statement = sa.update(table.__table__).where(table.__table__.c.id == sa.bindparam("key")).values(columns)
            self._db.connection().execute(statement, bound)


def _new() -> str:
    return uuid.uuid4().hex


def scores(outcome: Outcome, cells: Iterable[str]) -> dict[str, float | None]:
    """The automatic score of each graded cell; None for what is to be graded by hand."""
    found: dict[str, float | None] = {test.grade_id: test.score for test in outcome.tests}
    nothing = outcome.unwritten
    return {name: found.get(name, 0.0 if outcome.absent or name in nothing else None) for name in cells}


def comments(outcome: Outcome, cells: Iterable[str]) -> dict[str, str | None]:
    """The automatic comment on each answer; None where there is nothing to say."""
    about = {answer: test for test in outcome.tests for answer in test.answers}
    found = {name: _comment(name in outcome.unwritten, about.get(name), outcome) for name in cells}
    return {name: printable(text) if text else None for name, text in found.items()}


def _comment(unwritten: bool, test: TestOutcome | None, outcome: Outcome) -> str | None:
    if outcome.failed:
        return f"Not graded: {outcome.failed}."
    if test is None or test.status == "untouched":
        return "No response." if unwritten else None
    if test.status == "right":
        return None
    return f"{test.says}\n\nHint: {test.misconception.hint}" if test.misconception else test.says


def write_scores(gradebook: Gradebook, assignment: str, student: str, name: str, outcome: Outcome) -> None:
    """Set the scores and comments of one notebook that nbgrader has already given its rows."""
    submitted = gradebook.find_submission_notebook(name, assignment, student)
    found = scores(outcome, [grade.name for grade in submitted.grades])
    for grade in submitted.grades:
        grade.auto_score = found[grade.name]
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    said = comments(outcome, [comment.name for comment in submitted.comments])
    for comment in submitted.comments:
        comment.auto_comment = said[comment.name]


def marks(gradebook: Gradebook, assignment: str, student: str, name: str) -> Marks:
    """What was added by hand for one notebook."""
    submitted = gradebook.find_submission_notebook(name, assignment, student)
    by_hand = [(grade.name, grade) for grade in submitted.grades if grade.manual_score is not None]
    return Marks(
        {cell: float(grade.manual_score + (grade.extra_credit or 0.0)) for cell, grade in by_hand},
        {comment.name: comment.manual_comment for comment in submitted.comments if comment.manual_comment},
        float(submitted.late_submission_penalty or 0.0),
    )


class Total(NamedTuple):
    """A student's whole assignment, as the gradebook has it."""

    student: str
    score: float
    max_score: float
    manual: bool
    """Does something wait to be graded by hand?"""


def totals(course: Course, assignment: str) -> list[Total]:
    """Every student's score for an assignment, late penalties taken off."""
    with opened(course) as gradebook:
        try:
            row = gradebook.find_assignment(assignment)
        except MissingEntry:
            return []
        whole = row.max_score
        score = sa.func.coalesce(sa.func.sum(Grade.score), 0.0)
        manual = sa.func.max(Grade.needs_manual_grade)
        per_notebook = (
            sa.select(SubmittedAssignment.student_id, score.label("score"), manual.label("manual"))
            .add_columns(sa.func.coalesce(SubmittedNotebook.late_submission_penalty, 0.0).label("penalty"))
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id, isouter=True)
            .where(SubmittedAssignment.assignment_id == row.id)
            .group_by(SubmittedNotebook.id)
            .subquery()
        )
        student = per_notebook.c.student_id
        query = (
            sa.select(student, sa.func.sum(per_notebook.c.score - per_notebook.c.penalty))
            .add_columns(sa.func.max(per_notebook.c.manual))
            .group_by(student)
            .order_by(student)
        )
        return [Total(name, found, whole, bool(waits)) for name, found, waits in gradebook.db.execute(query)]
