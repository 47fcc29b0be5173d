"""SlidingWindow in JupyterLab: a weight and its uses, by mouse and by keyboard alone, and a wrong way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import change_theme
from tests.browser.notebook import Notebook, having_run
from tests.browser.widget import KEYBOARD, rows, texts, violations, written

GIVEN = """import numpy as np
from chainrule import widgets

def conv_fprop(Theta, X, k, stride, p):
    wide = np.pad(X, [(0, 0), (0, 0), (p, p), (p, p)])
    size = [(n + 2 * p - k) // stride + 1 for n in X.shape[2:]]
    Z = np.zeros((1, 1, *size))
    for i, j in np.ndindex(*size):
        window = wide[0, 0, i * stride : i * stride + k, j * stride : j * stride + k]
        Z[0, 0, i, j] = Theta[0, 0] + np.sum(window * Theta[0, 1:].reshape(k, k))
    return Z
"""
RIGHT = """def conv_bprop(Theta, X, dZ, k, stride, p):
    wide, kernel = np.pad(X[0, 0], p), Theta[0, 1:].reshape(k, k)
    dkernel, dwide = np.zeros((k, k)), np.zeros(wide.shape)
    for i, j in np.ndindex(dZ.shape[2:]):
        place = np.s_[i * stride : i * stride + k, j * stride : j * stride + k]
        dkernel += dZ[0, 0, i, j] * wide[place]
        dwide[place] += dZ[0, 0, i, j] * kernel
    H, W = X.shape[2:]
    return np.append(dZ.sum(), dkernel)[None], dwide[p : p + H, p : p + W][None, None]
"""
WIDGET = """Theta = (np.arange(10.0) - 4)[None]
X = np.arange(25.0).reshape(1, 1, 5, 5)
widgets.SlidingWindow(Theta, X, conv_fprop, conv_bprop, k=3, stride=1, p=0)
"""
SAID = "Your functions: every number here is right."


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with having_run(browser, server, written(server.root / "sliding.ipynb", GIVEN, RIGHT, WIDGET)) as notebook:
        yield notebook


@pytest.fixture
def sliding(lesson: Notebook) -> Locator:
    """The notebook's widget, new."""
    lesson.run_cell("widgets.SlidingWindow")
    found = lesson.cell("widgets.SlidingWindow").locator(".chainrule-widget")
    found.wait_for()
    return found


def line(sliding: Locator) -> Locator:
    return sliding.locator(".chainrule-line")


def grid(sliding: Locator, name: str) -> Locator:
    return sliding.locator("figure", has_text=name)


def lit(sliding: Locator, name: str) -> int:
    """How many places of a grid are framed."""
    return grid(sliding, name).locator(".chainrule-lit[visibility=visible]").count()


def press(sliding: Locator, name: str) -> None:
    sliding.get_by_role("button", name=name, exact=True).click()


def change(lesson: Notebook, old: str, new: str) -> None:
    assert old in RIGHT
    lesson.set_source("def conv_bprop", RIGHT.replace(old, new))
    lesson.run_cell("def conv_bprop")


def test_a_click_on_a_weight_lights_every_place_where_it_is_used(sliding: Locator) -> None:
    expect(sliding).to_contain_text(SAID)
    grid(sliding, "the kernel").locator(".chainrule-field").nth(4).click()
    expect(line(sliding)).to_have_text(
        "w[1, 1] = 1 is used 9 times; its gradient is the sum of what each use sends back."
    )
    assert (lit(sliding, "the picture"), lit(sliding, "the kernel"), lit(sliding, "the output")) == (9, 1, 9)
    expect(sliding.locator(".chainrule-sum")).to_contain_text("dw[1, 1] = 2 · 6 + (−1) · 7")


def test_the_gradient_is_built_use_by_use(sliding: Locator) -> None:
    press(sliding, "Reset")
    assert (lit(sliding, "the picture"), lit(sliding, "the output")) == (0, 0)
    press(sliding, "Step ▶")
    expect(line(sliding)).to_contain_text("Use 1 of 9: dz[0, 0] · x[0, 0] = 2 · 0 = 0; the sum so far is 0.")
    press(sliding, "Step ▶")
    expect(line(sliding)).to_contain_text("Use 2 of 9: dz[0, 1] · x[0, 1] = (−1) · 1 = −1; the sum so far is −1.")
    assert lit(sliding, "the picture") == 2
    assert grid(sliding, "the kernel").locator(".chainrule-gradient").first.text_content() == "← −1"
    assert sliding.locator(".chainrule-lit.chainrule-now[visibility=visible]").count() == 2
    press(sliding, "◀ Back")
    assert lit(sliding, "the picture") == 1
    press(sliding, "All")
    assert lit(sliding, "the picture") == 9


def test_an_output_shows_its_window_and_a_number_of_the_picture_what_comes_back(sliding: Locator) -> None:
    grid(sliding, "the output").locator(".chainrule-field").nth(4).click()
    expect(line(sliding)).to_contain_text("z[1, 1] is the sum of 10 products")
    assert (lit(sliding, "the picture"), lit(sliding, "the kernel")) == (9, 10)
    grid(sliding, "the picture").locator(".chainrule-field").nth(6).click()
    expect(line(sliding)).to_contain_text("x[1, 1] is in 4 windows")
    assert (lit(sliding, "the kernel"), lit(sliding, "the output")) == (4, 4)


def test_what_is_never_read_is_hatched_and_said(sliding: Locator) -> None:
    stride = sliding.get_by_role("slider", name="stride")
    stride.focus()
    stride.press("ArrowRight")
    stride.press("ArrowRight")
    expect(stride).to_have_attribute("aria-valuetext", "moves by 3")
    assert sliding.locator(".chainrule-hatch[visibility=visible]").count() == 16
    grid(sliding, "the picture").locator(".chainrule-field").nth(24).click()
    expect(line(sliding)).to_have_text("x[4, 4] is in no window: it is never read, and its gradient is 0.")


def test_a_border_has_broken_lines_and_no_gradient(sliding: Locator) -> None:
    border = sliding.get_by_role("slider", name="p", exact=True)
    border.focus()
    border.press("ArrowRight")
    assert sliding.locator(".chainrule-border").count() == 24
    grid(sliding, "the picture").locator(".chainrule-field").first.click()
    expect(line(sliding)).to_contain_text("This is a 0 of the border")
    expect(sliding).to_contain_text(SAID)


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(lesson: Notebook, sliding: Locator) -> None:
    keyboard = lesson.page.keyboard
    grid(sliding, "the kernel").locator(".chainrule-map").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        keyboard.press(key)
    expect(line(sliding)).to_contain_text("w[1, 2] = 2 is used 9 times")
    for key in ("ArrowDown", "ArrowDown"):
        keyboard.press(key)
    expect(line(sliding)).to_contain_text("b = −4 is used 9 times")
    grid(sliding, "the output").locator(".chainrule-map").focus()
    keyboard.press("Enter")
    expect(line(sliding)).to_contain_text("z[0, 0] is the sum of 10 products")
    for key in "rssba":
        keyboard.press(key)
    keyboard.press("w")
    expect(line(sliding)).to_contain_text("w[0, 0]")
    keyboard.press("t")
    assert rows(sliding)["use 1"] == ["dz[0, 0] · x[0, 0] = 2 · 0 = 0", "0"]
    keyboard.press("t")
    assert lesson.page.evaluate(KEYBOARD) == "command"
    for key in ("d", "d", "x"):
        keyboard.press(key)
    expect(sliding).to_be_visible()


def test_the_table_holds_every_use_and_every_number(sliding: Locator) -> None:
    press(sliding, "Table")
    table = rows(sliding)
    assert table["use 9"][0].startswith("dz[2, 2] · x[2, 2] = ")
    assert table["x[1, 1]"] == ["6", table["x[1, 1]"][1], "4", "✓"]
    assert {"w[2, 2]", "b", "z[2, 2]"} <= set(table)
    press(sliding, "Table")


def test_a_wrong_way_back_is_framed_as_soon_as_its_cell_has_run(lesson: Notebook, sliding: Locator) -> None:
    try:
        change(lesson, "dkernel += dZ", "dkernel = dZ")
        fault = sliding.locator(".chainrule-at-fault")
        expect(fault).to_contain_text("✗ The first wrong number is dw[0, 0]: yours is")
        expect(fault).to_contain_text("9 numbers are wrong.")
        expect(fault.locator("pre")).to_have_text("dkernel = dZ[0, 0, i, j] * wide[place]")
        assert sliding.locator("svg .chainrule-mark[visibility=visible]").count() == 1
        assert len(texts(sliding, "wrong")) == 9
        expect(sliding.get_by_role("status")).to_contain_text("The first wrong number is dw[0, 0]")
        change(lesson, "dwide[place] += dZ", "dwide[place] = dZ")
        expect(fault).to_contain_text("The first wrong number is dx[0, 1]")
        expect(fault.locator("pre")).to_have_text("dwide[place] = dZ[0, 0, i, j] * kernel")
        press(sliding, "First wrong")
        expect(line(sliding)).to_contain_text("x[0, 1] is in 2 windows")
        change(lesson, "dkernel += dZ[0, 0, i, j] * wide[place]", "raise NotImplementedError")
        expect(sliding).to_contain_text("Not answered yet: conv_bprop is still to be written.")
        change(lesson, "dkernel += dZ[0, 0, i, j] * wide[place]", "while True: pass")
        expect(sliding).to_contain_text("Took too long")
    finally:
        lesson.set_source("def conv_bprop", RIGHT)
        lesson.run_cell("def conv_bprop")
    expect(sliding).to_contain_text(SAID)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, sliding: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        press(sliding, "Table")
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, sliding: Locator) -> None:
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_the_picture_that_stands_in_follows(lesson: Notebook, sliding: Locator) -> None:
    still = lesson.cell("widgets.SlidingWindow").locator(".chainrule-still img")
    assert str(still.get_attribute("alt")).startswith(
        "A kernel of 3 by 3 slides over a picture of 5 by 5 with stride 1"
    )
    assert not still.is_visible()
