"""A run that grades each case beside honest students, and what came of it."""

from __future__ import annotations

import re
import resource
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import chdir, closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI

from autograder import nbgrader_plugin
from autograder.cluster.client import Cluster
from autograder.commands import batch, kept_workers
from autograder.commands.run import Graded
from autograder.course.folders import Course
from autograder.course.notebook import grade_id
from autograder.course.submissions import Submission
from autograder.engine.client import Engine
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME
from tests.hostile.corpus import FULL, HIDDEN, LIMITS, SOLUTION, Case, harmless
from tests.hostile.world import World, world

__all__ = ["World", "world"]
TOOLS = (Path(__file__).parent / "tools.py").read_text("utf-8")
BREACH = "BREACH"
"""What an attack prints that worked; the tools spell it in two parts, so that it stands in outputs only."""


@dataclass(repr=False)
class Fought:
    """What came of one submission."""

    student: str
    crashed: str | None = None
    """What stopped the whole run, where this submission did."""
    failed: str | None = None
    """Why it wasn't graded."""
    earned: dict[str, float | None] = field(default_factory=dict)
    """By test cell, as the gradebook has it."""
    comments: str = ""
    page: str = ""
    page_size: int = 0
    shown: NotebookNode | None = None
    """The autograded notebook."""
    shown_size: int = 0

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What the cells show in the autograded notebook, verdicts of test cells included."""
        return [output for cell in self.shown.cells for output in cell.get("outputs", [])] if self.shown else []

    @property
    def seen(self) -> str:
        """Everything that a student could get to see of it: page, comments, outputs, outcome, cells but for tests."""
        page = re.sub(r"<style>.*?</style>", "", self.page, flags=re.DOTALL)
        cells = [c for c in self.shown.cells if str(grade_id(c)) not in FULL] if self.shown else []
        about = str(self.shown.metadata.get("chainrule", "")) if self.shown else ""
        return "\n".join([page, self.comments, str(self.outputs), about, *(c.source for c in cells), self.failed or ""])

    def leaks(self, there: World, case: Case) -> list[str]:
        """The secrets that are seen."""
        seen = self.seen
        return [secret for secret in (*HIDDEN, *SOLUTION, there.words, BREACH, *case.never) if stands_in(secret, seen)]


def stands_in(secret: str, text: str) -> bool:
    """Is a secret in a text? A number as a whole: its digits may come up among those of any fraction."""
    return bool(re.search(rf"(?<![\d.]){secret}(?!\d)", text)) if secret.isdecimal() else secret in text


HONEST = harmless("honest")
THE_RUN = ""
AT_ONCE = 3
"""Submissions that are graded at once: more than two, as many of them sleep."""


@dataclass(frozen=True, repr=False)
class Fight:
    """What came of one run."""

    fought: dict[str, Fought]
    """By student."""
    harm: list[str]
    """What was done to the world, in words."""
    crashed: str | None
    """What stopped the run."""


Grade = Callable[[World, Collection[str]], dict[str, str]]
"""Grades all that was handed in, with some layers off: whom it could not, and what stopped it, by THE_RUN."""


def fight(
    there: World, cases: Sequence[Case], off: Collection[str] = (), grade: Grade | None = None, beside: int = 1
) -> Fight:
    """Grade the cases in one run, an honest student before and after each, or each `beside` of them."""
    tools = TOOLS.replace("WORLD", repr(there.facts()))
    for number, case in enumerate(cases):
        if number % beside == 0:
            _hand_in(there, f"{2 * number:04}-honest", HONEST, "")
        _hand_in(there, student_of(number, case), case, tools)
    _hand_in(there, f"{2 * len(cases):04}-honest", HONEST, "")
    with (there.root / "nbgrader_config.py").open("a") as config:
        config.writelines(f"\nc.Limits.{name} = {value}" for name, value in asdict(LIMITS).items())
    before, running = there.kept(), there.running()
    with little_room():
        crashed = (grade or by_autograder)(there, off)
    harm = there.harm(before, running)
    scores, comments = maker.grades(there.root), _comments(there)
    students = [submission.student for submission in Course(there.root).submissions(ASSIGNMENT)]
    fought = {name: _fought(there, name, crashed, scores, comments) for name in students}
    return Fight(fought, harm, crashed.get(THE_RUN))


def by_autograder(there: World, off: Collection[str]) -> dict[str, str]:
    """As `autograder grade` does; where the run as a whole is stopped, once more in halves, to find out by whom."""
    course = Course(there.root)
    course.unsafe = bool(off)
    crashed: dict[str, str] = {}
    with closing(Engine(off)) as engine:
        _grade(course, course.submissions(ASSIGNMENT), engine, crashed)
    return crashed


def by_cluster(address: str) -> Grade:
    """As `autograder grade --scheduler` does."""

    def grade(there: World, _: Collection[str]) -> dict[str, str]:
        course = Course(there.root)
        with closing(Cluster(address)) as cluster:
            try:
                batch.grade_assignment(course, ASSIGNMENT, course.submissions(ASSIGNMENT), cluster, lambda _: None)
            except Exception as error:
                return {THE_RUN: f"{type(error).__name__}: {error}"}
        return {}

    return grade


def _grade(course: Course, submissions: list[Submission], engine: Engine, crashed: dict[str, str]) -> None:
    def keep(_: Graded) -> None:
        pass

    try:
        batch.grade_assignment(course, ASSIGNMENT, submissions, batch.Here(engine, AT_ONCE), keep)
    except Exception as error:
        crashed.setdefault(THE_RUN, f"{type(error).__name__}: {error}"[:500])
        if len(submissions) == 1:
            crashed[submissions[0].student] = f"{type(error).__name__}: {error}"[:500]
            return
        half = len(submissions) // 2
        for part in (submissions[:half], submissions[half:]):
            _grade(course, part, engine, crashed)


def by_nbgrader(there: World, off: Collection[str]) -> dict[str, str]:
    """As `nbgrader autograde` and `nbgrader generate_feedback` do, one student after the other."""
    course = Course(there.root)
    crashed = {}
    with chdir(there.root), mock.patch.object(kept_workers, "Engine", partial(Engine, off)):
        api = NbGraderAPI(course.directory, config=course.config)
        for command in (api.autograde, api.generate_feedback):
            result = command(ASSIGNMENT, "*")
            if not result["success"]:
                crashed[THE_RUN] = str(result.get("error"))[-2000:] + str(result.get("log"))[-2000:]
        nbgrader_plugin._workers.close()
    return crashed


@contextmanager
def little_room() -> Iterator[None]:
    """Let this process, which grades, grow by no more than two gigabytes, and write no file larger than one."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = {resource.RLIMIT_AS: size + (2 << 30), resource.RLIMIT_FSIZE: 1 << 30}
    before = {what: resource.getrlimit(what) for what in limits}
    for what, value in limits.items():
        hard = before[what][1]
        resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    try:
        yield
    finally:
        for what, both in before.items():
            resource.setrlimit(what, both)


