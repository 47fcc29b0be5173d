"""The command line of a course: for who writes it, who grades, and who teaches a class.

Exit codes: 0 when everything was dealt with, 1 when the run failed or a check found something,
2 for wrong usage, 130 when it was stopped with Ctrl-C.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from autograder.cli import author, grader, platforms, teacher
from autograder.cli.terminal import console

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (
    author.release,
    author.verify,
    author.check_course,
    author.sample,
    platforms.roster,
    platforms.collect,
    grader.grade,
    grader.feedback,
    teacher.report,
    teacher.mistakes,
    teacher.similar,
    platforms.export,
    platforms.package,
    grader.doctor,
):
    app.command()(command)
app.command(hidden=True)(platforms.container)


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"autograder {version('chainrule')}", highlight=False)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """The command line of a course."""


def main() -> None:
    """Run the command line, and leave at once: to take apart all that nbgrader imports takes a third of a second.

    Garbage is looked for less often than Python would: while so much is imported there is none.
    """
    gc.set_threshold(100_000)
    try:
        app()
    except SystemExit as end:
        if "distributed" in sys.modules:  # leaves its processes and their semaphores to Python's own end
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))
