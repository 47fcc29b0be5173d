"""Courses that know nothing of ours: honest submissions get the scores that nbgrader's own engine gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.commands.check_course import examine
from autograder.course.folders import Course
from tests.autograder import course_maker as maker
from tests.autograder.making import answer, cell_of, checks, locked, source, submission, written

BIN = Path(sys.executable).parent


def run(root: Path, *command: str) -> None:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]


def automatic(root: Path) -> dict[str, dict[str, Any]]:
    """By student and cell: the automatic score."""
    return {student: {cell: found[0] for cell, found in cells.items()} for student, cells in maker.grades(root).items()}


def both(made: Path, tmp_path: Path, assignment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A course graded by nbgrader's engine and by ours."""
    theirs, ours = shutil.copytree(made, tmp_path / "theirs"), shutil.copytree(made, tmp_path / "ours")
    run(theirs, "nbgrader", "generate_assignment", assignment, "--create", "--force")
    run(theirs, "nbgrader", "autograde", assignment, "--create", "--force")
    run(ours, "autograder", "grade", assignment)
    return automatic(theirs), automatic(ours)


QUICKSTART: dict[str, dict[str, str | None]] = {
    "solved": {},
    "half": {"sum_of_squares": None, "sum_of_squares_application": None},
    "wrong": {
        "squares": "def squares(n):\n    return [i ** 2 for i in range(n)]",
        "sum_of_squares": "def sum_of_squares(n):\n    return sum(i ** 2 for i in range(n + 1))",
    },
}
"""What of the solution students have written otherwise, or (None) not at all."""


def test_nbgraders_own_quickstart_course(tmp_path: Path) -> None:
    run(tmp_path, "nbgrader", "quickstart", "made")
    made = tmp_path / "made"
    run(made, "nbgrader", "generate_assignment", "ps1", "--create", "--force")
    shutil.copytree(made / "release" / "ps1", made / "submitted" / "untouched" / "ps1")
    for student, changed in QUICKSTART.items():
        folder = shutil.copytree(made / "source" / "ps1", made / "submitted" / student / "ps1")
        solved, handed_out = (nbformat.read(at / "problem1.ipynb", 4) for at in (folder, made / "release" / "ps1"))
        for name, text in changed.items():
            cell_of(solved, name).source = cell_of(handed_out, name).source if text is None else text
        nbformat.write(solved, folder / "problem1.ipynb")
    (made / "gradebook.db").unlink()
    ways = [way.kind for one in examine(Course(made), ["ps1"]) for way in one.ways.values()]
    assert ways == ["apart"] * 4
    theirs, ours = both(made, tmp_path, "ps1")
    assert theirs["solved"] != theirs["untouched"] != theirs["half"] != theirs["wrong"]
    assert ours == theirs


SQUARES = """def squares(n):
    if n < 1:
        raise ValueError('n is too small')
    return [i * i for i in range(1, n + 1)]"""
LOOP = """def squares(n):
    if n < 1:
        raise ValueError
    found = []
    for i in range(n):
        found.append((i + 1) ** 2)
    return found"""
COURSE = source(
    locked("given", "import math\nLIMIT = 10"),
    answer("squares", SQUARES),
    checks(
        "squares-test",
        "assert squares(1) == [1]\nassert squares(3) == [1, 4, 9], 'three squares'",
        "assert squares(LIMIT) == [1, 4, 9, 16, 25, 36, 49, 64, 81, 100]\n"
        "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
        3,
    ),
    answer("norm", "def norm(v):\n    return np.sqrt((np.asarray(v, float) ** 2).sum())"),
    checks("norm-test", "np.testing.assert_allclose(norm([3, 4]), 5)", "assert abs(norm(np.ones(16)) - 4) < 1e-9", 2),
    answer("half", "def half(x): return x / 2"),
    checks("half-test", "", "points = 0\nfor x in (1, 2, 3, 4):\n    points += half(x) == x / 2\npoints", 4),
    answer("table", "table = {'a': 1, 'b': 2}"),
    checks("table-test", "assert set(table) == {'a', 'b'}", "assert sum(table.values()) == 3", 1),
    written("explain"),
)  # fmt: skip
CLASS: dict[str, dict[str, str]] = {
    "right": {
        "squares": LOOP,
        "norm": "def norm(v):\n    return float(np.linalg.norm(v))",
        "half": "half = lambda x: 0.5 * x",
        "table": "table = dict(a=1, b=2)",
    },
    "no-error": {"squares": "def squares(n):\n    return [i * i for i in range(1, n + 1)]"},
    "partly": {"half": "def half(x):\n    return x // 2"},
    "raises": {"norm": "def norm(v):\n    return v.undefined", "table": "table = 1 / 0"},
    "syntax": {"squares": "def squares(n)\n    return 1", "table": "table = {'a': 3, 'b': 0}"},
    "helper": {"norm": "def norm(v):\n    return helper(v) ** 0.5"},
}  # fmt: skip


def handed_in(student: str) -> NotebookNode:
    book = submission(COURSE, **CLASS["right"] | CLASS[student])
    if student == "helper":
        at = book.cells.index(cell_of(book, "norm"))
        book.cells.insert(at, new_code_cell("def helper(v):\n    return sum(x * x for x in v)\nprint(helper([1, 2]))"))
    return book


def test_a_course_of_plain_asserts_and_partial_credit(tmp_path: Path) -> None:
    made = tmp_path / "made"
    (made / "source" / "asserts").mkdir(parents=True)
    (made / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'other'\n")
    nbformat.write(COURSE, made / "source" / "asserts" / "work.ipynb")
    for student in CLASS:
        folder = made / "submitted" / student / "asserts"
        folder.mkdir(parents=True)
        nbformat.write(handed_in(student), folder / "work.ipynb")
    theirs, ours = both(made, tmp_path, "asserts")
    assert ours == theirs
    assert ours["right"] == {"squares-test": 3, "norm-test": 2, "half-test": 4, "table-test": 1, "explain": 0}
    assert ours["partly"]["half-test"] == 2
