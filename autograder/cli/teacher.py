"""The commands of who teaches a class: `report`, `mistakes`, `similar`."""

from __future__ import annotations

from typing import Annotated

import typer

from autograder.cli.terminal import HERE, Assignments, Where, complain, console, said_plainly

Assignment = Annotated[str, typer.Argument(help="One assignment.")]


def report(
    assignments: Assignments = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Numbers in place of students' names.")] = False,
    course: Where = HERE,
) -> None:
    """Show what the class has understood: a page for each assignment, one for the course, CSV and JSON beside."""
    with said_plainly():
        from autograder.commands import insight
        from autograder.commands import report as printed
        from autograder.course.folders import Course
        from autograder.insight import graded

        here = Course(course)
        known = [graded.read(here, name) for name in here.assignments(assignments or ())]
        for one in known:
            if anonymous or not one.totals:
                continue
            table = printed.Scores(one.assignment)
            for each in one.notebooks:
                table.add(each.student, each.notebook, each.outcome)
            table.show(console, list(one.totals.values()))
            for problem in one.problems:
                complain(f"{one.assignment}: {problem}")
        console.print(f"Report: {insight.report(here, known, anonymous=anonymous)}", soft_wrap=True, markup=False)


def mistakes(assignment: Assignment, course: Where = HERE) -> None:
    """Group the wrong answers that no misconception explains, and write an entry that teaches the grader each."""
    with said_plainly():
        from autograder.commands import insight
        from autograder.commands import report as printed
        from autograder.course.folders import Course

        here = Course(course)
        (name,) = here.assignments([assignment])
        groups, path = insight.mistakes(here, name)
        printed.groups(console, groups)
        console.print(
            f"Entries for misconceptions.toml, but for their words: {path}\n"
            "Read each answer before it becomes the course's own code; then `autograder verify` and "
            "`autograder grade` name the group.",
            soft_wrap=True,
            markup=False,
        )


def similar(assignment: Assignment, course: Where = HERE) -> None:
    """Find submissions that are alike beyond chance, and show them side by side: a hint for a human, no proof."""
    with said_plainly():
        from autograder.commands import insight
        from autograder.commands import report as printed
        from autograder.course.folders import Course

        here = Course(course)
        (name,) = here.assignments([assignment])
        pairs, path = insight.alike(here, name)
        printed.alike(console, pairs)
        console.print(f"Side by side: {path}", soft_wrap=True, markup=False)
