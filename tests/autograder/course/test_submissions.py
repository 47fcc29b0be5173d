"""Submissions are found by their folders; what lies beside them is named; a name is only a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.course.folders import Course, CourseError
from autograder.course.submissions import Submission
from tests.autograder import course_maker as maker
from tests.autograder import ordinary
from tests.autograder.course_maker import ASSIGNMENT, hand_in, handed_out


def course(root: Path, structure: str = "") -> Course:
    maker.make_course(root)
    if structure:
        with (root / "nbgrader_config.py").open("a") as config:
            config.write(f"c.CourseDirectory.directory_structure = {structure!r}\n")
    return Course(root)


def found(course: Course) -> dict[str, Submission]:
    return {one.student: one for one in course.submissions(ASSIGNMENT)}


@pytest.mark.parametrize("name", ["INF5860 [H24]", "[!a]", "a*b", "{student}s", "kurs é ü", "100% (x)"])
def test_the_name_of_the_course_folder_is_only_a_name(name: str, tmp_path: Path) -> None:
    root = tmp_path / name
    here = course(root)
    hand_in(root, "ada", handed_out())
    hand_in(root, "[bo] *?", handed_out())
    assert found(here).keys() == {"ada", "[bo] *?"}


def test_a_course_at_whose_path_the_gradebooks_address_would_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"would end at the \?; rename the folder, or set"):
        course(tmp_path / "what?")


def test_an_assignment_whose_name_nbgrader_refuses_is_named(tmp_path: Path) -> None:
    maker.add_notebook(tmp_path, "work", maker.squares(), "hw+1")
    here = course(tmp_path)
    with pytest.raises(CourseError, match=r"hw\+1: nbgrader allows no \+ .*; rename its folder"):
        here.assignments()
    assert here.assignments([ASSIGNMENT]) == [ASSIGNMENT]


def test_a_folder_that_differs_in_capitals_and_signs_is_taken_and_that_is_said(tmp_path: Path) -> None:
    here = course(tmp_path)
    (tmp_path / "submitted" / "ada" / "01 Squares").mkdir(parents=True)
    ada = found(here)["ada"]
    assert ada.folder.name == "01 Squares"
    assert ada.note == f"01 Squares was taken for {ASSIGNMENT}"
    hand_in(tmp_path, "ada", handed_out())
    assert (found(here)["ada"].folder.name, found(here)["ada"].note) == (ASSIGNMENT, None)


def test_where_two_folders_could_be_meant_none_is_taken_and_both_are_named(tmp_path: Path) -> None:
    here = course(tmp_path)
    for name in ("01 Squares", "01-SQUARES"):
        (tmp_path / "submitted" / "ada" / name).mkdir(parents=True)
    assert found(here) == {}
    assert [path.name for path in here.strays()] == ["01 Squares", "01-SQUARES"]


def test_what_lies_in_no_assignments_folder_is_named(tmp_path: Path) -> None:
    here = course(tmp_path)
    hand_in(tmp_path, "ada", handed_out())
    submitted = tmp_path / "submitted"
    (submitted / "ada" / "old-exercise").mkdir()
    (submitted / "ada" / ".DS_Store").touch()
    (submitted / "ben").mkdir()
    (submitted / "ben" / "squares.ipynb").touch()
    (submitted / "export.zip").touch()
    os.mkdir(os.fsencode(submitted) + b"/M\xfcller")
    strays = [os.fsencode(path.relative_to(submitted)) for path in here.strays()]
    assert strays == [b"M\xfcller", b"ada/old-exercise", b"ben/squares.ipynb", b"export.zip"]
    assert found(here).keys() == {"ada"}


@pytest.mark.parametrize("link", ["submitted/ben", f"submitted/ben/{ASSIGNMENT}"])
def test_a_folder_that_is_a_link_is_refused_at_every_level(link: str, tmp_path: Path) -> None:
    here = course(tmp_path)
    folder = hand_in(tmp_path, "ada", handed_out())
    path = tmp_path / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(folder if path.name == ASSIGNMENT else folder.parent)
    assert found(here)["ada"].refused is None
    assert found(here)["ben"].refused == f"{path.name} is a link; ask for the folder itself"


def test_the_folder_of_all_submissions_may_be_a_link(tmp_path: Path) -> None:
    here = course(tmp_path / "course")
    hand_in(tmp_path / "elsewhere", "ada", handed_out())
    (tmp_path / "course" / "submitted").symlink_to(tmp_path / "elsewhere" / "submitted")
    assert found(here)["ada"].refused is None


def test_folders_may_be_laid_out_the_other_way_round(tmp_path: Path) -> None:
    here = course(tmp_path, "{nbgrader_step}/{assignment_id}/{student_id}")
    base = tmp_path / "submitted" / ASSIGNMENT
    (base / "ada").mkdir(parents=True)
    (base / "note.txt").touch()
    (tmp_path / "submitted" / "another" / "ada").mkdir(parents=True)
    assert found(here).keys() == {"ada"}
    assert [str(path.relative_to(tmp_path / "submitted")) for path in here.strays()] == [
        f"{ASSIGNMENT}/note.txt",
        "another/ada",
    ]


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
@pytest.mark.parametrize("place", ["ben", f"ben/{ASSIGNMENT}"])
def test_a_folder_that_nobody_may_look_into_is_named_and_the_others_are_found(place: str, mode: int) -> None:
    with ordinary.folder() as root:
        here = course(root)
        for student in ("ada", "ben", "cleo"):
            hand_in(root, student, handed_out())
        assert found(here).keys() == {"ada", "ben", "cleo"}
        with ordinary.closed(root / "submitted" / place, mode), ordinary.rights():
            assert found(here).keys() >= {"ada", "cleo"}
            assert "ben" in found(here) or [path.name for path in here.strays()] == ["ben"]
