"""One class of everything that goes wrong when notebooks are handed in, graded once."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.commands.run import Graded
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import NAME, RIGHT, handed_out
from tests.autograder.making import cell_of


def whole() -> str:
    return json.dumps(handed_out())


REFUSED: dict[str, NotebookNode | str | bytes | None] = {
    "cut-off": whole()[:-100],
    "empty": "",
    "blank": " \n\n",
    "not-text": bytes(range(256)),
    "utf-16": whole().encode("utf-16"),
    "a-list": "[]",
    "a-number": "3",
    "null": "null",
    "no-cells": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "cells-no-list": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}',
    "cells-of-numbers": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1, 2]}',
    "version-99": whole().replace('"nbformat": 4', '"nbformat": 99'),
    "nested": "[" * 100_000,
    "foreign": new_notebook(cells=[new_code_cell("print('another course')"), new_markdown_cell("Hello")]),
    "no-cells-at-all": new_notebook(),
}


def _edited(name: str, source: str) -> NotebookNode:
    book = handed_out()
    cell_of(book, name).source = source
    return book


def _without(*names: str) -> NotebookNode:
    book = handed_out()
    book.cells = [cell for cell in book.cells if cell.id not in names]
    return book


def _copied(*names: str) -> NotebookNode:
    book = handed_out()
    for name in names:
        copy = deepcopy(cell_of(book, name))
        copy.id = f"copy-of-{name}"
        book.cells.insert(book.cells.index(cell_of(book, name)) + 1, copy)
    return book


def _moved() -> NotebookNode:
    book = handed_out()
    book.cells.sort(key=lambda cell: cell.id.endswith("-test"))
    book.cells.reverse()
    return book


def _with(*cells: NotebookNode, after: str) -> NotebookNode:
    book = handed_out()
    place = book.cells.index(cell_of(book, after)) + 1
    book.cells[place:place] = cells
    return book


def _of_type(name: str, cell_type: str) -> NotebookNode:
    book = handed_out()
    cell_of(book, name).cell_type = cell_type
    return book


def _of_metadata(name: str, **values: object) -> NotebookNode:
    book = handed_out()
    cell_of(book, name).metadata.nbgrader.update(values)
    return book


def _marked(told: object) -> NotebookNode:
    """As a notebook comes back that was made of an autograded one, or by somebody who tries something."""
    book = handed_out()
    for cell in book.cells:
        cell.metadata["chainrule"] = told
    return book


REFUSED["megabytes-of-code"] = _edited("square", f"# {'x' * (5 << 20)}\n{RIGHT['square']}")
HONEST: dict[str, NotebookNode | str] = {
    "right": handed_out(),
    "deleted-test": _without("total-test"),
    "deleted-all-tests": _without("square-test", "total-test", "mean-test"),
    "copied-test": _copied("total-test", "total-test"),
    "copied-answer": _copied("square"),
    "moved-cells": _moved(),
    "edited-test": _edited("square-test", "assert False"),
    "emptied-test": _edited("square-test", ""),
    "edited-given-cell": _edited("numbers", "numbers = None"),
    "edited-locked-cell": _edited("setup", "1 / 0"),
    "as-another-type": _of_type("square", "raw"),
    "helpers": _with(new_code_cell("import math\n\ndef help(x):\n    return x"), after="setup"),
    "prints-and-plots": _with(
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint(square(2))"), after="square"
    ),
    "failing-scratch-cell": _with(new_code_cell("1 / 0"), new_code_cell("def broken(:"), after="square"),
    "other-points": _of_metadata("total-test", points=1_000),
    "broken-points": _of_metadata("total-test", points="many", grade=None, locked="no"),
    "a-sum-of-a-thousand-terms": _edited("square", f"{RIGHT['square']}\nlong = {'+'.join(['1.5'] * 1_000)}"),
    "marked-with-a-role-that-is-none": _marked({"role": ["answer"]}),
    "marked-with-no-role": _marked("role"),
    "with-a-byte-order-mark": "\ufeff" + whole(),
    "version-3": nbformat.writes(nbformat.convert(handed_out(), 3), 3),
}
FEWER = {"emptied-answer": _edited("square", ""), "deleted-answer": _without("square")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    for student, what in (REFUSED | HONEST | FEWER).items():
        maker.hand_in(root, student, what)
    maker.hand_in(root, "renamed", handed_out(), name="My squares (1).ipynb")
    maker.hand_in(root, "no-notebook", None)
    (maker.hand_in(root, "a-folder", None) / f"{NAME}.ipynb").mkdir()
    os.symlink("/nowhere", maker.hand_in(root, "broken-link", None) / f"{NAME}.ipynb")
    return root


@pytest.fixture(scope="module")
def graded(root: Path) -> dict[str, Graded]:
    return maker.grade(root)


@pytest.fixture(scope="module")
def scores(root: Path, graded: dict[str, Graded]) -> dict[str, dict[str, tuple[object, ...]]]:
    assert graded
    return maker.grades(root)


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / maker.ASSIGNMENT / f"{NAME}.html").read_text("utf-8")


@pytest.mark.parametrize("student", [*REFUSED, "a-folder"])
def test_what_cannot_be_graded_is_refused_with_its_reason_and_waits_for_a_person(
    student: str, root: Path, graded: dict[str, Graded], scores: dict[str, dict[str, tuple[object, ...]]]
) -> None:
    why = graded[student].outcome.failed
    assert why is not None
    assert f"{NAME}.ipynb" in why
    assert "\n" not in why
    assert "; " in why, "says what is wrong; what to do"
    assert "Traceback" not in why
    assert set(scores[student].values()) == {(None, None, 1)}
    assert "Not graded" in page(root, student)
    shown = nbformat.read(root / "autograded" / student / maker.ASSIGNMENT / f"{NAME}.ipynb", 4)
    assert "Not graded" in shown.cells[0].source


@pytest.mark.parametrize("student", ["no-notebook", "broken-link"])
def test_where_there_is_no_notebook_that_is_said(student: str, root: Path, graded: dict[str, Graded]) -> None:
    why = graded[student].outcome.failed
    assert why is not None
    said = {"no-notebook": "was not handed in", "broken-link": "is no file but a link"}
    assert f"{NAME}.ipynb {said[student]}" in why
    assert f"{NAME}.ipynb {said[student]}" in page(root, student)
    shown = root / "autograded" / student / maker.ASSIGNMENT / f"{NAME}.ipynb"
    assert shown.exists() is (student == "broken-link"), "of nothing there is no autograded notebook"


@pytest.mark.parametrize("student", [*HONEST, "renamed"])
def test_honest_habits_lose_nothing(
    student: str, graded: dict[str, Graded], scores: dict[str, dict[str, tuple[object, ...]]]
) -> None:
    assert graded[student].outcome.failed is None
    earned = {name: score for name, (score, _, _) in scores[student].items()}
    assert earned == {"square-test": 2.0, "total-test": 4.0, "mean-test": 1.0, "explain": None, "draw": None}


@pytest.mark.parametrize("student", FEWER)
def test_an_answer_that_is_not_there_costs_its_own_points_only(
    student: str, graded: dict[str, Graded], scores: dict[str, dict[str, tuple[object, ...]]]
) -> None:
    tests = {test.grade_id: test for test in graded[student].outcome.tests}
    assert tests["square-test"].status in ("missing", "untouched")
    assert [scores[student][name][0] for name in ("square-test", "total-test", "mean-test")] == [0.0, 4.0, 1.0]


def test_a_renamed_notebook_is_graded_and_that_is_said(root: Path, graded: dict[str, Graded]) -> None:
    assert "My squares (1).ipynb was taken for squares.ipynb" in graded["renamed"].outcome.notes[0]
    assert "My squares (1).ipynb was taken for squares.ipynb" in page(root, "renamed")


def test_what_a_student_wrote_is_in_the_autograded_notebook(root: Path, graded: dict[str, Graded]) -> None:
    path = root / "autograded" / "helpers" / maker.ASSIGNMENT / f"{NAME}.ipynb"
    sources = [cell.source for cell in nbformat.read(path, 4).cells]
    assert any("def help(x)" in source for source in sources)
    for name in ("square", "total", "mean", "explain"):
        assert RIGHT[name] in sources
    nbformat.validate(nbformat.read(path, 4))
