"""Grades the same class with nbgrader's own engine and with ours, one after the other, and prints the ratios.

The class is made of right, mistaken and unfinished notebooks of this course; each tool gets a copy of the
course folder in a temporary place. CPU time is that of all processes that a tool started. Machines are noisy:
read the ratios, not the seconds.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

COURSE = Path(__file__).resolve().parent.parent
NOT_FOR_NBGRADER = ("endless-loop", "copied-cell", "deleted-test", "no-json", "syntax-error")
"""Submissions that stop nbgrader's run, or that it waits for; both tools are spared them."""


@dataclass(frozen=True)
class Cost:
    """Seconds that grading one notebook took."""

    wall: float
    cpu: float


def run(course: Path, notebooks: int, *commands: list[str]) -> Cost:
    """What some commands cost a notebook, all their processes counted."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for command in commands:
        done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost((time.perf_counter() - start) / notebooks, cpu / notebooks)


def make_course(folder: Path, assignment: str, students: int) -> int:
    """Copy the course, make a class for one assignment, and say how many submissions it has."""
    shutil.copytree(COURSE / "solutions" / assignment, folder / "solutions" / assignment)
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    more = students + len(NOT_FOR_NBGRADER)
    run(folder, 1, ["autograder", "sample", assignment, "--students", str(more)])
    for student in NOT_FOR_NBGRADER:
        shutil.rmtree(folder / "submitted" / student, ignore_errors=True)
    return len(list((folder / "submitted").iterdir()))


def use_stock_engine(folder: Path) -> None:
    """Take our engine out of a course's configuration."""
    path = folder / "nbgrader_config.py"
    lines = [line for line in path.read_text().splitlines() if "nbgrader_plugin" not in line]
    path.write_text("\n".join(lines) + "\n")


def main(
    assignment: Annotated[str, typer.Argument(help="An assignment of this course.")] = "02-sigmoid-gate",
    students: Annotated[int, typer.Option(help="Submissions to grade.")] = 12,
) -> None:
    """Grade a class with both engines and print what each notebook costs."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as temporary:
        ours, theirs = Path(temporary, "ours"), Path(temporary, "theirs")
        ours.mkdir()
        count = make_course(ours, assignment, students)
        shutil.copytree(ours, theirs)
        use_stock_engine(theirs)
        run(theirs, 1, ["nbgrader", "generate_assignment", assignment])
        with console.status("grading with nbgrader's engine"):
            stock = run(
                theirs, count, ["nbgrader", "autograde", assignment], ["nbgrader", "generate_feedback", assignment]
            )
        with console.status("grading with autograder"):
            own = run(ours, count, ["autograder", "grade", assignment])
    table = Table(title=f"Seconds a notebook, {count} submissions of {assignment}", title_justify="left")
    for column in ("", "nbgrader", "autograder", "ratio"):
        table.add_column(column, justify="left" if not column else "right")
    for name, a, b in (("CPU", stock.cpu, own.cpu), ("wall", stock.wall, own.wall)):
        table.add_row(name, f"{a:.2f}", f"{b:.2f}", f"{a / b:.1f}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
