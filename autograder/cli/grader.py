"""The commands of who grades: `grade`, `feedback`, `doctor`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli import nbgrader_alone
from autograder.cli.terminal import HERE, Assignments, Where, complain, console, errors, progress, said_plainly
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.commands.batch import Grader, Place

Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be repeated.")]


def grade(
    assignments: Assignments = None,
    student: Students = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what hasn't changed.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks at the same time; one for each core.")] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask cluster: local, tcp://host:port, tls://host:port.")
    ] = None,
    plain_tcp: Annotated[bool, typer.Option("--plain-tcp", help="Let hidden tests travel in the clear.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Grade though the sandbox is open (see doctor).")] = False,
    course: Where = HERE,
) -> None:
    """Grade what is in submitted/: gradebook, autograded notebooks, feedback pages, and a table.

    What hasn't changed since it was graded is left as it is, so a run that was stopped goes on where it was.
    """
    with said_plainly(), ExitStack() as stack:
        try:
            place = stack.enter_context(closing(_place(stack, workers, scheduler, plain_tcp)))
            _grade(place, course, list(assignments or ()), list(student or ()), regrade, unsafe)
        except KeyboardInterrupt:
            errors.print("autograder: stopped; what was graded is kept. Run it again to go on.", markup=False)
            raise typer.Exit(130) from None


def _place(stack: ExitStack, workers: int | None, scheduler: str | None, plain_tcp: bool) -> Place:
    """Where notebooks are graded: here, or on a cluster. Raises AutograderError where there is none."""
    if scheduler is None:
        from autograder.engine.client import Engine

        engine = Engine()  # it gets ready while nbgrader is imported, which takes as long
        stack.callback(engine.close)
        nbgrader_alone.load()
        from autograder.commands.batch import Here

        return Here(engine, workers)
    try:
        from autograder.cluster.client import Cluster
    except ModuleNotFoundError as error:
        raise AutograderError(f"a cluster needs {error.name}; run pip install 'chainrule[cluster]'") from None
    return Cluster(scheduler, workers, plain_tcp=plain_tcp)


def _grade(place: Place, root: Path, wanted: list[str], students: list[str], regrade: bool, unsafe: bool) -> None:
    from autograder.commands import batch, report
    from autograder.commands.run import Graded
    from autograder.course.folders import Course, CourseError
    from autograder.gradebook import database

    here = Course(root)
    here.unsafe = here.unsafe or unsafe
    names = here.assignments(wanted)
    found = {name: here.submissions(name, students) for name in names}
    if not any(found.values()):
        report.strays(console, here)
        raise CourseError("nothing has been handed in: submitted/ holds no <student>/<assignment> folder")
    problems = []

    def say_ways(worker: Grader) -> None:
        report.ways(console, worker.source.name, worker.ways)

    for name, submissions in found.items():
        if not submissions:
            continue
        table = report.Scores(name)
        with progress(name, len(submissions) * len(here.sources(name))) as advance:

            def on_graded(one: Graded, table: report.Scores = table, advance: Callable[[], None] = advance) -> None:
                table.add(one.submission.student, one.notebook, one.outcome, unchanged=one.unchanged)
                advance()

            problems += batch.grade_assignment(
                here, name, submissions, place, on_graded, on_ready=say_ways, regrade=regrade
            )
        table.show(console, database.totals(here, name))
    if not students:
        report.strays(console, here)
    report.feedback(console, root / here.directory.feedback_directory)
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(1)


def feedback(assignments: Assignments = None, student: Students = None, course: Where = HERE) -> None:
    """Render feedback pages once more, with the scores and comments given by hand."""
    with said_plainly():
        from autograder.commands import rendering, report
        from autograder.course.folders import Course

        here = Course(course)
        problems = []
        for name in here.assignments(assignments or ()):
            submissions = here.submissions(name, student or ())
            with progress(name, len(submissions) * len(here.sources(name))) as advance:
                problems += rendering.render(here, name, submissions, advance)
        for problem in problems:
            complain(problem)
        report.feedback(console, course / here.directory.feedback_directory)
        if problems:
            raise typer.Exit(1)


def doctor(course: Where = HERE) -> None:
    """Attack the sandbox of this machine, and say what each of its layers does and what is missing."""
    with said_plainly():
        from autograder.commands import doctor as doctors
        from autograder.course.folders import Course

        examined = doctors.examine(Course(course).limits)
        doctors.show(console, examined)
        if examined.is_open:
            raise typer.Exit(1)
