"""Feedback pages once more, from autograded notebooks and the gradebook: with scores and comments given by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbgrader.api import MissingEntry

from autograder import files
from autograder.course import notebook
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError
from autograder.course.submissions import Submission
from autograder.gradebook import database
from autograder.results import autograded, feedback


def render(
    course: Course, assignment: str, submissions: Iterable[Submission], on_rendered: Callable[[], None]
) -> list[str]:
    """Write the feedback pages of what has been graded; says which notebooks have not been, and why."""
    problems = []
    with database.opened(course) as opened:
        for submission in submissions:
            student = submission.student
            for source in course.sources(assignment):
                name = source.stem
                path = course.folder("autograded", assignment, student) / f"{name}.ipynb"
                target = course.folder("feedback", assignment, student) / f"{name}.html"
                try:
                    shown = notebook.read(path)
                    outcome = autograded.outcome_of(shown)
                    marks = database.marks(opened, assignment, student, name)
                except (CannotReadError, MissingEntry, AttributeError, KeyError):
                    problems.append(f"{student}/{assignment}/{name} has not been graded; run `autograder grade`")
                else:
                    files.write(target, feedback.page(student, assignment, name, shown, outcome, marks))
                on_rendered()
    return problems
