"""Descent in JupyterLab: moved by pointer, by keyboard alone, with the student's step, and where η is too large."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import Lesson, change_theme
from tests.browser.notebook import Notebook, tab
from tests.browser.widget import differs_from, rows, violations, written

REGULARISATION = Lesson("05-regularization", "regularization")
ONE_NEURON = Lesson("04-delta-rule", "one-neuron")
WIDGET = "widgets.Descent(x_few"
RIGHT = "Your path: all 50 steps are against the gradient."


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Notebook 05, solved, its widget run."""
    with tab(browser, server) as notebook:
        notebook.open(REGULARISATION.hand_out(server.root / "descent-widget", solved=True))
        for cell in ("setup", "given", "given-cost", "given-data", "decay-step", WIDGET):
            notebook.run_cell(cell)
        yield notebook


@pytest.fixture
def descent(lesson: Notebook) -> Locator:
    """The widget, new."""
    lesson.run_cell(WIDGET)
    found = lesson.cell(WIDGET).locator(".chainrule-widget")
    found.wait_for()
    return found


def type_in(descent: Locator, **values: float) -> None:
    for name, value in values.items():
        descent.get_by_role("spinbutton", name=f"{name.replace('_', ' ')}, typed").fill(str(value))


def start(descent: Locator) -> tuple[float, float]:
    a, b = (descent.get_by_role("spinbutton", name=f"start θ{i}, typed").input_value() for i in (0, 1))
    return float(a), float(b)


def test_it_draws_the_path_of_the_students_own_step(descent: Locator) -> None:
    expect(descent).to_contain_text(RIGHT)
    expect(descent).to_contain_text("The cost falls at each step, from 6.10 to 0.15.")
    assert differs_from("descent", descent.locator("svg").first) < 0.02


def test_with_a_penalty_there_is_a_minimum_and_the_bias_is_not_pulled_to_0(descent: Locator) -> None:
    expect(descent).to_contain_text("No minimum in or near the picture")
    type_in(descent, λ=2)
    expect(descent.locator("svg .chainrule-minimum")).to_be_visible()
    expect(descent).to_contain_text("The minimum is at (−1.20, 0.77)")
    expect(descent).to_contain_text(RIGHT)


def test_the_start_follows_the_pointer(lesson: Notebook, descent: Locator) -> None:
    box = descent.locator("svg .chainrule-field").bounding_box()
    assert box is not None
    mouse = lesson.page.mouse
    mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    mouse.down()
    mouse.move(box["x"] + 3 * box["width"] / 4, box["y"] + box["height"] / 2, steps=15)
    mouse.up()
    assert start(descent) == pytest.approx((4, 0), abs=0.1)
    mouse.move(box["x"], box["y"])
    assert start(descent) == pytest.approx((4, 0), abs=0.1)
    expect(descent).to_contain_text(RIGHT)


def test_a_fast_drag_ends_where_the_slider_does(lesson: Notebook, descent: Locator) -> None:
    slider = descent.get_by_role("slider", name="λ")
    box = slider.bounding_box()
    assert box is not None
    lesson.page.mouse.move(box["x"] + 8, box["y"] + box["height"] / 2)
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2, steps=40)
    lesson.page.mouse.up()
    assert 5 < float(slider.input_value()) < 7
    expect(descent).to_contain_text(RIGHT)


def test_too_large_a_learning_rate_diverges_and_the_reason_is_given(descent: Locator) -> None:
    type_in(descent, λ=12, η=1.5, steps=40)
    expect(descent).to_contain_text("Diverges: the cost rises")
    expect(descent).to_contain_text("most of it from the penalty: λ/m = 2, and beyond η = 2/")
    type_in(descent, η=0.5)
    expect(descent).to_contain_text("The cost falls at each step")


def test_a_step_across_the_valley_is_said_to_overshoot(descent: Locator) -> None:
    type_in(descent, λ=1, η=3, start_θ0=4, start_θ1=4)
    expect(descent).to_contain_text("Overshoots: at step")


def test_by_keyboard_alone_and_the_notebook_gets_no_command(lesson: Notebook, descent: Locator) -> None:
    count = "() => window.jupyterapp.shell.currentWidget.content.model.cells.length"
    cells = lesson.page.evaluate(count)
    keyboard = lesson.page.keyboard
    descent.get_by_role("button", name="Reset").focus()
    reached = []
    for _ in range(13):
        reached.append(
            lesson.page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
        keyboard.press("Tab")
    assert {"Reset", "Table", "Start at (−5, −3); arrow keys move it", "η", "λ", "steps", "start θ0"} <= set(reached)
    descent.get_by_role("button", name="Start at").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "a", "d", "d", "x"):
        keyboard.press(key)
    assert start(descent) == pytest.approx((-4.9, -2.8))
    expect(descent.get_by_role("status")).to_contain_text(f"{RIGHT} The cost falls at each step")
    descent.get_by_role("slider", name="η").focus()
    keyboard.press("ArrowRight")
    expect(descent.get_by_role("slider", name="η")).to_have_attribute(
        "aria-valuetext", "1.05, cost goes from 5.81 to 0.14"
    )
    keyboard.press("t")
    assert rows(descent)["0"][0] == "−4.90"
    keyboard.press("t")
    keyboard.press("r")
    assert start(descent) == (-5, -3)
    assert lesson.page.evaluate(count) == cells


