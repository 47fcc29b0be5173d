"""GraphFlow in JupyterLab: moved, stepped, by keyboard alone, with a mistake, without a kernel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Locator, expect

from chainrule.figures import number
from tests.browser.jupyterlab import JupyterLab
from tests.browser.lesson import Lesson, change_theme
from tests.browser.notebook import Notebook, having_run, tab
from tests.browser.widget import differs_from, rows, texts, violations, written

SIGMOID_GATE = Lesson("02-sigmoid-gate", "sigmoid-gate")
TRICKY = Lesson("03-tricky-function", "tricky-function")
MISTAKE = 'd["xpy"] = 2 * v["xpy"] * d["xpysqr"]', 'd["xpy"] = v["xpy"] * d["xpysqr"]'


@pytest.fixture(scope="module")
def tricky(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Notebook 03, solved and run."""
    with having_run(browser, server, TRICKY.hand_out(server.root / "tricky-widget", solved=True)) as notebook:
        yield notebook


@pytest.fixture
def flow(tricky: Notebook) -> Locator:
    """The notebook's widget, new."""
    tricky.run_cell("widgets.GraphFlow(circuit")
    return widget(tricky)


def widget(notebook: Notebook, cell: str = "widgets.GraphFlow(circuit") -> Locator:
    found = notebook.cell(cell).locator(".chainrule-widget")
    found.wait_for()
    return found


def test_it_is_drawn_with_the_lectures_numbers(tricky: Notebook, flow: Locator) -> None:
    assert "→ 1.55" in texts(flow, "value")
    assert {"← 2.06", "← 1.59"} <= set(texts(flow, "gradient"))
    assert "Your gradients: all 10 are what differences measure here." in flow.inner_text()
    assert differs_from("graph-flow", flow.locator("svg").first) < 0.02


def test_the_widget_stands_alone_where_it_is_drawn(tricky: Notebook) -> None:
    widget(tricky)
    assert not tricky.cell("widgets.GraphFlow(circuit").locator(".chainrule-still").is_visible()


def test_dragging_a_slider_moves_every_number(tricky: Notebook, flow: Locator) -> None:
    slider = flow.get_by_role("slider", name="x", exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    tricky.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    tricky.page.mouse.down()
    tricky.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2, steps=20)
    tricky.page.mouse.up()
    x = float(slider.input_value())
    assert -3 < x < -1
    expect(flow.locator("svg .chainrule-value").first).to_have_text(f"→ {number(x)}")
    expect(flow).to_contain_text("all 10 are what differences measure here.")
    flow.get_by_role("spinbutton", name="x, typed").fill("3")
    expect(flow.locator("svg .chainrule-gradient").first).to_have_text("← 2.06")


def test_steps_go_forward_and_back_one_gate_at_a_time(tricky: Notebook, flow: Locator) -> None:
    press = lambda name: flow.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    press("Reset")
    assert len(texts(flow, "value")) == 2
    for gates in range(1, 9):
        press("Step ▶")
        assert (len(texts(flow, "value")), texts(flow, "gradient")) == (2 + gates, [])
    press("Step ▶")
    assert texts(flow, "gradient") == ["← 1"]
    press("Step ▶")
    assert len(texts(flow, "gradient")) == 3
    expect(flow.get_by_role("status")).to_contain_text("Backward through ×: num gets 1 × 0.51 = 0.51")
    press("◀ Back")
    assert texts(flow, "gradient") == ["← 1"]
    press("All")
    assert len(texts(flow, "gradient")) == 10


def test_gradients_that_have_not_all_arrived_are_shown_as_a_sum_to_be_continued(
    tricky: Notebook, flow: Locator
) -> None:
    flow.get_by_role("button", name="All", exact=True).click()
    flow.get_by_role("button", name="◀ Back", exact=True).click()
    assert "← 1.59" not in texts(flow, "gradient")
    assert any(text.endswith("+ …") for text in texts(flow, "gradient"))
    flow.get_by_role("button", name="All", exact=True).click()


def test_play_goes_from_gate_to_gate(tricky: Notebook, flow: Locator) -> None:
    play = flow.get_by_role("button", name="Play")
    play.click()
    expect(flow.locator("svg .chainrule-now")).to_have_count(1)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    flow.get_by_role("button", name="All", exact=True).click()


