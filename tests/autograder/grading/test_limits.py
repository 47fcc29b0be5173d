"""Limits are set in nbgrader_config.py, and a mistake there is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.folders import CourseError
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import handed_out


def configured(tmp_path: Path, *lines: str) -> Path:
    root = maker.make_course(tmp_path / "course")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\n".join(["", *lines, ""]))
    return root


def test_limits_are_those_of_the_configuration(tmp_path: Path) -> None:
    limits = maker.course(configured(tmp_path, "c.Limits.cell_seconds = 20", "c.Limits.memory = 2 << 30")).limits
    assert (limits.cell_seconds, limits.memory) == (20, 2 << 30)
    assert (limits.call_seconds, limits.notebook_seconds, limits.calls) == (5.0, 60.0, 20_000)
    assert (limits.output, limits.disk) == (1 << 20, 32 << 20)


def test_nbgraders_limit_for_a_cell_is_one_for_calls_of_answers_too(tmp_path: Path) -> None:
    limits = maker.course(configured(tmp_path, "c.Execute.timeout = 40")).limits
    assert (limits.cell_seconds, limits.call_seconds, limits.notebook_seconds) == (40, 40, 80)


def test_a_limit_of_ours_goes_before_nbgraders(tmp_path: Path) -> None:
    limits = maker.course(configured(tmp_path, "c.Execute.timeout = 40", "c.Limits.call_seconds = 3")).limits
    assert (limits.cell_seconds, limits.call_seconds) == (40, 3)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("c.Limits.cell_second = 20", "no limit cell_second; there are cell_seconds, call_seconds"),
        ("c.Limits.cell_seconds = '20'", "Limits.cell_seconds is a number above 0"),
        ("c.Limits.cell_seconds = 0", "Limits.cell_seconds is a number above 0"),
        ("c.Limits.memory = 0.5", "Limits.memory is a whole number above 0"),
        ("c.Limits.calls = True", "Limits.calls is a whole number above 0"),
    ],
)
def test_a_limit_that_is_none_is_refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py: .*") as error:
        maker.course(configured(tmp_path, line))
    assert said in str(error.value)


def test_a_limit_that_is_set_is_kept_to(tmp_path: Path) -> None:
    root = configured(tmp_path, "c.Limits.memory = 64 << 20")
    answer = "import numpy as np\n\ndef square(x):\n    return float(np.full(40_000_000, x)[0] ** 2)"
    maker.hand_in(root, "ada", handed_out(square=answer))
    assert "MemoryError" in maker.grade(root)["ada"].outcome.tests[0].says


def test_a_notebook_that_no_memory_can_hold_waits_for_a_person_who_is_told_why(tmp_path: Path) -> None:
    root = configured(tmp_path, "c.Limits.memory = 128 << 20")
    maker.hand_in(root, "ada", f'{{"nbformat": 4, "cells": [{"[]," * 8_000_000}[]]}}')
    failed = maker.grade(root)["ada"].outcome.failed
    assert failed == "it needs more memory than there is for one submission; grade it by hand"
