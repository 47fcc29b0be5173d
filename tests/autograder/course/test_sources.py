"""What is wrong with a source notebook is said in one sentence, with the cell and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.course import sources
from autograder.errors import CannotPrepareError
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.making import cell_of


def _mark(cell: str, **values: object) -> Callable[[NotebookNode], None]:
    return lambda book: cell_of(book, cell).metadata.nbgrader.update(values)


def _without(cell: str, key: str) -> Callable[[NotebookNode], None]:
    return lambda book: cell_of(book, cell).metadata.nbgrader.pop(key)


def _text(cell: str, old: str, new: str) -> Callable[[NotebookNode], None]:
    def edit(book: NotebookNode) -> None:
        found = cell_of(book, cell)
        assert old in found.source
        found.source = found.source.replace(old, new)

    return edit


WRONG: dict[str, tuple[Callable[[NotebookNode], None], list[str]]] = {
    "an old version": (_mark("square", schema_version=1), ["version 1", "nbgrader update"]),
    "no version": (_without("square", "schema_version"), ["version 0", "nbgrader update"]),
    "a version to come": (_mark("square", schema_version=4), ["version 4", "nbgrader update"]),
    "a repeated grade_id": (_mark("total", grade_id="square"), ["grade_id square", "2 cells", "give each its own"]),
    "no points": (_without("total-test", "points"), ["total-test", "no points", "give it a number"]),
    "points in words": (_mark("total-test", points="many"), ["total-test", "'many'", "give it a number"]),
    "points below 0": (_mark("total-test", points=-1), ["total-test", "-1", "0 or more"]),
    "points without end": (_mark("total-test", points=float("inf")), ["total-test", "inf", "give it a number"]),
    "points of a task": (_without("draw", "points"), ["draw", "no points"]),
    "a mark that is no truth": (_mark("square", solution="yes"), ["square", "'yes'", "Create Assignment"]),
    "a name with a space": (_mark("square", grade_id="my square"), ["my square", "Create Assignment"]),
    "a solution without an end": (_text("square", "### END SOLUTION", ""), ["square", "don't pair", "mend"]),
    "hidden tests without an end": (_text("total-test", "### END HIDDEN TESTS", ""), ["total-test", "don't pair"]),
}


@pytest.mark.parametrize("what", WRONG)
def test_it_is_said_what_is_wrong_where_and_what_to_do(what: str, tmp_path: Path) -> None:
    edit, words = WRONG[what]
    book = maker.squares()
    edit(book)
    path = maker.add_notebook(tmp_path, NAME, book)
    with pytest.raises(CannotPrepareError) as error:
        sources.read(path, Config())
    said = str(error.value)
    assert "\n" not in said and f"{ASSIGNMENT}/{NAME}.ipynb" in said
    assert [word for word in words if word not in said] == []


def test_the_sources_of_the_course_have_the_form_that_nbgrader_asks_for() -> None:
    paths = list((maker.ROOT / "solutions").glob("*/*.ipynb"))
    assert len(paths) > 5
    assert [problem for path in paths for problem in sources.problems(nbformat.read(path, 4))] == []


@pytest.mark.parametrize("command", ["grade", "verify", "sample", "release"])
def test_every_command_says_it_in_one_line(command: str, tmp_path: Path, autograder: Autograder) -> None:
    book = maker.squares()
    _text("square", "### END SOLUTION", "")(book)
    root = maker.make_course(tmp_path, book)
    maker.hand_in(root, "ada", handed_out())
    ran = autograder(root, command)
    assert ran.code == 1
    assert len(ran.lines) == 1 and "square" in ran.err and "don't pair" in ran.err
