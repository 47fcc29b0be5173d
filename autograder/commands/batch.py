"""Many submissions: hands them to the workers, several at once, and writes down what comes back.

A bad submission is dealt with on its own: it is refused with its reason, and the others go on. What has not
changed since it was graded is left as it is.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from nbformat import NotebookNode

from autograder.course import notebook
from autograder.course.folders import Course, Submission
from autograder.engine.client import Engine, Worker
from autograder.errors import UnsafeError
from autograder.gradebook import database, journal
from autograder.gradebook.book import Book, Entry
from autograder.gradebook.journal import Journal, Key
from autograder.grading.task import Task, save
from autograder.outcome import Outcome
from autograder.sandbox.walls import isolation

BULK = 100
"""Notebooks that are written into the gradebook at once."""
JOURNAL = ".chainrule-journal.db"


@dataclass(frozen=True)
class Graded:
    """One student's notebook, graded or refused."""

    submission: Submission
    notebook: str
    outcome: Outcome
    feedback: Path
    unchanged: bool = False
    """Was it graded before, and nothing of it has changed since?"""


def start_worker(course: Course, engine: Engine, source: Path) -> Worker:
    """A worker for one of a course's source notebooks, with the course's limits.

    Raises CannotReadError, and UnsafeError where the course lies in a folder that student code reads.
    """
    exchange = course.config.Exchange.get("root", "")
    exposed = isolation.exposed([course.root, *([Path(exchange)] if exchange else [])])
    if exposed and not course.unsafe:
        raise UnsafeError(f"{exposed} lies among the libraries of Python, which student code reads: move it elsewhere")
    stubs = notebook.stubs(notebook.read(source))
    return Worker(engine, source, stubs, course.limits, unsafe=course.unsafe)


def grade_assignment(
    course: Course,
    assignment: str,
    submissions: Iterable[Submission],
    engine: Engine,
    on_graded: Callable[[Graded], None],
    *,
    regrade: bool = False,
    at_once: int | None = None,
) -> None:
    """Grade an assignment's submissions and write gradebook, autograded notebooks and feedback pages.

    `on_graded` is called for each notebook; `at_once` of them are graded at the same time (by default as many as
    there are processors). With `regrade`, unchanged ones too. Raises CourseError, CannotPrepareError or
    UnsafeError where the assignment or the machine is at fault: then nothing has been written.
    """
    with ExitStack() as stack:
        at_once = at_once or os.cpu_count() or 1
        threads = stack.enter_context(ThreadPoolExecutor(at_once))
        sources = course.sources(assignment)
        workers = [stack.enter_context(closing(start_worker(course, engine, source))) for source in sources]
        database.prepare(course, assignment)
        for worker in workers:
            worker.prepare()
        notes = stack.enter_context(closing(Journal(course.root / JOURNAL)))
        opened = stack.enter_context(database.opened(course))
        run = _Run(course, assignment, notes, Book(course, opened, assignment), on_graded)
        try:
            todo = iter(run.changed(submissions, sources, regrade=regrade))
            running: dict[Future[tuple[Outcome, bool]], tuple[Submission, str, Task]] = {}
            while True:
                for submission, found, task in islice(todo, 2 * at_once - len(running)):
                    worker = next(worker for worker in workers if worker.source.stem == task.notebook)
                    running[threads.submit(_grade, worker, task)] = submission, found, task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    submission, found, task = running.pop(future)
                    run.add(submission, task, found, *future.result())
        except KeyboardInterrupt:
            engine.close()  # or the threads would wait for what is still being graded
            raise
        finally:
            run.flush()


def grade_one(course: Course, worker: Worker, submission: Submission, folder: Path) -> NotebookNode:
    """Grade one notebook outside a run, with `folder` for what is written: the autograded notebook."""
    worker.prepare()
    names = tuple(path.stem for path in course.sources(submission.assignment))
    task = make_task(course, submission, worker.source.stem, names)
    task = replace(task, autograded=folder / "autograded.ipynb", feedback=folder / "feedback.html")
    _grade(worker, task)
    return notebook.read(task.autograded)


def _grade(worker: Worker, task: Task) -> tuple[Outcome, bool]:
    """Grade one notebook: what came out, and whether it will come out the same next time."""
    reply = worker.ask({"do": "grade", "task": task.to_json()})
    if "done" in reply:
        return Outcome.from_json(reply["done"]), True
    outcome = Outcome(failed=reply["error"])
    save(task, None, outcome)
    return outcome, False


class _Run:
    """Keeps the books of one run."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        notes: Journal,
        book: Book,
        on_graded: Callable[[Graded], None],
    ) -> None:
        self._course, self._assignment, self._notes, self._book = course, assignment, notes, book
        self._on_graded = on_graded
        self._waiting: list[Entry] = []

    def changed(
        self, submissions: Iterable[Submission], sources: list[Path], *, regrade: bool
    ) -> Iterator[tuple[Submission, str, Task]]:
        """What is to be graded, with its fingerprint; what needn't be is reported on the way."""
        course = self._course
        source = journal.fingerprint([course.folder("source", self._assignment)]).encode()
        about = (source, journal.of_limits(course.limits), journal.engine(), course.secret())
        names = tuple(path.stem for path in sources)
        for submission in submissions:
            if submission.folder.is_symlink():
                self._refuse(submission, names, f"{submission.folder.name} is a link; ask for the folder itself")
                continue
            found = journal.fingerprint([submission.folder], *about)
            copied = False
            for name in names:
                task = make_task(self._course, submission, name, names)
                known = None if regrade else self._notes.find(_key(task), found)
                if known and task.autograded.exists() and task.feedback.exists():
                    outcome, recorded = known
                    if not (recorded and self._book.has(submission.student)):
                        self._record(submission, name, outcome)
                    self._on_graded(Graded(submission, name, outcome, task.feedback, unchanged=True))
                    continue
                if not copied:
                    course.copy_files(submission, task.autograded.parent)
                    copied = True
                yield submission, found, task

    def _refuse(self, submission: Submission, names: tuple[str, ...], why: str) -> None:
        for name in names:
            task, outcome = make_task(self._course, submission, name, names), Outcome(failed=why)
            save(task, None, outcome)
            self._record(submission, name, outcome)
            self._on_graded(Graded(submission, name, outcome, task.feedback))

    def add(self, submission: Submission, task: Task, fingerprint: str, outcome: Outcome, lasting: bool) -> None:
        """Take in what came out for one notebook."""
        if lasting:
            self._notes.add(_key(task), fingerprint, outcome)
        self._record(submission, task.notebook, outcome)
        self._on_graded(Graded(submission, task.notebook, outcome, task.feedback))

    def _record(self, submission: Submission, name: str, outcome: Outcome) -> None:
        self._waiting.append((submission, name, outcome))
        if len(self._waiting) >= BULK:
            self.flush()

    def flush(self) -> None:
        """Write into the gradebook what waits for it."""
        if self._waiting:
            self._book.write(self._waiting)
            self._notes.recorded(Key(s.assignment, s.student, name) for s, name, _ in self._waiting)
            self._waiting = []


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
        key=key(course, submission, name),
        autograded=target / f"{name}.ipynb",
        feedback=course.folder("feedback", assignment, student) / f"{name}.html",
    )


def _key(task: Task) -> Key:
    return Key(task.assignment, task.student, task.notebook)


def key(course: Course, submission: Submission, name: str) -> str:
    """The secret from which the random numbers of one student's hidden tests are made."""
    about = f"{submission.student}\0{submission.assignment}\0{name}".encode()
    return hmac.new(course.secret(), about, hashlib.sha256).hexdigest()
