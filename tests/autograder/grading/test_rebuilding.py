"""The notebook to grade is the source with the student's work in it, whatever was done to the file."""

from __future__ import annotations

import json
from copy import deepcopy

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.course.notebook import CannotReadError, grade_id, points, released, role, stubs
from autograder.grading.rebuilding import without_leftover
from tests.autograder.grading.rebuilt import answers, of, place, roles
from tests.autograder.making import answer, cell_of, checks, locked, source, submission, written

SOURCE = source(
    new_markdown_cell("# Work", id="title"),
    answer("double", "def double(x): return 2 * x"),
    checks("double-test", "check(double, 1.0)", "check(double, 7.0)"),
    new_code_cell("speed = 1", id="play"),
    answer("triple", "def triple(x): return 3 * x"),
    checks("triple-test", "check(triple, 1.0)"),
    written("why"),
    locked("end", "print('the end')"),
)
RIGHT = {"double": "def double(x): return x + x", "triple": "def triple(x): return x + x + x", "why": "Because."}


@pytest.fixture
def theirs() -> NotebookNode:
    return submission(SOURCE, **RIGHT)


def rebuilt(theirs: NotebookNode) -> NotebookNode:
    """Rebuild, and see to it that what came out is a valid notebook with all of the source's cells in order."""
    result = of(theirs, SOURCE).to_notebook()
    nbformat.validate(result)
    json.dumps(result, ensure_ascii=False).encode()
    assert [grade_id(c) for c in result.cells if grade_id(c)] == [grade_id(c) for c in SOURCE.cells if grade_id(c)]
    for cell in SOURCE.cells:
        if role(cell) == "test":
            assert cell_of(result, str(grade_id(cell))).source == cell.source
            assert points(cell_of(result, str(grade_id(cell)))) == points(cell)
    return result


def test_answers_come_from_the_submission_and_tests_from_the_source(theirs: NotebookNode) -> None:
    result = rebuilt(theirs)
    assert cell_of(result, "double").source == RIGHT["double"]
    assert cell_of(result, "why").source == "Because."
    assert "check(double, 7.0)" in cell_of(result, "double-test").source
    assert not any(answers(of(theirs, SOURCE))[name].untouched for name in RIGHT)


def test_the_students_notebook_holds_neither_solution_nor_hidden_test_nor_marker() -> None:
    text = json.dumps(released(SOURCE))
    assert not any(word in text for word in ("2 * x", "7.0", "BEGIN", "HIDDEN", "SOLUTION"))
    assert "NotImplementedError" in text


def test_an_untouched_answer_is_known_to_be_untouched() -> None:
    found = answers(of(released(SOURCE), SOURCE))
    assert all(found[name].untouched and not found[name].deleted for name in RIGHT)


def test_a_deleted_answer_leaves_an_empty_place_and_a_deleted_test_comes_back(theirs: NotebookNode) -> None:
    theirs.cells = [c for c in theirs.cells if grade_id(c) not in ("double", "triple-test", "end")]
    result = rebuilt(theirs)
    assert answers(of(theirs, SOURCE))["double"].deleted
    assert "was not in the notebook" in cell_of(result, "double").source
    assert cell_of(result, "triple").source == RIGHT["triple"]


@pytest.mark.parametrize("where", [0, -1])
def test_of_a_copied_answer_cell_the_one_that_kept_its_id_is_the_original(theirs: NotebookNode, where: int) -> None:
    copy = deepcopy(cell_of(theirs, "double"))
    copy.id, copy.source = "new-id", "def double(x): return 'a trial'"
    theirs.cells.insert(where if where == 0 else len(theirs.cells), copy)
    result = rebuilt(theirs)
    assert cell_of(result, "double").source == RIGHT["double"]
    assert roles(result, "added") == [copy.source]


def test_a_copied_test_cell_is_left_out_and_no_copy_is_a_test(theirs: NotebookNode) -> None:
    for text in (None, "check(double, 2.5)"):
        copy = deepcopy(cell_of(theirs, "double-test"))
        copy.id, copy.source = f"copy-{text}".replace(" ", "")[:9], text or copy.source
        theirs.cells.append(copy)
    result = rebuilt(theirs)
    assert len(roles(result, "test")) == 2
    assert not any("check(double, 1.0)" in text for text in roles(result, "added"))


def test_an_edited_locked_cell_and_an_edited_test_are_restored(theirs: NotebookNode) -> None:
    cell_of(theirs, "setup").source = "check = print"
    cell_of(theirs, "double-test").source = "pass"
    result = rebuilt(theirs)
    assert cell_of(result, "setup").source == cell_of(SOURCE, "setup").source
    assert "check = print" not in json.dumps(result)


