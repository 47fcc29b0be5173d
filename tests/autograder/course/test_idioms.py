"""A course of every idiom and every unclean cell: cell by cell the scores that nbgrader's own engine gives."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.autograder.course.idioms import GIVEN, IDIOMS, Idiom
from tests.autograder.course.test_other_courses import both
from tests.autograder.making import answer, checks, locked, source, submission

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'idioms'\n"
UNCLEAN = [
    "1 / 0",
    "name = input('Your name? ')",
    "for i in range(3)\n    print(i)",
    "!echo hello",
    "import no_such_module",
    "import asyncio\nawait asyncio.sleep(0)",
    "%%time\nLIMIT = 3",
]
FAIRER = {"stdin-io"}
"""nbgrader forbids `input()`, also where a test has put something there to be read."""


def course() -> NotebookNode:
    cells = [locked(f"unclean-{number}", text) for number, text in enumerate(UNCLEAN)]
    for idiom in IDIOMS:
        where, given = GIVEN.get(idiom.name, ("", ""))
        cells += [locked(f"given-{idiom.name}", given)] if where == "before" else []
        magic, _, text = idiom.right.rpartition("\n") if idiom.right.startswith("%%") else ("", "", idiom.right)
        cells += [answer(f"a-{idiom.name}", text, before=magic)]
        cells += [locked(f"given-{idiom.name}", given)] if where == "after" else []
        cells += [checks(idiom.name, idiom.visible, idiom.hidden, points=2)]
    return source(*cells)


def forgotten(idiom: Idiom) -> str:
    """The answer of somebody who has forgotten to give anything back, or to assign anything."""
    if "return " in idiom.right:
        return re.sub(r"return [^;\n]*", "return None", idiom.right)
    return re.sub(r"^(\w+) = .*", r"\1 = None", idiom.right, flags=re.M) if " = " in idiom.right else "pass"


STUDENTS: dict[str, dict[str, str]] = {
    "right": {f"a-{idiom.name}": idiom.right for idiom in IDIOMS},
    "forgets": {f"a-{idiom.name}": forgotten(idiom) for idiom in IDIOMS},
    "half": {f"a-{idiom.name}": idiom.right for idiom in IDIOMS[::2]},
    "untouched": {},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    root = tmp_path_factory.mktemp("idioms")
    made, book = root / "made", course()
    folder = made / "source" / "hw"
    folder.mkdir(parents=True)
    (made / "nbgrader_config.py").write_text(CONFIG)
    (folder / "geometry.py").write_text("def area(r):\n    return 3 * r * r\n")
    (folder / "numbers.txt").write_text("1 2 3\n")
    nbformat.write(book, folder / "work.ipynb")
    for student, answers in STUDENTS.items():
        handed_in = submission(book)
        for cell in handed_in.cells:
            cell.source = answers.get(cell.get("id", ""), cell.source)
        handed_in.cells.append(new_code_cell("done = True"))
        target = made / "submitted" / student / "hw"
        target.mkdir(parents=True)
        nbformat.write(handed_in, target / "work.ipynb")
    return both(made, root, "hw")


@pytest.mark.parametrize("student", STUDENTS)
def test_every_cell_has_the_score_that_nbgrader_gives(
    graded: tuple[dict[str, Any], dict[str, Any]], student: str
) -> None:
    theirs, ours = graded
    assert len(ours[student]) == len(IDIOMS)
    different = {name: (score, theirs[student][name]) for name, score in ours[student].items() if name not in FAIRER}
    assert {name: both for name, both in different.items() if both[0] != both[1]} == {}


def test_a_right_answer_has_its_points_whatever_the_idiom(graded: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, ours = graded
    assert {name for name, score in ours["right"].items() if score != 2} == {
        "half-of-the-points",
        "negative-number-last",
    }
