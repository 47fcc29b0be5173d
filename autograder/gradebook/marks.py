"""What instructors have added in the gradebook: scores, extra credit and comments by hand, and late penalties.

In bulk, for a feedback page is made of it for every student.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)

from autograder.outcome import Marks


def of_students(gradebook: Gradebook, assignment: str, students: Iterable[str]) -> dict[tuple[str, str], Marks]:
    """By student and notebook, what was added; those whom nothing was added for are left out."""
    found: dict[tuple[str, str], Marks] = {}
    wanted = assignment, list(students)

    def of(row: Any) -> Marks:
        return found.setdefault((row.student_id, row.notebook), Marks())

    for row in gradebook.db.execute(_cells(Grade, *wanted).add_columns(*_SCORES).where(_BY_HAND)):
        if row.manual_score is not None or row.auto_score is None:
            of(row).scores[row.cell] = float(row.manual_score or 0.0)
        if row.extra_credit and (row.manual_score is not None or row.auto_score is not None):
            of(row).extra[row.cell] = float(row.extra_credit)
    written = sa.func.coalesce(Comment.manual_comment, "") != ""
    for row in gradebook.db.execute(_cells(Comment, *wanted).add_columns(Comment.manual_comment).where(written)):
        of(row).comments[row.cell] = row.manual_comment
    penalty = SubmittedNotebook.late_submission_penalty
    for row in gradebook.db.execute(_notebooks(*wanted).add_columns(penalty.label("penalty")).where(penalty > 0)):
        of(row).penalty = float(row.penalty)
    return found


def automatic(gradebook: Gradebook, assignment: str, student: str, notebook: str) -> dict[str, float | None]:
    """By cell: the automatic scores of a student's notebook; None where there is none."""
    query = _cells(Grade, assignment, [student]).add_columns(Grade.auto_score).where(Notebook.name == notebook)
    return {row.cell: row.auto_score for row in gradebook.db.execute(query)}


_SCORES = (Grade.auto_score, Grade.manual_score, Grade.extra_credit)
_RESOLVED = Grade.auto_score.is_(None) & ~Grade.needs_manual_grade
"""Nobody gave a score, and nothing waits for one: so it is 0, as nbgrader has it."""
_BY_HAND = Grade.manual_score.is_not(None) | Grade.extra_credit.is_not(None) | _RESOLVED


def _notebooks(assignment: str, students: list[str]) -> sa.Select[Any]:
    return (
        sa.select(SubmittedAssignment.student_id, Notebook.name.label("notebook"))
        .select_from(SubmittedNotebook)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
        .where(SubmittedAssignment.student_id.in_(students))
    )


def _cells(table: type[Grade] | type[Comment], assignment: str, students: list[str]) -> sa.Select[Any]:
    return (
        _notebooks(assignment, students)
        .join(table, table.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == table.cell_id)
        .add_columns(BaseCell.name.label("cell"))
    )
