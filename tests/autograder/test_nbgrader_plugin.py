"""The course's own 02-sigmoid-gate, graded by `autograder grade` and by `nbgrader autograde`."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI

from autograder.commands import batch, sample
from autograder.course.folders import Course
from autograder.engine.client import Engine
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ROOT

ASSIGNMENT, NAME = "02-sigmoid-gate", "sigmoid-gate"
STUDENTS = ["right", "partly-right", "syntax-error", "deleted-test", "copied-cell", "no-json", "mistaken-1"]


def _course(root: Path) -> Path:
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for step in ("solutions", "notebooks"):
        shutil.copytree(ROOT / step / ASSIGNMENT, root / step / ASSIGNMENT)
    return root


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    command = [folder / "nbgrader", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = _course(tmp_path_factory.mktemp("ours") / "course")
    course = Course(root)
    sample.make(course, [ASSIGNMENT], None)
    for folder in (root / "submitted").iterdir():
        if folder.name not in STUDENTS:
            shutil.rmtree(folder)
    with closing(Engine()) as engine:
        batch.grade_assignment(course, ASSIGNMENT, course.submissions(ASSIGNMENT), batch.Here(engine), lambda _: None)
    return root


@pytest.fixture(scope="module")
def theirs(ours: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = _course(tmp_path_factory.mktemp("theirs") / "course")
    shutil.copytree(ours / "submitted", root / "submitted")
    generated = nbgrader(root, "generate_assignment", ASSIGNMENT, "--force")
    assert generated.returncode == 0, generated.stderr
    graded = nbgrader(root, "autograde", ASSIGNMENT, "--create")
    assert graded.returncode == 0, graded.stderr
    nbgrader(root, "generate_feedback", ASSIGNMENT)  # the tests look for each student's page
    return root


def test_both_ways_of_grading_give_every_student_the_same_scores(ours: Path, theirs: Path) -> None:
    assert sorted(maker.grades(ours)) == sorted(STUDENTS)
    assert maker.grades(theirs) == maker.grades(ours)
    assert {score for score, _, _ in maker.grades(ours)["no-json"].values()} == {None}


@pytest.mark.parametrize("student", STUDENTS)
def test_nbgraders_feedback_shows_no_hidden_test(student: str, theirs: Path) -> None:
    source = nbformat.read(theirs / "solutions" / ASSIGNMENT / f"{NAME}.ipynb", 4)
    page = text_of((theirs / "feedback" / student / ASSIGNMENT / f"{NAME}.html").read_text("utf-8"))
    hidden: list[str] = []
    for cell in source.cells:
        _, found, rest = cell.source.partition("### BEGIN HIDDEN TESTS\n")
        hidden += rest.split("### END HIDDEN TESTS")[0].splitlines() if found else []
    lines = {"".join(line.split()) for line in hidden if len(line.strip()) > 12}
    assert lines
    assert not [line for line in lines if line in page]
    assert "HIDDENTESTS" not in page


def text_of(page: str) -> str:
    """The text of a page without blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def test_generating_through_nbgrader_gives_what_a_release_gives(theirs: Path) -> None:
    assert maker.tree(theirs / "notebooks") == {
        name: text
        for name, text in maker.tree(ROOT / "notebooks").items()
        if name.startswith(ASSIGNMENT) and ".ipynb_checkpoints" not in name
    }


def test_formgraders_buttons_work_and_lose_nothing(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(theirs)
    before, scores = maker.tree(theirs / "notebooks"), maker.grades(theirs)
    course = Course(theirs)
    api = NbGraderAPI(course.directory, config=course.config)
    for result in (
        api.generate_assignment(ASSIGNMENT, force=True, create=True),
        api.autograde(ASSIGNMENT, "copied-cell", force=True, create=True),
        api.generate_feedback(ASSIGNMENT, "copied-cell", force=True),
    ):
        assert result["success"], result
    assert maker.tree(theirs / "notebooks") == before
    assert f"{ASSIGNMENT}/known-results.json" in before
    assert maker.grades(theirs) == scores
