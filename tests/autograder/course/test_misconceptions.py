"""Misconceptions are edits of the solution: exact, between the markers, each with its words."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.course import misconceptions
from autograder.course.cells import cells_of
from autograder.course.misconceptions import EditedSolution, MisconceptionError
from tests.autograder.making import answer, checks, save, source

SOLUTION = "dx = 2 * x\ndx += 3\nreturn dx"
NOTEBOOK = source(
    answer(
        "grad", "    dx = 2 * x\n    dx += 3\n    return dx", before="def grad(x):\n    # dx = 2 * x is a beginning"
    ),
    checks("grad-test", "check(grad, 1.0)"),
    answer("two", "a = 1", before="b = 0", after="### BEGIN SOLUTION\nc = 2\n### END SOLUTION\nd = 3"),
)
WORDS = 'says = "Which?"\nhint = "This."\n'


def entry(name: str, edits: str, more: str = "", answer: str = "grad") -> str:
    return f"[[{answer}]]\nname = {name!r}\n{WORDS}{f'edits = {edits}' if edits else ''}\n{more}\n"


def load(tmp_path: Path, *entries: str) -> list[EditedSolution]:
    path = save(NOTEBOOK, tmp_path, misconceptions="\n".join(entries))
    return misconceptions.load(path.parent, cells_of(NOTEBOOK))


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(MisconceptionError) as error:
        load(tmp_path, text)
    assert "misconceptions.toml" in str(error.value)
    return str(error.value)


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert load(tmp_path) == []


def test_an_edit_changes_the_solution_and_nothing_else(tmp_path: Path) -> None:
    (found,) = load(tmp_path, entry("overwrites", '[["dx += 3", "dx = 3"]]'))
    assert found.source == NOTEBOOK.cells[1].source.replace("dx += 3", "dx = 3")
    assert (found.answer, found.name, found.words.says, found.words.hint) == ("grad", "overwrites", "Which?", "This.")
    assert found.credit == 0 and found.twin_of is None


def test_what_stands_outside_the_markers_is_neither_matched_nor_changed(tmp_path: Path) -> None:
    (found,) = load(tmp_path, entry("thrice", '[["dx = 2 * x", "dx = 3 * x"]]'))
    assert "# dx = 2 * x is a beginning" in found.source and "    dx = 3 * x\n" in found.source
    assert "0 times" in refusal(tmp_path, entry("outside", '[["is a beginning", "x"]]'))
    assert "0 times" in refusal(tmp_path, entry("marker", '[["### END SOLUTION", ""]]'))
    assert "0 times" in refusal(tmp_path, entry("between", '[["d = 3", "d = 4"]]', answer="two"))


def test_an_edit_may_be_in_any_of_several_solutions_of_a_cell_and_span_lines(tmp_path: Path) -> None:
    (found,) = load(tmp_path, entry("c", '[["c = 2", "c = 5"], ["a = 1", "a = 4"]]', answer="two"))
    assert "c = 5" in found.source and "a = 4" in found.source and "b = 0" in found.source
    (found,) = load(tmp_path, entry("lines", '[["dx = 2 * x\\n    dx += 3", "dx = 3"]]'))
    assert "2 * x\n    dx" not in found.source.split("BEGIN")[1]


def test_edits_are_made_one_after_the_other(tmp_path: Path) -> None:
    (found,) = load(tmp_path, entry("chain", '[["dx += 3", "dx += 4"], ["dx += 4", "dx += 5"]]'))
    assert "dx += 5" in found.source


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (entry("twice", '[["dx", "dy"]]'), "stands 3 times in the solution, not once"),
        (entry("never", '[["dz = 1", "dz = 2"]]'), "stands 0 times in the solution, not once"),
        (entry("unknown", '[["dx += 3", ""]]', "color = 1"), "unknown: color"),
        ("[[grad]]\nname = 'silent'\nedits = [['dx += 3', '']]\nsays = '?'\n", "needs name, says, hint"),
        (entry("neither", ""), "needs name, says, hint, and edits or answer"),
        (entry("both", '[["dx += 3", ""]]', 'answer = "x"'), "needs name, says, hint, and edits or answer"),
        (entry("too kind", '[["dx += 3", ""]]', "credit = 1.0"), "credit"),
        (entry("negative", '[["dx += 3", ""]]', "credit = -0.5"), "credit"),
        (entry("nan", '[["dx += 3", ""]]', "credit = nan"), "credit"),
        (entry("worded", '[["dx += 3", ""]]', 'credit = "half"'), "credit"),
        (entry("flat", '["dx += 3", "dx = 3"]'), "edits"),
        (entry("single", '[["dx += 3"]]'), "edits"),
    ],
    ids=lambda x: x.split("'")[1] if "'" in x else "",
)
def test_an_entry_that_does_not_fit_is_refused_by_name(text: str, reason: str, tmp_path: Path) -> None:
    said = refusal(tmp_path, text)
    assert text.split("'")[1] in said and "[[grad]]" in said
    assert reason in said


@pytest.mark.parametrize("text", ["[[grad]\n", "[grad]\nname = 'x'\n", "grad = 3\n", "[[grad]]\nname = 3\nsays = 1\n"])
def test_a_file_that_is_not_understood_is_refused(text: str, tmp_path: Path) -> None:
    refusal(tmp_path, text)


def test_entries_for_another_notebook_are_left_to_it_and_a_whole_answer_can_be_given(tmp_path: Path) -> None:
    whole = entry("rewritten", "", 'answer = "def grad(x): return 0"')
    other = nbformat.v4.new_code_cell("pass", metadata={"nbgrader": {"grade_id": "another-notebook", "solution": True}})
    nbformat.write(nbformat.v4.new_notebook(cells=[other]), tmp_path / "other.ipynb")
    (found,) = load(tmp_path, entry("elsewhere", '[["no", "yes"]]', answer="another-notebook"), whole)
    assert found.source == "def grad(x): return 0" and found.edits == ()


def test_an_entry_for_no_answer_at_all_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path, entry("elsewhere", '[["no", "yes"]]', answer="misspelt"))


def test_two_mistakes_at_once_carry_both_causes_and_share_the_credit(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        entry("thrice", '[["2 * x", "3 * x"]]', "credit = 0.5"),
        entry("overwrites", '[["dx += 3", "dx = 3"]]', "credit = 0.5"),
        entry("four", '[["dx += 3", "dx += 4"]]'),
        entry("twin", '[["return dx", "return +dx"]]', 'same_values_as = "four"'),
        entry("whole", "", 'answer = "grad = abs"'),
    )
    double = misconceptions.pairs(found, NOTEBOOK.cells[1].source)
    assert [pair.name for pair in double] == ["thrice; overwrites", "thrice; four"]
    first = double[0]
    assert "dx = 3 * x" in first.source and "dx = 3\n" in first.source and first.credit == 0.25
    assert [words.name for words in first.cause] == ["thrice", "overwrites"]


def test_a_twin_names_the_misconception_that_no_input_tells_it_from(tmp_path: Path) -> None:
    first, twin = load(
        tmp_path,
        entry("four", '[["dx += 3", "dx += 4"]]'),
        entry("two and two", '[["dx += 3", "dx += 2 + 2"]]', 'same_values_as = "four"'),
    )
    assert first.twin_of is None and twin.twin_of == "four"


def test_an_entry_with_otherwise_alone_is_asked_of_all_other_answers(tmp_path: Path) -> None:
    other = '[[grad]]\notherwise = "What is left?"\n'
    assert len(load(tmp_path, entry("late", '[["dx += 3", ""]]'), other)) == 1
    assert misconceptions.otherwise(tmp_path, cells_of(NOTEBOOK)) == {"grad": "What is left?"}
