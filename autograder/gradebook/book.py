"""Writes the outcomes of many students into nbgrader's gradebook: its own tables, its own rules for manual scores.

In bulk, for nbgrader's functions for one cell take 25 ms a student, its tables in bulk a third of one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.orm import Session

from autograder.course import beside
from autograder.course.beside import UnknownTimeError
from autograder.course.submissions import Submission
from autograder.outcome import Outcome
from autograder.results.scores import comments, scores

Entry = tuple[Submission, str, Outcome]
"""One notebook of one student, by name, and what came out."""


class _Cells(NamedTuple):
    """What the gradebook has of a source notebook: by cell, its name."""

    id: str
    graded: dict[str, str]
    commented: dict[str, str]


class Book:
    """The gradebook of one assignment, open for writing."""

    def __init__(self, gradebook: Gradebook, assignment: str) -> None:
        self._db: Session = gradebook.db()
        row = gradebook.find_assignment(assignment)
        self._id = row.id
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

    def write(self, graded: Sequence[Entry]) -> dict[str, str]:
        """Write some students' outcomes, all at once; those that the gradebook refuses, by student, with the reason.

        Where it refuses some of them, each student's is written alone: a bad row takes no other along.
        """
        try:
            self._write(graded)
        except sa.exc.OperationalError:
            raise  # it is locked, or gone: that is about no row
        except (sa.exc.StatementError, ValueError) as error:
            self._db.rollback()
            students = {submission.student: None for submission, _, _ in graded}
            if len(students) == 1:
                return dict.fromkeys(students, " ".join(str(getattr(error, "orig", None) or error).split()))
            alone = ([entry for entry in graded if entry[0].student == student] for student in students)
            return {student: why for those in alone for student, why in self.write(those).items()}
        return {}

    def _write(self, graded: Sequence[Entry]) -> None:
        submissions = {submission.student: submission for submission, _, _ in graded}
        missing = submissions.keys() - set(self._column(Student.id, Student.id, submissions))
        self._insert(Student, [{"id": student} for student in sorted(missing)])
        unknown = self._write_submissions(submissions)
        rows = self._submitted(submissions)
        notebooks = self._write_notebooks([row.id for row in rows.values()])
        places = [
            (notebooks[rows[submission.student].id, self._cells[name].id], self._cells[name], outcome)
            for submission, name, outcome in graded
        ]
        in_doubt = {key for (s, _), key in notebooks.items() if s in {rows[student].id for student in unknown}}
        self._write_grades(places, in_doubt)
        self._write_comments(places)
        self._db.commit()

    def _write_submissions(self, submissions: dict[str, Submission]) -> set[str]:
        """Write when each was handed in; the students of whom that is not known."""
        rows = self._submitted(submissions)
        new, changed, unknown = [], [], set()
        for student, submission in submissions.items():
            timestamp = None
            try:
                timestamp = beside.timestamp(submission.folder)
            except UnknownTimeError:
                unknown.add(student)
            if student not in rows:
                new.append({"id": _new(), "assignment_id": self._id, "student_id": student, "timestamp": timestamp})
            elif timestamp and timestamp != rows[student].timestamp:
                changed.append({"id": rows[student].id, "timestamp": timestamp})
        self._insert(SubmittedAssignment, new)
        self._update(SubmittedAssignment, changed)
        return unknown

    def _submitted(self, students: Iterable[str]) -> dict[str, Any]:
        """By student: the submission's id and timestamp."""
        table = SubmittedAssignment
        query = (
            sa.select(table.student_id, table.id, table.timestamp)
            .where(table.assignment_id == self._id)
            .where(table.student_id.in_(list(students)))
        )
        return {row.student_id: row for row in self._db.execute(query)}

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

    def _write_grades(self, places: list[tuple[str, _Cells, Outcome]], in_doubt: set[str]) -> None:
        """Set automatic scores. A manual score stays; it wins over ours, and asks for review, as doubt does."""
        rows: list[dict[str, Any]] = []
        table = Grade
        query = sa.select(table.id, table.notebook_id, table.cell_id, table.manual_score)
        about = {key: (cells, outcome, scores(outcome, cells.graded.values())) for key, cells, outcome in places}
        for row in self._db.execute(query.where(table.notebook_id.in_(list(about)))):
            cells, _, found = about[row.notebook_id]
            score = found[cells.graded[row.cell_id]]
            waits = row.manual_score is not None or score is None or row.notebook_id in in_doubt
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
