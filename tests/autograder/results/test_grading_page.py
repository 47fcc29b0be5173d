"""What formgrader's page shows of a student's notebook: all of it as text, as much as the server can bear to set."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from autograder.results import grading_page
from autograder.results.grading_page import MAX_SHOWN
from autograder.results.markdown import to_html
from autograder.results.patience import Patience
from tests.autograder.results.test_autograded import png
from tests.autograder.results.test_feedback import Elements

BUTTONS = (
    '<div class="nbgrader_cell" id="f-test"><details><summary class="full-credit" id="x">A</summary>b</details></div>'
)


def shown(*cells: NotebookNode) -> str:
    """The page that nbgrader makes of some cells of a student's."""
    for number, cell in enumerate(cells):
        cell.id, cell.metadata["chainrule"] = f"cell-{number}", {"role": "added"}
    config = Config()
    grading_page.use(config)
    page, _ = HTMLExporter(template_name="classic", config=config).from_notebook_node(new_notebook(cells=list(cells)))
    return str(page)


def forever(_: str) -> str:
    while True:
        pass


def stubborn(_: str) -> str:
    """Swallows what it can, as libraries do."""
    while True:
        try:
            forever("")
        except Exception:
            continue


@pytest.mark.parametrize("text", [BUTTONS, f"* {BUTTONS}", "[a](# 'x'){.full-credit}", "# full-credit"])
def test_markdown_has_no_class_and_no_id_by_which_formgrader_would_find_it(text: str) -> None:
    for _, attributes in Elements(to_html(text)).tags:
        assert not {"class", "id", "name", "style"} & attributes.keys()


def test_markdown_is_formatted() -> None:
    found = to_html("**bold**, `code`, [a link](http://x.org), $x_1$\n\n| a |\n|---|\n| 1 |")
    for part in ("<strong>bold</strong>", "<code>code</code>", 'href="http://x.org"', "$x_1$", "<table>"):
        assert part in found


@pytest.mark.parametrize(
    ("source", "stays"),
    [
        (f"data:image/png;base64,{png(20, 20)}", True),
        (f"data:image/png;base64,{png(30_000, 30_000)}", False),
        ("data:image/svg+xml;base64,PHN2Zy8+", False),
        ("plot.png", True),
        ("http://elsewhere/x.png", False),
        ("//elsewhere/x.png", False),
        ("/\\elsewhere/x.png", False),
    ],
)
def test_pictures_stay_that_can_be_shown_and_lie_here(source: str, stays: bool) -> None:
    (picture,) = [
        attributes for tag, attributes in Elements(to_html(f'<img alt="p" src="{source}">')).tags if tag == "img"
    ]
    assert ("src" in picture) is stays


@pytest.mark.parametrize("convert", [forever, stubborn])
def test_what_takes_too_long_is_given_up_and_no_alarm_is_left(convert: Any) -> None:
    before = signal.getsignal(signal.SIGALRM)
    patience = Patience(0.2)
    assert patience.make(convert, "x") is None
    assert patience.make(str.upper, "x") is None, "the time was for all texts of the page"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_what_cannot_be_set_is_shown_as_it_was_typed() -> None:
    assert Patience(5).make(int, "no number") is None
    page = shown(new_code_cell("x = 1  # <b>\n" + " \n" * 9_000), new_markdown_cell("<script>alert(1)</script> **a**"))
    assert "x = 1  # &lt;b&gt;" in page
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")


def test_a_page_has_an_end() -> None:
    line = new_output("display_data", data={"text/plain": "x" * 100})
    cells = [
        new_code_cell("x = 1\n" * 30_000, outputs=[line] * 300),
        *(new_markdown_cell("word " * 5_000) for _ in range(60)),
    ]
    body = shown(*cells).split("<body", 1)[1]
    assert len(body) < 5 * MAX_SHOWN
    assert "it stands in the notebook" in body
