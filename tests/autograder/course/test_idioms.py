"""A course of every idiom and every unclean cell: cell by cell the scores that nbgrader's own engine gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.autograder.course import idioms_of_frames, idioms_of_objects, idioms_of_tools, idioms_of_values
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
FILES = {
    "geometry.py": "def area(r):\n    return 3 * r * r\n",
    "numbers.txt": "1 2 3\n",
    "helper_script.py": "from_script = tenfold(2)\n",
    "weather.csv": "city,temp\nOslo,12.0\nRome,21.5\nNuuk,6.0\n",
}
COURSES = {
    "of all kinds": IDIOMS,
    "tools": idioms_of_tools.IDIOMS,
    "objects": idioms_of_objects.IDIOMS,
    "values": idioms_of_values.IDIOMS,
    "frames": idioms_of_frames.IDIOMS,
}
FAIRER = {
    "stdin-io": "nbgrader forbids `input()`, also where a test has put something there to be read",
    "testcase-in-a-cell": "nbgrader takes words on stderr for a failure, those of unittest's runner too",
    "unittest-main": "the same",
    "frame-changed-in-place": "the same, where a warning is shown",
    "dates-index": "the same",
}
PARTLY = {"half-of-the-points", "negative-number-last"}
"""Their last line is a number below the points."""
GIVEN_ABOVE = idioms_of_frames.BEFORE | {name: text for name, (where, text) in GIVEN.items() if where == "before"}
GIVEN_BELOW = {name: text for name, (where, text) in GIVEN.items() if where == "after"}


def course(idioms: list[Idiom]) -> NotebookNode:
    cells = [locked(f"unclean-{number}", text) for number, text in enumerate(UNCLEAN)]
    for idiom in idioms:
        name = idiom.name
        magic, _, text = idiom.right.rpartition("\n") if idiom.right.startswith("%%") else ("", "", idiom.right)
        cells += [locked(f"given-{name}", GIVEN_ABOVE[name])] if name in GIVEN_ABOVE else []
        cells += [answer(f"a-{name}", text, before=magic)]
        cells += [locked(f"given-{name}", GIVEN_BELOW[name])] if name in GIVEN_BELOW else []
        cells += [checks(name, idiom.visible, idiom.hidden, points=2)]
    return source(*cells)


def forgotten(idiom: Idiom) -> str:
    """The answer of somebody who has forgotten to give anything back, or to assign anything."""
    if "return " in idiom.right:
        return re.sub(r"return [^;\n]*", "return None", idiom.right)
    return re.sub(r"^(\w+) = .*", r"\1 = None", idiom.right, flags=re.M) if " = " in idiom.right else "pass"


STUDENTS: dict[str, Callable[[int, Idiom], str | None]] = {
    "right": lambda _, idiom: idiom.right,
    "forgets": lambda _, idiom: forgotten(idiom),
    "half": lambda number, idiom: None if number % 2 else idiom.right,
    "untouched": lambda *_: None,
}


@pytest.fixture(scope="module", params=COURSES)
def idioms(request: pytest.FixtureRequest) -> list[Idiom]:
    return COURSES[request.param]


@pytest.fixture(scope="module")
def graded(idioms: list[Idiom], tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    root = tmp_path_factory.mktemp("idioms")
    made, book = root / "made", course(idioms)
    folder = made / "source" / "hw"
    folder.mkdir(parents=True)
    (made / "nbgrader_config.py").write_text(CONFIG)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    nbformat.write(book, folder / "work.ipynb")
    for student, writes in STUDENTS.items():
        handed_in = submission(book)
        answers = {f"a-{idiom.name}": writes(number, idiom) for number, idiom in enumerate(idioms)}
        for cell in handed_in.cells:
            cell.source = answers.get(cell.get("id", "")) or cell.source
        handed_in.cells.append(new_code_cell("done = True"))
        target = made / "submitted" / student / "hw"
        target.mkdir(parents=True)
        nbformat.write(handed_in, target / "work.ipynb")
    return both(made, root, "hw")


@pytest.mark.parametrize("student", STUDENTS)
def test_every_cell_has_the_score_that_nbgrader_gives(
    graded: tuple[dict[str, Any], dict[str, Any]], student: str, idioms: list[Idiom]
) -> None:
    theirs, ours = graded
    assert len(ours[student]) == len(idioms)
    different = {name: (score, theirs[student][name]) for name, score in ours[student].items() if name not in FAIRER}
    assert {name: both for name, both in different.items() if both[0] != both[1]} == {}


def test_a_right_answer_has_its_points_whatever_the_idiom(
    graded: tuple[dict[str, Any], dict[str, Any]], idioms: list[Idiom]
) -> None:
    _, ours = graded
    assert {name for name, score in ours["right"].items() if score != 2} <= PARTLY
