"""Grades the same classes with nbgrader's own engine and with ours, and prints what both cost, beside the floor.

    python -m benchmarks.against_nbgrader

Two courses: nbgrader's own example with its plain asserts (`nbgrader quickstart`), and a notebook of this course. In
each class, of every answer seven in ten are right, two hold a known mistake where one is known, the rest are missing.
Each tool grades in a copy of the course folder, where the gradebook knows the assignment already. CPU time is that of
all processes: of a run of 20 submissions and of one of 220. Their difference is what a further submission costs; what
is left of the first is the start. nbgrader grades a few, and its other numbers are scaled from these. Machines are
noisy: read the ratios, not the seconds.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measuring import ENVIRONMENT, Cost, run

COURSE = Path(__file__).resolve().parent.parent
CLASS, MANY = 20, 220
FEWER, FEW = 2, 6
"""How many nbgrader grades."""
EXAMPLE = "ps1"
"""What nbgrader calls the assignment of its example."""


@dataclass(frozen=True)
class Growth:
    """How the cost of a run grows with its submissions: what two sizes cost gives every other."""

    start: Cost
    """What is left where nothing is graded."""
    each: Cost
    """What a further submission costs."""

    @classmethod
    def of(cls, costs: dict[int, Cost]) -> Growth:
        """From two runs, by how many submissions they graded."""
        (small, few), (large, many) = sorted(costs.items())
        each = (many - few) * (1 / (large - small))
        return cls(few - each * small, each)

    def at(self, size: int) -> Cost:
        """What a run of so many submissions costs."""
        return self.start + self.each * size


def make_course(folder: Path, assignment: str, students: int) -> Path:
    """A course with one assignment, and a class."""
    if assignment == EXAMPLE:
        run(folder.parent, "nbgrader", "quickstart", folder.name)
        (folder / "source" / EXAMPLE / "problem2.ipynb").unlink()  # it has no test
    else:
        shutil.copytree(COURSE / "solutions" / assignment, folder / "solutions" / assignment)
        shutil.copy(COURSE / "nbgrader_config.py", folder)
    run(folder, "autograder", "sample", assignment, "--students", str(students + 40))
    everybody = sorted((folder / "submitted").iterdir())
    kept = [path for path in everybody if path.name.startswith("student-")][:students]
    for path in everybody:
        if path not in kept:
            shutil.rmtree(path)
    return folder


def of_nbgrader(course: Path, assignment: str) -> Growth:
    """What nbgrader's own engine costs."""
    config = course / "nbgrader_config.py"
    lines = [line for line in config.read_text().splitlines() if "nbgrader_plugin" not in line]
    config.write_text("\n".join(lines) + "\n")
    run(course, "nbgrader", "generate_assignment", assignment, "--force")
    costs = {}
    for size in (FEWER, FEW):
        who = [f"--student=student-000[1-{size}]", "--force"]
        graded = run(course, "nbgrader", "autograde", assignment, *who)
        costs[size] = graded + run(course, "nbgrader", "generate_feedback", assignment, *who)
    return Growth.of(costs)


def of_ours(small: Path, large: Path, assignment: str) -> tuple[Growth, Cost, Cost]:
    """What ours costs; a run of one submission, and one of MANY with a single worker."""
    one = "--student=student-0001"
    for course in (small, large):
        grade(course, assignment, one)  # makes the gradebook
    growth = Growth.of({CLASS: grade(small, assignment), MANY: grade(large, assignment)})
    return growth, grade(small, assignment, one), grade(large, assignment, "--workers=1")


def grade(course: Path, assignment: str, *options: str) -> Cost:
    """What a run of ours costs, which grades everybody in submitted/ unless the options say whom."""
    return run(course, "autograder", "grade", assignment, "--regrade", *options)


def floor(course: Path, assignment: str) -> float:
    """CPU seconds a submission of the same cells and tests in forks of one warm process."""
    source = next(path for path in course.glob(f"so*/{assignment}/*.ipynb"))
    submitted = sorted((course / "submitted").glob(f"*/{assignment}/{source.name}"))
    command = [sys.executable, "-m", "benchmarks.floor", str(source), *map(str, submitted)]
    printed = subprocess.run(command, cwd=COURSE, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    return mean(map(float, printed.split()))


def compare(assignment: str, console: Console) -> None:
    """Both engines on the same classes, beside the floor."""
    with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as temporary:
        small, large = (make_course(Path(temporary, str(size)), assignment, size) for size in (CLASS, MANY))
        with console.status(f"{assignment} with nbgrader's engine"):
            theirs = of_nbgrader(shutil.copytree(small, Path(temporary, "theirs")), assignment)
        with console.status(f"{assignment} with autograder"):
            ours, one, alone = of_ours(small, large, assignment)
            least = floor(small, assignment)
    table = Table(title=f"CPU seconds, {assignment}", title_justify="left")
    for column in ("submissions", "floor", "autograder", "/ floor", "nbgrader", "nbgrader / autograder"):
        table.add_column(column, justify="left" if column == "submissions" else "right")
    for name, a, b, c in (
        (str(CLASS), least * CLASS, ours.at(CLASS).cpu, theirs.at(CLASS).cpu),
        (str(MANY), least * MANY, ours.at(MANY).cpu, theirs.at(MANY).cpu),
        ("start", 0.0, ours.start.cpu, theirs.start.cpu),
        ("a further one", least, ours.each.cpu, theirs.each.cpu),
    ):
        times = f"{b / a:.1f}" if a else ""
        table.add_row(name, f"{a:.3f}", f"{b:.3f}", times, f"{c:.3f}", f"{c / b:.1f}")
    console.print(table)
    both = ours.at(MANY)
    console.print(
        f"A further submission: {1000 * ours.each.user:.0f} ms user, {1000 * ours.each.system:.0f} ms system. "
        f"nbgrader graded {FEW}, the rest is scaled. "
        f"One submission from the shell: {one.wall:.2f} s, {one.cpu:.2f} s CPU. "
        f"{MANY} submissions with one worker: {alone.wall:.1f} s, with one for each core {both.wall:.1f} s: "
        f"{alone.wall / both.wall:.2f} times as fast. "
        f"Private memory of a student's process: {both.fork / 2**20:.0f} MiB at most."
    )


def grow(assignment: str, sizes: list[int], console: Console) -> None:
    """How the cost of a submission, and the command's own memory, change with the size of the class."""
    table = Table(title=f"The larger the class, {assignment}", title_justify="left")
    for column in ("submissions", "CPU ms a submission", "submissions a second", "memory of the command, MiB"):
        table.add_column(column, justify="right")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="chainrule-bench-") as temporary:
            course = make_course(Path(temporary, "course"), assignment, size)
            grade(course, assignment, "--student=student-0001")
            with console.status(f"grading {size} submissions"):
                cost = grade(course, assignment)
        growth = f"{1000 * cost.cpu / size:.0f}", f"{size / cost.wall:.1f}", f"{cost.main / 2**20:.0f}"
        table.add_row(str(size), *growth)
    console.print(table)


def main(
    assignments: Annotated[list[str] | None, typer.Argument(help="Assignments of this course, or ps1.")] = None,
    sizes: Annotated[str, typer.Option(help="Sizes of class for the command's memory.")] = "100,1000",
) -> None:
    """Print what submissions cost with both engines; then classes of other sizes."""
    console = Console()
    for assignment in assignments or (EXAMPLE, "02-sigmoid-gate"):
        compare(assignment, console)
    grow(EXAMPLE, [int(size) for size in sizes.split(",") if size], console)


if __name__ == "__main__":
    typer.run(main)
