"""An instructor's day with a class of 300: from two platforms, through the grader and the report, and back."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from autograder.gradebook import database
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder, autograder
from tests.autograder.platforms.downloads import make_zip

__all__ = ["autograder"]
STUDENTS = 300
UNKNOWN = "def square(x):\n    return x * x + {}"
"""A mistake that no misconception names; three ways to write it."""
SAME = [UNKNOWN.format(one) for one in ("1", "1.0", "2 - 1")]


def class_of(root: Path, autograder: Autograder) -> dict[str, str]:
    """What 300 students would hand in, some of whom make a mistake that nobody has named yet."""
    assert autograder(root, "sample", "--students", str(STUDENTS)).code == 0
    found = {}
    for path in sorted((root / "submitted").glob("*/*/squares.ipynb")):
        found[path.parents[1].name] = path.read_text("utf-8")
    for student, answer in zip(sorted(found)[-6:], SAME + SAME, strict=True):
        found[student] = json.dumps(maker.handed_out(square=answer))
    shutil.rmtree(root / "submitted")
    return found


def people(students: list[str]) -> str:
    """A roster with names as people have them."""
    given = ["Zoë", "Jürgen", "José", "Ada", "=Bob"]
    rows = [
        [student, given[i % 5], f"Müller-{i:03}", f"s{i}@uni.example", 1000 + i, f"{i // 2}"]
        for i, student in enumerate(students)
    ]
    text = "id,first_name,last_name,email,lms_user_id,number\n"
    return text + "".join(",".join(map(str, row)) + "\n" for row in rows)


def grade_by_hand(root: Path, students: list[str]) -> None:
    """Give half a point for each written answer and task, as formgrader does."""
    with database.opened(maker.course(root)) as gradebook:
        for student in students:
            for cell in ("explain", "draw"):
                grade = gradebook.find_grade(cell, maker.NAME, maker.ASSIGNMENT, student)
                grade.manual_score, grade.needs_manual_grade = 0.5, False
            for grade in gradebook.find_submission_notebook(maker.NAME, maker.ASSIGNMENT, student).grades:
                grade.needs_manual_grade = False
        gradebook.db.commit()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return maker.make_course(tmp_path / "course")


def test_a_day_with_300_students(root: Path, autograder: Autograder) -> None:
    works = class_of(root, autograder)
    students = sorted(works)
    (root / "roster.csv").write_text(people(students), "utf-8")
    names = {row["id"]: row for row in csv.DictReader((root / "roster.csv").read_text("utf-8").splitlines())}

    moodle, canvas = {}, {}
    for i, student in enumerate(students):
        first, last = names[student]["first_name"], names[student]["last_name"]
        if i % 2:
            moodle[f"{first} {last}_{5000 + i}_assignsubmission_file/Copy of squares.ipynb"] = works[student]
        else:
            late = "_LATE" if i % 20 == 0 else ""
            name = re.sub(r"\W", "", f"{last}{first}").casefold()
            canvas[f"{name}{late}_{1000 + i}_{9000 + i}_squares ({i}).ipynb"] = works[student]
    zips = [make_zip(root.parent / "moodle.zip", moodle), make_zip(root.parent / "canvas.zip", canvas)]
    ran = autograder(root, "collect", *map(str, zips))
    assert ran.code == 0, ran.out
    assert len(list((root / "submitted").glob("*/*"))) == STUDENTS

    ran = autograder(root, "grade")
    assert ran.code == 0, ran.err
    assert f"{STUDENTS} students are in the gradebook" in ran.out

    assert autograder(root, "report").code == 0
    report = json.loads((root / "reports" / f"{maker.ASSIGNMENT}.json").read_text("utf-8"))
    assert len(report["scores"]) == STUDENTS and not report["absent"]
    assert all(sum(map(len, each["students"].values())) <= STUDENTS for each in report["questions"])

    ran = autograder(root, "mistakes", maker.ASSIGNMENT)
    assert "6 × square" in ran.out
    entries = (root / "reports" / f"{maker.ASSIGNMENT}-misconceptions.toml").read_text("utf-8")
    learnt = next(part for part in entries.split("[[square]]") if "x * x + 1" in part)
    known = root / "solutions" / maker.ASSIGNMENT / "misconceptions.toml"
    with known.open("a", encoding="utf-8") as file:
        file.write("\n[[square]]" + learnt.replace("[a name of the mistake]", "one too many"))
    assert autograder(root, "verify", "--seeds", "2").code == 0
    ran = autograder(root, "grade")
    assert ran.code == 0, ran.err
    assert autograder(root, "report").code == 0
    report = json.loads((root / "reports" / f"{maker.ASSIGNMENT}.json").read_text("utf-8"))
    square = next(each for each in report["questions"] if each["question"] == "square")
    assert len(next(m for m in square["mistakes"] if m["name"] == "one too many")["students"]) == 6

    grade_by_hand(root, students[: STUDENTS // 2])
    assert autograder(root, "export", maker.ASSIGNMENT, "--for", "csv").code == 0
    marks = (root / "exports" / f"{maker.ASSIGNMENT}-csv.csv").read_text("utf-8")
    rows = list(csv.DictReader(marks.splitlines()))
    assert len(rows) == STUDENTS and not [row for row in rows if row["first_name"].startswith("=")]
    given = {row["id"] for row in rows if row["points"]}
    assert given == set(students[: STUDENTS // 2]), "who still waits for a person has no mark yet"
    ran = autograder(root, "export", maker.ASSIGNMENT, "--for", "moodle")
    assert ran.code == 0
    with zipfile.ZipFile(root / "exports" / f"{maker.ASSIGNMENT}-moodle-feedback.zip") as archive:
        numbers = {int(name.split("_", 4)[1]) for name in archive.namelist()}
    assert numbers == {5000 + i for i, student in enumerate(students) if i % 2 and student in given}
