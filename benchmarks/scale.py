"""Grades a large class with two plain workers and with a Dask cluster of two, both into PostgreSQL, and watches.

The course is an ordinary one: ten questions, plain asserts, each student with one of them wrong. Whenever so many
have been graded, it is printed what they took since the mark before: notebooks a second; CPU seconds of all processes,
without the start of the run; the most memory of the command and of a process of each kind below it. Machines are
noisy: read the ratios, not the seconds.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import nbformat
import psutil
import typer
from rich.console import Console
from rich.table import Table

from autograder.commands.batch import JOURNAL
from autograder.course.notebook import grade_id, released
from benchmarks.measuring import ENVIRONMENT
from benchmarks.ways import QUESTIONS, book
from tests.autograder.gradebook.postgresql import server

ASSIGNMENT = "01-powers"
WAYS = {"two workers": [], "a cluster of two": ["--scheduler", "local"]}
KINDS = ("the command", "a Dask worker", "an engine's")
FIRST = 20
"""What these take is that of the start."""
LAST = 5
"""So many before the end the last mark is, as then processes end."""
SAMPLING = 0.5
"""Seconds between two looks at the memory of processes."""


@dataclass
class Look:
    """What a run has taken until a moment."""

    graded: int = 0
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    """CPU seconds, by kind of process; ended ones count for those that started them."""
    memory: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    """The most bytes of one process since the mark before, by kind."""


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


def look(command: psutil.Process, journal: Path) -> Look:
    """See how far a run is and what its processes have taken."""
    now = Look(_graded(journal), time.perf_counter())
    waiting = [(command, "the command")]
    while waiting:
        process, kind = waiting.pop()
        try:
            line = " ".join(process.cmdline())
            if "multiprocessing" in line:
                kind = "a Dask worker"
            elif kind == "an engine's" or "autograder.engine" in line:
                kind = "an engine's"
            times, below = process.cpu_times(), process.children()
            now.memory[kind] = max(now.memory[kind], process.memory_info().rss)
        except psutil.Error:  # it has just ended
            continue
        ended = times.children_user + times.children_system if kind == "an engine's" else 0.0
        now.cpu[kind] += times.user + times.system + ended
        waiting += [(one, kind) for one in below]
    return now


def _graded(journal: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM graded").fetchone()[0])
    return 0  # it is not there yet


def grade(marks: list[int], more: list[str]) -> Iterator[tuple[Look, Look]]:
    """Grade a class as large as the last mark: at each mark, what had been taken at that before, and what is now."""
    with tempfile.TemporaryDirectory(prefix="chainrule-scale-") as name, server() as address:
        root = Path(name)
        make_course(root, address, marks[-1])
        command = [str(Path(sys.executable).parent / "autograder"), "grade", "--workers", "2", *more]
        with tempfile.TemporaryFile("w+") as log:
            process = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, env=ENVIRONMENT)
            last = Look()
            for mark in (FIRST, *marks):
                now = _when_graded(process, root / JOURNAL, min(mark, marks[-1] - LAST))
                if now is None:
                    break
                if mark != FIRST:
                    yield last, now
                last = now
            code = process.wait()
            log.seek(0)
            if code or _graded(root / JOURNAL) != marks[-1]:
                raise SystemExit(f"grading failed:\n{log.read()[-3000:]}")


def _when_graded(process: subprocess.Popen[bytes], journal: Path, many: int) -> Look | None:
    """What is seen when so many are graded, with the most memory of all looks until then; None where it ends before."""
    watched, most = psutil.Process(process.pid), Look().memory
    while process.poll() is None:
        now = look(watched, journal)
        most = {kind: max(most[kind], now.memory[kind]) for kind in KINDS}
        if now.graded >= many:
            now.memory = most
            return now
        time.sleep(SAMPLING)
    return None


def main(marks: Annotated[str, typer.Option(help="Look after so many.")] = "100,1000,10000") -> None:
    """Grade a class in both ways, and print what grows and what doesn't."""
    console = Console(width=140)
    table = Table(title="Two workers beside a cluster of two, both into PostgreSQL", title_justify="left")
    columns = ("CPU ms each", *(f"of {kind}" for kind in KINDS), *(f"{kind}, MiB" for kind in KINDS))
    for column in ("up to", "graded by", "a second", *columns):
        table.add_column(column, justify="left" if column == "graded by" else "right")
    needs: dict[int, list[float]] = {}
    for way, more in WAYS.items():
        for (before, now), mark in zip(
            grade([int(mark) for mark in marks.split(",")], more), marks.split(","), strict=True
        ):
            graded = now.graded - before.graded
            cpu = {kind: 1000 * (now.cpu[kind] - before.cpu[kind]) / graded for kind in KINDS}
            needs.setdefault(int(mark), []).append(sum(cpu.values()))
            numbers = [graded / (now.seconds - before.seconds), sum(cpu.values()), *cpu.values()]
            table.add_row(
                *(mark, way, f"{numbers[0]:.1f}", *(f"{number:.0f}" for number in numbers[1:])),
                *(f"{now.memory[kind] / 2**20:.0f}" for kind in KINDS),
            )
            console.print(f"{mark} by {way}: {numbers[0]:.1f} a second, {numbers[1]:.0f} ms CPU each")
    console.print(table)
    for mark, (plain, cluster) in needs.items():
        console.print(f"up to {mark}: two workers alone take {plain / cluster:.2f} times the CPU of the cluster")


if __name__ == "__main__":
    typer.run(main)
