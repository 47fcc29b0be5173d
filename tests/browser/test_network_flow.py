"""NetworkFlow in JupyterLab: edges clicked and reached by keys, samples and their mean, layers, heat maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from chainrule.figures import number
from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import Lesson, change_theme
from tests.browser.notebook import Notebook, having_run, tab
from tests.browser.widget import differs_from, rows, texts, violations, written

FORWARD_PASS = Lesson("01-forward-pass", "forward-pass")
VECTORISED = Lesson("04-delta-rule", "vectorised")
WIDGET = "widgets.NetworkFlow("


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Notebook 04, vectorised, as handed out, with what the widget needs."""
    with tab(browser, server) as notebook:
        notebook.open(VECTORISED.hand_out(server.root / "network-widget", solved=False))
        for cell in ("setup", "given", "given-one", "debug-networks"):
            notebook.run_cell(cell)
        yield notebook


@pytest.fixture
def flow(lesson: Notebook) -> Locator:
    """The widget, new."""
    lesson.run_cell(WIDGET)
    found = lesson.cell(WIDGET).locator(".chainrule-widget")
    found.wait_for()
    return found


def press(flow: Locator, name: str) -> None:
    flow.get_by_role("button", name=name, exact=True).click()


def click_line(flow: Locator, edge: str) -> None:
    """Click a line near its beginning, where no other crosses it."""
    x, y = flow.locator(f"[data-edge='{edge}']").evaluate("""line => {
        line.scrollIntoView({block: 'center'});
        const {x, y} = line.getPointAtLength(0.2 * line.getTotalLength()).matrixTransform(line.getScreenCTM());
        return [x, y];
    }""")
    flow.page.mouse.click(x, y)


def formulas(flow: Locator) -> str:
    found = "".join(flow.locator(".chainrule-verdict").inner_text().split())
    return found.replace("⋅", "·")


def test_it_shows_activations_forward_and_errors_backward(flow: Locator) -> None:
    assert texts(flow, "value") == ["→ 0.50", "→ 0.46", "→ 0.63", "→ 0.66", "→ 0.44", "→ 0.74"]
    assert [text for text in texts(flow, "gradient") if text != "no δ"] == [
        "← −0.02", "← −0.02", "← −0.12", "← 0.44", "← −0.26",
    ]  # fmt: skip
    assert differs_from("network-flow", flow.locator("svg").first) < 0.02


def test_the_constants_have_no_error(flow: Locator) -> None:
    assert texts(flow, "gradient").count("no δ") == 2
    press(flow, "Table")
    assert rows(flow)["layer 1, the constant 1"] == ["1", "none"]
    press(flow, "Table")


def test_a_click_on_a_line_shows_the_product_with_its_numbers(lesson: Notebook, flow: Locator) -> None:
    click_line(flow, "3 2 1")
    assert "Weight from unit 1 of layer 2 to unit 2 of layer 3, thetas[2][1, 1] = 0.80" in flow.inner_text()
    assert "=−0.26·0.66=−0.17" in formulas(flow)
    click_line(flow, "3 2 0")
    assert "Bias of unit 2 of layer 3" in flow.inner_text()
    assert "A bias has a gradient, its unit's δ times 1." in flow.inner_text()
    click_line(flow, "3 2 0")
    expect(flow.locator(".chainrule-verdict")).to_have_count(0)
    expect(flow).to_contain_text("Click a weight")


def test_the_mean_over_the_batch_is_that_of_the_products(flow: Locator) -> None:
    press(flow, "Mean over the batch")
    assert "−0.01−0.03−0.033=−0.02" in formulas(flow)
    expect(flow).to_contain_text("another number, for first come the products, then their mean.")
    assert "−0.00048·0.50=−0.00024" in formulas(flow)
    click_line(flow, "1 1 0")
    expect(flow).to_contain_text("the mean of the products is the mean of δ")


def test_each_sample_has_its_own_numbers(flow: Locator) -> None:
    flow.get_by_role("spinbutton", name="sample, typed").fill("2")
    assert texts(flow, "value")[0] == "→ 2"
    expect(flow.get_by_role("status")).to_contain_text(
        "Sample 2. Weight from unit 1 of layer 0 to unit 1 of layer 1: −0.50"
    )


def test_steps_go_forward_and_back_one_layer_at_a_time(flow: Locator) -> None:
    press(flow, "Reset")
    seen = []
    for _ in range(7):
        errors = [text for text in texts(flow, "gradient") if text != "no δ"]
        seen.append((len(texts(flow, "value")), len(errors)))
        press(flow, "Step ▶")
    assert seen == [(1, 0), (3, 0), (4, 0), (6, 0), (6, 2), (6, 3), (6, 5)]
    press(flow, "◀ Back")
    expect(flow).to_contain_text("Backward: δ of layer 3 goes through the weights into it, without the biases")


