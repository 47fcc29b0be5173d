"""Marks go back in the platform's own columns, and by its own rules."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import pytest

from autograder.gradebook import database
from tests.autograder import course_maker as maker
from tests.autograder.commands.test_collect import BOOK, FOLDER, ROSTER
from tests.autograder.conftest import Autograder
from tests.autograder.platforms.downloads import make_zip

MOODLES_RULE = re.compile(r"^([^_/]+)_(\d+)_assignsubmission_(file|onlinetext)_?/?(.+)$")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that came from Moodle, was graded, and of which one waits to be graded by hand."""
    from autograder.commands import collect

    root = maker.make_course(tmp_path_factory.mktemp("course") / "course")
    (root / "roster.csv").write_text(ROSTER.replace("Ada,Lovelace", "=Ada,Love_lace"), "utf-8")
    files = {
        FOLDER.format("=Ada Love_lace".replace("_", " "), 11, "squares.ipynb"): BOOK,
        FOLDER.format("Jürgen Müller", 12, "squares.ipynb"): BOOK,
    }
    collect.collect(maker.course(root), make_zip(root.parent / "m.zip", files))
    maker.grade(root)
    with database.opened(maker.course(root)) as gradebook:
        for student, points in (("ada", 2.0), ("jm", None)):
            for cell, most in (("explain", 3), ("draw", 2)):
                grade = gradebook.find_grade(cell, maker.NAME, maker.ASSIGNMENT, student)
                if points is not None:
                    grade.manual_score, grade.needs_manual_grade = min(points, most), False
        gradebook.db.commit()
    return root


def written(root: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((root / "exports" / f"{maker.ASSIGNMENT}-{name}.csv").read_text("utf-8").splitlines()))


def test_moodle_gets_its_worksheet_and_a_zip_of_feedback(graded: Path, autograder: Autograder) -> None:
    ran = autograder(graded, "export", maker.ASSIGNMENT, "--for", "moodle")
    assert ran.code == 0 and "jm waits to be graded by hand" in ran.err
    (row,) = written(graded, "moodle")
    assert (row["Identifier"], row["Grade"]) == ("Participant 11", "11")
    assert row["Full name"].startswith("'="), "a spreadsheet takes no name for a formula"
    with zipfile.ZipFile(graded / "exports" / f"{maker.ASSIGNMENT}-moodle-feedback.zip") as archive:
        (name,) = archive.namelist()
        found = MOODLES_RULE.match(name)
        assert found and found.group(2, 4) == ("11", "squares.html")
        assert len(name.split("_", 4)) == 5, "Moodle takes it apart at its underscores"
        assert b"11 of" in archive.read(name)


def test_a_platforms_own_table_is_filled_in_and_keeps_its_columns(graded: Path, autograder: Autograder) -> None:
    table = graded.parent / "worksheet.csv"
    table.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
        'Participant 11,"=Ada Love_lace",ada@uni.example,Submitted,,12.00,-,\n'
        "Participant 12,Jürgen Müller,jm@uni.example,Submitted,,12.00,-,\n"
        "Participant 99,Grace Hopper,grace@uni.example,No submission,,12.00,-,\n",
        "utf-8",
    )
    ran = autograder(graded, "export", maker.ASSIGNMENT, "--for", "moodle", "--into", str(table))
    assert ran.code == 0 and "Grace Hopper is not among the students" in ran.err
    ada, jm, grace = written(graded, "moodle")
    assert (ada["Grade"], jm["Grade"], grace["Grade"]) == ("11", "", "")
    assert (ada["Maximum grade"], ada["Last modified (grade)"], ada["Status"]) == ("12.00", "-", "Submitted")


def test_canvas_gets_its_gradebook(graded: Path, autograder: Autograder) -> None:
    assert autograder(graded, "export", maker.ASSIGNMENT, "--for", "canvas").code == 0
    possible, row = written(graded, "canvas")
    assert (possible["Student"], possible[maker.ASSIGNMENT]) == ("    Points Possible", "12")
    assert (row["ID"], row["SIS Login ID"], row[maker.ASSIGNMENT]) == ("101", "ada", "11")


def test_canvas_own_gradebook_is_filled_in_where_the_assignment_stands(graded: Path, autograder: Autograder) -> None:
    table = graded.parent / "gradebook.csv"
    table.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (11),01 Squares (4812),Final Score\n"
        "    Points Possible,,,,,10,12,(read only)\n"
        '"Love_lace, =Ada",101,7001,ada,Monday,7,,\n',
        "utf-8",
    )
    ran = autograder(graded, "export", maker.ASSIGNMENT, "--for", "canvas", "--into", str(table))
    assert ran.code == 0, ran.err
    possible, row = written(graded, "canvas")
    assert (row["01 Squares (4812)"], row["Essay (11)"], possible["01 Squares (4812)"]) == ("11", "7", "12")
    table.write_text("Student,ID,Essay (11)\nx,101,7\n", "utf-8")
    ran = autograder(graded, "export", maker.ASSIGNMENT, "--for", "canvas", "--into", str(table))
    assert ran.code == 1 and "Essay (11)" in ran.err


def test_any_spreadsheet_gets_names_points_and_who_waits(graded: Path, autograder: Autograder) -> None:
    assert autograder(graded, "export", maker.ASSIGNMENT, "--for", "csv").code == 0
    ada, jm = written(graded, "csv")
    assert (ada["id"], ada["points"], ada["max_points"], ada["email"]) == ("ada", "11", "12", "ada@uni.example")
    assert (jm["points"], jm["waits"]) == ("", "yes")


def test_gradescope_gets_its_columns(graded: Path, autograder: Autograder) -> None:
    assert autograder(graded, "export", maker.ASSIGNMENT, "--for", "gradescope").code == 0
    (row,) = written(graded, "gradescope")
    assert (row["SID"], row["Total Score"], row["Max Points"]) == ("7001", "11", "12")
