"""Notebook 02 as released, in JupyterLab: what a student sees of each kind of answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.lesson import (
    Lesson,
    answer,
    cards,
    change_theme,
    code_cells,
    first_lines,
    poor_contrasts,
    shown,
    traceback_lines,
)
from tests.browser.notebook import Notebook

LESSON = Lesson("02-sigmoid-gate", "sigmoid-gate")
MISTAKE = LESSON.mistake("max", "second of equals wins")
UNFINISHED = ("Not answered yet: ", "Nothing to check yet: ")


def test_run_all_goes_to_the_end_of_an_unfinished_notebook(unfinished: Notebook) -> None:
    cells = code_cells(unfinished)
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert cells[-1]["outputs"]


@pytest.mark.parametrize("test", LESSON.tests)
def test_each_unanswered_check_shows_a_card_that_begins_with_its_word(unfinished: Notebook, test: str) -> None:
    card, error = shown(unfinished, test)
    assert card.startswith(UNFINISHED)
    assert error == f"{card.split(':')[0]}: see the card above."


def test_an_unfinished_notebook_shows_no_long_traceback(unfinished: Notebook) -> None:
    long = {cell["source"]: traceback_lines(cell) for cell in code_cells(unfinished) if traceback_lines(cell) > 2}
    assert not long


def test_validate_says_of_an_unfinished_notebook_what_the_cards_say(unfinished: Notebook) -> None:
    cards = [first_lines(cell)[0] for cell in code_cells(unfinished) if cell["name"] in LESSON.tests]
    said = unfinished.validate().splitlines()
    assert [line for line in said if line in cards] == cards


def test_a_right_answer(begun: Notebook) -> None:
    assert answer(begun, "reciprocal", LESSON.answers["reciprocal"]) == [
        "Right: 3 checks of reciprocal_forward and reciprocal_backward"
    ]


def test_a_wrong_answer(begun: Notebook) -> None:
    card, error = answer(begun, "multiply", LESSON.answers["multiply"].replace("dy = x * dout", "dy = x * dout + 1"))
    assert card.splitlines()[0] == "Not right yet: Entry 1 of the result is 7; 6 was expected."
    table = cards(begun, "multiply-test").locator("th, td").all_inner_texts()
    assert table == ["Called", "multiply_backward(3, -4, 2)", "Came back", "(-8, 7)", "Expected", "(-8, 6)"]
    assert error == "Not right yet: see the card above."


def test_a_recognised_misconception_with_its_hint_folded(begun: Notebook) -> None:
    *before, card, error = answer(begun, MISTAKE.answer, MISTAKE.source)
    assert [each.split(":")[0] for each in before] == ["Right"]
    assert MISTAKE.words.says in card
    assert MISTAKE.words.hint not in card
    assert error == "Not right yet: see the card above."


@pytest.mark.parametrize("way", ["click", "Enter", "Space"])
def test_a_hint_is_opened_by_click_and_by_keyboard(begun: Notebook, way: str) -> None:
    answer(begun, MISTAKE.answer, MISTAKE.source)
    card = cards(begun, f"{MISTAKE.answer}-test").last
    summary = card.locator("summary")
    summary.click() if way == "click" else summary.press(way)
    assert MISTAKE.words.hint.replace("`", "") in card.inner_text()


def test_a_syntax_error_in_an_answer_that_never_ran(begun: Notebook) -> None:
    card, error = answer(begun, "exp", LESSON.answers["exp"].replace("):", ")"))
    assert card.startswith("Nothing to check yet: ")
    assert "Run the cell above" in card
    assert "SyntaxError" in card
    assert error == "Nothing to check yet: see the card above."


def test_a_syntax_error_in_an_answer_that_ran_before(begun: Notebook) -> None:
    begun.run_cell("sigmoid-backward")
    card, _ = answer(begun, "sigmoid-backward", LESSON.answers["sigmoid-backward"].replace("):", ")"))
    assert "SyntaxError" in card


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_can_be_read_in_every_theme(begun: Notebook, theme: str, tmp_path: Path) -> None:
    change_theme(begun, theme)
    answer(begun, MISTAKE.answer, MISTAKE.source)
    found = cards(begun, f"{MISTAKE.answer}-test")
    found.last.locator("summary").click()
    poor = [piece for card in found.all() for piece in poor_contrasts(card)]
    begun.screenshot(tmp_path / f"{LESSON.name}-{theme}.png")
    change_theme(begun, "light")
    assert not poor


def test_each_check_of_the_solution_is_right(solved: Notebook) -> None:
    for cell in code_cells(solved):
        if cell["name"] in LESSON.tests:
            (said,) = first_lines(cell)
            count = cell["source"].count("check")
            assert said.startswith(f"Right: {count} checks of " if count > 1 else "Right: ")


def test_the_solved_notebook_runs_to_its_end_without_an_error(solved: Notebook) -> None:
    cells = code_cells(solved)
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]


def test_the_figures_of_the_solved_notebook_have_alternative_texts(solved: Notebook) -> None:
    assert len(LESSON.drawing) >= 7
    for number in LESSON.drawing:
        picture = solved.cell(number).locator("img")
        assert len(picture.get_attribute("alt") or "") > 60
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300


def test_validate_passes_the_solved_notebook(solved: Notebook) -> None:
    assert solved.validate() == "Success! Your notebook passes all the tests."
