"""How the commands talk: what is printed, how an error is said, and the arguments that several of them take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.errors import AutograderError
from autograder.files import visible

console = Console()
errors = Console(stderr=True, style="red")

Assignments = Annotated[list[str] | None, typer.Argument(help="Assignments; all of them where none is named.")]
Where = Annotated[Path, typer.Option("--course", help="The course folder, with its nbgrader_config.py.")]
HERE = Path()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Say what is wrong in one sentence, and end with the exit code that fits."""
    try:
        yield
    except AutograderError as error:
        complain(f"autograder: {error}")
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        complain(f"autograder: {error.strerror}: {error.filename or 'the course folder'}")
        raise typer.Exit(1) from None


def complain(text: str) -> None:
    """Print what is wrong; the names in it may be a student's."""
    for line in text.split("\n"):
        errors.print(visible(line), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar that goes to `total`; what it gives is called once for each step."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