def test_a_click_on_a_gate_shows_the_product_that_makes_each_gradient(tricky: Notebook, flow: Locator) -> None:
    gate = flow.get_by_role("button", name="Gate x² takes xpy and gives xpysqr")
    gate.click()
    detail = flow.locator(".chainrule-verdict", has_text="Gate x²")
    assert "−0.79·(−2)=1.58" in str(detail.locator("math").first.text_content())
    gate.click()
    expect(detail).to_have_count(0)
    flow.get_by_role("button", name="Input x:").click()
    assert "3 gradients meet at x and add up" in flow.inner_text()
    flow.get_by_role("button", name="Input x:").click()


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(tricky: Notebook, flow: Locator) -> None:
    cells = tricky.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")
    keyboard = tricky.page.keyboard
    flow.get_by_role("button", name="Reset", exact=True).focus()
    reached = []
    for _ in range(20):
        reached.append(
            tricky.page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.textContent")
        )
        keyboard.press("Tab")
    assert {"Reset", "◀ Back", "Step ▶", "Play", "All", "Table", "x", "x, typed", "y", "y, typed"} <= set(reached)
    assert sum(name.startswith(("Gate", "Input")) for name in reached) == 10
    flow.get_by_role("slider", name="y").focus()
    keyboard.press("ArrowRight")
    expect(flow.get_by_role("slider", name="y")).to_have_attribute("aria-valuetext", "y −3.90, gradient 1.76")
    keyboard.press("ArrowLeft")
    flow.get_by_role("button", name="Gate x²").focus()
    keyboard.press("Enter")
    expect(flow).to_contain_text("Gate x², gives xpysqr")
    keyboard.press("Enter")
    for key in "rsssbat":
        keyboard.press(key)
    assert rows(flow)["x"][:2] == ["→ 3".removeprefix("→ "), "2.06"]
    keyboard.press("t")
    for key in ("a", "b", "d", "d", "x", "z"):  # insert, delete, cut and undo, in JupyterLab's command mode
        keyboard.press(key)
    keyboard.press("a")
    after = tricky.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")
    assert after == cells


def test_the_table_says_of_each_edge_value_gradient_and_right_or_not(tricky: Notebook, flow: Locator) -> None:
    flow.get_by_role("button", name="Table").click()
    table = rows(flow)
    assert table["f"] == ["1.55", "1", "1.00", "✓"]
    assert table["xpysqr"] == ["1", "−0.79", "−0.79", "✓"]
    assert len(table) == 10
    flow.get_by_role("button", name="Table").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(tricky: Notebook, flow: Locator, theme: str) -> None:
    flow.get_by_role("button", name="Gate x²").click()
    change_theme(tricky, theme)
    try:
        assert violations(tricky.page) == []
        flow.get_by_role("button", name="Table").click()
        assert violations(tricky.page) == []
    finally:
        flow.get_by_role("button", name="Table").click()
        change_theme(tricky, "light")
    flow.get_by_role("button", name="Gate x²").click()


def test_axe_finds_nothing_in_high_contrast(tricky: Notebook) -> None:
    tricky.page.emulate_media(forced_colors="active")
    widget(tricky)
    assert violations(tricky.page) == []
    tricky.page.emulate_media(forced_colors="none")


def test_at_twice_the_size_nothing_is_cut_off(tricky: Notebook, flow: Locator) -> None:
    tricky.page.set_viewport_size({"width": 700, "height": 500})
    try:
        assert flow.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert flow.locator("svg text").first.evaluate("node => node.getBoundingClientRect().height") > 10
    finally:
        tricky.page.set_viewport_size({"width": 1400, "height": 1000})


def test_a_planted_mistake_lights_the_right_edge_as_soon_as_its_cell_has_run(tricky: Notebook) -> None:
    right = TRICKY.answers["tricky-backward"]
    assert MISTAKE[0] in right
    tricky.set_source("tricky-backward", right.replace(*MISTAKE))
    tricky.run_cell("tricky-backward")
    flow = widget(tricky)
    expect(flow.locator(".chainrule-at-fault")).to_contain_text("the first wrong one on the way backward is xpy.")
    assert flow.locator(".chainrule-at-fault pre").inner_text() == MISTAKE[1]
    assert [mark.get_attribute("visibility") for mark in flow.locator("svg .chainrule-mark").all()].count(
        "visible"
    ) == 1
    assert "✗ ← 1.58" in texts(flow, "wrong")
    assert "wrong, measured" in str(flow.get_by_role("button", name="gives xpy:").get_attribute("aria-label"))
    tricky.set_source("tricky-backward", right)
    tricky.run_cell("tricky-backward")
    expect(widget(tricky).locator(".chainrule-at-fault")).to_have_count(0)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return v['nothing']", "Stopped by an error: KeyError: 'nothing', in the line return v['nothing']"),
        ("return [1, 2]", "Not right yet: the function returned a list of 2 and not a dict."),
        ("return {'x': 'much'}", 'Not right yet: "x" in the dict is a text and not a number.'),
        ("while True: pass", "Took too long: tricky_backward was stopped after 2 seconds."),
        ("raise NotImplementedError()", "Not answered yet: tricky_backward is still to be written."),
    ],
)
def test_a_function_that_fails_is_said_to_and_the_rest_goes_on(tricky: Notebook, body: str, said: str) -> None:
    right = TRICKY.answers["tricky-backward"]
    tricky.set_source("tricky-backward", f"def tricky_backward(v):\n    {body}")
    tricky.run_cell("tricky-backward")
    expect(widget(tricky)).to_contain_text(said)
    assert "→ 1.55" in texts(widget(tricky), "value")
    tricky.set_source("tricky-backward", right)
    tricky.run_cell("tricky-backward")
    expect(widget(tricky)).to_contain_text("all 10 are what differences measure here.")


