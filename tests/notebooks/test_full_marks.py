"""The solutions earn full marks, the untouched notebooks none: by `autograder grade` and by `nbgrader autograde`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from autograder.commands import batch
from autograder.course.folders import Course
from autograder.course.notebook import hidden_lines, points, read, role, visible_part
from autograder.engine.client import Engine
from autograder.gradebook import database
from tests.notebooks.lessons import ROOT, SOURCES, handed_out, solved

ASSIGNMENTS = sorted({path.parent.name for path in SOURCES})


def in_all(assignment: str) -> float:
    sources = [read(path) for path in SOURCES if path.parent.name == assignment]
    return sum(points(cell) for source in sources for cell in source.cells if role(cell) == "test")


def make_course(root: Path) -> Path:
    """A copy of the course in which one student has handed in every solution, and one nothing but what was given."""
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions", root / "solutions")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copytree(ROOT / "notebooks", root / "submitted" / "untouched")
    for source in SOURCES:
        folder = root / "submitted" / "right" / source.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(solved(source), folder / source.name)
    return root


def scores(root: Path, assignment: str) -> dict[str, tuple[float, float]]:
    """By student: the score and the most that can be had."""
    return {total.student: (total.score, total.max_score) for total in database.totals(Course(root), assignment)}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, graded by `autograder grade`."""
    root = make_course(tmp_path_factory.mktemp("ours") / "course")
    course = Course(root)
    with closing(Engine()) as engine:
        for name in ASSIGNMENTS:
            batch.grade_assignment(course, name, course.submissions(name), engine, lambda _: None)
    return root


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, graded by nbgrader's own commands."""
    root = make_course(tmp_path_factory.mktemp("theirs") / "course")
    folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    for name in ASSIGNMENTS:
        for command in (["generate_assignment", name, "--force"], ["autograde", name, "--create"]):
            done = subprocess.run(
                [folder / "nbgrader", *command], cwd=root, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
    return root


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_autograder_grade_gives_full_marks_to_the_solution_and_none_to_the_untouched(
    assignment: str, ours: Path
) -> None:
    most = in_all(assignment)
    assert scores(ours, assignment) == {"right": (most, most), "untouched": (0, most)}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgrader_autograde_gives_the_same(assignment: str, theirs: Path, ours: Path) -> None:
    assert scores(theirs, assignment) == scores(ours, assignment)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_line_of_a_hidden_test_reaches_students(path: Path) -> None:
    given = "\n".join(cell.source for cell in read(handed_out(path)).cells)
    stored = json.dumps(json.loads((handed_out(path).parent / "known-results.json").read_text("utf-8")))
    hidden = []
    for cell in read(path).cells:
        shown = {line.strip() for line in visible_part(cell.source).split("\n")}
        lines = cell.source.split("\n")
        found = {lines[number - 1].strip() for number in hidden_lines(cell.source)}
        hidden += [line for line in found - shown if "rng." in line]  # others may stand in a demonstration too
    assert len(hidden) > 5
    assert not [line for line in hidden if line in given or line in stored]
