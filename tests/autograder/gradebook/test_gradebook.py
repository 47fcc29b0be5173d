from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.making import cell_of, checks

LATE = """
from nbgrader.plugins import BasePlugin


class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600


c.AssignLatePenalties.plugin_class = PointAnHour
"""


@contextmanager
def opened(root: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        yield gradebook


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path)
    maker.hand_in(root, "right", handed_out())
    return root


def test_a_manual_score_stays_when_graded_again_and_asks_for_a_look(root: Path) -> None:
    maker.grade(root)
    with opened(root) as gradebook:
        for cell, score in (("total-test", 3.5), ("explain", 2.0)):
            grade = gradebook.find_grade(cell, NAME, ASSIGNMENT, "right")
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_comment("explain", NAME, ASSIGNMENT, "right").manual_comment = "Well put."
        gradebook.db.commit()
    maker.grade(root, regrade=True)
    assert maker.grades(root)["right"] == {
        "square-test": (2.0, None, 0),
        "total-test": (4.0, 3.5, 1),
        "mean-test": (1.0, None, 0),
        "explain": (None, 2.0, 1),
        "draw": (None, None, 1),
    }
    with opened(root) as gradebook:
        assert gradebook.find_comment("explain", NAME, ASSIGNMENT, "right").comment == "Well put."
        assert gradebook.find_submission(ASSIGNMENT, "right").score == 2 + 3.5 + 1 + 2


def test_a_manual_score_outlives_a_submission_that_cannot_be_read(root: Path) -> None:
    maker.grade(root)
    with opened(root) as gradebook:
        gradebook.find_grade("explain", NAME, ASSIGNMENT, "right").manual_score = 2.0
        gradebook.db.commit()
    maker.hand_in(root, "right", "no notebook")
    maker.grade(root)
    found = maker.grades(root)["right"]
    assert found["explain"] == (None, 2.0, 1)
    assert found["square-test"] == (None, None, 1)


def test_a_better_submission_takes_the_place_of_a_refused_one(root: Path) -> None:
    maker.hand_in(root, "right", "no notebook")
    maker.grade(root)
    maker.hand_in(root, "right", handed_out())
    maker.grade(root)
    found = maker.grades(root)["right"]
    assert [found[name] for name in ("square-test", "total-test", "mean-test")] == [
        (2.0, None, 0),
        (4.0, None, 0),
        (1.0, None, 0),
    ]
    with opened(root) as gradebook:
        comments = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "right").comments
        assert all("Not graded" not in (comment.auto_comment or "") for comment in comments)


def test_a_plugin_of_the_course_takes_points_for_lateness(root: Path) -> None:
    config = root / "nbgrader_config.py"
    config.write_text(config.read_text() + LATE)
    (maker.hand_in(root, "right", handed_out()) / "timestamp.txt").write_text("2026-01-01 14:00:00 UTC")
    (maker.hand_in(root, "punctual", handed_out()) / "timestamp.txt").write_text("2026-01-01 11:59:00 UTC")
    with opened(root) as gradebook:
        gradebook.add_assignment(ASSIGNMENT, duedate="2026-01-01 12:00:00")
    for _ in range(2):
        maker.grade(root)
        with opened(root) as gradebook:
            late = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "right")
            assert late.late_submission_penalty == pytest.approx(2.0)
            assert late.score == 7.0
            punctual = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "punctual")
            assert not punctual.late_submission_penalty
            assert gradebook.find_assignment(ASSIGNMENT).duedate is not None


def test_points_changed_in_the_source_count_from_the_next_grading_on(root: Path) -> None:
    maker.grade(root)
    book = nbformat.read(maker.source_path(root), 4)
    cell_of(book, "total-test").metadata.nbgrader.points = 10
    nbformat.write(book, maker.source_path(root))
    maker.grade(root)
    assert maker.grades(root)["right"]["total-test"] == (10.0, None, 0)
    with opened(root) as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "right").max_score == 2 + 10 + 1 + 3 + 2


def test_a_question_removed_after_grading_is_refused_and_loses_no_score(root: Path, autograder: Autograder) -> None:
    assert autograder(root, "grade").code == 0
    before = maker.grades(root)
    book = nbformat.read(maker.source_path(root), 4)
    book.cells.remove(cell_of(book, "mean-test"))
    nbformat.write(book, maker.source_path(root))
    ran = autograder(root, "grade")
    assert ran.code in (1, 2)
    assert "Traceback" not in ran.err
    assert f"{NAME}.ipynb" in ran.err and ASSIGNMENT in ran.err
    assert maker.grades(root) == before


def test_a_question_added_after_grading_is_graded_or_refused_without_losing_a_score(
    root: Path, autograder: Autograder
) -> None:
    assert autograder(root, "grade").code == 0
    before = maker.grades(root)["right"]
    book = nbformat.read(maker.source_path(root), 4)
    book.cells.append(checks("extra-test", "assert total([]) == 0", "assert True", 1))
    nbformat.write(book, maker.source_path(root))
    ran = autograder(root, "grade")
    assert "Traceback" not in ran.err
    after = maker.grades(root)["right"]
    assert {name: after[name] for name in before} == before
    assert ("extra-test" in after) == (ran.code == 0), ran.err


def test_comments_say_what_the_feedback_page_says(root: Path) -> None:
    wrong = handed_out()
    cell_of(wrong, "square").source = "def square(x):\n    return 2 * x"
    cell_of(wrong, "mean").source = "def mean(xs):\n    raise NotImplementedError()"
    maker.hand_in(root, "wrong", wrong)
    maker.grade(root)
    with opened(root) as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "wrong")
        comments = {comment.name: comment.comment for comment in notebook.comments}
    assert "Twice the number came back." in comments["square"]
    assert "Hint: Multiply x by itself." in comments["square"]
    assert not comments["total"]
