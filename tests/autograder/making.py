"""Makes small source notebooks in nbgrader's cell format, and submissions of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.course.notebook import grade_id, read, released, stubs
from autograder.engine.client import Engine, Worker
from autograder.grading.task import Task
from autograder.limits import Limits
from autograder.outcome import Outcome

SETUP = "import numpy as np\n\nfrom chainrule import check, rng"


def _marked(make: Any, name: str, source: str, **mark: Any) -> NotebookNode:
    given = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    return make(source, metadata={"nbgrader": given | mark, "tags": ["raises-exception"]}, id=name)  # type: ignore[no-any-return]


def answer(name: str, solution: str, before: str = "", after: str = "") -> NotebookNode:
    """An answer cell; what stands before and after the solution is the student's to keep."""
    within = solution[: len(solution) - len(solution.lstrip(" "))]
    marked = f"{within}### BEGIN SOLUTION\n{solution}\n{within}### END SOLUTION"
    return _marked(new_code_cell, name, "\n".join(filter(None, [before, marked, after])), solution=True)


def checks(name: str, visible: str, hidden: str = "", points: float = 2) -> NotebookNode:
    """A test cell."""
    block = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS" if hidden else ""
    source = "\n".join(filter(None, [visible, block]))
    return _marked(new_code_cell, name, source, grade=True, locked=True, points=points)


def written(name: str, points: float = 1, source: str = "YOUR ANSWER HERE") -> NotebookNode:
    """A written answer."""
    return _marked(new_markdown_cell, name, source, solution=True, grade=True, points=points)


def task(name: str, source: str, points: float) -> NotebookNode:
    """A task: students add cells of their own below it."""
    return _marked(new_markdown_cell, name, source, task=True, locked=True, points=points)


def locked(name: str, source: str) -> NotebookNode:
    """A cell that the course gives and nobody may change."""
    return _marked(new_code_cell, name, source, locked=True)


def source(*cells: NotebookNode) -> NotebookNode:
    """A source notebook: a locked cell of imports, then these cells."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=[locked("setup", SETUP), *deepcopy(cells)], metadata={"kernelspec": spec})


@contextmanager
def working(path: Path, limits: Limits) -> Iterator[Worker]:
    """A worker for a source notebook."""
    with closing(Engine()) as engine, closing(Worker(engine, path, stubs(read(path)), limits)) as worker:
        worker.prepare()
        yield worker


def grade(worker: Worker, handed_in: NotebookNode, key: bytes = b"key") -> Outcome:
    """What grading a notebook finds out, with what its cells showed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / worker.source.name).write_text(json.dumps(handed_in), "utf-8")
        task = Task(
            *("student", "assignment", worker.source.stem, folder, (worker.source.stem,), None, key.hex()),
            autograded=folder / "autograded.ipynb",
            feedback=folder / "feedback.html",
        )
        outcome = Outcome.from_json(worker.done({"do": "grade", "task": task.to_json()}))
        shown = nbformat.read(folder / "autograded.ipynb", 4)
    tests = {test.grade_id for test in outcome.tests}
    cells = [(i, cell) for i, cell in enumerate(shown.cells) if cell.get("outputs") and grade_id(cell) not in tests]
    outcome.outputs = {i: cell.outputs for i, cell in cells}
    return outcome


def submission(of: NotebookNode, **answers: str) -> NotebookNode:
    """The released notebook with some answers written (grade_id "my-answer" is given as my_answer)."""
    notebook = released(of)
    for name, text in answers.items():
        cell_of(notebook, name.replace("_", "-")).source = text
    return notebook


def cell_of(notebook: NotebookNode, name: str) -> NotebookNode:
    """The first cell of a grade_id, or of an id."""
    return next(cell for cell in notebook.cells if name in (grade_id(cell), cell.get("id")))


def save(notebook: NotebookNode, folder: Path, name: str = "work", misconceptions: str = "") -> Path:
    """Write a notebook, and its misconceptions beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    if misconceptions:
        (folder / "misconceptions.toml").write_text(misconceptions, "utf-8")
    return path
