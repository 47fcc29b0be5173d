"""A package grades one submission in a folder laid out as the platform's, and writes what the platform reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograder.commands import container, package
from autograder.sandbox.walls.isolation import LAYERS
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder

DOUBLED = {"square": "def square(x): return 2 * x", "total": "def total(xs): return sum(map(square, xs))"}
CHEATS = {"square": "def square(x):\n    return 25 if x == -5 else 9 if x == 3 else 0"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return maker.make_course(tmp_path_factory.mktemp("course"))


def unpacked(root: Path, target: Path, autograder: Autograder) -> Path:
    """Gradescope's /autograder, with this environment in place of the one that setup.sh makes."""
    ran = autograder(root, "package", maker.ASSIGNMENT, "--for", "gradescope")
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(root / "packages" / f"{maker.ASSIGNMENT}-gradescope.zip") as archive:
        archive.extractall(target / "source")
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["run_autograder"] == modes["setup.sh"] == 0o755, "which Gradescope starts"
    (target / "source" / "venv").symlink_to(sys.prefix)
    for name in ("submission", "results"):
        (target / name).mkdir()
    return target


def run(script: Path, submitted: Path, book: NotebookNode | str, **where: str) -> dict[str, Any]:
    text = book if isinstance(book, str) else json.dumps(book)
    submitted.mkdir(parents=True, exist_ok=True)
    (submitted / "squares.ipynb").write_text(text, "utf-8")
    ran = subprocess.run(
        ["bash", str(script)], env=os.environ | where, cwd="/", capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = submitted.parent / "results" / "results.json"
    tree: dict[str, Any] = json.loads(results.read_text("utf-8"))
    results.unlink()
    return tree


def test_gradescopes_package(root: Path, tmp_path: Path, autograder: Autograder) -> None:
    there = unpacked(root, tmp_path / "autograder", autograder)

    def grade(book: NotebookNode | str) -> dict[str, Any]:
        script = there / "source" / "run_autograder"
        return run(script, there / "submission", book, AUTOGRADER_ROOT=str(there))

    right = grade(maker.handed_out())
    assert sum(test.get("score", 0) for test in right["tests"]) == 7
    assert {test["status"] for test in right["tests"]} == {"passed"}

    wrong = {test["name"]: test for test in grade(maker.handed_out(**DOUBLED))["tests"]}
    visible, points = wrong["square: the visible checks"], wrong["square"]
    assert (visible["visibility"], visible["status"]) == ("visible", "failed")
    assert "What is a square of side 3 made of?" in visible["output"] and "score" not in visible
    assert (points["visibility"], points["score"], points["max_score"]) == ("after_published", 1.0, 2.0)

    cheat = {test["name"]: test for test in grade(maker.handed_out(**CHEATS))["tests"]}
    assert cheat["square: the visible checks"]["status"] == "passed", "what hidden tests find waits for its day"
    assert (cheat["square"]["score"], cheat["square"]["status"]) == (0.0, "failed")

    broken = grade("no notebook")
    assert broken["score"] == 0.0 and "squares.ipynb" in broken["output"] and broken["tests"] == []


def test_prairielearns_package(root: Path, tmp_path: Path, autograder: Autograder) -> None:
    assert autograder(root, "package", maker.ASSIGNMENT, "--for", "prairielearn", "--image", "me/grader").code == 0
    question = root / "packages" / f"{maker.ASSIGNMENT}-prairielearn"
    info = json.loads((question / "info.json").read_text("utf-8"))
    assert info["gradingMethod"] == "External" and info["externalGradingOptions"]["image"] == "me/grader"
    assert 'file-names="squares.ipynb"' in (question / "question.html").read_text("utf-8")
    there = tmp_path / "grade"
    there.mkdir()
    (question / "tests").rename(there / "tests")
    (there / "results").mkdir()

    def grade(book: NotebookNode | str) -> dict[str, Any]:
        return run(there / "tests" / "run.sh", there / "student", book, GRADE_ROOT=str(there))

    cheat = grade(maker.handed_out(**CHEATS, **{"mean": maker.RIGHT["mean"]}))
    assert cheat["gradable"] and cheat["score"] == pytest.approx(1 / 7)
    square = next(test for test in cheat["tests"] if test["name"] == "square")
    assert (square["points"], square["max_points"]) == (0.0, 2.0)
    assert "a hidden test of square failed" in square["message"]
    broken = grade("no notebook")
    assert not broken["gradable"] and "squares.ipynb" in broken["format_errors"][0]


def test_without_namespaces_it_grades_and_says_what_is_missing(root: Path, tmp_path: Path) -> None:
    maker.hand_in(root, "ada", maker.handed_out())
    submitted = root / "submitted" / "ada" / maker.ASSIGNMENT
    without = [layer for layer in LAYERS if "namespace" in layer or "network" in layer]
    found = container.grade(maker.course(root), submitted, without or list(LAYERS)[:1])
    assert sum(outcome.score for _, outcome in found.outcomes) == 7
    assert set(found.examined.missing) >= set(without)


def test_a_package_holds_the_assignment_and_no_students_work(root: Path) -> None:
    maker.hand_in(root, "ada", maker.handed_out())
    (root / "gradebook.db").touch()
    made = package.make(maker.course(root), maker.ASSIGNMENT, "gradescope", "")
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
    assert f"course/solutions/{maker.ASSIGNMENT}/squares.ipynb" in names and "course/nbgrader_config.py" in names
    assert "python/autograder/cli/__main__.py" in names and "python/chainrule/data/digits.npz" in names
    assert not [name for name in names if ("gradebook" in name and name.startswith("course")) or "submitted" in name]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".secret")]
