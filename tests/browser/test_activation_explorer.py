"""ActivationExplorer in JupyterLab: dragged, by keyboard alone, with the student's functions, with a mistake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import change_theme
from tests.browser.notebook import Notebook, having_run
from tests.browser.widget import KEYBOARD, rows, violations, written

GIVEN = "import numpy as np\nfrom chainrule import widgets"
RIGHT = "def slope(z):\n    return np.where(z > 0, 1.0, 0.01)"
WIDGET = (
    "widgets.ActivationExplorer({'leaky ReLU': (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: slope(z))}, z=-2)"
)
SAID = "Your slope of leaky ReLU: right at all 321 places from −8 to 8."


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with having_run(browser, server, written(server.root / "activations.ipynb", GIVEN, RIGHT, WIDGET)) as notebook:
        yield notebook


@pytest.fixture
def explorer(lesson: Notebook) -> Locator:
    """The notebook's widget, new."""
    lesson.run_cell(WIDGET)
    found = lesson.cell(WIDGET).locator(".chainrule-widget")
    found.wait_for()
    return found


def line(explorer: Locator) -> Locator:
    return explorer.locator(".chainrule-line")


def test_the_students_functions_are_held_against_the_right_ones(explorer: Locator) -> None:
    expect(explorer).to_contain_text(SAID)
    expect(line(explorer)).to_have_text("leaky ReLU at z = −2: value −0.02, slope 0.01, measured 0.01.")


def test_the_place_is_dragged(lesson: Notebook, explorer: Locator) -> None:
    drawing = explorer.locator("svg.chainrule-plane")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box is not None
    lesson.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 100)
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 100, steps=10)
    lesson.page.mouse.up()
    expect(line(explorer)).to_contain_text("slope 1, measured 1")
    assert float(explorer.get_by_role("slider", name="z").input_value()) > 2


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(lesson: Notebook, explorer: Locator) -> None:
    keyboard = lesson.page.keyboard
    explorer.get_by_role("button", name="leaky ReLU at z").focus()
    keyboard.press("ArrowRight")
    expect(line(explorer)).to_contain_text("at z = −1.95:")
    keyboard.press("n")
    expect(line(explorer)).to_contain_text("ELU at z = −1.95:")
    for _ in range(2):
        keyboard.press("b")
    expect(line(explorer)).to_contain_text("softplus at z")
    explorer.get_by_role("slider", name="units").focus()
    keyboard.press("ArrowRight")
    expect(line(explorer)).to_contain_text("2 such units pass on")
    keyboard.press("r")
    expect(line(explorer)).to_contain_text("leaky ReLU at z = −2:")
    assert lesson.page.evaluate(KEYBOARD) == "command"
    for key in "abdx":
        keyboard.press(key)
    expect(explorer).to_be_visible()


def test_a_divergence_has_a_target_and_says_what_becomes_of_its_slope(explorer: Locator) -> None:
    explorer.get_by_role("button", name="cross-entropy").click()
    expect(line(explorer)).to_contain_text("Through a sigmoid's slope, 0.09, it becomes 0.90 in z.")
    expect(explorer.get_by_role("slider", name="units")).to_be_hidden()
    explorer.get_by_role("spinbutton", name="target, typed").fill("1")
    expect(line(explorer)).to_contain_text("cross-entropy at a = 0.90, target 1: value 0.11, slope −1.11")


def test_the_table_holds_the_students_numbers_too(explorer: Locator) -> None:
    explorer.get_by_role("button", name="Table").click()
    table = rows(explorer)
    assert table["−8"] == ["−0.08", "0.01", "−0.08", "0.01"]
    assert table["3"] == ["3", "1", "3", "1"]
    explorer.get_by_role("button", name="tanh", exact=True).click()
    assert rows(explorer)["0"] == ["0", "1"]
    explorer.get_by_role("button", name="Table").click()


def test_what_is_reached_is_spoken(explorer: Locator) -> None:
    explorer.get_by_role("button", name="sigmoid").click()
    expect(explorer.get_by_role("status")).to_contain_text("sigmoid at z = −2: value 0.12, slope 0.10")


def test_a_mistake_is_ringed_as_soon_as_its_cell_has_run(lesson: Notebook, explorer: Locator) -> None:
    try:
        lesson.set_source("def slope", "def slope(z):\n    return np.where(z > 0, 1.0, 0.0)")
        lesson.run_cell("def slope")
        expect(explorer.locator(".chainrule-at-fault")).to_contain_text(
            "✗ Your slope of leaky ReLU first parts from the right one at z = −8: yours is 0, right is 0.01."
        )
        assert explorer.locator("svg .chainrule-mark[visibility=visible]").count() == 1
        lesson.set_source("def slope", "def slope(z):\n    return z['much']")
        lesson.run_cell("def slope")
        expect(explorer).to_contain_text("Stopped by an error: IndexError")
    finally:
        lesson.set_source("def slope", RIGHT)
        lesson.run_cell("def slope")
    expect(explorer).to_contain_text(SAID)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, explorer: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        explorer.get_by_role("button", name="cross-entropy").click()
        explorer.get_by_role("button", name="Table").click()
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, explorer: Locator) -> None:
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_the_picture_that_stands_in_follows(lesson: Notebook, explorer: Locator) -> None:
    explorer.get_by_role("spinbutton", name="z, typed").fill("4")
    still = lesson.cell(WIDGET).locator(".chainrule-still img")
    words = "leaky ReLU above its slope. At z = 4: value 4, slope 1. "
    words += "Your leaky ReLU: right at all 321 places from −8 to 8. "
    expect(still).to_have_attribute("alt", words + SAID)
    assert not still.is_visible()
