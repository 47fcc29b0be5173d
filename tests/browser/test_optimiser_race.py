"""OptimiserRace in JupyterLab: the valley turned, a rule chosen, by keyboard alone, and with a student's slip."""

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
def adam(theta, v, s, t, grad, eta):
    v, s = 0.9 * v + 0.1 * grad, 0.999 * s + 0.001 * grad**2
    return theta - eta * (v / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), v, s
"""
SLIP = OWN.replace("(v / (1 - 0.9**t))", "v").replace("(s / (1 - 0.999**t))", "(s)")
SHOWN = 'widgets.OptimiserRace({"Adam": adam})'


@pytest.fixture(scope="module")
def notebook(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with tab(browser, server) as notebook:
        notebook.open(written(server.root / "race.ipynb", OWN, SHOWN, SLIP))
        yield notebook


@pytest.fixture
def race(notebook: Notebook) -> Locator:
    """The widget, new, with a right step of the student's."""
    for index in (0, 1):
        notebook.run_cell(index)
    found = notebook.cell(1).locator(".chainrule-widget")
    found.wait_for()
    return found


def type_in(race: Locator, name: str, value: float) -> None:
    race.get_by_role("spinbutton", name=f"{name}, typed").fill(str(value))


def count(race: Locator, rule: str) -> str:
    return race.get_by_role("button", name=f"{rule}:").inner_text().split(": ")[1]


def test_it_counts_the_steps_of_five_rules_and_holds_the_students_against_theirs(race: Locator) -> None:
    expect(race).to_contain_text("steps are the rule's.")
    expect(race).to_contain_text("Adam's first step goes 1.00 η")
    assert all(count(race, rule).isdigit() for rule in ("plain", "momentum", "Nesterov", "Adam"))


def test_turned_by_45_degrees_plain_descent_needs_about_as_long_and_the_words_follow(race: Locator) -> None:
    before = count(race, "Adam")
    type_in(race, "angle", 45)
    expect(race.get_by_role("button", name="Adam:")).not_to_have_text(f"Adam: {before}")
    expect(race).to_contain_text("steps are the rule's.")


def test_another_rule_is_drawn_when_its_button_is_pressed(race: Locator) -> None:
    race.get_by_role("button", name="plain:").click()
    expect(race.get_by_role("button", name="plain:")).to_have_attribute("aria-pressed", "true")
    expect(race).to_contain_text("plain's first step goes")


def test_by_keyboard_alone_and_read_as_a_table(notebook: Notebook, race: Locator) -> None:
    race.get_by_role("button", name="Reset").focus()
    notebook.page.keyboard.press("n")
    expect(race.get_by_role("button", name="plain:")).to_have_attribute("aria-pressed", "true")
    race.get_by_role("button", name="Start at").focus()
    notebook.page.keyboard.press("ArrowLeft")
    expect(race.get_by_role("button", name="Start at (1.40, 1)")).to_be_visible()
    notebook.page.keyboard.press("t")
    table = rows(race)
    assert table["0"] == ["(1.40, 1)"] * 5
    assert len(table["needed"]) == 5
    notebook.page.keyboard.press("t")


def test_a_slip_is_ringed_when_the_student_runs_the_cell_again(notebook: Notebook, race: Locator) -> None:
    notebook.run_cell(2)
    expect(race).to_contain_text("✗ Your step 1 is not that of Adam")
    expect(race).to_contain_text("Adam's first step goes 3.16 η")
    expect(race.locator("svg .chainrule-mark")).to_have_attribute("visibility", "visible")
    notebook.run_cell(0)
    expect(race).to_contain_text("steps are the rule's.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong(notebook: Notebook, race: Locator, theme: str) -> None:
    expect(race).to_be_visible()
    change_theme(notebook, theme)
    try:
        assert violations(notebook.page) == []
    finally:
        change_theme(notebook, "light")


def test_axe_finds_nothing_in_high_contrast(notebook: Notebook, race: Locator) -> None:
    expect(race).to_be_visible()
    notebook.page.emulate_media(forced_colors="active")
    assert violations(notebook.page) == []
    notebook.page.emulate_media(forced_colors="none")
