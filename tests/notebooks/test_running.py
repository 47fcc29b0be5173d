"""Every notebook of the course runs from top to bottom in a kernel of its own: as handed out, and solved."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.course.folders import Course
from autograder.course.notebook import read, role
from tests.notebooks.lessons import ROOT, SOURCES, handed_out, solved

Run = Callable[[NotebookNode, Path], NotebookNode]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a notebook beside its known results; a cell that takes longer than students are allowed fails the test."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # two threads wait for each other where other tests run too
    seconds = int(Course(ROOT).limits.cell_seconds)

    def run(notebook: NotebookNode, source: Path) -> NotebookNode:
        folder = shutil.copytree(handed_out(source).parent, tmp_path / "work")
        began = time.perf_counter()
        client = NotebookClient(notebook, timeout=seconds, resources={"metadata": {"path": str(folder)}})
        client.execute()
        print(f"{source.stem}: {time.perf_counter() - began:.1f} s with its kernel")
        return notebook

    return run


def outputs(notebook: NotebookNode, kind: str) -> list[Any]:
    """The outputs of one type, each with the cell that it stands below."""
    found = [(cell, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [(cell, output) for cell, output in found if output.output_type == kind]


def warnings(notebook: NotebookNode) -> list[str]:
    return [output.text for _, output in outputs(notebook, "stream") if output.name == "stderr"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_solved_notebook_runs_without_an_error_and_all_its_checks_are_right(source: Path, run: Run) -> None:
    notebook = run(solved(source), source)
    assert not outputs(notebook, "error")
    assert not warnings(notebook)
    for cell in notebook.cells:
        if role(cell) == "test":
            assert [output.data["text/plain"].lstrip("✓ ")[:6] for output in cell.outputs] == ["Right:"], cell.id
    pictures = [cell_output for cell_output in outputs(notebook, "display_data") if "<img" in str(cell_output[1].data)]
    assert pictures
    for cell, output in pictures:
        alt = re.search(r'<img [^>]*alt="([^"]+)"', output.data["text/html"])
        assert alt and 60 < len(alt[1]) < 1000, cell.id


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_untouched_notebook_runs_to_its_end_and_says_what_is_missing(source: Path, run: Run) -> None:
    notebook = run(nbformat.from_dict(read(handed_out(source))), source)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
    assert not warnings(notebook)
    for cell, error in outputs(notebook, "error"):
        said = [output.data["text/plain"] for output in cell.outputs if output.output_type == "display_data"]
        lines = sum(len(card.splitlines()) for card in said)
        assert said or role(cell) != "test", cell.id
        assert len("\n".join(error.traceback).splitlines()) <= max(2, lines), cell.id
