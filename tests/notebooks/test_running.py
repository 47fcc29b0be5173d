"""Every notebook of the course runs from top to bottom as handed out; solved, in `test_exchange.py`."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.course.notebook import read, role
from tests.notebooks.lessons import ROOT, SOURCES, handed_out, outputs, warnings

Run = Callable[[NotebookNode, Path], NotebookNode]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a notebook beside its known results."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # two threads wait for each other where other tests run too

    def run(notebook: NotebookNode, source: Path) -> NotebookNode:
        folder = shutil.copytree(handed_out(source).parent, tmp_path / "work")
        began = time.perf_counter()
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
        client.execute()
        print(f"{source.stem}: {time.perf_counter() - began:.1f} s with its kernel")
        return notebook

    return run


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
