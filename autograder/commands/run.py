"""The books of one run: what has changed since it was graded, what came out, and what waits for the gradebook."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.commands.rendering import Pages
from autograder.course import beside, options
from autograder.course.beside import UnknownTimeError
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError
from autograder.course.submissions import Submission
from autograder.files import FOR_ALL, printable
from autograder.gradebook import journal
from autograder.gradebook.book import Book, Entry
from autograder.gradebook.journal import Journal, Key
from autograder.gradebook.lateness import Lateness
from autograder.grading.task import Task
from autograder.outcome import Outcome
from autograder.results.autograded import NotGradedError

BULK = 100
"""Notebooks that are written into the gradebook at once."""


@dataclass(frozen=True)
class Graded:
    """One student's notebook, graded or refused."""

    submission: Submission
    notebook: str
    outcome: Outcome
    feedback: Path
    unchanged: bool = False
    """Was it graded before, and nothing of it has changed since?"""


def refused(task: Task, why: str) -> Outcome:
    """A notebook that isn't graded, and what is written of it, as far as that can be written."""
    from autograder.grading.saving import save  # takes long, and few are refused

    outcome = Outcome(failed=printable(why))
    try:
        save(task, None, outcome)
    except OSError as error:
        if error.errno in FOR_ALL:
            raise
    return outcome


def remarks(submission: Submission) -> Iterator[str]:
    """What is to be said of the folder as a whole."""
    if submission.note:
        yield submission.note
    try:
        beside.timestamp(submission.folder)
    except UnknownTimeError as error:
        yield str(error)


class Run:
    """Keeps the books of one run."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        notes: Journal,
        opened: Gradebook,
        on_graded: Callable[[Graded], None],
    ) -> None:
        self._course, self._assignment, self._notes, self._opened = course, assignment, notes, opened
        self._book, self._lateness = Book(opened, assignment), Lateness(course, opened, assignment)
        self._on_graded = on_graded
        self._waiting: list[Entry] = []
        self._dealt_with: list[tuple[Submission, str]] = []
        """Notebooks whose penalties and pages are to be as the gradebook is now."""
        self._said: dict[str, list[str]] = {}
        self.problems: list[str] = []
        """What of whom could not be written down."""

    def changed(
        self, submissions: Iterable[Submission], sources: list[Path], *, regrade: bool
    ) -> Iterator[tuple[Submission, str, Task]]:
        """What is to be graded, with its fingerprint; what needn't be is reported on the way."""
        course = self._course
        about = (*of_source(course, self._assignment), course.secret())
        names = tuple(path.stem for path in sources)
        for submission in submissions:
            tasks = [make_task(course, submission, name, names) for name in names]
            if submission.refused:
                self._notes.forget(map(_key, tasks))
                self._refuse(submission, tasks, submission.refused)
                continue
            said = list(remarks(submission))
            found = journal.of_submission(submission.folder, *course.sizes, *about, "\n".join(said).encode())
            todo = [task for task in tasks if regrade or not self._is_known(submission, task, found)]
            if todo:
                self._notes.forget(map(_key, todo))
                try:
                    note = course.copy_files(submission, todo[0].autograded.parent)
                except OSError as error:
                    if error.errno in FOR_ALL:
                        raise
                    self._refuse(submission, todo, f"its files cannot be copied ({error}); look at its folders")
                    continue
                self._said[submission.student] = [*said, *([note] if note else [])]
                for task in todo:
                    yield submission, found, task

    def _is_known(self, submission: Submission, task: Task, fingerprint: str) -> bool:
        """Was it graded as it is now? Then that is reported."""
        known = self._notes.find(_key(task), fingerprint)
        if not known:
            return False
        outcome, recorded = known
        if not (os.path.exists(task.feedback) and os.path.exists(task.autograded) is not outcome.absent):
            return False
        if not (recorded and self._book.has(submission.student)):
            self._waiting.append((submission, task.notebook, outcome))
        self._deal_with(submission, task.notebook)
        self._on_graded(Graded(submission, task.notebook, outcome, task.feedback, unchanged=True))
        return True

    def _refuse(self, submission: Submission, tasks: list[Task], why: str) -> None:
        for task in tasks:
            outcome = refused(task, why)
            self._record(submission, task.notebook, outcome)
            self._on_graded(Graded(submission, task.notebook, outcome, task.feedback))

    def add(self, submission: Submission, task: Task, fingerprint: str, outcome: Outcome, lasting: bool) -> None:
        """Take in what came out for one notebook."""
        outcome.notes += [printable(note) for note in self._said[submission.student]]
        if lasting:
            self._notes.add(_key(task), fingerprint, outcome)
        self._record(submission, task.notebook, outcome)
        self._on_graded(Graded(submission, task.notebook, outcome, task.feedback))

    def _record(self, submission: Submission, name: str, outcome: Outcome) -> None:
        self._waiting.append((submission, name, outcome))
        self._deal_with(submission, name)

    def _deal_with(self, submission: Submission, name: str) -> None:
        self._dealt_with.append((submission, name))
        if len(self._dealt_with) >= BULK:
            self.flush()

    def flush(self) -> None:
        """Write into the gradebook what waits for it, the penalties as they are now, and then the pages."""
        waiting, self._waiting = self._waiting, []
        dealt_with, self._dealt_with = self._dealt_with, []
        unwritten = self._book.write(waiting) if waiting else {}
        written = [(s, name) for s, name, _ in waiting if s.student not in unwritten]
        self._notes.recorded(Key(s.assignment, s.student, name) for s, name in written)
        self.problems += [f"{student}: the gradebook refuses it: {why}" for student, why in unwritten.items()]
        students = sorted({submission.student for submission, _ in dealt_with} - unwritten.keys())
        late = self._lateness.settle(students)
        self.problems += [f"{student}: {why}" for student, why in late.items()]
        pages = Pages(self._course, self._opened, self._assignment, students)
        for submission, name in dealt_with:
            if submission.student not in unwritten:
                self._renew(pages, submission, name)

    def _renew(self, pages: Pages, submission: Submission, name: str) -> None:
        try:
            pages.renew(submission, name)
        except (CannotReadError, NotGradedError) as error:  # somebody has changed the autograded notebook
            self.problems.append(f"{submission.student}: the page of {name} stays as it was: {error}")
        except OSError as error:
            if error.errno in FOR_ALL:
                raise
            self.problems.append(f"{submission.student}: the page of {name} cannot be written: {error}")


def of_source(course: Course, assignment: str) -> tuple[bytes, ...]:
    """The parts of a fingerprint that are about the source of an assignment, and who grades it with which limits."""
    source = journal.fingerprint([course.folder("source", assignment)]).encode()
    return source, options.digest(course.config), journal.of_limits(course.limits), journal.engine()


def make_task(course: Course, submission: Submission, name: str, names: tuple[str, ...]) -> Task:
    """What a worker is told of one notebook; `names` are those of the assignment."""
    student, assignment = submission.student, submission.assignment
    target = course.folder("autograded", assignment, student)
    return Task(
        student=student,
        assignment=assignment,
        notebook=name,
        folder=submission.folder,
        notebooks=names,
        files=target,
        key=course.key(student, assignment),
        autograded=target / f"{name}.ipynb",
        feedback=course.folder("feedback", assignment, student) / f"{name}.html",
    )


def _key(task: Task) -> Key:
    return Key(task.assignment, task.student, task.notebook)
