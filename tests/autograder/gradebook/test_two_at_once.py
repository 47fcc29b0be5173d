"""Two commands that grade at once into one PostgreSQL, with formgrader open beside them: nothing is lost of either."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from nbgrader.api import Gradebook

from autograder.course.folders import Course
from autograder.gradebook.database import opened
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import NAME, handed_out
from tests.autograder.gradebook.postgresql import server

ASSIGNMENTS = ("01-squares", "02-squares", "03-squares")
STUDENTS = [f"student-{number:02}" for number in range(12)]
WRONG = "def square(x):\n    return 0.0"
SCORES = {student: 0.0 if number % 3 else 7.0 for number, student in enumerate(STUDENTS)}


@pytest.fixture
def address() -> Iterator[str]:
    with server() as address:
        yield address


@pytest.fixture
def root(address: str, tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path / "course")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {address!r}\n")
    for assignment in ASSIGNMENTS:
        maker.add_notebook(root, NAME, maker.squares(), assignment)
        for student in STUDENTS:
            folder = root / "submitted" / student / assignment
            folder.mkdir(parents=True)
            book = handed_out() if SCORES[student] else handed_out(square=WRONG)
            (folder / f"{NAME}.ipynb").write_text(json.dumps(book))
    return root


def grading(root: Path, assignment: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).parent / "autograder"), "grade", assignment]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def graded_by_hand(address: str, student: str) -> None:
    """What formgrader does where somebody reads a list and then gives points for a written answer."""
    with Gradebook(address, "chainrule") as gradebook:
        for assignment in ASSIGNMENTS[1:]:
            gradebook.notebook_submission_dicts(NAME, assignment)
        grade = gradebook.find_grade("explain", NAME, ASSIGNMENTS[0], student)
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        gradebook.db.commit()


def test_two_commands_and_formgrader_at_once_lose_nothing(root: Path, address: str) -> None:
    first = grading(root, ASSIGNMENTS[0])
    assert (first.communicate()[1], first.returncode) == ("", 0)
    both = [grading(root, assignment) for assignment in ASSIGNMENTS[1:]]
    while any(command.poll() is None for command in both):
        for student in STUDENTS:
            graded_by_hand(address, student)
    for command in both:
        assert (command.communicate()[1], command.returncode) == ("", 0)
    with Gradebook(address, "chainrule") as gradebook:
        for assignment, by_hand in zip(ASSIGNMENTS, (2.0, 0.0, 0.0), strict=True):
            found = {one.student.id: one.score for one in gradebook.assignment_submissions(assignment)}
            assert found == {student: score + by_hand for student, score in SCORES.items()}


def test_two_commands_may_make_the_gradebook_at_once(root: Path) -> None:
    course, together = Course(root), Barrier(2)

    def make() -> str:
        together.wait()
        with opened(course) as gradebook:
            return str(gradebook.check_course("chainrule").id)

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(make) for _ in range(2)]
        assert [one.result() for one in both] == 2 * ["chainrule"]
