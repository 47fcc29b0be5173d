"""Penalties are what the course's plugin says of due dates as they are now, for those who are late and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out

PLUGIN = """
from nbgrader.plugins import BasePlugin


class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "without-a-number":
            raise KeyError(student_id)
        return total_seconds_late / 3600
"""
TIMES = {
    "punctual": "2026-01-01 11:00:00 UTC",
    "late": "2026-01-01 14:00:00 UTC",
    "very-late": "2026-01-02 14:00:00 UTC",
    "without-a-number": "2026-01-01 14:00:00 UTC",
    "unreadable": "1:1" + "9" * 30,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose plugin is a file of its own in the course folder, as nbgrader finds it."""
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    (root / "lateness_of_this_course.py").write_text(PLUGIN)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('c.AssignLatePenalties.plugin_class = "lateness_of_this_course.PointAnHour"\n')
    for student, time in TIMES.items():
        (maker.hand_in(root, student, handed_out()) / "timestamp.txt").write_text(time)
    return root


def move_due_date(root: Path, date: str) -> None:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=date)


def penalties(root: Path) -> dict[str, float | None]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        submissions = gradebook.notebook_submissions(NAME, ASSIGNMENT)
        return {one.student.id: one.late_submission_penalty for one in submissions}


def test_penalties_follow_a_due_date_that_is_moved_though_nothing_is_graded_anew(
    root: Path, autograder: Autograder
) -> None:
    move_due_date(root, "2026-01-01 12:00:00")
    ran = autograder(root, "grade")
    first = {"punctual": None, "late": 2.0, "very-late": 7.0, "without-a-number": None, "unreadable": None}
    assert penalties(root) == first
    assert ran.code == 1
    assert len(ran.lines) == 1
    assert ran.err.startswith(
        "without-a-number: the late penalty of squares is not known, for the plugin stops with KeyError"
    )
    rows = {line.split()[1]: line for line in ran.out.splitlines() if "│" in line and len(line.split()) > 2}
    assert "0 of 12 (−7 late)" in rows["very-late"]
    assert "timestamp.txt says no time" in rows["unreadable"]
    assert all(waits for _, _, waits in maker.grades(root)["unreadable"].values())

    move_due_date(root, "2026-01-01 13:00:00")
    assert "5 of 5 had been graded before" in autograder(root, "grade").out
    assert penalties(root) == first | {"late": 1.0}

    move_due_date(root, "2026-02-01 00:00:00")
    assert autograder(root, "grade").code == 0
    assert set(penalties(root).values()) == {None}


def test_a_plugin_that_is_not_there_is_said_before_anything_is_graded(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write('c.AssignLatePenalties.plugin_class = "not_here.SubMarks"\n')
    maker.hand_in(root, "ada", handed_out())
    ran = autograder(root, "grade")
    assert (ran.code, len(ran.lines)) == (2, 1), ran.err
    assert "c.AssignLatePenalties.plugin_class cannot be used" in ran.err and "not_here" in ran.err
    assert not (root / "feedback").exists()
