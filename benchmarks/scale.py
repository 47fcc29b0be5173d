"""Grades larger and larger classes with two plain workers and with a Dask cluster of two, both into PostgreSQL.

The course is an ordinary one: ten questions, plain asserts, each student with one of them wrong. What is printed:
notebooks a second from the first that was written to the last, and what comes before and after; CPU seconds of all
processes above those of a class of one; memory of the command and of the largest process of each kind below it.
Machines are noisy: read the ratios, not the seconds.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import nbformat
import psutil
import typer
from rich.console import Console
from rich.table import Table

from autograder.course.notebook import grade_id, released
from benchmarks.ways import QUESTIONS, book
from tests.autograder.gradebook.postgresql import server

ASSIGNMENT = "01-powers"
WAYS = {"two workers": [], "a cluster of two": ["--scheduler", "local"]}
SAMPLING = 0.5
"""Seconds between two looks at the memory of processes."""


@dataclass
class Cost:
    """What grading a class took."""

    between: float
    """Seconds from the first notebook that was written to the last."""
    around: float
    """Seconds of the run before and after these."""
    cpu: float
    own: float
    """CPU seconds of the command itself: what doesn't become less with more machines."""
    memory: dict[str, int] = field(default_factory=dict)
    """The most bytes of one process, by kind."""


def make_course(root: Path, address: str, students: int) -> None:
    """Write the source, the configuration and a class."""
    source = book(0)
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(source, folder / "powers.ipynb")
    lines = ("c = get_config()", "c.CourseDirectory.course_id = 'powers'", f"c.CourseDirectory.db_url = {address!r}")
    (root / "nbgrader_config.py").write_text("\n".join(lines))
    handed_out = json.dumps(released(source))
    for number in range(students):
        handed_in = nbformat.from_dict(json.loads(handed_out))
        for cell in handed_in.cells:
            name = str(grade_id(cell))
            if "def power_" in cell.source:
                power = int(cell.source.split("power_")[1].split("(")[0])
                wrong = 1 if power == number % QUESTIONS else 0
                cell.source = f"def power_{power}(x):\n    return x ** {power} + {wrong}  # {name}"
        path = root / "submitted" / f"student-{number:06}" / ASSIGNMENT / "powers.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(handed_in))


def kind(process: psutil.Process) -> str:
    """What a process below the command is."""
    line = " ".join(process.cmdline())
    if "multiprocessing" in line:
        return "a Dask worker"
    return "of an engine" if "autograder.engine" in line else "other"


def look(command: int, most: dict[str, int]) -> float:
    """Note how much memory each kind of process has at most; the CPU seconds of the command until now."""
    own = 0.0
    try:
        top = psutil.Process(command)
        own = sum(top.cpu_times()[:2])
        found = [("the command", top), *((kind(one), one) for one in top.children(recursive=True))]
        for name, process in found:
            most[name] = max(most.get(name, 0), process.memory_info().rss)
    except psutil.Error:  # it has just ended
        pass
    return own


def grade(students: int, more: list[str]) -> Cost:
    """Grade a class of that size in a course of its own, with a server of its own."""
    with tempfile.TemporaryDirectory(prefix="chainrule-scale-") as name, server() as address:
        root = Path(name)
        make_course(root, address, students)
        before, start, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), dict[str, int]()
        own = 0.0
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).parent / "autograder"), "grade", "--workers", "2", *more],
                cwd=root,
                stdout=log,
                stderr=log,
                env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            )
            while process.poll() is None:
                own = max(own, look(process.pid, most))
                time.sleep(SAMPLING)
            log.seek(0)
            if process.returncode:
                raise SystemExit(f"grading failed:\n{log.read()[-3000:]}")
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
        written = sorted(path.stat().st_mtime for path in root.glob("autograded/*/*/*.ipynb"))
        if len(written) != students:
            raise SystemExit(f"{len(written)} of {students} notebooks have been graded")
        between = written[-1] - written[0]
    return Cost(between, wall - between, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, own, most)


def main(sizes: Annotated[str, typer.Option(help="Sizes of class.")] = "100,1000,10000") -> None:
    """Grade classes of some sizes in both ways, and print what grows and what doesn't."""
    console = Console(width=140)
    table = Table(title="Two workers beside a cluster of two, both into PostgreSQL", title_justify="left")
    kinds = ("the command", "a Dask worker", "of an engine")
    for column in (
        "submissions",
        "graded by",
        "around it, s",
        "a second",
        "CPU ms each",
        "of the command",
        *(f"{one}, MiB" for one in kinds),
    ):
        table.add_column(column, justify="left" if column == "graded by" else "right")
    starts = {way: grade(1, more) for way, more in WAYS.items()}
    for students in map(int, sizes.split(",")):
        margins, needs = {}, {}
        for way, more in WAYS.items():
            with console.status(f"{students} submissions, {way}"):
                cost, start = grade(students, more), starts[way]
            margins[way] = (students - 1) / cost.between
            needs[way] = 1000 * (cost.cpu - start.cpu) / (students - 1)
            memory = (f"{cost.memory.get(one, 0) / 2**20:.0f}" for one in kinds)
            table.add_row(
                str(students),
                way,
                f"{cost.around:.1f}",
                f"{margins[way]:.1f}",
                f"{needs[way]:.0f}",
                f"{1000 * (cost.own - start.own) / (students - 1):.0f}",
                *memory,
            )
        speed, work = ([found[way] for way in WAYS] for found in (margins, needs))
        console.print(
            f"{students}: the cluster grades {speed[1] / speed[0]:.2f} times as many a second as the workers alone, "
            f"and takes {work[1] / work[0]:.2f} times the CPU for each"
        )
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
