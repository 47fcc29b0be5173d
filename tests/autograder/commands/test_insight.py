"""What an instructor is shown of a class, and how the grader learns what it didn't know."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.insight.conftest import CLASS, make_class


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("class"))


def page(root: Path, name: str) -> str:
    return (root / "reports" / name).read_text("utf-8")


def test_a_report_is_pages_for_people_and_tables_for_programs(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "report")
    assert ran.code == 0, ran.err
    assert "emil" in ran.out and "square: doubles instead of squaring" in ran.out, "as grade prints it"
    shown = page(root, f"{maker.ASSIGNMENT}.html")
    assert "doubles instead of squaring" in shown and "emil" in shown and "kim" in shown
    assert "Ada &lt;b&gt;L (ada)" in shown, "a name is text"
    assert "<script" not in shown and "http-equiv" in shown and 'src="' not in shown
    rows = list(csv.DictReader(page(root, f"{maker.ASSIGNMENT}.csv").splitlines()))
    assert (rows[0]["question"], rows[0]["right"], rows[0]["raised"]) == ("square", "1", "2")
    tree = json.loads(page(root, f"{maker.ASSIGNMENT}.json"))
    assert tree["questions"][0]["students"]["too slow"] == ["ivy"]
    assert f'href="{maker.ASSIGNMENT}.html"' in page(root, "course.html")


def test_in_an_anonymous_report_nobody_is_named(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "report", "--anonymous")
    written = [
        path.read_text("utf-8") for path in (root / "reports").glob("*") if "01" in path.name or "course" in path.name
    ]
    assert len(written) >= 4
    for text in (ran.out, *written):
        assert not [
            student for student in CLASS if f"{student}<" in text or f'"{student}"' in text or f"{student}," in text
        ]
        assert "Ada" not in text
    first = page(root, "course.html")
    autograder(root, "report", "--anonymous")
    assert page(root, "course.html") == first, "a number is the same student's each time"


def test_a_mistake_that_many_make_is_learnt_and_then_named(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "mistakes", maker.ASSIGNMENT)
    assert ran.code == 0 and "3 × square" in ran.out, ran.err
    entries = page(root, f"{maker.ASSIGNMENT}-misconceptions.toml")
    first = entries.split("[[square]]")[1]
    learnt = first.replace("[a name of the mistake]", "adds one")
    file = root / "solutions" / maker.ASSIGNMENT / "misconceptions.toml"
    file.write_text(f"{maker.MISCONCEPTIONS}\n[[square]]{learnt}", "utf-8")
    verified = autograder(root, "verify", "--seeds", "2")
    assert verified.code == 0, verified.out
    outcomes = maker.grade(root)
    named = {s: one.outcome.tests[0].misconception for s, one in outcomes.items()}
    assert {s for s, mistake in named.items() if mistake and mistake.name == "adds one"} == {"ben", "cleo", "dora"}
    file.write_text(maker.MISCONCEPTIONS, "utf-8")


def test_who_wrote_alike_is_shown_side_by_side(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "similar", maker.ASSIGNMENT)
    assert ran.code == 0, ran.err
    assert "no proof" in page(root, f"{maker.ASSIGNMENT}-similar.html")


@pytest.mark.parametrize("command", [["report", "02"], ["mistakes", "02"], ["similar", "02"]])
def test_of_an_assignment_that_is_not_there_is_said_which_there_are(
    root: Path, autograder: Autograder, command: list[str]
) -> None:
    ran = autograder(root, *command)
    assert ran.code == 2 and "there is no assignment 02" in ran.err


def test_a_notebook_that_somebody_changed_after_grading_is_named_and_left_out(
    root: Path, autograder: Autograder
) -> None:
    path = root / "autograded" / "ada" / maker.ASSIGNMENT / f"{maker.NAME}.ipynb"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"score": 2.0', '"score": 9.0'), "utf-8")
    ran = autograder(root, "report")
    path.write_text(text, "utf-8")
    assert ran.code == 0
    assert "ada/squares: its outcome is not signed by this course; grade it again" in ran.err
