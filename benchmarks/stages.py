"""Where the milliseconds of a submission go, by stage; with --deep, by function of the trusted process.

    python -m benchmarks.stages

A class is graded one by one, with the real command, sandbox and gradebook. Only the clerk differs: it is this
process, so that timers can be put around its functions from here. Each stage has what no stage inside it has.
CPU time is that of the process where the stage runs. What a student's process spends on cells and calls stands in a
line of its own; the trusted process waits meanwhile, so it is wall time of the exchanges.
"""

from __future__ import annotations

import cProfile
import gc
import json
import os
import pstats
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

import psutil
import typer
from rich.console import Console
from rich.table import Table

from autograder.commands import batch
from autograder.commands.run import Run
from autograder.course import sources
from autograder.course.folders import Course
from autograder.engine import clerk
from autograder.engine.client import Engine
from autograder.engine.messages import About, Reply
from autograder.engine.prepared import prepare
from autograder.grading import finding, handed_in, rebuilding, submission
from autograder.grading.task import Task
from autograder.grading.tester import Tester
from autograder.outcome import Outcome, Way
from autograder.results import feedback
from autograder.sandbox.outside.link import Link, ZygoteSandbox
from autograder.sandbox.outside.session import Session
from benchmarks.against_nbgrader import make_course

STAGES: dict[str, list[tuple[Any, str]]] = {
    "find, read": [(finding, "find"), (finding.Found, "read")],
    "rebuild": [(rebuilding, "rebuild")],
    "wait for a fork": [(ZygoteSandbox, "fork")],
    "run cells": [(Session, "_run")],
    "exchanges of tests": [(Session, "exchange")],
    "tests": [(Tester, name) for name in ("begin", "finish", "test", "keeping")],
    "repaired run, but for tests": [(submission, "_charge_once")],
    "feedback page": [(feedback, "page")],
    "write files": [(handed_in, "save")],
    "command: changes": [(Run, "changed")],
    "command: journal": [(Run, "add")],
    "command: gradebook": [(Run, "flush")],
}
"""Around which functions the timers are put."""
FORKED = "fork for the tests"
RESTS = ("tester, the rest", "clerk, the rest")
STUDENTS = "students' processes"


Spent = list[float]
"""CPU seconds, wall seconds, page faults; of a stage also how often."""
NOTHING: Spent = [0.0, 0.0, 0.0]


def now() -> Spent:
    """What this process has spent."""
    return [time.process_time(), time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_minflt]


class Timers:
    """What stages have spent, in this process and those that report to it."""

    def __init__(self) -> None:
        self.spent: dict[str, Spent] = {}
        self._inner = [NOTHING]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block, without the stages inside it."""
        self._inner.append(NOTHING)
        began = now()
        try:
            yield
        finally:
            took = [after - before for before, after in zip(began, now(), strict=True)]
            inner = self._inner.pop()
            self.add(name, [*(a - b for a, b in zip(took, inner, strict=True)), 1])
            self._inner[-1] = [a + b for a, b in zip(self._inner[-1], took, strict=True)]

    def add(self, name: str, spent: Spent) -> None:
        """Add what a stage has spent, and how often it was gone through."""
        self.spent[name] = [a + b for a, b in zip(self.spent.get(name, [*NOTHING, 0]), spent, strict=True)]

    def around(self, function: Any, name: str) -> Any:
        """A function as a stage; of one that yields, each step is."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name):
                given = function(*args, **kwargs)
            return self._steps(given, name) if isinstance(given, Iterator) else given

        return timed

    def _steps(self, steps: Iterator[Any], name: str) -> Iterator[Any]:
        while True:
            with self.stage(name):
                step = next(steps, self)
            if step is self:
                return
            yield step


