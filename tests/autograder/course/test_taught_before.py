"""Courses of the kinds that are taught everywhere, written for nbgrader: cell by cell the scores that it gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.autograder.course.courses.arrays import ARRAYS
from tests.autograder.course.courses.beginners import ERRORS, PLAYS
from tests.autograder.course.courses.made import STUDENTS, Taught
from tests.autograder.course.courses.physics import PHYSICS
from tests.autograder.course.test_other_courses import both
from tests.autograder.course_maker import ways_tried

COURSES = {"arrays": ARRAYS, "plays": PLAYS, "errors": ERRORS, "physics": PHYSICS}
FAIRER: dict[str, str] = {}
"""Cells whose scores differ on purpose, and why."""


@pytest.fixture(scope="module", params=COURSES.values(), ids=COURSES)
def taught(request: pytest.FixtureRequest) -> Taught:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def made(taught: Taught, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taught.write(tmp_path_factory.mktemp("taught") / "made")


@pytest.fixture(scope="module")
def graded(made: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    return both(made, made.parent, "hw")


@pytest.mark.parametrize("student", STUDENTS)
def test_every_cell_has_the_score_that_nbgrader_gives(
    graded: tuple[dict[str, Any], dict[str, Any]], student: str
) -> None:
    theirs, ours = (scores[student] for scores in graded)
    assert len(ours) > 5
    assert {
        name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name] and name not in FAIRER
    } == {}


def test_its_own_solution_has_all_points(graded: tuple[dict[str, Any], dict[str, Any]], taught: Taught) -> None:
    tests = [
        name
        for book in taught.books
        for q in book.questions
        for name in (c.metadata.nbgrader.grade_id for c in q.cells())
    ]
    lost = {name for name in tests if name.endswith("_test") and not graded[1]["solved"][name]}
    assert lost == set()


def test_most_of_it_is_graded_apart_and_nothing_is_left_to_a_person_unsaid(
    graded: tuple[dict[str, Any], dict[str, Any]], made: Path, taught: Taught
) -> None:
    tried = ways_tried(made.parent / "ours")
    assert tried.keys() == {book.name for book in taught.books}
    kinds = [way.kind for ways in tried.values() for way in ways.values()]
    assert kinds.count("apart") >= taught.apart and "by hand" not in kinds
