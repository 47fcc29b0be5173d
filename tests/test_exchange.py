"""From the instructor to a student's folder outside the repository, with only the built wheel there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.notebook import role
from tests.notebooks.lessons import outputs, solved, warnings

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.relative_to(ROOT / "solutions") for path in (ROOT / "solutions").glob("*/*.ipynb"))


def run(folder: Path, *command: str, **environment: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(ROOT, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    uv = shutil.which("uv")
    pip = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    run(folder, *pip, "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    exchange, course, home, student = (folder / name for name in ("exchange", "course", "home", "student"))
    for made in (exchange, course, home, student):
        made.mkdir()
    exchange.chmod(0o777)
    (course / "nbgrader_config.py").write_text(
        (ROOT / "nbgrader_config.py").read_text() + f"\nc.Exchange.root = {str(exchange)!r}\n"
    )
    (student / "nbgrader_config.py").write_text(f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n")
    for step in ("solutions", "notebooks"):
        shutil.copytree(ROOT / step, course / step)
    settings = {"HOME": str(home), "JUPYTER_DATA_DIR": str(home), "JUPYTER_CONFIG_DIR": str(home)}
    for assignment in sorted({str(path.parent) for path in NOTEBOOKS}):
        run(course, "nbgrader", "release_assignment", assignment, **settings)
        run(student, "nbgrader", "fetch_assignment", assignment, "--course", "chainrule", **settings)
    return student


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=str)
def test_a_fetched_notebook_solved_runs_without_an_error_and_all_its_checks_are_right_with_only_the_wheel(
    notebook: Path, installed: Path, fetched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fetched / notebook.parent
    handed_out = {path.name for path in NOTEBOOKS if path.parent == notebook.parent}
    visible = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert visible == {"known-results.json"} | handed_out
    book = solved(ROOT / "solutions" / notebook, fetched / notebook)
    where = "import chainrule, sys\nprint(chainrule.__file__, [p for p in sys.path if p.rstrip('/') == REPOSITORY])"
    book.cells.insert(0, nbformat.v4.new_code_cell(where.replace("REPOSITORY", repr(str(ROOT)))))
    monkeypatch.setenv("PYTHONPATH", str(installed))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")  # two threads wait for each other where other tests run too
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    assert book.cells.pop(0).outputs[0].text.startswith(f"{installed}{os.sep}chainrule")
    assert not outputs(book, "error") and not warnings(book)
    tests = [cell for cell in book.cells if role(cell) == "test"]
    assert tests
    for cell in tests:
        assert [output.data["text/plain"].lstrip("✓ ")[:6] for output in cell.outputs] == ["Right:"], cell.id
    shown = [(cell, output) for cell, output in outputs(book, "display_data") if "<img" in str(output.data)]
    assert shown
    for cell, output in shown:
        alt = re.search(r'<img [^>]*alt="([^"]+)"', output.data["text/html"])
        assert alt and 60 < len(alt[1]) < 1000, cell.id


def test_the_wheel_carries_the_data_and_no_test(installed: Path) -> None:
    assert (installed / "chainrule" / "data" / "digits.npz").exists()
    assert (installed / "chainrule" / "widgets" / "page" / "graph_flow" / "view.js").exists()
    assert not (installed / "tests").exists()
    assert not (installed / "solutions").exists()
