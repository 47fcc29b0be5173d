"""What a test costs that runs apart from the student's code, and one that runs inside it, and what finding out costs.

The same ten questions three times: with tests that run apart, with tests that ask IPython and so run inside, and
five of each. A right answer to all of them is graded again and again, one at a time. Read the ratios, not the seconds.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.table import Table

from autograder.course.notebook import stubs
from autograder.engine.client import Engine, Worker
from autograder.grading.task import Task
from autograder.limits import Limits

QUESTIONS = 10
ANSWER = "def power_{0}(x):\n    ### BEGIN SOLUTION\n    return x ** {0}\n    ### END SOLUTION"
APART = "for x in range(50):\n    assert power_{0}(x) == x ** {0}"
INSIDE = "get_ipython()\n" + APART


def cell(name: str, text: str, **mark: Any) -> NotebookNode:
    """A cell as nbgrader marks it."""
    plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return new_code_cell(text, id=name, metadata={"nbgrader": plain | mark | {"grade_id": name}})


def book(inside: int) -> NotebookNode:
    """Ten questions, of which the tests of so many run inside."""
    cells = []
    for n in range(QUESTIONS):
        cells.append(cell(f"power-{n}", ANSWER.format(n), solution=True))
        test = (INSIDE if n < inside else APART).format(n)
        cells.append(cell(f"power-{n}-test", test, grade=True, locked=True, points=1))
    return new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def cost(inside: int, times: int) -> tuple[float, float, float]:
    """Seconds until the notebook is ready, wall seconds a submission, CPU seconds of the whole run."""
    before = cpu()
    with tempfile.TemporaryDirectory(prefix="chainrule-ways-") as name, closing(Engine()) as engine:
        folder, made = Path(name), book(inside)
        path = folder / "work.ipynb"
        path.write_text(json.dumps(made), "utf-8")
        begun = time.perf_counter()
        with closing(Worker(engine, path, stubs(made), Limits())) as worker:
            kinds = [way.kind for way in worker.ways.values()]
            assert kinds.count("inside") == inside and kinds.count("apart") == QUESTIONS - inside, worker.ways
            ready = time.perf_counter() - begun
            task = Task("s", "a", "work", folder, ("work",), None, "00", folder / "a.ipynb", folder / "a.html")
            job = {"do": "grade", "task": task.to_json()}
            begun = time.perf_counter()
            for _ in range(times):
                assert worker.done(job)["failed"] is None
            wall = time.perf_counter() - begun
    return ready, wall / times, cpu() - before


def cpu() -> float:
    """CPU seconds of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(times: Annotated[int, typer.Option(help="How often a submission is graded.")] = 30) -> None:
    """Print what both ways cost."""
    table = Table(
        title=f"{QUESTIONS} tests of 50 calls each, one submission graded {times} times", title_justify="left"
    )
    for column in ("tests inside", "wall ms a submission", "CPU ms a submission", "ready after, s"):
        table.add_column(column, justify="right")
    for inside in (0, QUESTIONS // 2, QUESTIONS):
        _, _, one = cost(inside, 1)  # most of it is the start of a run
        ready, wall, all_of_them = cost(inside, times)
        each = (all_of_them - one) / (times - 1)
        table.add_row(str(inside), f"{1000 * wall:.0f}", f"{1000 * each:.0f}", f"{ready:.2f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
