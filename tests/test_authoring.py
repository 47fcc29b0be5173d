"""The question of docs/authoring.md, put into a copy of the course by what stands there, and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.commands import release
from autograder.course.folders import Course
from autograder.course.notebook import grade_id, read, role
from chainrule.checks.known_results import FILE_NAME as KNOWN_RESULTS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "authoring.md").read_text("utf-8")
BLOCKS = [(match[1], match[2]) for match in re.finditer(r"^```(\w+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)]
ANSWER, TEST = (text.rstrip("\n") for kind, text in BLOCKS if kind == "python")
MISCONCEPTIONS, RAISING, VARIANTS, WRONG = (text for kind, text in BLOCKS if kind == "toml")
COMMANDS = [line.split() for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
ASSIGNMENT, NAME = "02-sigmoid-gate", "sigmoid-gate"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the course whose second notebook has the new question at its end."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    folder = shutil.copytree(ROOT / "solutions" / ASSIGNMENT, root / "solutions" / ASSIGNMENT)
    mistakes = MISCONCEPTIONS + "\n" + RAISING
    written = {"misconceptions.toml": mistakes, "variants.toml": VARIANTS, "wrong-answers.toml": WRONG}
    for name, more in written.items():
        (folder / name).write_text((folder / name).read_text("utf-8") + "\n" + more, "utf-8")
    notebook = nbformat.read(folder / f"{NAME}.ipynb", 4)
    plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    answer = plain | {"grade_id": "relu", "solution": True}
    test = plain | {"grade_id": "relu-test", "grade": True, "locked": True, "points": 2}
    for source, mark in [(ANSWER, answer), (TEST, test)]:
        metadata = {"nbgrader": mark, "tags": ["raises-exception"]}
        notebook.cells.append(new_code_cell(source, id=mark["grade_id"], metadata=metadata))
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    return Course(root)


def test_the_commands_are_verify_and_release_of_that_notebook() -> None:
    assert COMMANDS == [["autograder", "verify", ASSIGNMENT], ["autograder", "release", ASSIGNMENT]]


def test_verify_finds_the_question_sound(course: Course) -> None:
    before = release.verify_source(Course(ROOT), ROOT / "solutions" / ASSIGNMENT / f"{NAME}.ipynb", seeds=1)
    found = release.verify_source(course, course.sources(ASSIGNMENT)[0], seeds=100)
    assert found["problems"] == []
    grown = {"questions": 1, "points": 2, "misconceptions": 3, "variants": 4, "wrong": 1, "slips": 10}
    assert {key: found[key] - before[key] for key in grown} == grown
    kept = {"caught": "misconceptions", "recognised": "misconceptions", "accepted": "variants", "named": "wrong"}
    assert all(found[key] == found[of] for key, of in {**kept, "found_out": "slips"}.items())


def test_release_gives_students_the_question_without_its_solution(course: Course) -> None:
    release.release(course, ASSIGNMENT)
    folder = course.folder("release", ASSIGNMENT)
    assert sorted(path.name for path in folder.iterdir()) == [KNOWN_RESULTS, f"{NAME}.ipynb"]
    cells = {grade_id(cell): cell for cell in read(folder / f"{NAME}.ipynb").cells}
    assert role(cells["relu"]) == "answer" and role(cells["relu-test"]) == "test"
    assert "maximum" not in cells["relu"].source and "NotImplementedError" in cells["relu"].source
    assert cells["relu-test"].source == TEST.partition("\n### BEGIN")[0]
    assert "np.maximum" in (folder / KNOWN_RESULTS).read_text("utf-8")  # only in the hint of a known mistake
