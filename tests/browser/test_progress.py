"""The head of a notebook: which checks pass, and the one place from which they are spoken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import Lesson, answer, change_theme
from tests.browser.notebook import Notebook, tab
from tests.browser.widget import rows, violations

LESSON = Lesson("02-sigmoid-gate", "sigmoid-gate")


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with tab(browser, server) as notebook:
        notebook.open(LESSON.hand_out(server.root / "progress" / LESSON.assignment, solved=False))
        for cell in ("setup", "widgets.Progress()", "curves"):
            notebook.run_cell(cell)
        yield notebook


def head(notebook: Notebook) -> Locator:
    return notebook.cell("widgets.Progress()").locator(".chainrule-widget")


def test_a_check_that_passes_is_counted_and_spoken(lesson: Notebook) -> None:
    expect(head(lesson)).to_contain_text("0 of 19 answers pass their checks")
    spoken = lesson.page.locator("#chainrule-speaker")
    expect(spoken).to_have_attribute("aria-live", "polite")
    answer(lesson, "multiply", LESSON.answers["multiply"])
    expect(spoken).to_have_text("Right: 2 checks of multiply_backward")
    expect(head(lesson)).to_contain_text("1 of 19 answers pass their checks")
    answer(lesson, "multiply", LESSON.answers["multiply"].replace("dx = y", "dx = x"))
    expect(spoken).to_contain_text("Not right yet: ")
    expect(head(lesson)).to_contain_text("0 of 19 answers pass their checks")


def test_what_is_missing_is_spoken_too_and_a_second_time(lesson: Notebook) -> None:
    spoken = lesson.page.locator("#chainrule-speaker")
    for _ in range(2):
        lesson.run_cell("exp-test")
        expect(spoken).to_contain_text("Nothing to check yet: the name exp_forward is not defined.")


def test_the_list_opens_by_keyboard(lesson: Notebook) -> None:
    progress = head(lesson)
    progress.locator("summary").focus()
    lesson.page.keyboard.press("Enter")
    assert rows(progress)["numerical_derivative"] == ["… open"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, theme: str) -> None:
    change_theme(lesson, theme)
    head(lesson)
    assert violations(lesson.page) == []


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook) -> None:
    head(lesson)
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")
