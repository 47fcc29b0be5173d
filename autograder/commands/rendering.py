"""Feedback pages from autograded notebooks and the gradebook: with scores and comments given by hand, and penalties."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from nbgrader.api import Gradebook

from autograder import files
from autograder.course import notebook
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError
from autograder.course.submissions import Submission
from autograder.gradebook import database, marks
from autograder.outcome import Marks
from autograder.results import autograded, delivery, stamps
from autograder.results.autograded import NotGradedError

BULK = 100
"""Students whose marks are read at once."""


class Pages:
    """The feedback pages of some students for one assignment, as the gradebook is now."""

    def __init__(self, course: Course, gradebook: Gradebook, assignment: str, students: Iterable[str]) -> None:
        self._course, self._gradebook, self._assignment = course, gradebook, assignment
        self._marks = marks.of_students(gradebook, assignment, students)

    def html(self, student: str, name: str) -> str:
        """The page of one notebook. Raises CannotReadError, NotGradedError."""
        from autograder.results import feedback  # takes long, and most pages are as they should be

        shown = notebook.read(self._shown(student, name))
        if autograded.is_of_another_engine(shown):
            outcome = autograded.outcome_by(shown, marks.automatic(self._gradebook, self._assignment, student, name))
        else:
            outcome = autograded.outcome_of(shown, self._course.key(student, self._assignment))
        return feedback.page(student, self._assignment, name, shown, outcome, self._of(student, name))

    def write(self, submission: Submission, name: str) -> None:
        """Write the page of one notebook, with what goes with it. Raises CannotReadError, NotGradedError."""
        if not self._was_absent(submission.student, name):
            files.write(self._path(submission.student, name), self.html(submission.student, name))
        self.enclose(submission)

    def renew(self, submission: Submission, name: str) -> None:
        """The same, where the page isn't what the gradebook says now."""
        if self._is_old(submission.student, name):
            self.write(submission, name)
        else:
            self.enclose(submission)

    def are_old(self, student: str) -> bool:
        """Has a student a page that isn't what the gradebook says now?"""
        pages = self._folder("feedback", student).glob("*.html")
        return any(self._is_old(student, page.stem) for page in pages)

    def enclose(self, submission: Submission) -> None:
        """Put what `nbgrader release_feedback` wants beside a student's pages."""
        key = self._course.key(submission.student, self._assignment)
        graded, pages = (self._folder(step, submission.student) for step in ("autograded", "feedback"))
        delivery.enclose(submission.folder, graded, pages, key)

    def _was_absent(self, student: str, name: str) -> bool:
        """Was it not handed in when it was graded? Then there is only the page that says so."""
        return os.path.exists(self._path(student, name)) and not os.path.exists(self._shown(student, name))

    def _is_old(self, student: str, name: str) -> bool:
        page, shown = self._path(student, name), self._shown(student, name)
        try:
            older = page.stat().st_mtime_ns < shown.stat().st_mtime_ns
        except FileNotFoundError:
            older = not page.exists()
        return older or not stamps.is_made_of(page, self._of(student, name))

    def _shown(self, student: str, name: str) -> Path:
        return self._folder("autograded", student) / f"{name}.ipynb"

    def _path(self, student: str, name: str) -> Path:
        return self._folder("feedback", student) / f"{name}.html"

    def _folder(self, step: str, student: str) -> Path:
        return self._course.folder(step, self._assignment, student)

    def _of(self, student: str, name: str) -> Marks:
        return self._marks.get((student, name), Marks())


def render(
    course: Course, assignment: str, submissions: Iterable[Submission], on_rendered: Callable[[], None]
) -> list[str]:
    """Write the feedback pages of what has been graded; says which notebooks have not been."""
    problems = []
    waiting = list(submissions)
    with database.opened(course) as opened:
        for i in range(0, len(waiting), BULK):
            some = waiting[i : i + BULK]
            pages = Pages(course, opened, assignment, [submission.student for submission in some])
            for submission, source in itertools.product(some, course.sources(assignment)):
                try:
                    pages.write(submission, source.stem)
                except (CannotReadError, NotGradedError):
                    where = f"{submission.student}/{assignment}/{source.stem}"
                    problems.append(f"{where} has not been graded; run `autograder grade`")
                on_rendered()
    return problems
