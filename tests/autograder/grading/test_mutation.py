"""How many small slips in the solution the hidden checks find out, and which of them they don't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.commands import release
from autograder.commands.release import ReleaseError
from tests.autograder import course_maker as maker
from tests.autograder.making import answer, checks, source

HALF = answer("half", "    return x / 2", before="def half(x):")


def verified(root: Path, hidden: str, same: str = "") -> dict[str, Any]:
    book = source(HALF, checks("half-test", "check(half, 4.0)", hidden))
    course = maker.make_course(root, book, misconceptions="")
    if same:
        (maker.source_path(course).parent / "same-values.toml").write_text(same, "utf-8")
    return release.verify_source(maker.course(root), maker.source_path(root), 2)


def test_all_slips_are_found_out_where_hidden_checks_ask_enough(tmp_path: Path) -> None:
    found = verified(tmp_path, "check(half, rng.uniform(5.0, 9.0))")
    assert found["slips"] == found["found_out"] > 5
    assert found["survivors"] == []


def test_a_slip_that_hidden_checks_let_through_is_named(tmp_path: Path) -> None:
    found = verified(tmp_path, "check(half, 0.0)")
    assert found["found_out"] < found["slips"]
    assert "half-test: half: - return x / 2, + return x * 2" in found["survivors"]
    assert found["problems"] == []


def test_what_the_course_says_to_be_no_slip_isnt_counted(tmp_path: Path) -> None:
    counted = verified(tmp_path / "before", "check(half, 0.0)")
    same = '[[half]]\nchanges = ["+ return x * 2"]\nbecause = "only 0 is ever asked"\n'
    found = verified(tmp_path / "after", "check(half, 0.0)", same)
    assert found["slips"] == counted["slips"] - 1
    assert not [line for line in found["survivors"] if "x * 2" in line]


def test_tests_that_ask_nothing_by_check_arent_scored(tmp_path: Path) -> None:
    book = source(HALF, checks("half-test", "assert half(4.0) == 2", "assert half(5.0) == 2.5"))
    maker.make_course(tmp_path, book, misconceptions="")
    assert release.verify_source(maker.course(tmp_path), maker.source_path(tmp_path), 2)["slips"] == 0


@pytest.mark.parametrize("same", ['[[half]]\nchanges = ["x"]\n', '[[nobody]]\nchanges = ["x"]\nbecause = "b"\n', "[["])
def test_a_file_that_isnt_understood_is_named(tmp_path: Path, same: str) -> None:
    with pytest.raises(ReleaseError, match=r"same-values\.toml"):
        verified(tmp_path, "check(half, 5.0)", same)
