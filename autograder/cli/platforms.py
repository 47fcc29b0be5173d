"""The commands that go to a learning platform and back: `roster`, `collect`, `export`, `package`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from autograder.cli.terminal import HERE, Where, complain, console, said_plainly

IMAGE = "chainrule-grader"
OneAssignment = Annotated[str, typer.Argument(help="One assignment.")]


def roster(
    table: Annotated[Path, typer.Argument(help="A table of students: id, names, e-mail, id on the platform.")],
    course: Where = HERE,
) -> None:
    """Put students' names, e-mails and platform ids into nbgrader's table of students."""
    with said_plainly():
        from autograder.commands import collect as collecting
        from autograder.course.folders import Course

        count, new = collecting.enrol(Course(course), table)
        console.print(f"{count} students are in {table}; {new} of them are new in the gradebook", highlight=False)


def collect(
    archives: Annotated[list[Path], typer.Argument(help="Zips of Moodle, Canvas or Gradescope; zips or folders.")],
    assignment: Annotated[str | None, typer.Option(help="Of which; told by the notebooks' cells by default.")] = None,
    course: Where = HERE,
) -> None:
    """Put what was downloaded from a learning platform into submitted/, and say what could not be matched."""
    with said_plainly():
        from autograder.commands import collect as collecting
        from autograder.commands import report
        from autograder.course.folders import Course

        here = Course(course)
        name = here.assignments([assignment])[0] if assignment else None
        unmatched = False
        for path in archives:
            found = collecting.collect(here, path, name)
            report.collected(console, path, found)
            unmatched |= bool(found.unmatched)
        if unmatched:
            complain(f"What could not be matched is in {course / collecting.UNMATCHED}/")
            raise typer.Exit(1)


def export(
    assignment: OneAssignment,
    platform: Annotated[Literal["moodle", "canvas", "gradescope", "csv"], typer.Option("--for", help="Whose columns.")],
    into: Annotated[Path | None, typer.Option(help="The platform's own table, to be filled in.")] = None,
    course: Where = HERE,
) -> None:
    """Write marks in a platform's own columns, and for Moodle a zip of feedback files that it takes as it is."""
    with said_plainly():
        from autograder.commands import export as exporting
        from autograder.course.folders import Course

        here = Course(course)
        (name,) = here.assignments([assignment])
        written = exporting.export(here, name, platform, into)
        for note in written.notes:
            complain(note)
        for path in written.files:
            console.print(f"Written: {path}", markup=False, highlight=False, soft_wrap=True)


def package(
    assignment: OneAssignment,
    platform: Annotated[Literal["gradescope", "prairielearn"], typer.Option("--for", help="Where it will grade.")],
    image: Annotated[str, typer.Option(help="PrairieLearn: the image, made of the Dockerfile in it.")] = IMAGE,
    course: Where = HERE,
) -> None:
    """Make an autograder to be uploaded: a zip for Gradescope, a question's folder for PrairieLearn."""
    with said_plainly():
        from autograder.commands import package as packages
        from autograder.course.folders import Course

        here = Course(course)
        (name,) = here.assignments([assignment])
        made = packages.make(here, name, platform, image)
        console.print(f"Written: {made}", markup=False, highlight=False, soft_wrap=True)


def container(
    platform: Annotated[Literal["gradescope", "prairielearn"], typer.Argument()],
    root: Annotated[Path, typer.Argument(help="The platform's folder in its container.")],
    course: Where = HERE,
) -> None:
    """Grade the one submission of a platform's container; for the script in a package."""
    with said_plainly():
        from autograder.commands import container as containers
        from autograder.commands import doctor as doctors
        from autograder.course.folders import Course

        examined = containers.run(platform, Course(course), root)
        if examined:
            doctors.show(console, examined)
