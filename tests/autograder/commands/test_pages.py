"""A feedback page says what the gradebook says, whichever came first and however often it is graded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder.outcome import Outcome
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.results.test_feedback import Elements

LATE = """
from nbgrader.plugins import BasePlugin


class TwoPoints(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2


c.AssignLatePenalties.plugin_class = TwoPoints
"""
Change = Callable[[Any], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path)
    (root / "nbgrader_config.py").write_text((root / "nbgrader_config.py").read_text() + LATE)
    folder = maker.hand_in(root, "ben", handed_out())
    (folder / "timestamp.txt").write_text("2026-01-02 12:00:00 UTC")
    return root


def change(root: Path, **cells: dict[str, Any]) -> float:
    """Change what the gradebook has of cells, as formgrader does; what it then says the student has."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        for cell, values in cells.items():
            row = gradebook.find_comment if "manual_comment" in values else gradebook.find_grade
            entry = row(cell.replace("_", "-"), NAME, ASSIGNMENT, "ben")
            for name, value in values.items():
                setattr(entry, name, value)
        gradebook.db.commit()
        found = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "ben")
        return float(found.score - (found.late_submission_penalty or 0.0))


def words(root: Path) -> str:
    text = (root / "feedback" / "ben" / ASSIGNMENT / f"{NAME}.html").read_text("utf-8")
    return re.sub(r"\s+", " ", Elements(text).text)


def test_a_late_students_page_has_the_points_that_the_gradebook_has(root: Path) -> None:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        gradebook.add_assignment(ASSIGNMENT, duedate="2026-01-01 12:00:00")
    maker.grade(root)
    assert change(root) == 5
    assert "5 of 12 points. 2 points were taken off because it came late." in words(root)


@pytest.mark.parametrize("regrade", [False, True])
def test_what_was_added_by_hand_stands_on_the_page_when_it_is_graded_again(root: Path, regrade: bool) -> None:
    maker.grade(root)
    score = change(
        root,
        explain={"manual_score": 2.5, "needs_manual_grade": False},
        total_test={"manual_score": 3.0, "extra_credit": 0.25},
        square_test={"extra_credit": 1.0},
    )
    change(root, explain={"manual_comment": "Well put."}, square={"manual_comment": "Short!"})
    maker.grade(root, regrade=regrade)
    text = words(root)
    assert score == 2 + 1 + 3.25 + 1 + 2.5
    assert "9.75 of 12 points. 1 answer waits to be graded by hand." in text
    assert "square: 2 of 2, and 1 extra" in text and "total: 3 of 4, and 0.25 extra" in text
    assert "explain: 2.5 of 3" in text
    assert "Your instructor: Well put." in text and "Your instructor: Short!" in text


def test_what_was_resolved_without_a_score_no_longer_waits(root: Path) -> None:
    maker.grade(root)
    change(root, draw={"needs_manual_grade": False})
    maker.grade(root)
    assert "draw: 0 of 2" in words(root) and "1 answer waits" in words(root)


def test_what_was_taken_back_leaves_the_page(root: Path, autograder: Autograder) -> None:
    maker.grade(root)
    change(root, explain={"manual_score": 2.5, "extra_credit": 1.0})
    assert autograder(root, "grade").code == 0
    assert "explain: 2.5 of 3, and 1 extra" in words(root)
    change(root, explain={"manual_score": None, "extra_credit": None, "needs_manual_grade": True})
    assert autograder(root, "grade").code == 0
    assert "explain: ? of 3" in words(root) and "extra" not in words(root)


def test_a_comment_on_what_no_test_asks_about_is_on_the_page(root: Path) -> None:
    maker.grade(root)
    change(root, draw={"manual_comment": "A fine square."})
    maker.grade(root)
    assert "Your instructor: A fine square." in words(root)


def test_a_notebook_that_could_not_be_read_has_on_its_page_what_was_given_by_hand(root: Path) -> None:
    maker.hand_in(root, "ben", "no notebook")
    maker.grade(root)
    change(root, explain={"manual_score": 2.0}, mean={"manual_comment": "Shown to me in the lab."})
    maker.grade(root)
    text = words(root)
    assert "Not graded" in text and "2 points." in text
    assert "Your instructor on mean: Shown to me in the lab." in text


def test_a_page_is_left_alone_while_nothing_changes(root: Path) -> None:
    maker.grade(root)
    page = root / "feedback" / "ben" / ASSIGNMENT / f"{NAME}.html"
    before = page.stat().st_mtime_ns
    maker.grade(root)
    assert page.stat().st_mtime_ns == before


def claiming_full_marks(book: NotebookNode) -> NotebookNode:
    """A notebook with an outcome that nobody has signed."""
    book.metadata.chainrule = {"outcome": Outcome().to_json(), "signature": "0" * 64}
    return book


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no notebook: its text is not JSON; ask for the file as Jupyter saved it"),
        (json.dumps(claiming_full_marks(handed_out())), "its outcome is not signed by this course; grade it again"),
    ],
)
def test_a_page_that_cannot_be_made_anew_is_said(root: Path, autograder: Autograder, text: str, said: str) -> None:
    assert autograder(root, "grade").code == 0
    shown = root / "autograded" / "ben" / ASSIGNMENT / f"{NAME}.ipynb"
    shown.chmod(0o644)
    shown.write_text(text)
    ran = autograder(root, "grade")
    assert ran.code == 1
    assert ran.lines[-1].startswith(f"ben: the page of {NAME} stays as it was: ") and ran.lines[-1].endswith(said)
    assert autograder(root, "grade", "--regrade").code == 0
