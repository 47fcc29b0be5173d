"""Every widget in Notebook 7, which the same server offers beside JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook, tab
from tests.browser.widget import written

SETUP = """import numpy as np
from chainrule import widgets
from chainrule.graph import product_of_sum

def forward(given):
    s = given["x"] + given["y"]
    return {**given, "sum": s, "f": s * given["z"]}

def backward(v):
    return {"f": 1.0, "z": v["sum"], "sum": v["z"], "x": v["z"], "y": v["z"]}

def cost(thetas):
    return sum(float(np.sum(Theta**2)) for Theta in thetas)

def gradients(thetas):
    return [2 * Theta for Theta in thetas]

def step(theta, eta):
    return theta - eta * np.array([0.3, -0.2])

thetas = [np.array([[0.1, 0.5, -0.4], [0.2, -0.3, 0.6]]), np.array([[0.3, 1.0, -1.0]])]"""
PROGRESS = "widgets.Progress()"
CALLS = {
    "GraphFlow": "widgets.GraphFlow(product_of_sum(), {'x': -2, 'y': 5, 'z': -4}, forward=forward, backward=backward)",
    "NetworkFlow": "widgets.NetworkFlow(thetas, np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.0], [0.0]]))",
    "Descent": 'widgets.Descent([-1.0, 0.5, 2.0], [0, 1, 1], "logistic", step, start=(-3, -2), eta=1.0)',
    "GradientCheck": "widgets.GradientCheck(cost, gradients, thetas)",
}


@pytest.fixture(scope="module")
def notebook(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """A notebook with one widget of each kind, run."""
    folder = server.root / "notebook-7"
    folder.mkdir()
    with tab(browser, server) as notebook:
        notebook.open_in_notebook_7(written(folder / "all.ipynb", SETUP, PROGRESS, *CALLS.values()))
        notebook.run_all()
        yield notebook


def widget(notebook: Notebook, name: str) -> Locator:
    return notebook.cell(f"widgets.{name}(").locator(".chainrule-widget")


@pytest.mark.parametrize("name", [*CALLS, "Progress"])
def test_it_is_drawn_and_its_picture_makes_way(notebook: Notebook, name: str) -> None:
    expect(widget(notebook, name)).to_be_visible()
    expect(notebook.cell(f"widgets.{name}(").locator(".chainrule-still")).to_be_hidden()


@pytest.mark.parametrize("name", CALLS)
def test_a_slider_moves_by_keyboard_and_the_numbers_follow(notebook: Notebook, name: str) -> None:
    moved = widget(notebook, name)
    moved.get_by_role("button", name="Table").click()
    table = moved.locator(".chainrule-tabular")
    before = table.text_content() or ""
    moved.locator("input[type=range]").first.press("ArrowRight")
    expect(table).not_to_have_text(before)
    moved.press("t")
    expect(moved.locator("svg").first).to_be_visible()


def test_the_students_functions_are_followed(notebook: Notebook) -> None:
    flow = widget(notebook, "GraphFlow")
    expect(flow).to_contain_text("Your gradients: all 5 are what differences measure here.")
