"""What of an existing nbgrader course can be graded, and how, before anybody's points are at stake.

Nothing is written: each source notebook is prepared as for grading, its own solution tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.utils import is_grade, is_task

from autograder.commands.batch import start_worker
from autograder.course import notebook
from autograder.course.folders import Course
from autograder.course.notebook import role
from autograder.engine.client import Engine
from autograder.errors import AutograderError
from autograder.outcome import Way


@dataclass(frozen=True)
class Checked:
    """What was found out about one source notebook."""

    name: str
    ways: dict[str, Way] = field(default_factory=dict)
    """How each test can be run, by grade_id."""
    written: int = 0
    """Answers and tasks that a person grades in any case."""
    refused: str | None = None
    """Why it can't be graded at all."""


def examine(course: Course, assignments: Iterable[str]) -> Iterator[Checked]:
    """Prepare every source notebook of some assignments; one that is refused doesn't stop the others."""
    with closing(Engine()) as engine:
        for assignment in assignments:
            for path in course.sources(assignment):
                yield _prepared(course, engine, path, f"{assignment}/{path.name}")


def _prepared(course: Course, engine: Engine, path: Path, name: str) -> Checked:
    try:
        with closing(start_worker(course, engine, path)) as worker:
            ways = worker.ways
        cells = notebook.read(path).cells
    except AutograderError as error:
        return Checked(name, refused=str(error))
    by_person = [cell for cell in cells if (is_grade(cell) or is_task(cell)) and role(cell) != "test"]
    return Checked(name, ways, len(by_person))
