"""Many submissions: spreads them over workers, and writes each result as it comes.

A bad submission is dealt with on its own: it is refused with its reason, and the others go on.
"""

from __future__ import annotations

import hashlib
import os
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import autograded, feedback, files, gradebook, notebook
from autograder.course import Course, Submission
from autograder.notebook import CannotReadError, NotHandedInError
from autograder.outcome import Outcome
from autograder.worker import Worker


@dataclass(frozen=True)
class Graded:
    """One student's notebook, graded or refused."""

    submission: Submission
    notebook: str
    outcome: Outcome
    rebuilt: NotebookNode | None
    feedback: Path


def grade_assignment(
    course: Course, assignment: str, submissions: list[Submission], on_graded: Callable[[Graded], None]
) -> list[Graded]:
    """Grade an assignment's submissions and write gradebook, autograded notebooks and feedback pages.

    `on_graded` is called for each notebook. Raises CourseError or CannotPrepareError where the
    assignment itself is at fault: then nothing has been written.
    """
    sources = course.sources(assignment)
    everything: list[Graded] = []
    with ExitStack() as stack:
        pools = {path.stem: stack.enter_context(_workers(course, path)) for path in sources}
        gradebook.prepare(course, assignment)
        for pool in pools.values():
            with _borrowed(pool) as worker:
                worker.prepare()
        threads = stack.enter_context(ThreadPoolExecutor(_how_many()))
        waiting = [threads.submit(_grade_all, course, submission, pools) for submission in submissions]
        for future in as_completed(waiting):
            graded = future.result()
            _write(course, graded)
            for one in graded:
                on_graded(one)
            everything += [replace(one, rebuilt=None) for one in graded]
    return everything


Pool = queue.SimpleQueue[Worker]


def _how_many() -> int:
    return os.cpu_count() or 1


@contextmanager
def _workers(course: Course, source: Path) -> Iterator[Pool]:
    pool: Pool = queue.SimpleQueue()
    with ExitStack() as stack:
        for _ in range(_how_many()):
            pool.put(stack.enter_context(closing(Worker(source, course.limits))))
        yield pool


@contextmanager
def _borrowed(pool: Pool) -> Iterator[Worker]:
    worker = pool.get()
    try:
        yield worker
    finally:
        pool.put(worker)


def _grade_all(course: Course, submission: Submission, pools: dict[str, Pool]) -> list[Graded]:
    target = course.folder("autograded", submission.assignment, submission.student)
    course.copy_files(submission, target)
    graded = []
    for name, pool in pools.items():
        with _borrowed(pool) as worker:
            rebuilt, outcome = grade_file(course, worker, submission, target)
        page = course.folder("feedback", submission.assignment, submission.student) / f"{name}.html"
        graded.append(Graded(submission, name, outcome, rebuilt, page))
    return graded


def grade_file(
    course: Course, worker: Worker, submission: Submission, beside: Path
) -> tuple[NotebookNode | None, Outcome]:
    """Grade one notebook from a student's folder: the rebuilt notebook (None if it can't be read) and the outcome.

    `beside` is the folder whose files the student's code finds in its working folder.
    """
    name = worker.source.stem
    try:
        source = notebook.read(worker.source)
        names = {path.stem for path in course.sources(submission.assignment)}
        path, note = notebook.find_file(submission.folder, name, source, names)
        rebuilt = notebook.rebuild(source, notebook.read(path), name)
    except CannotReadError as error:
        return None, Outcome(failed=str(error), absent=isinstance(error, NotHandedInError))
    outcome = worker.grade(rebuilt, seed(course, submission, name, path.read_bytes()), beside)
    outcome.notes += [note] if note else []
    return rebuilt, outcome


def seed(course: Course, submission: Submission, name: str, text: bytes) -> bytes:
    """Unguessable, fresh for each file that is handed in, the same when it is graded again."""
    about = f"{submission.student}\0{submission.assignment}\0{name}\0".encode()
    return hashlib.blake2b(about + hashlib.sha256(text).digest(), key=course.secret(), digest_size=16).digest()


def _write(course: Course, graded: list[Graded]) -> None:
    submission = graded[0].submission
    gradebook.record(course, submission, {one.notebook: (one.rebuilt, one.outcome) for one in graded})
    for one in graded:
        target = course.folder("autograded", submission.assignment, submission.student) / f"{one.notebook}.ipynb"
        shown = autograded.with_outcome(one.rebuilt or refused(one.outcome), one.outcome)
        files.write(target, nbformat.writes(shown) + "\n")
        page = feedback.page(submission.student, submission.assignment, one.notebook, one.rebuilt, one.outcome)
        files.write(one.feedback, page)


def refused(outcome: Outcome) -> NotebookNode:
    """The autograded notebook of a submission that couldn't be read: it says why."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"Not graded: {outcome.failed}.", id="refused")]
    )
