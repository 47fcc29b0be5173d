"""GradientCheck in notebook 06: a wrong column is seen, an entry is chosen by mouse or keyboard, the step is moved."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import Lesson, change_theme
from tests.browser.notebook import Notebook, having_run
from tests.browser.widget import differs_from, rows, violations

LESSON = Lesson("06-gradient-checking", "gradient-checking")
GIVEN = "lambda thetas: gradients(thetas, X_353, y_353, lam=0.0),\n    thetas_353"
OWN = "lambda thetas: fixed_1(thetas, X_tiny, y_tiny),"


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with having_run(browser, server, LESSON.hand_out(server.root / "gradient-check", solved=True)) as notebook:
        yield notebook


def widget(notebook: Notebook, cell: str) -> Locator:
    found = notebook.cell(cell).locator(".chainrule-widget")
    found.wait_for()
    return found


@pytest.fixture
def check(lesson: Notebook) -> Locator:
    """The widget over the gradient that forgot the penalty, new."""
    lesson.run_cell(GIVEN)
    return widget(lesson, GIVEN)


def crosses(check: Locator) -> list[int]:
    """How many entries of each matrix are marked as wrong."""
    return [str(grid.text_content()).count("✗") for grid in check.locator(".chainrule-map").all()]


def test_every_weight_is_wrong_and_no_bias(check: Locator) -> None:
    assert crosses(check) == [15, 15]
    expect(check).to_contain_text("30 of 38 entries differ.")
    assert differs_from("gradient-check", check.locator(".chainrule-maps")) < 0.02


def test_a_click_shows_an_entrys_error_against_the_step(check: Locator) -> None:
    check.locator(".chainrule-map").first.locator(".chainrule-square").nth(4).click()
    curve = check.get_by_role("img", name="Relative error of Θ(1)[1, 0] against the step.")
    expect(curve).to_be_visible()
    expect(check).to_contain_text("Θ(1)[1, 0], a bias:")
    expect(check).to_contain_text("the same.")


def test_the_arrow_keys_go_from_entry_to_entry(lesson: Notebook, check: Locator) -> None:
    first = check.locator(".chainrule-map").first
    first.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        lesson.page.keyboard.press(key)
    expect(check.locator(".chainrule-map").first).to_have_attribute(
        "aria-label",
        re.compile(
            r"Errors of Θ\(1\)\. Θ\(1\)\[0, 0\], a bias: backward −0\.00927825, measured −0\.00927825, "
            r"relative error \S+e−\d\d, the same\. Arrow keys move from entry to entry\."
        ),
    )
    lesson.page.keyboard.press("w")
    expect(check.locator(".chainrule-line")).not_to_contain_text("a bias")


def test_a_step_that_is_too_small_makes_right_entries_look_wrong(check: Locator) -> None:
    check.get_by_role("spinbutton", name="log10 h, typed").fill("-12")
    expect(check).to_contain_text("38 of 38 entries differ.")
    expect(check.get_by_role("slider", name="log10 h")).to_have_attribute("aria-valuetext", "h is 1.0e−12")


def test_the_table_begins_with_the_largest_error(lesson: Notebook, check: Locator) -> None:
    check.get_by_role("button", name="Worst entry").focus()
    lesson.page.keyboard.press("t")
    table = list(rows(check).items())
    assert len(table) == 38
    assert table[0][1][-1] == "✗"
    assert [judged[-1] for _, judged in table].count("✓") == 8


def test_the_students_own_gradient_is_followed(lesson: Notebook) -> None:
    assert crosses(widget(lesson, OWN)) == [0, 0]
    right = LESSON.answers["fixed-1"]
    assert "delta2.T @ add_bias(A1)" in right
    lesson.set_source("fixed-1", right.replace("delta2.T @ add_bias(A1)", "2 * delta2.T @ add_bias(A1)"))
    lesson.run_cell("fixed-1")
    expect(widget(lesson, OWN)).to_contain_text("15 of 27 entries differ.")
    assert crosses(widget(lesson, OWN)) == [0, 15]
    lesson.set_source("fixed-1", right.replace("return [", "return 3, ["))
    lesson.run_cell("fixed-1")
    expect(widget(lesson, OWN)).to_contain_text("Not right yet: the gradient of Θ(1) has the shape ()")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, check: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    check.wait_for()
    assert violations(lesson.page) == []
    check.get_by_role("button", name="Table").click()
    assert violations(lesson.page) == []
    change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, check: Locator) -> None:
    check.wait_for()
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")
