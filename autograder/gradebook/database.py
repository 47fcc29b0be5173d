"""Nbgrader's gradebook: opened, and asked for scores.

cells.py tells it of an assignment's cells, book.py writes outcomes, many at once, lateness.py the penalties; marks.py
reads what was added by hand.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from nbgrader.api import (
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning

from autograder.course.folders import Course
from autograder.errors import AutograderError

TRIES = 3
"""To make a gradebook that another command makes too: its tables, then its course."""


class GradebookError(AutograderError):
    """The gradebook can't be used; the message says why and what to do."""


@contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The course's gradebook. Raises GradebookError where it can't be opened, or refuses what is done with it."""
    with said_plainly(course), warnings.catch_warnings(), _open(course) as gradebook:
        # nbgrader 0.9 was written for an earlier SQLAlchemy; what this one warns of is harmless there
        warnings.simplefilter("ignore", SAWarning)
        yield gradebook


@contextmanager
def said_plainly(course: Course) -> Iterator[None]:
    """Raise GradebookError for what a database refuses."""
    try:
        yield
    except (sa.exc.DBAPIError, sa.exc.ArgumentError, InvalidEntry) as error:
        raise GradebookError(_said(course, error)) from error


def _open(course: Course) -> Gradebook:
    if not shutil.which("alembic"):  # nbgrader starts it by name, to make a new gradebook
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    log = logging.getLogger("tornado.application")
    log.addFilter(_silent)  # nbgrader logs a traceback of what it then raises
    try:
        return _made(course)
    except ImportError as error:
        extra = "; `pip install 'chainrule[postgres]'` brings it" if "psycopg" in str(error) else ""
        raise GradebookError(f"{_where(course)} needs a Python package that is not here: {error.name}{extra}") from None
    finally:
        log.removeFilter(_silent)


def _made(course: Course) -> Gradebook:
    """The gradebook, which nbgrader makes where there is none: of two that make it at once, one finds it half made."""
    for _ in range(TRIES - 1):
        with suppress(sa.exc.ProgrammingError, sa.exc.IntegrityError, InvalidEntry):
            return Gradebook(course.directory.db_url, course.directory.course_id)
    return Gradebook(course.directory.db_url, course.directory.course_id)


def _silent(_: logging.LogRecord) -> bool:
    return False


def _where(course: Course) -> str:
    try:
        url = make_url(course.directory.db_url)
    except sa.exc.ArgumentError:
        return "the gradebook's db_url"
    return f"the gradebook {url.database if url.drivername == 'sqlite' else url.render_as_string(hide_password=True)}"


def _said(course: Course, error: Exception) -> str:
    """What is wrong with the gradebook, and what to do, in one sentence."""
    why = " ".join(str(getattr(error, "orig", None) or error).split())
    if "locked" in why:
        todo = "close what else uses it (formgrader? another run?) and run this again; what was graded is kept"
    elif "no such" in why or "does not exist" in why:
        todo = "if another version of nbgrader made it, make a copy of it and run `nbgrader db upgrade`"
    else:
        todo = f"look whether that is right, or put back a copy of it (db_url in {course.root / 'nbgrader_config.py'})"
    return f"{_where(course)} cannot be used: {why}; {todo}"


class Total(NamedTuple):
    """A student's whole assignment, as the gradebook has it."""

    student: str
    score: float
    """With what was taken off for lateness."""
    max_score: float
    manual: bool
    """Does something wait to be graded by hand?"""
    penalty: float


def totals(course: Course, assignment: str) -> list[Total]:
    """Every student's score for an assignment, by name."""
    with opened(course) as gradebook:
        try:
            row = gradebook.find_assignment(assignment)
        except MissingEntry:
            return []
        whole = row.max_score
        # in two steps, or a notebook's penalty would count once for each of its cells; databases differ in what they
        # know of the greatest of two truths, and in what may stand beside a sum
        by_notebook = (
            sa.select(SubmittedNotebook.assignment_id)
            .add_columns(sa.func.coalesce(sa.func.sum(Grade.score), 0.0).label("score"))
            .add_columns(sa.func.max(sa.case((Grade.needs_manual_grade, 1), else_=0)).label("manual"))
            .add_columns(sa.func.coalesce(sa.func.max(SubmittedNotebook.late_submission_penalty), 0.0).label("penalty"))
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id, isouter=True)
            .where(SubmittedAssignment.assignment_id == row.id)
            .group_by(SubmittedNotebook.id, SubmittedNotebook.assignment_id)
            .subquery()
        )
        score, penalty = sa.func.sum(by_notebook.c.score), sa.func.sum(by_notebook.c.penalty)
        query = (
            sa.select(SubmittedAssignment.student_id, score, penalty, sa.func.max(by_notebook.c.manual))
            .join(by_notebook, by_notebook.c.assignment_id == SubmittedAssignment.id)
            .group_by(SubmittedAssignment.student_id)
            .order_by(SubmittedAssignment.student_id)
        )
        rows = gradebook.db.execute(query)
        return [Total(name, score - late, whole, bool(waits), late) for name, score, late, waits in rows]
