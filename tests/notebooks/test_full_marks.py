"""A class of the whole course: the solutions earn full marks, the untouched notebooks none, known mistakes less.

By `autograder grade`, and the first two by `nbgrader autograde` too.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.tests import run_nbgrader

from autograder.commands import batch, sample
from autograder.commands.run import Graded
from autograder.course import misconceptions
from autograder.course.cells import cells_of
from autograder.course.folders import Course
from autograder.course.notebook import hidden_lines, points, read, role, visible_part
from autograder.engine.client import Engine
from autograder.gradebook import database
from autograder.gradebook.journal import Journal
from autograder.outcome import ways_in
from tests.notebooks.lessons import ROOT, SOURCES, handed_out

ASSIGNMENTS = sorted({path.parent.name for path in SOURCES})
BOTH = ("right", "untouched")


def in_all(assignment: str) -> float:
    sources = [read(path) for path in SOURCES if path.parent.name == assignment]
    return sum(points(cell) for source in sources for cell in source.cells if role(cell) == "test")


def make_course(root: Path) -> Path:
    """A copy of the course, in which a student has handed in every solution, one nothing, and some known mistakes."""
    root.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for step in ("solutions", "notebooks"):
        shutil.copytree(ROOT / step, root / step)
    sample.make(Course(root), ASSIGNMENTS, None)
    for folder in (root / "submitted").iterdir():
        if folder.name not in BOTH and not folder.name.startswith("mistaken"):
            shutil.rmtree(folder)
    return root


def scores(root: Path, assignment: str) -> dict[str, tuple[float, float]]:
    """By student: the score and the most that can be had."""
    found = {total.student: (total.score, total.max_score) for total in database.totals(Course(root), assignment)}
    return {student: found[student] for student in BOTH}


@dataclass(frozen=True)
class OfUs:
    """The course, graded by `autograder grade`."""

    root: Path
    graded: list[Graded]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> OfUs:
    root = make_course(tmp_path_factory.mktemp("ours") / "course")
    course, graded = Course(root), list[Graded]()
    with closing(Engine()) as engine:
        for name in ASSIGNMENTS:
            batch.grade_assignment(course, name, course.submissions(name), batch.Here(engine), graded.append)
    return OfUs(root, graded)


@pytest.fixture(scope="module")
def theirs(ours: OfUs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What both have handed in, graded by nbgrader's own command, which knows from the journal what was tried."""
    root = tmp_path_factory.mktemp("theirs") / "course"
    for step in ("solutions", "notebooks", *(f"submitted/{student}" for student in BOTH)):
        shutil.copytree(ours.root / step, root / step)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copy(ours.root / batch.JOURNAL, root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for name in ASSIGNMENTS:
            with pytest.MonkeyPatch.context() as kept:  # nbgrader leaves a plain dict there, unknown to what is started
                kept.setattr(os, "environ", os.environ)
                run_nbgrader(["autograde", name, "--create"])
        yield root


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_autograder_grade_gives_full_marks_to_the_solution_and_none_to_the_untouched(
    assignment: str, ours: OfUs
) -> None:
    most = in_all(assignment)
    assert scores(ours.root, assignment) == {"right": (most, most), "untouched": (0, most)}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgrader_autograde_gives_the_same(assignment: str, theirs: Path, ours: OfUs) -> None:
    assert scores(theirs, assignment) == scores(ours.root, assignment)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_test_runs_apart_so_that_nothing_that_is_handed_in_can_read_one(path: Path, ours: OfUs) -> None:
    course = Course(ours.root)
    with closing(Journal(ours.root / batch.JOURNAL)) as notes:
        tried = batch.Known(notes, course, path.parent.name).of(course.folder("source", path.parent.name) / path.name)
    assert tried
    assert {(way.kind, way.why) for way in ways_in(tried).values()} == {("apart", "")}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_answer_with_a_known_mistake_costs_points_though_all_around_it_are_mistaken_too(
    path: Path, ours: OfUs
) -> None:
    by_answer: dict[str, int] = {}
    for known in misconceptions.load(path.parent, cells_of(read(path))):
        by_answer[known.answer] = by_answer.get(known.answer, 0) + 1
    seen = set()
    for graded in ours.graded:
        student = graded.submission.student
        if graded.notebook == path.stem and student.startswith("mistaken") and not graded.outcome.absent:
            assert graded.outcome.failed is None
            seen.add(number := int(student.removeprefix("mistaken-")))
            mistaken = {answer for answer, count in by_answer.items() if number <= count}
            tested = [test for test in graded.outcome.tests if mistaken & set(test.answers)]
            assert tested, student
            assert not [test.grade_id for test in tested if test.status == "right"], student
    assert seen == set(range(1, max(by_answer.values()) + 1))


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
