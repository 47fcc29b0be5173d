"""What was downloaded from a platform lies in submitted/ afterwards, and nothing of it is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder, Ran
from tests.autograder.platforms.downloads import METADATA, make_zip

ROSTER = """id,first_name,last_name,email,lms_user_id,number,group
ada,Ada,Lovelace,ada@uni.example,101,7001,1
jm,Jürgen,Müller,jm@uni.example,102,7002,1
zoe,Zoë,O'Brien,zoe@uni.example,103,7003,
"""
FOLDER = "{}_{}_assignsubmission_file/{}"
BOOK = json.dumps(maker.handed_out())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path / "course")
    (root / "roster.csv").write_text(ROSTER.replace(",1\n", ",\n"), "utf-8")
    return root


def submitted(root: Path) -> set[str]:
    return {str(path.relative_to(root / "submitted")) for path in (root / "submitted").rglob("*") if path.is_file()}


def of(student: str, *names: str) -> set[str]:
    return {f"{student}/{maker.ASSIGNMENT}/{name}" for name in names}


def collect(autograder: Autograder, root: Path, name: str, files: dict[str, str], *more: str) -> Ran:
    return autograder(root, "collect", str(make_zip(root.parent / name, files)), *more)


def test_a_zip_of_moodle_is_collected_with_times_and_right_names(root: Path, autograder: Autograder) -> None:
    files = {
        FOLDER.format("Ada Lovelace", 11, "Copy of squares.ipynb"): BOOK,
        FOLDER.format("Ada Lovelace", 11, "data/mine.csv"): "1",
        FOLDER.format("Jürgen Müller", 12, "squares (1).ipynb"): BOOK,
        FOLDER.format("Zoë O'Brien", 13, "broken.ipynb"): BOOK[:100],
    }
    ran = collect(autograder, root, "m.zip", files)
    assert ran.code == 0, ran.err
    assert f"3 submissions of {maker.ASSIGNMENT}" in ran.out
    expected = of("ada", "squares.ipynb", "data/mine.csv", "timestamp.txt") | of("jm", "squares.ipynb", "timestamp.txt")
    assert submitted(root) == expected | of("zoe", "broken.ipynb", "timestamp.txt")
    assert "2026-11-20" in (root / "submitted/ada" / maker.ASSIGNMENT / "timestamp.txt").read_text()
    graded = maker.grade(root)
    assert graded["ada"].outcome.score == 7 and graded["jm"].outcome.score == 7
    assert graded["zoe"].outcome.failed, "a broken notebook waits for a person"


def test_who_cannot_be_matched_is_kept_beside_and_said(root: Path, autograder: Autograder) -> None:
    files = {
        FOLDER.format("Ada Lovelace", 11, "squares.ipynb"): BOOK,
        FOLDER.format("Grace Hopper", 14, "squares.ipynb"): BOOK,
        "odd.txt": "?",
    }
    ran = collect(autograder, root, "m.zip", files)
    assert ran.code == 1
    assert "Grace Hopper is not among the students" in ran.out and "odd.txt" in ran.out
    kept = root / "unmatched" / "m"
    assert (kept / FOLDER.format("Grace Hopper", 14, "squares.ipynb")).read_text() == BOOK
    assert (kept / "odd.txt").exists()
    assert {path.split("/")[0] for path in submitted(root)} == {"ada"}


def test_a_group_shares_what_one_of_them_sent(root: Path, autograder: Autograder) -> None:
    (root / "roster.csv").write_text(ROSTER, "utf-8")
    collect(autograder, root, "c.zip", {"lovelaceada_LATE_101_5001_squares.ipynb": BOOK})
    assert submitted(root) == of("ada", "squares.ipynb") | of("jm", "squares.ipynb")


def test_of_a_group_each_keeps_what_they_sent_themselves(root: Path, autograder: Autograder) -> None:
    (root / "roster.csv").write_text(ROSTER, "utf-8")
    mine = json.dumps(maker.handed_out(square="def square(x): return 0"))
    files = {"lovelaceada_101_5001_squares.ipynb": BOOK, "mullerjurgen_102_5002_squares.ipynb": mine}
    collect(autograder, root, "c.zip", files)
    assert (root / "submitted/jm" / maker.ASSIGNMENT / "squares.ipynb").read_text() == mine


def test_a_group_of_gradescope_is_all_who_submitted(root: Path, autograder: Autograder) -> None:
    files = {"e/submission_metadata.yml": METADATA, "e/submission_1/a.ipynb": BOOK, "e/submission_2/b.ipynb": BOOK}
    ran = collect(autograder, root, "g.zip", files)
    assert ran.code == 0, ran.out
    assert {path.split("/")[0] for path in submitted(root)} == {"ada", "jm", "zoe"}
    assert "2026-11-20 20:30:00" in (root / "submitted/jm" / maker.ASSIGNMENT / "timestamp.txt").read_text()


def test_collecting_again_changes_nothing_and_a_later_one_keeps_the_former(root: Path, autograder: Autograder) -> None:
    name = "lovelaceada_101_5001_squares.ipynb"
    collect(autograder, root, "c.zip", {name: BOOK})
    before = maker.tree(root / "submitted")
    ran = collect(autograder, root, "c.zip", {name: BOOK})
    assert "1 of them were there already" in ran.out
    assert maker.tree(root / "submitted") == before and not (root / "replaced").exists()
    other = json.dumps(maker.handed_out(square="def square(x): return 0"))
    collect(autograder, root, "c2.zip", {name: other})
    assert (root / "submitted/ada" / maker.ASSIGNMENT / "squares.ipynb").read_text() == other
    (kept,) = (root / "replaced" / "ada").iterdir()
    assert (kept / "squares.ipynb").read_text() == BOOK


def test_an_earlier_submission_takes_no_later_ones_place(root: Path, autograder: Autograder) -> None:
    folder = maker.hand_in(root, "ada", maker.handed_out(square="def square(x): return 0"))
    (folder / "timestamp.txt").write_text("2026-12-01 00:00:00 UTC")
    before = maker.tree(root / "submitted")
    ran = collect(autograder, root, "m.zip", {FOLDER.format("Ada Lovelace", 11, "squares.ipynb"): BOOK})
    assert ran.code == 1 and "ada has a later submission" in ran.out
    assert maker.tree(root / "submitted") == before


def test_names_and_ids_go_into_the_gradebook(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "roster", str(root / "roster.csv"))
    assert ran.code == 0 and "3 students" in ran.out and "3 of them are new" in ran.out
    ran = autograder(root, "roster", str(root / "roster.csv"))
    assert "0 of them are new" in ran.out
    (root / "roster.csv").unlink()
    ran = collect(autograder, root, "c.zip", {"mllerjrgen_102_5001_squares.ipynb": BOOK})
    assert ran.code == 0 and submitted(root) == of("jm", "squares.ipynb"), "by lms_user_id of the gradebook"


def test_without_any_student_it_says_what_to_do(root: Path, autograder: Autograder) -> None:
    (root / "roster.csv").unlink()
    ran = collect(autograder, root, "c.zip", {"lovelaceada_101_5001_squares.ipynb": BOOK})
    assert ran.code == 2 and "roster.csv" in ran.err
    assert not (root / "submitted").exists()


def test_a_notebook_of_no_assignment_is_kept_unless_the_assignment_is_named(root: Path, autograder: Autograder) -> None:
    files = {
        "lovelaceada_101_5001_mine.ipynb": json.dumps(NotebookNode(nbformat=4, nbformat_minor=5, metadata={}, cells=[]))
    }
    ran = collect(autograder, root, "c.zip", files)
    assert ran.code == 1 and "no notebook in it has a cell of an assignment" in ran.out
    ran = collect(autograder, root, "c.zip", files, "--assignment", maker.ASSIGNMENT)
    assert ran.code == 0 and submitted(root) == of("ada", "mine.ipynb")


@pytest.mark.parametrize("name", ["=cmd()", "\x1b[2J", "[bold]x", "a\nb"])
def test_odd_names_do_nothing(root: Path, autograder: Autograder, name: str) -> None:
    ran = collect(autograder, root, "m.zip", {FOLDER.format(name, 11, "squares.ipynb"): BOOK})
    assert ran.code == 1 and "\x1b[2J" not in ran.out and "Traceback" not in ran.err
