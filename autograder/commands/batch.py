"""Many submissions: hands them to who grades, several at once, and writes down what comes back.

A bad submission is dealt with on its own: it is refused with its reason, and the others go on. What has not
changed since it was graded is left as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from nbformat import NotebookNode

from autograder.commands.run import Graded, Run, make_task, of_source, refused
from autograder.course import notebook, options, sources
from autograder.course.folders import Course
from autograder.course.submissions import Submission
from autograder.engine.client import Engine, Worker
from autograder.engine.messages import Reply
from autograder.errors import UnsafeError
from autograder.gradebook import cells, database, journal
from autograder.gradebook.journal import Journal
from autograder.grading.task import Task
from autograder.outcome import Outcome, TriedTree, Way
from autograder.sandbox.walls import isolation

JOURNAL = ".chainrule-journal.db"


def start_worker(
    course: Course,
    engine: Engine,
    source: Path,
    tried: TriedTree | None = None,
    book: NotebookNode | None = None,
) -> Worker:
    """A worker for one of a course's source notebooks, with the course's limits; `tried` is known of it.

    `book` is what `sources.read` gives, where it has been read. Raises CannotPrepareError, and UnsafeError where the
    course lies in a folder that student code reads.
    """
    exchange = course.config.Exchange.get("root", "")
    exposed = isolation.exposed([course.root, *([Path(exchange)] if exchange else [])])
    if exposed and not course.unsafe:
        raise UnsafeError(f"{exposed} lies among the libraries of Python, which student code reads: move it elsewhere")
    book = book or sources.read(source, course.config, known=tried is not None)
    # nbgrader makes them, and takes a quarter of a second to be imported for it
    stubs = tried["stubs"] if tried else notebook.stubs(book, options.of_stubs(course.config))
    return Worker(engine, source, stubs, course.limits, unsafe=course.unsafe, book=book, tried=tried)


class Grader(Protocol):
    """Grades by one source notebook. Its methods may be called from several threads at once."""

    source: Path

    @property
    def tried(self) -> TriedTree:
        """What was found out by trying the solution. Raises CannotPrepareError, UnsafeError."""

    @property
    def ways(self) -> dict[str, Way]:
        """How each test of the notebook is run, by grade_id. Raises what `tried` does."""

    def grade(self, task: Task) -> Reply:
        """Grade a notebook and write the results."""

    def close(self) -> None:
        """End what was started for it."""


class Place(Protocol):
    """Where notebooks are graded: this machine (`Here`), or a cluster (`cluster.client.Cluster`)."""

    most_at_once: int
    """Notebooks that are ever waited for at the same time."""

    @property
    def at_once(self) -> int:
        """Notebooks that are under way at the same time, as things are now."""

    def workers(
        self,
        course: Course,
        assignment: str,
        books: Mapping[Path, NotebookNode],
        tried: Mapping[Path, TriedTree | None],
    ) -> Iterable[Grader]:
        """What grades by each source notebook of an assignment; `tried` is what is known of them."""

    def close(self) -> None:
        """End all that is being graded."""


class Here:
    """On this machine: one engine, and so many notebooks at once; by default as many as there are processors."""

    def __init__(self, engine: Engine, at_once: int | None = None) -> None:
        self.at_once = self.most_at_once = at_once or os.cpu_count() or 1
        self._engine = engine

    def workers(
        self,
        course: Course,
        assignment: str,
        books: Mapping[Path, NotebookNode],
        tried: Mapping[Path, TriedTree | None],
    ) -> Iterator[Worker]:
        """Start a worker for each source notebook. Raises what `start_worker` does."""
        return (start_worker(course, self._engine, path, tried[path], book) for path, book in books.items())

    def close(self) -> None:
        """End the engine."""
        self._engine.close()


class Known:
    """What trying an assignment's source notebooks has found out, kept in the journal for as long as it holds."""

    def __init__(self, notes: Journal, course: Course, assignment: str) -> None:
        self._notes, self._assignment = notes, assignment
        self._fingerprint = journal.fingerprint([], *of_source(course, assignment), journal.installed())

    def of(self, source: Path) -> TriedTree | None:
        """What is known of a source notebook."""
        return self._notes.tried(self._assignment, source.stem, self._fingerprint)

    def keep(self, worker: Grader) -> None:
        """Wait until a worker is prepared, and write down what it knows. Raises what `worker.tried` does."""
        self._notes.keep_tried(self._assignment, worker.source.stem, self._fingerprint, worker.tried)


def grade_assignment(
    course: Course,
    assignment: str,
    submissions: Iterable[Submission],
    place: Place,
    on_graded: Callable[[Graded], None],
    *,
    on_ready: Callable[[Grader], None] = lambda _: None,
    regrade: bool = False,
) -> list[str]:
    """Grade an assignment's submissions and write gradebook, autograded notebooks and feedback pages.

    `on_ready` is called for each source notebook, `on_graded` for each that was handed in. With `regrade`, unchanged
    ones too. Says what of whom could not be written down. Raises CourseError, CannotPrepareError or UnsafeError where
    the assignment or the machine is at fault: then nothing has been written. Raises GradebookError and JournalError
    also later, and of a cluster everything: what was graded until then is kept.
    """
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(place.most_at_once))
        paths = course.sources(assignment)
        notes = stack.enter_context(closing(Journal(course.root / JOURNAL)))
        known = Known(notes, course, assignment)
        tried = {path: known.of(path) for path in paths}
        books = {path: sources.read(path, course.config, known=tried[path] is not None) for path in paths}
        started = place.workers(course, assignment, books, tried)
        workers = [stack.enter_context(closing(worker)) for worker in started]
        cells.prepare(course, assignment, books)
        for worker in workers:
            known.keep(worker)
            on_ready(worker)
        opened = stack.enter_context(database.opened(course))
        run = Run(course, assignment, notes, opened, on_graded)
        try:
            todo = iter(run.changed(submissions, paths, regrade=regrade))
            running: dict[Future[tuple[Outcome, bool]], tuple[Submission, str, Task]] = {}
            while True:
                for submission, found, task in islice(todo, max(0, 2 * place.at_once - len(running))):
                    worker = next(worker for worker in workers if worker.source.stem == task.notebook)
                    running[threads.submit(_grade, worker, task)] = submission, found, task
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    submission, found, task = running.pop(future)
                    run.add(submission, task, found, *future.result())
        except BaseException:
            place.close()  # or the threads would wait for what is still being graded
            raise
        finally:
            run.flush()
        return run.problems


def grade_one(
    course: Course, worker: Worker, submission: Submission, folder: Path
) -> tuple[Outcome, NotebookNode | None]:
    """Grade one notebook outside a run, with `folder` for what is written.

    The outcome, and the autograded notebook; none where nothing was handed in.
    """
    names = tuple(path.stem for path in course.sources(submission.assignment))
    task = make_task(course, submission, worker.source.stem, names)
    task = replace(task, autograded=folder / "autograded.ipynb", feedback=folder / "feedback.html")
    if submission.refused:
        outcome = refused(task, submission.refused)
    else:
        worker.prepare()
        outcome, _ = _grade(worker, task)
    return outcome, None if outcome.absent else notebook.read(task.autograded)


def _grade(worker: Grader, task: Task) -> tuple[Outcome, bool]:
    """Grade one notebook: what came out, and whether it will come out the same next time."""
    reply = worker.grade(task)
    if "done" in reply:
        return Outcome.from_json(reply["done"]), True
    return refused(task, reply["error"]), False