def test_the_table_has_each_step_with_its_cost(descent: Locator) -> None:
    descent.get_by_role("button", name="Table").click()
    table = rows(descent)
    assert len(table) == 51
    assert table["0"] == ["−5", "−3", "6.10", "(−5, −3)"]
    assert table["50"][2] == "0.15"
    descent.get_by_role("button", name="Table").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, descent: Locator, theme: str) -> None:
    type_in(descent, λ=2)
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        descent.get_by_role("button", name="Table").click()
        assert violations(lesson.page) == []
    finally:
        descent.get_by_role("button", name="Table").click()
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, descent: Locator) -> None:
    expect(descent).to_be_visible()
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_at_twice_the_size_nothing_is_cut_off(lesson: Notebook, descent: Locator) -> None:
    lesson.page.set_viewport_size({"width": 700, "height": 500})
    try:
        assert descent.evaluate("node => node.scrollWidth <= node.clientWidth")
    finally:
        lesson.page.set_viewport_size({"width": 1400, "height": 1000})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("decayed - eta * G", "decayed + eta * G"), "Your step 1 is not against the gradient of this cost"),
        (("decayed[:, 0] = Theta[:, 0]", "pass"), RIGHT),  # nothing decays at λ = 0
        (("new = []", "raise NotImplementedError()"), "Not answered yet: decay_step is still to be written."),
        (("new = []", "while True: pass"), "Took too long: unit_step was stopped after 2 seconds."),
        (("return new", "return [None]"), "Stopped by an error: TypeError"),
    ],
)
def test_a_changed_step_is_followed_as_soon_as_its_cell_has_run(
    lesson: Notebook, descent: Locator, change: tuple[str, str], said: str
) -> None:
    right = REGULARISATION.answers["decay-step"]
    assert change[0] in right
    lesson.set_source("decay-step", right.replace(*change))
    lesson.run_cell("decay-step")
    lesson.cell(WIDGET)
    expect(descent).to_contain_text(said)
    lesson.set_source("decay-step", right)
    lesson.run_cell("decay-step")
    lesson.cell(WIDGET)
    expect(descent).to_contain_text(RIGHT)


def test_a_biased_decay_is_caught_as_soon_as_there_is_a_penalty(lesson: Notebook, descent: Locator) -> None:
    right = REGULARISATION.answers["decay-step"]
    lesson.set_source("decay-step", right.replace("decayed[:, 0] = Theta[:, 0]", "pass"))
    lesson.run_cell("decay-step")
    lesson.cell(WIDGET)
    type_in(descent, λ=3)
    expect(descent.locator(".chainrule-at-fault")).to_contain_text("✗ Your step 1 is not against the gradient")
    expect(descent.locator("svg .chainrule-mark")).to_be_visible()
    lesson.set_source("decay-step", right)
    lesson.run_cell("decay-step")
    lesson.cell(WIDGET)
    expect(descent).to_contain_text(RIGHT)


def test_in_04_the_squared_error_stands_still_where_the_logistic_cost_does_not(
    server: JupyterLab, browser: Browser, folder: Path
) -> None:
    folder.rmdir()
    with tab(browser, server) as notebook:
        path = ONE_NEURON.hand_out(folder, solved=True)
        (source,) = (each.source for each in nbformat.read(path, 4).cells if "widgets.Descent(" in each.source)
        notebook.open(path)
        notebook.run_all()
        cell = "widgets.Descent(features"
        expect(notebook.cell(cell).locator(".chainrule-widget")).to_contain_text("Hardly moves")
        notebook.set_source(cell, source.replace('squared_delta, "squared"', 'logistic_delta, "logistic"'))
        notebook.run_cell(cell)
        descent = notebook.cell(cell).locator(".chainrule-widget")
        expect(descent).to_contain_text("Your path: all 30 steps are against the gradient.")
        expect(descent).not_to_contain_text("Hardly moves")


def test_without_a_function_of_the_students_there_is_no_question_to_the_kernel(
    notebook: Notebook, folder: Path, server: JupyterLab
) -> None:
    call = "widgets.Descent([-1, 0, 2], [0, 1, 1.5], 'linear', start=(3, 3), eta=0.4)"
    notebook.open(written(folder / "own.ipynb", f"from chainrule import widgets\n{call}"))
    notebook.run_all()
    descent = notebook.cell("Descent").locator(".chainrule-widget")
    expect(descent).to_contain_text("The minimum is at (0.68, 0.46)")
    server.stop_kernels()
    type_in(descent, η=3)
    expect(descent).to_contain_text("Diverges")
