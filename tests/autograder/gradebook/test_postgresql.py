"""The gradebook on a real PostgreSQL, by nbgrader's db_url: it is stricter than SQLite in what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder, Ran
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.gradebook.postgresql import server
from tests.autograder.making import cell_of

TOO_LONG = "n" * 200
LATE = """
from nbgrader.plugins import BasePlugin


class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600


c.AssignLatePenalties.plugin_class = PointAnHour
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with server() as address:
        yield address


@pytest.fixture(scope="module")
def root(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    config = root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}{LATE}c.CourseDirectory.db_url = {address!r}\n")
    loud = handed_out()
    cell_of(loud, "square").source = "def square(x):\n    raise ValueError('a \\0 in the middle')"
    for student, book in {"ada": handed_out(), "loud": loud, TOO_LONG: handed_out(), "late": handed_out()}.items():
        maker.hand_in(root, student, book)
    (root / "submitted" / "late" / ASSIGNMENT / "timestamp.txt").write_text("2026-01-01 14:00:00 UTC")
    return root


@pytest.fixture(scope="module")
def gradebook(address: str) -> Iterator[Gradebook]:
    with Gradebook(address, "chainrule") as gradebook:
        gradebook.add_assignment(ASSIGNMENT, duedate="2026-01-01 12:00:00")
        yield gradebook
        gradebook.db.rollback()


@pytest.fixture
def graded(root: Path, gradebook: Gradebook, autograder: Autograder) -> Ran:
    ran = autograder(root, "grade")
    gradebook.db.rollback()  # to see what others have written
    return ran


def test_a_row_that_the_database_refuses_is_named_and_takes_no_other_along(graded: Ran, gradebook: Gradebook) -> None:
    assert graded.code == 1
    assert len(graded.lines) == 1 and TOO_LONG in graded.err and "too long" in graded.err
    scores = {one.student.id: one.score for one in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores == {"ada": 7.0, "late": 7.0, "loud": 5.0}


def test_a_message_with_a_nul_is_kept_without_it(graded: Ran, gradebook: Gradebook) -> None:
    assert graded.code == 1
    comments = gradebook.find_submission_notebook(NAME, ASSIGNMENT, "loud").comments
    assert any("ValueError" in (comment.comment or "") for comment in comments)


def test_the_table_has_everybodys_total_with_what_lateness_cost(graded: Ran, gradebook: Gradebook) -> None:
    rows = {line.split()[1]: line for line in graded.out.splitlines() if "│" in line and len(line.split()) > 2}
    assert "7 of 12" in rows["ada"] and "?" in rows["ada"]
    assert "5 of 12 (−2 late)" in rows["late"]
    assert gradebook.find_submission_notebook(NAME, ASSIGNMENT, "late").late_submission_penalty == 2.0