def student_of(number: int, case: Case) -> str:
    """The student who hands in the case of this number."""
    return f"{2 * number + 1:04}-{case.name}"


def _hand_in(there: World, student: str, case: Case, tools: str) -> None:
    folder = maker.hand_in(there.root, student, case.notebook(tools))
    for name, contents in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    if case.plant:
        case.plant(folder, there)


def _comments(there: World) -> dict[str, str]:
    query = """
        SELECT s.student_id, c.auto_comment FROM comment c JOIN submitted_notebook n ON c.notebook_id = n.id
        JOIN submitted_assignment s ON n.assignment_id = s.id WHERE c.auto_comment IS NOT NULL"""
    found: dict[str, str] = {}
    with closing(sqlite3.connect(there.gradebook)) as database:
        for student, text in database.execute(query):
            found[student] = f"{found.get(student, '')}{text}\n"
    return found


def _fought(
    there: World,
    student: str,
    crashed: dict[str, str],
    scores: dict[str, dict[str, tuple[Any, ...]]],
    comments: dict[str, str],
) -> Fought:
    page = there.root / "feedback" / student / ASSIGNMENT / f"{NAME}.html"
    path = there.root / "autograded" / student / ASSIGNMENT / f"{NAME}.ipynb"
    if student in crashed or not (page.exists() and path.exists()):
        return Fought(student, crashed=crashed.get(student, "it was left out"))
    shown = nbformat.v4.reads(path.read_text("utf-8"))
    return Fought(
        student,
        failed=shown.metadata.chainrule.outcome.failed,
        earned={test: scores[student][test][0] for test in FULL} if student in scores else {},
        comments=comments.get(student, ""),
        page=page.read_text("utf-8"),
        page_size=page.stat().st_size,
        shown=shown,
        shown_size=path.stat().st_size,
    )
