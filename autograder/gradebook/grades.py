"""Every score of an assignment, by student and cell, as the gradebook has it now: automatic or by hand."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from nbgrader.api import Assignment, BaseCell, Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook


class Scored(NamedTuple):
    """One graded cell of one student."""

    student: str
    notebook: str
    cell: str
    score: float
    points: float
    waits: bool
    """Does it wait to be graded by hand?"""


def of_assignment(gradebook: Gradebook, assignment: str) -> list[Scored]:
    """All of an assignment, in no particular order."""
    query = (
        sa.select(SubmittedAssignment.student_id, Notebook.name, BaseCell.name)
        .add_columns(Grade.score, Grade.max_score, Grade.needs_manual_grade)
        .select_from(Grade)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )
    rows = gradebook.db.execute(query)
    return [Scored(s, n, c, score or 0.0, points or 0.0, bool(waits)) for s, n, c, score, points, waits in rows]
