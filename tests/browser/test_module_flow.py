"""ModuleFlow in JupyterLab: stepped, by keyboard alone, with a wrong module, with a shape that doesn't fit."""

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

class Tanh:
    def fprop(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def bprop(self, dA):
        return dA * (1 - self.A**2)

class Squares:
    def fprop(self, A, y):
        self.D = A - np.eye(A.shape[1])[y]
        return np.sum(self.D**2) / 2 / len(A)

    def bprop(self):
        return self.D / len(self.D)
"""
RIGHT = """class Linear:
    def __init__(self, Theta):
        self.Theta = Theta

    def fprop(self, X):
        self.X = X
        return self.Theta[:, 0] + X @ self.Theta[:, 1:].T

    def bprop(self, dZ):
        return dZ @ self.Theta[:, 1:]
"""
WIDGET = """X = np.sin(np.arange(15)).reshape(5, 3)
Theta = np.sin(np.arange(1, 9)).reshape(2, 4)
widgets.ModuleFlow(lambda: [Linear(Theta), Tanh(), Squares()], X, np.array([0, 1, 1, 0, 1]))
"""
SAID = "Your modules: all 3 Jacobians are what differences measure here."


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with having_run(browser, server, written(server.root / "modules.ipynb", GIVEN, RIGHT, WIDGET)) as notebook:
        yield notebook


@pytest.fixture
def flow(lesson: Notebook) -> Locator:
    """The notebook's widget, new."""
    lesson.run_cell("widgets.ModuleFlow")
    found = lesson.cell("widgets.ModuleFlow").locator(".chainrule-widget")
    found.wait_for()
    return found


def line(flow: Locator) -> Locator:
    return flow.locator(".chainrule-line")


def change(lesson: Notebook, old: str, new: str) -> None:
    assert old in RIGHT
    lesson.set_source("class Linear", RIGHT.replace(old, new))
    lesson.run_cell("class Linear")


def test_shapes_stand_on_the_arrows_and_both_jacobians_below(flow: Locator) -> None:
    expect(flow).to_contain_text(SAID)
    assert texts(flow, "value") == ["→ (5, 3)", "→ (5, 2)", "→ (5, 2)", "→ loss"]
    assert texts(flow, "gradient") == ["← (5, 3)", "← (5, 2)", "← (5, 2)", "← 1"]
    assert flow.locator("svg .chainrule-map").count() == 2


def test_steps_go_forward_and_back_module_by_module(flow: Locator) -> None:
    press = lambda name: flow.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    press("Reset")
    assert (texts(flow, "value"), texts(flow, "gradient")) == (["→ (5, 3)"], [])
    press("Step ▶")
    expect(line(flow)).to_have_text("Forward: Linear 1 takes (5, 3) and gives (5, 2).")
    for _ in range(3):
        press("Step ▶")
    expect(line(flow)).to_have_text("Back: Squares 3 passes back (5, 2), the shape of its input.")
    press("◀ Back")
    expect(line(flow)).to_contain_text("Forward: Squares 3 takes (5, 2) and the labels, and gives the loss")
    press("All")
    assert len(texts(flow, "gradient")) == 4


def test_a_click_on_a_module_shows_its_jacobian_twice(flow: Locator) -> None:
    flow.get_by_role("button", name="Tanh 2, takes (5, 2), gives (5, 2), passes back (5, 2)").click()
    expect(line(flow)).to_contain_text("Tanh 2, entry [0, 0]: by bprop")
    expect(flow.get_by_text("Tanh 2: its Jacobian by rows, from bprop")).to_be_visible()
    expect(flow.get_by_text("by columns, from differences of fprop")).to_be_visible()


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(lesson: Notebook, flow: Locator) -> None:
    keyboard = lesson.page.keyboard
    flow.get_by_role("button", name="Squares 3").focus()
    keyboard.press("Enter")
    expect(line(flow)).to_contain_text("Squares 3, entry [0, 0]")
    flow.locator("svg .chainrule-map").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        keyboard.press(key)
    expect(line(flow)).to_contain_text("Squares 3, entry [2, 1]")
    keyboard.press("w")
    expect(line(flow)).to_contain_text("Linear 1, entry [0, 0]")
    flow.get_by_role("slider", name="sample").focus()
    keyboard.press("ArrowRight")
    expect(flow.get_by_role("slider", name="sample")).to_have_attribute("aria-valuetext", "sample 1")
    for key in "rsba":
        keyboard.press(key)
    expect(line(flow)).to_have_text("Every module forward and back.")
    assert lesson.page.evaluate(KEYBOARD) == "command"
    for key in ("d", "d", "x"):
        keyboard.press(key)
    expect(flow).to_be_visible()


def test_the_table_holds_shapes_and_entries(flow: Locator) -> None:
    flow.get_by_role("button", name="Table").click()
    table = rows(flow)
    assert table["Linear 1"] == ["(5, 3)", "(5, 2)", "(5, 3)", "✓"]
    assert table["[0, 0]"] == ["0.909297", "0.909297", "✓"]
    flow.get_by_role("button", name="Table").click()


def test_a_wrong_module_is_framed_with_its_line_as_soon_as_its_cell_has_run(lesson: Notebook, flow: Locator) -> None:
    try:
        change(lesson, "return dZ @ self.Theta[:, 1:]", "return -dZ @ self.Theta[:, 1:]")
        fault = flow.locator(".chainrule-at-fault")
        expect(fault).to_contain_text(
            "✗ Linear 1 is the first wrong one on the way back: entry [0, 0] by bprop is −0.909297"
        )
        assert fault.locator("pre").inner_text() == "return -dZ @ self.Theta[:, 1:]"
        assert flow.locator("svg .chainrule-mark[visibility=visible]").count() == 3  # the module, and its entry twice
        assert len(texts(flow, "wrong")) == 12
        expect(flow.get_by_role("status")).to_contain_text("Linear 1 is the first wrong one")
    finally:
        lesson.set_source("class Linear", RIGHT)
        lesson.run_cell("class Linear")
    expect(flow).to_contain_text(SAID)


def test_a_gradient_that_does_not_fit_is_drawn_as_a_plug_with_both_shapes(lesson: Notebook, flow: Locator) -> None:
    try:
        change(lesson, "return dZ @ self.Theta[:, 1:]", "return dZ @ self.Theta")
        expect(flow.locator(".chainrule-at-fault")).to_contain_text("does the constant 1 get a gradient here?")
        assert texts(flow, "wrong") == ["✗ into (5, 3)"]
        assert "← (5, 4)" in texts(flow, "gradient")
        change(lesson, "self.X = X", "raise NotImplementedError")
        expect(flow).to_contain_text("Linear 1, fprop: Not answered yet: Linear.fprop is still to be written.")
        change(lesson, "self.X = X", "while True: pass")
        expect(flow).to_contain_text("Took too long")
    finally:
        lesson.set_source("class Linear", RIGHT)
        lesson.run_cell("class Linear")
    expect(flow).to_contain_text(SAID)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, flow: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        flow.get_by_role("button", name="Table").click()
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, flow: Locator) -> None:
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_the_picture_that_stands_in_follows(lesson: Notebook, flow: Locator) -> None:
    still = lesson.cell("widgets.ModuleFlow").locator(".chainrule-still img")
    assert str(still.get_attribute("alt")).startswith("Modules in a row: Linear 1 takes (5, 3) and passes back (5, 3)")
    assert not still.is_visible()
