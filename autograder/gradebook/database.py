"""Nbgrader's gradebook: opened, told of an assignment's cells, and asked for scores and for what was added by hand.

Outcomes are written by book.py, many at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import NamedTuple

import sqlalchemy as sa
from nbgrader import utils
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import CheckCellMetadata, ComputeChecksums, LockCells, SaveCells
from sqlalchemy.exc import SAWarning

from autograder.course import notebook
from autograder.course.folders import Course, CourseError
from autograder.course.notebook import grade_id
from autograder.outcome import Marks, Outcome
from autograder.results.scores import comments, scores


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
