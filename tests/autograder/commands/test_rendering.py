"""Feedback pages once more, after an instructor has given scores and comments by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.results.test_feedback import Elements


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    maker.hand_in(root, "ada", handed_out())
    maker.hand_in(root, "ben", handed_out(square="def square(x):\n    return 2 * x"))
    maker.grade(root)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        for cell, score in (("explain", 2.0), ("draw", 1.5), ("square-test", 2.0)):
            grade = gradebook.find_grade(cell, NAME, ASSIGNMENT, "ben")
            grade.manual_score, grade.needs_manual_grade = score, False
        comment = gradebook.find_comment("explain", NAME, ASSIGNMENT, "ben")
        comment.manual_comment = "Why is $x^2 \\ge 0$? <b>Say more</b>"
        gradebook.db.commit()
    return root


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / ASSIGNMENT / f"{NAME}.html").read_text("utf-8")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", Elements(text).text)


def test_before_anybody_looked_the_page_says_what_waits(root: Path) -> None:
    assert "7 of 12 points. 2 answers wait to be graded by hand" in words(page(root, "ada"))


def test_scores_and_comments_given_by_hand_stand_on_the_page(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "feedback", "--student", "ben")
    assert ran.code == 0, ran.err
    text = words(page(root, "ben"))
    assert "explain: 2 of 3" in text and "draw: 1.5 of 2" in text and "square: 2 of 2" in text
    assert "Graded by hand" in text and "wait" not in text
    assert "Your instructor: Why is" in text and "<b>Say more</b>" in text
    assert "<math" in page(root, "ben") and "<b>" not in page(root, "ben")


def test_what_has_not_been_graded_is_said_and_the_others_are_rendered(root: Path, autograder: Autograder) -> None:
    maker.hand_in(root, "cleo", handed_out())
    before = page(root, "ada")
    ran = autograder(root, "feedback")
    assert ran.code == 1
    assert ran.lines == [f"cleo/{ASSIGNMENT}/{NAME} has not been graded; run `autograder grade`"]
    assert page(root, "ada") == before


def test_no_page_is_larger_than_a_megabyte(tmp_path: Path) -> None:
    root = maker.make_course(tmp_path)
    long = "def square(x):\n" + "".join(f"    '<&>' * {i}\n" for i in range(60_000)) + "    return x"
    flood = handed_out(square=long, total=f"def total(xs):\n    return {'[' + '1.5, ' * 50_000 + ']'}")
    flood.cells.insert(1, flood.cells[1].copy() | {"id": "flood", "metadata": {}, "source": "print('x' * 10**8)"})
    maker.hand_in(root, "flood", flood)
    graded = maker.grade(root)["flood"]
    assert graded.outcome.tests[2].score == 0 and graded.outcome.failed is None
    assert graded.feedback.stat().st_size <= 1_000_000
    autograded = root / "autograded" / "flood" / ASSIGNMENT / f"{NAME}.ipynb"
    assert autograded.stat().st_size < 10_000_000
