"""The secret of a course: made once, for its owner only, and never a part of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.folders import SECRET, Course, CourseError
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import handed_out


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    secret = Course(maker.make_course(tmp_path)).secret()
    assert (tmp_path / SECRET).stat().st_mode & 0o777 == 0o600
    assert Course(tmp_path).secret() == secret == (tmp_path / SECRET).read_bytes()
    assert len(set(secret)) > 8


@pytest.mark.parametrize("torn", [b"", b"half of it"])
def test_nobody_is_graded_with_a_part_of_one(tmp_path: Path, torn: bytes, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path)
    maker.hand_in(root, "ada", handed_out())
    (root / SECRET).write_bytes(torn)
    with pytest.raises(CourseError, match="is not whole"):
        Course(root).secret()
    ran = autograder(root, "grade")
    assert ran.code == 2
    assert ran.lines == [f"autograder: {SECRET} is not whole, as when a disk is full; delete it, then grade again"]
    assert not (root / "autograded").exists()
