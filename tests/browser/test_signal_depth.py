"""SignalDepth in JupyterLab: another activation, another spread, by keyboard alone, and with a student's slip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import change_theme
from tests.browser.notebook import Notebook, tab
from tests.browser.widget import rows, violations, written

OWN = """
import numpy as np
from chainrule import widgets
def mean_squares(thetas, X, g):
    found = []
    for Theta in thetas:
        X = g(np.hstack([np.ones((len(X), 1)), X]) @ Theta.T)
        found.append(np.mean(X**2))
    return found
"""
SHOWN = "widgets.SignalDepth(mean_squares)"


@pytest.fixture(scope="module")
def notebook(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with tab(browser, server) as notebook:
        notebook.open(written(server.root / "signals.ipynb", OWN, SHOWN, OWN.replace("np.mean(X**2)", "np.var(X)")))
        yield notebook


@pytest.fixture
def signals(notebook: Notebook) -> Locator:
    """The widget, new, with a right function of the student's."""
    for index in (0, 1):
        notebook.run_cell(index)
    found = notebook.cell(1).locator(".chainrule-widget")
    found.wait_for()
    return found


def test_it_tells_how_signals_go_and_holds_the_students_numbers_against_its_own(signals: Locator) -> None:
    expect(signals).to_contain_text("Your mean_squares: all 10 numbers are what is measured here.")
    expect(signals).to_contain_text("Activations die out")


def test_relu_halves_and_the_spread_of_he_undoes_it(signals: Locator) -> None:
    signals.get_by_role("button", name="ReLU").click()
    expect(signals).to_contain_text("each layer multiplies their mean square by 0.50")
    signals.get_by_role("button", name="He").click()
    expect(signals).to_contain_text("Activations last")
    expect(signals).to_contain_text("all 10 numbers are what is measured here.")


def test_saturated_units_with_a_gradient_that_grows(signals: Locator) -> None:
    signals.get_by_role("spinbutton", name="σ √n, typed").fill("8")
    expect(signals).to_contain_text("Gradients grow")
    expect(signals).to_contain_text("% of the units are saturated")


def test_by_keyboard_alone_and_read_as_a_table(notebook: Notebook, signals: Locator) -> None:
    signals.get_by_role("button", name="Reset").focus()
    notebook.page.keyboard.press("n")
    expect(signals.get_by_role("button", name="sigmoid")).to_have_attribute("aria-pressed", "true")
    notebook.page.keyboard.press("t")
    assert list(rows(signals)) == [str(layer) for layer in range(1, 11)]
    notebook.page.keyboard.press("t")


def test_a_slip_is_marked_when_the_student_runs_the_cell_again(notebook: Notebook, signals: Locator) -> None:
    signals.get_by_role("button", name="ReLU").click()
    notebook.run_cell(2)
    expect(signals).to_contain_text("✗ Your mean square of layer 1 is")
    expect(signals.locator("svg .chainrule-mark")).to_have_attribute("visibility", "visible")
    notebook.run_cell(0)
    expect(signals).to_contain_text("all 10 numbers are what is measured here.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(notebook: Notebook, signals: Locator, theme: str) -> None:
    expect(signals).to_be_visible()
    change_theme(notebook, theme)
    try:
        assert violations(notebook.page) == []
    finally:
        change_theme(notebook, "light")


def test_axe_finds_nothing_in_high_contrast(notebook: Notebook, signals: Locator) -> None:
    expect(signals).to_be_visible()
    notebook.page.emulate_media(forced_colors="active")
    assert violations(notebook.page) == []
    notebook.page.emulate_media(forced_colors="none")
