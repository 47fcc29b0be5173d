"""CurveReader in JupyterLab: trains in the page, with slips planted, and with the student's epoch."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import change_theme
from tests.browser.notebook import Notebook, tab
from tests.browser.widget import KEYBOARD, rows, violations, written

GIVEN = """import numpy as np
from chainrule import datasets, widgets
from chainrule.widgets import training
X, y = datasets.digits()
"""
RIGHT = """def epoch(thetas, X, y, eta, size, generator):
    return training.epoch(thetas, X, y, eta, size, generator.permutation(len(X)))
"""
OURS = "widgets.CurveReader(X[:300], y[:300], X[300:360], y[300:360])"
THEIRS = "widgets.CurveReader(X[:300], y[:300], X[300:360], y[300:360], epoch)"
SAID = "Your epoch: with one batch its loss and its step are right, and with uneven batches its mean is."
MOST = 30_000  # milliseconds for twenty epochs on a busy machine


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with tab(browser, server) as notebook:
        notebook.open(written(server.root / "curves.ipynb", GIVEN, RIGHT, OURS, THEIRS))
        notebook.page.set_default_timeout(MOST)
        notebook.run_all()
        yield notebook


def reader(lesson: Notebook, cell: str) -> Locator:
    """The widget of a cell, new, when its first run has ended."""
    lesson.run_cell(cell)
    found = lesson.cell(cell).locator(".chainrule-widget")
    found.wait_for()
    ended(found)
    return found


@pytest.fixture
def ours(lesson: Notebook) -> Locator:
    return reader(lesson, OURS)


@pytest.fixture
def theirs(lesson: Notebook) -> Locator:
    return reader(lesson, THEIRS)


def line(widget: Locator) -> Locator:
    return widget.locator(".chainrule-line")


def ended(widget: Locator) -> None:
    expect(line(widget)).to_contain_text("after epoch 20.", timeout=MOST)


def test_it_trains_in_the_page_until_little_is_misread(ours: Locator) -> None:
    expect(line(ours)).to_contain_text("Rate 0.10, batches of 20, 25 units. The loss begins at 2.")
    expect(line(ours)).to_contain_text("and falls to")
    expect(ours.get_by_role("img")).to_have_attribute("aria-label", str(line(ours).text_content()))


def test_a_slip_that_is_planted_has_its_face_beside_a_right_run(ours: Locator) -> None:
    slip = ours.get_by_role("button", name="a sign lost: uphill")
    slip.click()
    expect(slip).to_have_attribute("aria-pressed", "true")
    ended(ours)
    expect(line(ours)).to_contain_text("Planted: a sign lost: uphill.")
    expect(line(ours)).to_contain_text("and rises to")
    assert ours.locator("svg .chainrule-reference").last.get_attribute("d")
    slip.click()
    ended(ours)
    expect(line(ours)).to_contain_text("and falls to")


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(lesson: Notebook, ours: Locator) -> None:
    keyboard = lesson.page.keyboard
    ours.get_by_role("slider", name="rate").focus()
    keyboard.press("ArrowRight")
    expect(line(ours)).to_contain_text("Rate 0.11")
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    expect(line(ours)).to_contain_text("batches of 21")
    ours.get_by_role("button", name="labels shuffled").focus()
    keyboard.press("Enter")
    expect(line(ours)).to_contain_text("Planted: labels shuffled, pictures not.")
    keyboard.press("r")
    expect(line(ours)).to_contain_text("Rate 0.10, batches of 20, 25 units. The loss")
    for key in "gtt":
        keyboard.press(key)
    assert lesson.page.evaluate(KEYBOARD) == "command"
    for key in ("a", "b", "d", "d", "x"):
        keyboard.press(key)
    expect(ours).to_be_visible()


def test_the_table_holds_both_runs(ours: Locator) -> None:
    ours.get_by_role("button", name="Table").click()
    table = rows(ours)
    assert len(table) == 20
    assert table["1"][:2] == table["1"][2:]
    ours.get_by_role("button", name="Table").click()


def test_a_run_that_has_ended_is_spoken_once(ours: Locator) -> None:
    expect(ours.get_by_role("status")).to_contain_text("after epoch 20.")


def test_with_a_students_epoch_the_curve_is_theirs_and_follows_it(lesson: Notebook, theirs: Locator) -> None:
    expect(theirs).to_contain_text(SAID)
    try:
        lesson.set_source("def epoch", RIGHT.replace("y, eta, size, generator.perm", "y, -eta, size, generator.perm"))
        lesson.run_cell("def epoch")
        expect(theirs.locator(".chainrule-at-fault")).to_contain_text("matrix 1 is not where a step leads.")
        ended(theirs)
        expect(line(theirs)).to_contain_text("and rises to")
        lesson.set_source("def epoch", "def epoch(thetas, X, y, eta, size, generator):\n    raise NotImplementedError")
        lesson.run_cell("def epoch")
        expect(theirs).to_contain_text("Not answered yet: epoch is still to be written.")
        lesson.set_source("def epoch", "def epoch(thetas, X, y, eta, size, generator):\n    return y['much']")
        lesson.run_cell("def epoch")
        expect(theirs).to_contain_text("Stopped by an error: IndexError")
    finally:
        lesson.set_source("def epoch", RIGHT)
        lesson.run_cell("def epoch")
    expect(theirs).to_contain_text(SAID)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, ours: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        ours.get_by_role("button", name="Table").click()
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, ours: Locator) -> None:
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_the_picture_that_stands_in_has_the_last_run(lesson: Notebook, ours: Locator) -> None:
    ours.get_by_role("button", name="all weights begin at 0").click()
    ended(ours)
    still = lesson.cell(OURS).locator(".chainrule-still img")
    expect(still).to_have_attribute("alt", re.compile("Planted: all weights begin at 0"), timeout=MOST)
    assert not still.is_visible()