def test_a_widget_whose_cell_is_run_again_takes_the_place_of_the_last(tricky: Notebook, flow: Locator) -> None:
    def asked(number: int) -> int:
        body = f"    print('asked')\n    return {{'x': {number}}}"
        tricky.set_source("tricky-backward", f"def tricky_backward(v):\n{body}")
        tricky.run_cell("tricky-backward")
        return "".join(tricky.outputs("tricky-backward")).count("asked")

    once = asked(1)
    for _ in range(3):
        tricky.run_cell("widgets.GraphFlow(circuit")
    assert asked(2) == once > 0
    tricky.set_source("tricky-backward", TRICKY.answers["tricky-backward"])
    tricky.run_cell("tricky-backward")


@pytest.fixture(scope="module")
def gates(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Notebook 02, solved and run."""
    with having_run(browser, server, SIGMOID_GATE.hand_out(server.root / "gates", solved=True)) as notebook:
        yield notebook


@pytest.mark.parametrize(
    "cell", ["widgets.GraphFlow(graph", "widgets.GraphFlow(\n    circuit", "widgets.GraphFlow(meeting"]
)
def test_notebook_02_has_three(gates: Notebook, cell: str) -> None:
    assert len(texts(widget(gates, cell), "gradient")) > 3


def test_before_anything_is_answered_the_widget_says_what_is_missing(
    server: JupyterLab, browser: Browser, folder: Path
) -> None:
    folder.rmdir()
    with having_run(browser, server, SIGMOID_GATE.hand_out(folder, solved=False)) as notebook:
        flow = widget(notebook, "widgets.GraphFlow(\n    circuit")
        assert "Not answered yet: neuron_forward is still to be written." in flow.inner_text()
        assert set(texts(flow, "value")) == {"→ ?"}
        assert "→ 3" in texts(widget(notebook, "widgets.GraphFlow(graph"), "value")


CELLS = (
    "from chainrule import widgets\nfrom chainrule.graph import product_of_sum\n"
    "widgets.GraphFlow(product_of_sum(), {'x': -2, 'y': 5, 'z': -4})",
)


@pytest.fixture
def saved(notebook: Notebook, folder: Path, server: JupyterLab) -> Path:
    """A notebook whose widget was moved, z from −4 to 6, and saved; its kernel has ended."""
    path = written(folder / "saved.ipynb", *CELLS)
    notebook.open(path)
    notebook.run_all()
    flow = widget(notebook, "GraphFlow")
    flow.get_by_role("spinbutton", name="z, typed").fill("6")
    still = notebook.cell("GraphFlow").locator(".chainrule-still img")
    expect(still).to_have_attribute(
        "alt",
        "Computational graph with output f. Input x: value −2, gradient 6. "
        "Input y: value 5, gradient 6. Input z: value 6, gradient 3. Gate + takes x and y and gives sum: value 3, "
        "gradient 6. Gate × takes sum and z and gives f: value 18, gradient 1.",
    )
    notebook.save()
    server.stop_kernels()
    return path


def only_the_picture(notebook: Notebook) -> bool:
    area = notebook.cell("GraphFlow").locator(".jp-OutputArea")
    picture = area.get_by_role("img", name="Input z: value 6, gradient 3")
    picture.wait_for()
    notebook.page.wait_for_timeout(1000)  # for what JupyterLab may yet put in the place of a widget
    return picture.is_visible() and area.inner_text().strip() == ""


def test_without_its_kernel_the_picture_of_the_last_state_remains(
    saved: Path, server: JupyterLab, browser: Browser
) -> None:
    with tab(browser, server) as later:
        later.open(saved)
        assert only_the_picture(later)


def test_in_a_notebook_that_is_not_trusted_too(saved: Path, server: JupyterLab, browser: Browser) -> None:
    foreign = saved.with_name("foreign.ipynb")
    shutil.copy(saved, foreign)
    foreign.write_text(foreign.read_text().replace("product_of_sum()", "product_of_sum( )"))
    with tab(browser, server) as later:
        later.open(foreign)
        assert only_the_picture(later)


def test_in_an_exported_page_too(saved: Path, browser: Browser) -> None:
    page_file = saved.with_suffix(".html")
    page_file.write_text(HTMLExporter().from_filename(str(saved))[0], encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(page_file.as_uri())
        assert page.get_by_role("img", name="Input z: value 6, gradient 3").is_visible()
