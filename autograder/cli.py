"""The command line: `autograder check-course`, `release`, `verify`, `sample`, `grade`, `feedback`, `doctor`.

Exit codes: 0 when everything was dealt with, 1 when the run failed or a check found something,
2 for wrong usage, 130 when it was stopped with Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.errors import AutograderError
from autograder.files import visible

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True, style="red")

Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments; all of them where none is named.")]
Where = Annotated[Path, typer.Option("--course", help="The course folder, with its nbgrader_config.py.")]
HERE = Path()


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"autograder {version('chainrule')}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """The command line of a course."""


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Say what is wrong in one sentence, and end with the exit code that fits."""
    try:
        yield
    except AutograderError as error:
        _complain(f"autograder: {error}")
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        _complain(f"autograder: {error.strerror}: {error.filename or 'the course folder'}")
        raise typer.Exit(1) from None


def _complain(text: str) -> None:
    """Print what is wrong; the names in it may be a student's."""
    for line in text.split("\n"):
        errors.print(visible(line), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


@app.command()
def release(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; list what has drifted, exit 1.")] = False,
    course: Where = HERE,
) -> None:
    """Make the students' notebooks from the solutions."""
    with _said_plainly():
        from autograder.commands import release as releases
        from autograder.commands import report
        from autograder.course.folders import Course

        here = Course(course)
        drifted = []
        for assignment in here.assignments(assignments or ()):
            if check:
                drifted += releases.drift(here, assignment)
            else:
                for name, ways in releases.release(here, assignment).items():
                    report.ways(console, name, ways)
                console.print(f"{assignment}: released")
        if check and not assignments:
            drifted += releases.strays(here)
        for line in drifted:
            _complain(line)
        if drifted:
            errors.print("Run `autograder release`, look at the changes, and commit them.", markup=False)
            raise typer.Exit(1)


@app.command()
def verify(
    assignments: Assignments = None,
    seeds: Annotated[int, typer.Option(help="How many times the solution is graded, each with other inputs.")] = 100,
    course: Where = HERE,
) -> None:
    """Test the tests: the solution passes, the untouched notebook doesn't, every misconception is found out."""
    with _said_plainly():
        from autograder.commands import release as releases
        from autograder.commands import report
        from autograder.course.folders import Course

        here = Course(course)
        paths = [path for name in here.assignments(assignments or ()) for path in here.sources(name)]
        reports = []
        with _progress("Verifying", len(paths)) as advance, ThreadPoolExecutor(os.cpu_count()) as several:
            for found in several.map(lambda path: releases.verify_source(here, path, seeds), paths):
                reports.append(found)
                advance()
        report.verified(console, reports)
        if any(found["problems"] for found in reports):
            raise typer.Exit(1)


@app.command()
def check_course(
    course: Annotated[Path, typer.Argument(help="The course folder, with its nbgrader_config.py.")],
) -> None:
    """Say of an nbgrader course which tests can be run apart from the students' code, inside it, or not at all."""
    with _said_plainly():
        from autograder.commands import check_course as checks
        from autograder.commands import report
        from autograder.course import options
        from autograder.course.folders import Course

        here = Course(course)
        names = here.assignments()
        with _progress("Checking", sum(len(here.sources(name)) for name in names)) as advance:
            found = []
            for one in checks.examine(here, names):
                found.append(one)
                advance()
        report.checked(console, found, options.not_used(here.config))
        if any(one.refused for one in found):
            raise typer.Exit(1)


@app.command()
def sample(
    assignments: Assignments = None,
    students: Annotated[int | None, typer.Option(help="How many; by default each kind of student once.")] = None,
    course: Where = HERE,
) -> None:
    """Write a class made from the solutions and misconceptions into submitted/."""
    with _said_plainly():
        from autograder.commands import sample as samples
        from autograder.course.folders import Course

        here = Course(course)
        count = samples.make(here, here.assignments(assignments or ()), students)
        console.print(f"A sample class of {count} students is in {here.directory.submitted_directory}/")


Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")]


@app.command()
def grade(
    assignments: Assignments = None,
    student: Students = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what hasn't changed.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks at the same time; one for each core.")] = None,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Grade though the sandbox is open (see doctor).")] = False,
    course: Where = HERE,
) -> None:
    """Grade what is in submitted/: gradebook, autograded notebooks, feedback pages, and a table.

    What hasn't changed since it was graded is left as it is, so a run that was stopped goes on where it was.
    """
    with _said_plainly():
        from autograder.engine.client import Engine

        engine = Engine()  # it gets ready while nbgrader is imported, which takes as long
        try:
            _grade(engine, course, list(assignments or ()), list(student or ()), regrade, workers, unsafe)
        except KeyboardInterrupt:
            errors.print("autograder: stopped; what was graded is kept. Run it again to go on.", markup=False)
            raise typer.Exit(130) from None
        finally:
            engine.close()


def _grade(
    engine: Any, root: Path, wanted: list[str], students: list[str], regrade: bool, workers: int | None, unsafe: bool
) -> None:
    from autograder.commands import batch, report
    from autograder.commands.run import Graded
    from autograder.course.folders import Course, CourseError
    from autograder.engine.client import Worker
    from autograder.gradebook import database

    here = Course(root)
    here.unsafe = here.unsafe or unsafe
    names = here.assignments(wanted)
    found = {name: here.submissions(name, students) for name in names}
    if not any(found.values()):
        report.strays(console, here)
        raise CourseError("nothing has been handed in: submitted/ holds no <student>/<assignment> folder")
    problems = []

    def say_ways(worker: Worker) -> None:
        report.ways(console, worker.source.name, worker.ways)

    for name, submissions in found.items():
        if not submissions:
            continue
        table = report.Scores(name)
        with _progress(name, len(submissions) * len(here.sources(name))) as advance:

            def on_graded(one: Graded, table: report.Scores = table, advance: Any = advance) -> None:
                table.add(one)
                advance()

            problems += batch.grade_assignment(
                here, name, submissions, engine, on_graded, on_ready=say_ways, regrade=regrade, at_once=workers
            )
        table.show(console, database.totals(here, name))
    if not students:
        report.strays(console, here)
    report.feedback(console, root / here.directory.feedback_directory)
    for problem in problems:
        _complain(problem)
    if problems:
        raise typer.Exit(1)


@app.command()
def feedback(assignments: Assignments = None, student: Students = None, course: Where = HERE) -> None:
    """Render feedback pages once more, with the scores and comments given by hand."""
    with _said_plainly():
        from autograder.commands import rendering, report
        from autograder.course.folders import Course

        here = Course(course)
        problems = []
        for name in here.assignments(assignments or ()):
            submissions = here.submissions(name, student or ())
            with _progress(name, len(submissions) * len(here.sources(name))) as advance:
                problems += rendering.render(here, name, submissions, advance)
        for problem in problems:
            _complain(problem)
        report.feedback(console, course / here.directory.feedback_directory)
        if problems:
            raise typer.Exit(1)


@app.command()
def doctor(course: Where = HERE) -> None:
    """Attack the sandbox of this machine, and say what each of its layers does and what is missing."""
    with _said_plainly():
        from autograder.commands import doctor as doctors
        from autograder.course.folders import Course

        examined = doctors.examine(Course(course).limits)
        doctors.show(console, examined)
        if examined.is_open:
            raise typer.Exit(1)


def main() -> None:
    """Run the command line, and leave at once: to take apart all that nbgrader imports takes a third of a second."""
    try:
        app()
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))