def test_by_keyboard_alone_and_the_notebook_gets_no_command(lesson: Notebook, flow: Locator) -> None:
    count = "() => window.jupyterapp.shell.currentWidget.content.model.cells.length"
    cells = lesson.page.evaluate(count)
    keyboard = lesson.page.keyboard
    flow.get_by_role("button", name="Reset").focus()
    reached = []
    for _ in range(11):
        reached.append(
            lesson.page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
        keyboard.press("Tab")
    assert {"Reset", "◀ Back", "Step ▶", "All", "Mean over the batch", "Table", "sample", "sample, typed"} <= set(
        reached
    )
    assert [name[:20] for name in reached if name.startswith("Weights")] == [
        f"Weights into layer {l}" for l in (1, 2, 3)
    ]
    flow.get_by_role("button", name="Weights into layer 3").focus()
    for key in ("ArrowDown", "ArrowRight", "d", "d", "x"):
        keyboard.press(key)
    cursor = flow.locator("svg .chainrule-weights").nth(2).locator(".chainrule-cursor")
    expect(cursor).to_have_css("visibility", "visible")
    expect(flow.get_by_role("status")).to_contain_text("Weight from unit 1 of layer 2 to unit 2 of layer 3: 0.80")
    keyboard.press("Enter")
    assert "thetas[2][1, 1] = 0.80" in flow.inner_text()
    keyboard.press("m")
    expect(flow.get_by_role("button", name="Mean over the batch")).to_have_attribute("aria-pressed", "true")
    for key in "rsbat":
        keyboard.press(key)
    assert rows(flow)["layer 2, unit 1"][0] == "0.66"
    keyboard.press("t")
    assert lesson.page.evaluate(count) == cells


def test_the_table_has_every_unit_and_every_gradient(flow: Locator) -> None:
    press(flow, "Table")
    assert rows(flow)["layer 3, unit 2"] == ["0.74", "−0.26"]
    expect(flow.locator("caption")).to_have_count(4)
    assert flow.locator("table").last.locator("tbody tr").last.locator("td").all_inner_texts() == ["−0.26", "−0.17"]
    press(flow, "Table")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, flow: Locator, theme: str) -> None:
    press(flow, "Mean over the batch")
    change_theme(lesson, theme)
    try:
        assert violations(lesson.page) == []
        press(flow, "Table")
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, flow: Locator) -> None:
    expect(flow).to_be_visible()
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_at_twice_the_size_nothing_is_cut_off(lesson: Notebook, flow: Locator) -> None:
    lesson.page.set_viewport_size({"width": 700, "height": 500})
    try:
        assert flow.evaluate("node => node.scrollWidth <= node.clientWidth")
    finally:
        lesson.page.set_viewport_size({"width": 1400, "height": 1000})


def test_in_01_there_are_no_errors_yet_and_a_weight_shows_what_it_adds(
    server: JupyterLab, browser: Browser, folder: Path
) -> None:
    folder.rmdir()
    with having_run(browser, server, FORWARD_PASS.hand_out(folder, solved=True)) as notebook:
        small = notebook.cell("widgets.NetworkFlow(thetas_244").locator(".chainrule-widget")
        expect(small).to_contain_text("to the weighted sum")
        assert texts(small, "gradient") == []
        digits = notebook.cell("widgets.NetworkFlow(given").locator(".chainrule-widget")
        digits.wait_for()
        assert len(texts(digits, "value")) == 1 + 25 + 10
        assert violations(notebook.page) == []


LARGE = """import numpy as np
from chainrule import datasets, widgets
X, y = datasets.digits()
widgets.NetworkFlow(datasets.given_network(), X[:20], np.eye(10)[y[:20]])"""


def test_a_layer_of_64_is_a_heat_map_that_names_its_largest_entry(notebook: Notebook, folder: Path) -> None:
    notebook.open(written(folder / "large.ipynb", LARGE))
    notebook.run_all()
    flow = notebook.cell("NetworkFlow").locator(".chainrule-widget")
    matrix = flow.locator("svg .chainrule-weights").first.locator(".chainrule-field")
    expect(flow.locator("svg .chainrule-weights").first).to_contain_text("largest: ")
    box = matrix.bounding_box()
    assert box is not None
    notebook.page.mouse.click(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5)
    expect(flow).to_contain_text("Weight from unit 64 of layer 0 to unit 25 of layer 1, thetas[0][24, 64]")
    flow.get_by_role("button", name="Weights into layer 1").focus()
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "Enter"):
        notebook.page.keyboard.press(key)
    expect(flow).to_contain_text("Weight from unit 64 of layer 0 to unit 24 of layer 1")
    flow.get_by_role("button", name="Table").click()
    assert rows(flow)["layer 0, unit 64"] == [number(0.0), ""]


def test_without_its_kernel_it_goes_on(notebook: Notebook, folder: Path, server: JupyterLab) -> None:
    notebook.open(written(folder / "ended.ipynb", LARGE))
    notebook.run_all()
    flow = notebook.cell("NetworkFlow").locator(".chainrule-widget")
    flow.wait_for()
    server.stop_kernels()
    flow.get_by_role("button", name="Mean over the batch").click()
    expect(flow).to_contain_text("Means over 20 samples.")