class ClerkHere:
    """Stands in for `engine.client.Worker`: does a clerk's work in this process, and each one's tests in a fork."""

    def __init__(self, course: Course, engine: Engine, source: Path, timers: Timers, profiles: Path | None) -> None:
        book = sources.read(source, course.config)
        self.source, self._timers, self._profiles = source, timers, profiles
        about: About = {
            "source": str(source.resolve()), "stubs": batch.notebook.stubs(book), "limits": vars(course.limits),
            "unsafe": course.unsafe, "book": book, "tried": None,
        }  # fmt: skip
        home = os.getcwd()
        prepared, answer = prepare(about, partial(Link, engine.start("zygote")))
        os.chdir(home)
        if prepared is None:
            raise SystemExit(str(answer))
        self._prepared, self.tried = prepared, answer["tried"] | {"stubs": about["stubs"]}
        self.ways = {name: Way(**way) for name, way in self.tried["ways"].items()}
        prepared.reference.prepare()
        feedback.warm_up()
        gc.collect()
        gc.freeze()

    def grade(self, task: Task) -> Reply:
        """Grade a notebook."""
        profile = cProfile.Profile(time.process_time)
        do = profile.runcall if self._profiles else lambda function, *args: function(*args)
        with self._timers.stage("clerk, the rest"):
            reply: Reply = do(clerk.answer, self._prepared, {"do": "grade", "task": task.to_json()}, self._apart)
        if self._profiles:
            profile.dump_stats(self._profiles / f"clerk-{time.monotonic_ns()}")
        return reply

    def _apart(self, test: Callable[[], Outcome]) -> Outcome:
        """Run tests in a fork; what their stages took is taken in."""
        spent, theirs = os.pipe()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)

        def timed() -> Outcome:
            self._timers.spent.clear()
            profile = cProfile.Profile(time.process_time)
            with self._timers.stage("tester, the rest"):
                outcome: Outcome = profile.runcall(test) if self._profiles else test()
            if self._profiles:
                profile.dump_stats(self._profiles / f"tester-{time.monotonic_ns()}")
            os.write(theirs, json.dumps(self._timers.spent).encode())
            return outcome

        with self._timers.stage(FORKED):
            outcome = clerk.apart(timed)
        os.close(theirs)
        with open(spent) as stream:
            stages: dict[str, Spent] = json.load(stream)
        for name, one in stages.items():
            self._timers.add(name, one)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = _cpu(after) - _cpu(before), 0.0, after.ru_minflt - before.ru_minflt
        inside = _sum(stages.values())
        self._timers.add(FORKED, [whole[0] - inside[0], -inside[1], whole[2] - inside[2], 0])
        return outcome

    def close(self) -> None:
        """Nothing of it outlives its jobs."""


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def of_students(engine: Engine) -> Spent:
    """What student processes have spent that have ended. The zygote is the one that has forked most."""
    below = psutil.Process(engine._process.pid).children(recursive=True)
    fields = [Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split() for one in below]
    ended = [[(int(of[13]) + int(of[14])) / os.sysconf("SC_CLK_TCK"), 0.0, float(of[8])] for of in fields]
    return max(ended)


def measure(course: Course, assignment: str, profiles: Path | None) -> tuple[Timers, int]:
    """Grade a class: what was spent on how many submissions."""
    timers, source = Timers(), course.sources(assignment)[0]
    handed_in_by = course.submissions(assignment, [])
    engine = Engine()
    with ExitStack() as stack:
        stack.callback(engine.close)
        here = ClerkHere(course, engine, source, timers, profiles)
        before = of_students(engine)
        stack.enter_context(mock.patch.object(batch, "start_worker", lambda *_: here))
        for name, functions in STAGES.items():
            for owner, function in functions:
                timed = timers.around(getattr(owner, function), name)
                stack.enter_context(mock.patch.object(owner, function, timed))
        batch.grade_assignment(course, assignment, handed_in_by, batch.Here(engine, 1), lambda _: None, regrade=True)
        spent = [b - a for a, b in zip(before, of_students(engine), strict=True)]
        timers.add(STUDENTS, [*spent, len(handed_in_by)])
        return timers, len(handed_in_by)


def show(console: Console, title: str, timers: Timers, count: int) -> None:
    """The table of the stages."""
    table = Table(title=title, title_justify="left")
    for column in ("stage", "CPU ms", "wall ms", "page faults", "times"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    rows = [name for name in (*STAGES, *RESTS, FORKED, STUDENTS) if name in timers.spent]
    for name, spent in [*((name, timers.spent[name]) for name in rows), ("together", _sum(timers.spent.values()))]:
        cpu, wall, faults, times = (number / count for number in spent)
        often = "" if name == "together" else f"{times:.1f}"
        table.add_row(name, f"{1000 * cpu:.1f}", f"{1000 * wall:.1f}", f"{faults:.0f}", often)
    console.print(table)


def _sum(all_of_them: Iterable[Spent]) -> Spent:
    return [sum(numbers) for numbers in zip(*all_of_them, strict=True)]


def main(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments of this course, or ps1.")] = None,
    students: Annotated[int, typer.Option(help="Submissions.")] = 40,
    deep: Annotated[bool, typer.Option("--deep", help="By function of the trusted process, too (slower).")] = False,
) -> None:
    """Print where the milliseconds of a submission go."""
    console = Console()
    for assignment in assignments or ("ps1", "02-sigmoid-gate"):
        with tempfile.TemporaryDirectory(prefix="chainrule-stages-") as temporary:
            course = Course(make_course(Path(temporary, "course"), assignment, students))
            profiles = Path(temporary, "profiles") if deep else None
            if profiles:
                profiles.mkdir()
            show(console, f"A submission of {assignment}, {students} graded", *measure(course, assignment, profiles))
            if profiles:
                paths = [str(path) for path in profiles.iterdir()]
                pstats.Stats(*paths).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    typer.run(main)
