"""The commands of who writes a course: `release`, `verify`, `check-course`, `sample`."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.terminal import HERE, Assignments, Where, complain, console, errors, progress, said_plainly


def release(
    assignments: Assignments = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; list what has drifted, exit 1.")] = False,
    course: Where = HERE,
) -> None:
    """Make the students' notebooks from the solutions."""
    with said_plainly():
        from autograder.commands import release as releases
        from autograder.commands import report
        from autograder.course.folders import Course

        here = Course(course)
        names = here.assignments(assignments or ())
        if not check:
            for assignment in names:
                for name, ways in releases.release(here, assignment).items():
                    report.ways(console, name, ways)
                console.print(f"{assignment}: released")
            return
        with progress("Checking", len(names)) as advance, ThreadPoolExecutor(os.cpu_count()) as several:
            drifted = [] if assignments else releases.strays(here)
            for found in several.map(lambda name: releases.drift(here, name), names):
                drifted += found
                advance()
        for line in drifted:
            complain(line)
        if drifted:
            errors.print("Run `autograder release`, look at the changes, and commit them.", markup=False)
            raise typer.Exit(1)


def verify(
    assignments: Assignments = None,
    seeds: Annotated[int, typer.Option(help="How many times the solution is graded, each with other inputs.")] = 100,
    course: Where = HERE,
) -> None:
    """Test the tests: the solution passes, the untouched notebook doesn't, every misconception is found out."""
    with said_plainly():
        from autograder.commands import release as releases
        from autograder.commands import report
        from autograder.course.folders import Course

        here = Course(course)
        paths = [path for name in here.assignments(assignments or ()) for path in here.sources(name)]
        reports = []
        with progress("Verifying", len(paths)) as advance, ThreadPoolExecutor(os.cpu_count()) as several:
            for found in several.map(lambda path: releases.verify_source(here, path, seeds), paths):
                reports.append(found)
                advance()
        report.verified(console, reports)
        if any(found["problems"] for found in reports):
            raise typer.Exit(1)


def check_course(
    course: Annotated[Path, typer.Argument(help="The course folder, with its nbgrader_config.py.")],
) -> None:
    """Say of an nbgrader course which tests can be run apart from the students' code, inside it, or not at all."""
    with said_plainly():
        from autograder.commands import check_course as checks
        from autograder.commands import report
        from autograder.course import options
        from autograder.course.folders import Course

        here = Course(course)
        names = here.assignments()
        with progress("Checking", sum(len(here.sources(name)) for name in names)) as advance:
            found = []
            for one in checks.examine(here, names):
                found.append(one)
                advance()
        report.checked(console, found, options.not_used(here.config))
        if any(one.refused for one in found):
            raise typer.Exit(1)


def sample(
    assignments: Assignments = None,
    students: Annotated[int | None, typer.Option(help="How many; by default each kind of student once.")] = None,
    course: Where = HERE,
) -> None:
    """Write a class made from the solutions and misconceptions into submitted/."""
    with said_plainly():
        from autograder.commands import sample as samples
        from autograder.course.folders import Course

        here = Course(course)
        count = samples.make(here, here.assignments(assignments or ()), students)
        console.print(f"A sample class of {count} students is in {here.directory.submitted_directory}/")
