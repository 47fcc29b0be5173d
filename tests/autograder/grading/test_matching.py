"""An answer is found wherever a student has written it: in a cell of their own, in another's, without names or ids."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.course.notebook import CannotReadError, grade_id, released
from autograder.grading.rebuilding import RebuiltCell
from tests.autograder.grading.rebuilt import answers, of, place, roles
from tests.autograder.making import answer, cell_of, checks, locked, source, submission, written

WRITTEN = "def double(x):\n    return x + x"
DEFINING = source(
    locked("given", "base = 10"),
    answer("double", "    return 2 * x", before="def double(x):"),
    checks("double-test", "check(double, 1.0)"),
    answer("shape", "shape = (3, 2)"),
    checks("shape-test", "check('shape')"),
    written("why"),
)


def defining(theirs: NotebookNode) -> dict[str, RebuiltCell]:
    result = of(theirs, DEFINING)
    nbformat.validate(result.to_notebook())
    return answers(result)


def added(where: str, after: int = 1) -> NotebookNode:
    """The notebook as handed out, with `double` written in a cell of the student's own beside another one."""
    theirs = released(DEFINING)
    theirs.cells.insert(place(theirs, where) + after, new_code_cell(WRITTEN))
    return theirs


PLACES = [("double", 1), ("double", 0), ("double-test", 1), ("why", 1), ("given", 0)]


@pytest.mark.parametrize(("where", "after"), PLACES)
def test_an_answer_in_a_cell_of_the_students_own_is_the_answer(where: str, after: int) -> None:
    theirs = added(where, after)
    cells = defining(theirs)
    assert cells["double"].source == WRITTEN and not cells["double"].untouched
    assert cells["shape"].untouched
    assert roles(of(theirs, DEFINING).to_notebook(), "added") == []


def test_an_answer_in_a_cell_of_the_students_own_is_the_answer_where_its_cell_is_gone() -> None:
    theirs = added("double-test")
    theirs.cells = [cell for cell in theirs.cells if grade_id(cell) != "double"]
    assert defining(theirs)["double"].source == WRITTEN


@pytest.mark.parametrize("left", ["", "# see below", "eps = 1e-9"])
def test_a_line_that_was_split_off_above_an_answer_stays_above_it(left: str) -> None:
    theirs = added("double")
    cell_of(theirs, "double").source = left
    result = of(theirs, DEFINING).to_notebook()
    assert cell_of(result, "double").source == WRITTEN
    sources = [cell.source for cell in result.cells]
    assert not left or sources[sources.index(WRITTEN) - 1] == left


def test_of_several_the_last_above_the_test_is_the_answer() -> None:
    theirs = released(DEFINING)
    at = place(theirs, "double-test")
    tries = [f"def double(x):\n    return {value}" for value in ("1", "2", "3")]
    theirs.cells[at + 1 : at + 1] = [new_code_cell(tries[2])]
    theirs.cells[at:at] = [new_code_cell(tries[0]), new_code_cell(tries[1])]
    result = of(theirs, DEFINING).to_notebook()
    assert cell_of(result, "double").source == tries[1]
    assert roles(result, "added") == [tries[0], tries[2]]


FIRST = "def double(x):\n    return 0"


def test_a_second_try_above_the_test_is_the_answer_and_one_below_it_is_not() -> None:
    theirs = added("double")
    cell_of(theirs, "double").source = FIRST
    result = of(theirs, DEFINING).to_notebook()
    assert cell_of(result, "double").source == WRITTEN and roles(result, "added") == [FIRST]
    theirs = added("double-test")
    cell_of(theirs, "double").source = FIRST
    result = of(theirs, DEFINING).to_notebook()
    assert cell_of(result, "double").source == FIRST and roles(result, "added") == [WRITTEN]


def test_an_answer_in_the_cell_of_another_one_is_written_and_a_stub_below_does_not_undo_it() -> None:
    theirs = submission(DEFINING, shape="shape = (3, 2)\n\n" + WRITTEN)
    about = defining(theirs)["double"]
    assert (about.untouched, about.elsewhere) == (False, "shape")
    theirs = submission(DEFINING, double=WRITTEN + "\nshape = (1, 2)")
    cells = defining(theirs)
    assert not cells["shape"].untouched
    assert "raise" not in cells["shape"].source and "shape is defined in a cell above" in cells["shape"].source


@pytest.mark.parametrize("lost", ["names", "names and ids", "everything but what is written"])
def test_names_and_ids_that_are_lost_are_found_again_by_what_is_there(lost: str) -> None:
    theirs = submission(DEFINING, double=WRITTEN, shape="shape = 3, 2", why="Because.")
    for cell in theirs.cells:
        cell.metadata = NotebookNode()
        if lost != "names":
            del cell["id"]
    if lost == "everything but what is written":
        theirs.cells = [cell for cell in theirs.cells if not cell.source.startswith("base")]
    cells = defining(theirs)
    assert [cells[name].source for name in ("double", "shape", "why")] == [WRITTEN, "shape = 3, 2", "Because."]
    assert roles(of(theirs, DEFINING).to_notebook(), "added") == []


def test_an_answer_that_is_no_python_is_found_by_its_place() -> None:
    theirs = submission(DEFINING, double="def double(x)\n    return x", shape="shape = 3, 2")
    for cell in theirs.cells:
        cell.metadata = NotebookNode()
        del cell["id"]
    assert defining(theirs)["double"].source == "def double(x)\n    return x"


def test_another_notebook_is_refused_though_it_defines_the_same() -> None:
    theirs = submission(DEFINING, double=WRITTEN)
    theirs.cells = [new_code_cell(WRITTEN), new_code_cell("# YOUR CODE HERE\nraise NotImplementedError()")]
    with pytest.raises(CannotReadError):
        defining(theirs)