def test_an_edited_unlocked_cell_keeps_the_students_text(theirs: NotebookNode) -> None:
    next(c for c in theirs.cells if c.id == "play").source = "speed = 5"
    result = rebuilt(theirs)
    assert roles(result, "edited") == ["speed = 5"]
    assert [c.id for c in result.cells if c.source == "speed = 5"] == ["play"]


def test_added_cells_stay_where_they_were_put(theirs: NotebookNode) -> None:
    theirs.cells.insert(place(theirs, "double"), new_code_cell("import math"))
    theirs.cells.insert(place(theirs, "triple-test"), new_markdown_cell("my notes"))
    theirs.cells.insert(0, new_code_cell("first = 1"))
    theirs.cells.append(new_code_cell("last = 1"))
    sources = [cell.source for cell in rebuilt(theirs).cells]
    assert sources[0] == "first = 1" and sources[-1] == "last = 1"
    assert sources[sources.index("import math") + 1] == RIGHT["double"]
    assert sources[sources.index("my notes") - 1] == RIGHT["triple"]


def test_moved_cells_return_to_their_places_with_what_was_written(theirs: NotebookNode) -> None:
    theirs.cells.reverse()
    result = rebuilt(theirs)
    assert [c.id for c in result.cells] == [c.id for c in SOURCE.cells]
    assert cell_of(result, "triple").source == RIGHT["triple"]


def test_a_file_without_cell_ids_is_matched_by_grade_id_and_text(theirs: NotebookNode) -> None:
    for cell in theirs.cells:
        del cell["id"]
    assert roles(rebuilt(theirs), "added") == []


def test_a_written_answer_keeps_its_attachments(theirs: NotebookNode) -> None:
    picture = {"sketch.png": {"image/png": "aGVsbG8="}}
    cell_of(theirs, "why").attachments = NotebookNode(picture)
    theirs.cells.append(new_markdown_cell("![](attachment:sketch.png)", attachments=picture))
    result = rebuilt(theirs)
    assert cell_of(result, "why").attachments == picture
    assert result.cells[-1].attachments == picture


def test_attachments_that_are_none_break_nothing(theirs: NotebookNode) -> None:
    cell_of(theirs, "double").attachments = NotebookNode({"a.png": {"image/png": "aGk="}})
    cell_of(theirs, "why").attachments = "sketch"
    rebuilt(theirs)


def test_points_tags_types_and_tests_in_the_submission_change_nothing(theirs: NotebookNode) -> None:
    plain = rebuilt(theirs)
    for cell in theirs.cells:
        cell.metadata.tags = ["skip-execution"]
        cell.metadata.chainrule = {"role": "own", "untouched": False}
        if grade_id(cell):
            cell.metadata.nbgrader.update(points=1e9, grade=True, solution=False, locked=False, task=True)
    theirs.metadata = {"kernelspec": {"name": "evil"}}
    assert rebuilt(theirs) == plain


def test_another_notebook_is_refused(theirs: NotebookNode) -> None:
    theirs.cells = [new_code_cell("print('holiday')")]
    with pytest.raises(CannotReadError, match=r"work\.ipynb is another notebook.*ask for the right one"):
        rebuilt(theirs)


STUB = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (
            STUB + "\n    return 2 * x",
            "def double(x):\n    # YOUR CODE HERE\n    pass  # raise NotImplementedError() was",
        ),
        ("raise NotImplementedError()\nx = 1", "pass  # raise NotImplementedError() was"),
        (STUB, STUB),
        ("def f(x):\n    if x: raise NotImplementedError()\n    return x", None),
        ("def f(x):\n    raise ValueError\n    return x", None),
        ("def f(:", None),
    ],
)
def test_a_raise_that_was_left_above_what_is_written_is_left_out(text: str, rest: str | None) -> None:
    assert without_leftover(text).startswith(rest or text)
    assert without_leftover(text).count("\n") == text.count("\n")


def test_an_answer_is_untouched_as_it_was_handed_out_though_code_stands_below_its_raise() -> None:
    book = source(answer("fill", ""), checks("fill-test", "check(fill, 1)"))
    region = "    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION"
    cell_of(book, "fill").source = f"def fill(x):\n    y = 0\n{region}\n    return y"
    handed_out = stubs(book)
    assert any("    raise NotImplementedError()\n    return y" in text for text in handed_out)
    cell = answers(of(submission(book), book))["fill"]
    assert cell.untouched and cell.source in handed_out
