"""Writes outcomes into nbgrader's gradebook, with nbgrader's own rules for manual scores and late penalties."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ComputeChecksums,
    LockCells,
    SaveCells,
)
from sqlalchemy.exc import SAWarning

from autograder import notebook
from autograder.course import Course, CourseError, Submission
from autograder.notebook import grade_id
from autograder.outcome import Outcome, TestOutcome


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


def record(course: Course, submission: Submission, graded: Mapping[str, tuple[NotebookNode | None, Outcome]]) -> None:
    """Write one student's outcomes, by notebook, in one transaction; then the late penalties."""
    with opened(course) as gradebook:
        gradebook.update_or_create_student(submission.student)
        timestamp = course.directory.get_existing_timestamp(str(submission.folder))
        when = {"timestamp": timestamp} if timestamp else {}
        gradebook.update_or_create_submission(submission.assignment, submission.student, **when)
        for name, (rebuilt, outcome) in graded.items():
            write_scores(gradebook, submission.assignment, submission.student, name, rebuilt, outcome)
        gradebook.db.commit()
    for name in graded:
        resources = course.resources(submission.assignment, name, submission.student)
        AssignLatePenalties(config=course.config).preprocess(NotebookNode(cells=[]), resources)


def write_scores(
    gradebook: Gradebook, assignment: str, student: str, name: str, rebuilt: NotebookNode | None, outcome: Outcome
) -> None:
    """Set the scores and comments of one notebook. A manual score stays; it wins over ours, and asks for review."""
    submitted = gradebook.find_submission_notebook(name, assignment, student)
    tests = {test.grade_id: test for test in outcome.tests}
    cells = {grade_id(cell): cell for cell in rebuilt.cells} if rebuilt else {}
    for grade in submitted.grades:
        if grade.name in tests:
            grade.auto_score = tests[grade.name].score
        else:
            grade.auto_score = 0 if outcome.absent or _is_untouched(cells.get(grade.name)) else None
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    about = {answer: test for test in outcome.tests for answer in test.answers}
    for comment in submitted.comments:
        comment.auto_comment = _comment(cells.get(comment.name), about.get(comment.name), outcome)


def _comment(cell: NotebookNode | None, test: TestOutcome | None, outcome: Outcome) -> str | None:
    if outcome.failed:
        return f"Not graded: {outcome.failed}."
    if test is None or test.status == "untouched":
        return "No response." if _is_untouched(cell) else None
    if test.status == "right":
        return None
    return f"{test.says}\n\nHint: {test.misconception.hint}" if test.misconception else test.says


def _is_untouched(cell: NotebookNode | None) -> bool:
    return cell is not None and bool(cell.metadata.get("chainrule", {}).get("untouched"))


def totals(course: Course, assignment: str) -> dict[str, dict[str, Any]]:
    """By student: score, max_score and needs_manual_grade of a whole assignment, as the gradebook has them."""
    with opened(course) as gradebook:
        try:
            rows = gradebook.find_assignment(assignment).submissions
        except MissingEntry:
            return {}
        return {
            row.student_id: {"score": row.score, "max_score": row.max_score, "manual": row.needs_manual_grade}
            for row in rows
        }
