"""What is counted of a class is what was graded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from autograder.insight import graded as read
from autograder.insight import numbers
from autograder.insight.numbers import Item, Report, point_biserial
from tests.autograder import course_maker as maker


@pytest.fixture(scope="module")
def report(graded: Path) -> Report:
    return numbers.of_class(read.read(maker.course(graded), maker.ASSIGNMENT))


def item(report: Report, title: str) -> Item:
    return next(item for item in report.items if item.question.title == title)


def test_each_student_stands_at_each_question_in_one_place(report: Report) -> None:
    square = item(report, "square").states
    assert square["right"] == ("ada",)
    assert square["partly right"] == ("emil",), "half the points are for a known mistake"
    assert square["wrong"] == ("ben", "cleo", "dora")
    assert square["raised"] == ("fay", "gus")
    assert square["too slow"] == ("ivy",)
    assert square["untouched"] == ("hal",)
    for each in report.items:
        assert sorted(student for who in each.states.values() for student in who) == sorted(report.scores)


def test_a_mistake_is_told_with_those_who_made_it(report: Report) -> None:
    (mistake,) = item(report, "square").mistakes
    assert (mistake.name, mistake.students) == ("doubles instead of squaring", ("emil",))
    assert mistake.says.startswith("Twice the number")
    assert report.named == (1, 6), "six answers to square are wrong or raise an error"


def test_who_has_handed_in_nothing_and_who_is_stuck_is_named(report: Report) -> None:
    assert report.absent == ("kim",)
    assert set(report.stuck["square"]) == {"ben", "cleo", "dora", "fay", "gus", "ivy"}
    assert "hal" not in {student for who in report.stuck.values() for student in who}, "hal has begun nothing"


def test_the_difficulty_is_the_share_of_points_earned(report: Report) -> None:
    assert item(report, "square").share == pytest.approx((2 + 1) / (9 * 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_point_biserial_correlation_is_that_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    right, rest = rng.random(40) < 0.6, rng.normal(size=40)
    known = stats.pointbiserialr(right, rest).statistic
    assert point_biserial(right.tolist(), rest.tolist()) == pytest.approx(known, rel=1e-12)


def test_where_all_are_alike_nothing_tells_strong_from_weak() -> None:
    assert point_biserial([True, True], [1.0, 2.0]) is None
    assert point_biserial([True, False], [1.0, 1.0]) is None
    assert point_biserial([], []) is None


def test_of_an_assignment_that_nobody_handed_in_all_are_absent(tmp_path: Path, graded: Path) -> None:
    root = maker.make_course(tmp_path)
    report = numbers.of_class(read.read(maker.course(root), maker.ASSIGNMENT))
    assert report.scores == {}
    assert all(not any(each.states.values()) and each.share is None for each in report.items)
