"""Grades the same class with nbgrader's own engine and with ours, one after the other, and prints the ratios.

The class is made of this course's own answers: of each, seven in ten are right, two hold a known mistake, one is
missing. Each tool gets a copy of the course folder in a temporary place. CPU time is that of all processes that a
tool started. Machines are noisy: read the ratios, not the seconds.
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
from statistics import mean
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.table import Table

COURSE = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
SAMPLING = 0.2
"""Seconds between two looks at the memory of processes."""


@dataclass
class Cost:
    """What grading a class took: seconds a notebook, bytes of memory."""

    wall: float
    cpu: float
    main: int = 0
    """The most that the command itself held."""
    fork: int = 0
    """The most private memory of one process that runs student code."""


def run(course: Path, notebooks: int, *commands: list[str]) -> Cost:
    """What some commands cost a notebook, all their processes counted."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    main = fork = 0
    for command in commands:
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(command, cwd=course, env=ENVIRONMENT, stdout=log, stderr=log)
            while process.poll() is None:
                a, b = memory(process.pid)
                main, fork = max(main, a), max(fork, b)
                time.sleep(SAMPLING)
            if process.returncode:
                log.seek(0)
                raise SystemExit(f"{' '.join(command)} failed:\n{log.read()[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost((time.perf_counter() - start) / notebooks, cpu / notebooks, main, fork)


def memory(pid: int) -> tuple[int, int]:
    """Bytes that a process holds, and the most private bytes of a student's process below it.

    That is four steps down: the warm process, the way into the namespaces, the zygote, its forks.
    """
    try:
        command = psutil.Process(pid)
        students = [command]
        for _ in range(4):
            students = [child for parent in students for child in parent.children()]
        return command.memory_info().rss, max((p.memory_full_info().uss for p in students), default=0)
    except psutil.Error:
        return 0, 0


def make_course(folder: Path, assignment: str, students: int) -> int:
    """Copy the course, make a class for one assignment, and say how many submissions it has."""
    shutil.copytree(COURSE / "solutions" / assignment, folder / "solutions" / assignment)
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    run(folder, 1, ["autograder", "sample", assignment, "--students", str(students + 40)])
    everybody = sorted((folder / "submitted").iterdir())
    kept = [path for path in everybody if path.name.startswith("student-")][:students]
    for path in everybody:
        if path not in kept:
            shutil.rmtree(path)
    return len(kept)


def use_stock_engine(folder: Path) -> None:
    """Take our engine out of a course's configuration."""
    path = folder / "nbgrader_config.py"
    lines = [line for line in path.read_text().splitlines() if "nbgrader_plugin" not in line]
    path.write_text("\n".join(lines) + "\n")


def floor(course: Path, assignment: str) -> float:
    """CPU seconds a notebook of the same cells and tests in forks of one warm process."""
    source = next((course / "solutions" / assignment).glob("*.ipynb"))
    submitted = sorted((course / "submitted").glob(f"*/{assignment}/{source.name}"))
    command = [sys.executable, str(COURSE / "benchmarks" / "floor.py"), str(source), *map(str, submitted)]
    printed = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    return mean(map(float, printed.split()))


def one(course: Path, assignment: str) -> Cost:
    """What a run of one submission costs, once the gradebook is there."""
    command = ["autograder", "grade", assignment, "--student", "student-0001"]
    run(course, 1, command)
    return run(course, 1, [*command, "--regrade"])


def compare(assignment: str, students: int, console: Console) -> None:
    """Both engines on the same class, beside the floor."""
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
            least = floor(ours, assignment)
            start = one(ours, assignment)
            own = run(ours, count, ["autograder", "grade", assignment, "--regrade"])
    each = (own.cpu * count - start.cpu) / (count - 1)
    table = Table(title=f"Seconds a notebook, {count} submissions of {assignment}", title_justify="left")
    for column in ("", "nbgrader", "autograder", "ratio"):
        table.add_column(column, justify="left" if not column else "right")
    for name, a, b in (
        ("CPU", stock.cpu, own.cpu),
        ("CPU, without the start of the run", stock.cpu, each),
        ("wall", stock.wall, own.wall),
    ):
        table.add_row(name, f"{a:.3f}", f"{b:.3f}", f"{a / b:.1f}")
    console.print(table)
    console.print(
        f"The floor (fork, cells, tests; nothing isolated, nothing written): {1000 * least:.0f} ms CPU a notebook; "
        f"above it {1000 * (each - least):.0f} ms. A run of one submission: {start.wall:.2f} s, {start.cpu:.2f} s CPU. "
        f"Private memory of a student's process: {own.fork / 2**20:.0f} MiB at most."
    )


def grow(assignment: str, sizes: list[int], console: Console) -> None:
    """How the cost of a notebook, and the command's own memory, change with the size of the class."""
    table = Table(title="The larger the class", title_justify="left")
    for column in ("submissions", "workers", "CPU ms a notebook", "notebooks a second", "memory of the command, MiB"):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as temporary:
        for size, workers in [(sizes[len(sizes) // 2], 1), *((size, 2) for size in sizes)]:
            course = Path(temporary, f"{size}-{workers}")
            course.mkdir()
            count = make_course(course, assignment, size)
            one(course, assignment)
            with console.status(f"grading {count} submissions"):
                cost = run(course, count, ["autograder", "grade", assignment, "--workers", str(workers), "--regrade"])
            table.add_row(
                *(str(count), str(workers), f"{1000 * cost.cpu:.0f}", f"{1 / cost.wall:.1f}"),
                f"{cost.main / 2**20:.0f}",
            )
    console.print(table)


def main(
    assignment: Annotated[str, typer.Argument(help="An assignment of this course.")] = "02-sigmoid-gate",
    students: Annotated[int, typer.Option(help="Submissions to grade with both.")] = 20,
    sizes: Annotated[str, typer.Option(help="Sizes of class to grade with ours.")] = "10,100,1000",
) -> None:
    """Grade a class with both engines and print what each notebook costs; then classes of other sizes."""
    console = Console()
    compare(assignment, students, console)
    grow(assignment, [int(size) for size in sizes.split(",")], console)


if __name__ == "__main__":
    typer.run(main)
