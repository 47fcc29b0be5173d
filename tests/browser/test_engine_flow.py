"""EngineFlow in JupyterLab: stepped, by keyboard alone, in four orders, with a node that fires too early."""

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

class Value:
    def __init__(self, data, parents=()):
        self.data = np.array(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.back = lambda: None

    def __add__(self, other):
        return add(self, other)

    def __mul__(self, other):
        return multiply(self, other)

def add(a, b):
    out = Value(a.data + b.data, (a, b))
    def back():
        a.grad += out.grad
        b.grad += out.grad
    out.back = back
    return out

def multiply(a, b):
    out = Value(a.data * b.data, (a, b))
    def back():
        a.grad += b.data * out.grad
        b.grad += a.data * out.grad
    out.back = back
    return out
"""
RIGHT = """def backward(root):
    order, waiting = [], [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif node not in order:
            waiting += [(node, True), *((parent, False) for parent in node.parents)]
    root.grad = np.ones_like(root.data)
    for node in reversed(list(dict.fromkeys(order))):
        node.back()
"""
BREADTH = """def backward(root):
    root.grad = np.ones_like(root.data)
    found = [root]
    for node in found:
        node.back()
        found += [parent for parent in dict.fromkeys(node.parents) if parent not in found]
"""
WIDGET = """def expression(a):
    s = a * a
    c = a + s
    d = a * c
    return {"s": s, "c": c, "d": d, "f": c * d}

widgets.EngineFlow(expression, {"a": 3.0}, Value, backward)
"""
SAID = "Your order: all 4 nodes fire once, each after all that were made of it."


@pytest.fixture(scope="module")
def lesson(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    with having_run(browser, server, written(server.root / "engine.ipynb", GIVEN, RIGHT, WIDGET)) as notebook:
        yield notebook


@pytest.fixture
def flow(lesson: Notebook) -> Locator:
    """The notebook's widget, new."""
    lesson.run_cell("widgets.EngineFlow")
    found = lesson.cell("widgets.EngineFlow").locator(".chainrule-widget")
    found.wait_for()
    return found


def line(flow: Locator) -> Locator:
    return flow.locator(".chainrule-line")


def press(flow: Locator, name: str) -> None:
    flow.get_by_role("button", name=name, exact=True).click()


def framed(flow: Locator) -> int:
    return flow.locator("svg .chainrule-mark[visibility=visible]").count()


def change(lesson: Notebook, source: str) -> None:
    lesson.set_source("def backward", source)
    lesson.run_cell("def backward")


def test_the_students_nodes_stand_with_values_and_gradients(flow: Locator) -> None:
    expect(flow).to_contain_text(SAID)
    assert texts(flow, "value") == ["→ 3", "→ 9", "→ 12", "→ 36", "→ 432"]
    assert texts(flow, "gradient") == ["← 648", "← 72", "← 72", "← 12", "← 1"]
    assert framed(flow) == 0


def test_nodes_fire_one_by_one_and_say_how_many_they_wait_for(flow: Locator) -> None:
    press(flow, "Reset")
    assert texts(flow, "gradient") == ["← 1"]
    assert texts(flow, "small") == ["waits for 3", "waits for 1", "waits for 2", "waits for 1", "ready"]
    press(flow, "Step ▶")
    expect(line(flow)).to_have_text("1 of 4: f fires; c now has 36 and d now has 12.")
    assert texts(flow, "gradient") == ["← 36 + …", "← 12", "← 1"]
    press(flow, "Step ▶")
    press(flow, "◀ Back")
    expect(line(flow)).to_contain_text("1 of 4")
    press(flow, "All")
    expect(line(flow)).to_have_text("4 of 4: s fires; a now has 648.")


def test_the_orders_stand_side_by_side_and_each_can_be_stepped(flow: Locator) -> None:
    table = rows(flow)
    assert table["yours"] == ["f, d, c, s", "4", "648", "✓"]
    assert table["recursion"] == ["f, c ✗, s, d, c ✗, s ✗", "6", "1116", "✗"]
    assert table["breadth first"] == ["f, c ✗, d, s", "4", "396", "✗"]
    press(flow, "breadth first")
    assert "← 396" in texts(flow, "gradient")
    assert framed(flow) == 1
    press(flow, "First wrong")
    expect(line(flow)).to_have_text(
        "2 of 4: c fires, too early: d should have come first; a now has 36 and s now has 36."
    )
    assert texts(flow, "wrong") == ["✗ too early"]
    assert flow.get_by_role("group", name="Orders").get_by_role("button").all_inner_texts() == [
        *("yours", "recursion", "breadth first", "topological", "Next order")
    ]


def test_everything_is_done_by_keyboard_and_the_notebook_gets_no_command(lesson: Notebook, flow: Locator) -> None:
    keyboard = lesson.page.keyboard
    flow.get_by_role("button", name="Node c, + of a and s: value 12, gradient 72").focus()
    keyboard.press("Enter")
    expect(line(flow)).to_have_text("Node c, + of a and s: value 12, gradient 72, ✓ fired")
    keyboard.press("o")
    expect(line(flow)).to_contain_text("Order: recursion.")
    for key in "rsbw":
        keyboard.press(key)
    expect(line(flow)).to_contain_text("2 of 6: c fires, too early")
    flow.get_by_role("slider", name="a").focus()
    keyboard.press("ArrowLeft")
    expect(flow.locator("svg .chainrule-value").first).to_have_text("→ 2.90")
    flow.get_by_role("button", name="breadth first").focus()
    keyboard.press("Enter")
    expect(flow.get_by_role("button", name="breadth first")).to_be_focused()
    assert lesson.page.evaluate(KEYBOARD) == "command"
    for key in ("d", "d", "x"):
        keyboard.press(key)
    expect(flow).to_be_visible()


def test_the_table_holds_nodes_and_firings(flow: Locator) -> None:
    press(flow, "breadth first")
    press(flow, "Table")
    table = rows(flow)
    assert table["c"] == ["12", "72", "0", "✗ too early"]
    assert table["2"] == ["c", "✗ before d"]


def test_who_fires_too_early_is_framed_as_soon_as_the_cell_has_run(lesson: Notebook, flow: Locator) -> None:
    try:
        change(lesson, BREADTH)
        fault = flow.locator(".chainrule-at-fault").first
        expect(fault).to_contain_text("✗ c fires too early: d, made of it, has not fired yet.")
        expect(flow).to_contain_text("a: yours is 396, measured 648.")
        expect(flow.get_by_role("status")).to_contain_text("c fires too early")
        assert framed(flow) == 1
        change(lesson, "def backward(root):\n    raise NotImplementedError")
        expect(flow).to_contain_text("Not answered yet: backward is still to be written.")
        change(lesson, "def backward(root):\n    while True: pass")
        expect(flow).to_contain_text("Took too long: backward was stopped after 2 seconds.")
    finally:
        change(lesson, RIGHT)
    expect(flow).to_contain_text(SAID)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(lesson: Notebook, flow: Locator, theme: str) -> None:
    change_theme(lesson, theme)
    try:
        press(flow, "breadth first")
        assert violations(lesson.page) == []
        press(flow, "Table")
        assert violations(lesson.page) == []
    finally:
        change_theme(lesson, "light")


def test_axe_finds_nothing_in_high_contrast(lesson: Notebook, flow: Locator) -> None:
    lesson.page.emulate_media(forced_colors="active")
    assert violations(lesson.page) == []
    lesson.page.emulate_media(forced_colors="none")


def test_the_picture_that_stands_in_follows(lesson: Notebook, flow: Locator) -> None:
    still = lesson.cell("widgets.EngineFlow").locator(".chainrule-still img")
    assert str(still.get_attribute("alt")).startswith(
        "Computational graph with output f. Input a: value 3, gradient 648."
    )
    assert not still.is_visible()
