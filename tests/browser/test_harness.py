from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser

from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook, tab


def graded(grade_id: str, source: str, *, solution: bool) -> nbformat.NotebookNode:
    kind = {"solution": True, "grade": False} if solution else {"solution": False, "grade": True, "points": 1}
    details = {"schema_version": 3, "grade_id": grade_id, "locked": not solution, "task": False} | kind
    return new_code_cell(source, metadata={"nbgrader": details, "tags": ["raises-exception"]})


@pytest.fixture
def opened(folder: Path, notebook: Notebook) -> Notebook:
    cells = [
        new_code_cell("print('first', 6 * 7)"),
        new_code_cell("from IPython.display import HTML\nHTML('<b>bold</b>')"),
        graded("half", "def half(x):\n    raise NotImplementedError", solution=True),
        graded("half-test", "assert half(4) == 2, 'half of 4 is 2'", solution=False),
        *(new_markdown_cell(f"Paragraph {number}\n\n" * 8) for number in range(12)),
        new_code_cell("print('the end')"),
    ]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / "trivial.ipynb")
    notebook.open(folder / "trivial.ipynb")
    return notebook


def test_run_all_goes_past_an_error_and_outputs_are_read_as_seen(opened: Notebook) -> None:
    opened.run_all()
    assert opened.outputs(0) == ["first 42"]
    assert opened.outputs(1) == ["bold"]
    assert "<b>bold</b>" in opened.outputs_html(1)[0]
    assert "NotImplementedError" in opened.outputs("half-test")[0]
    assert opened.outputs("the end") == ["the end"]


def test_a_cell_is_written_run_and_saved(opened: Notebook, folder: Path, tmp_path: Path) -> None:
    opened.set_source("half", "def half(x):\n    return x / 2")
    opened.run_cell("half")
    opened.run_cell("half-test")
    assert opened.outputs("half-test") == []
    opened.set_source(0, "print(half(1))")
    opened.run_cell("print(half(1))")
    assert opened.outputs(0) == ["0.5"]
    opened.save()
    assert "return x / 2" in nbformat.read(folder / "trivial.ipynb", as_version=4).cells[2].source
    opened.screenshot(tmp_path / "tab.png")
    assert (tmp_path / "tab.png").stat().st_size > 10_000


def test_validate_says_which_test_fails_and_then_that_all_pass(opened: Notebook) -> None:
    assert "assert half(4) == 2" in opened.validate()
    opened.set_source("half", "def half(x):\n    return x / 2")
    assert "Success" in opened.validate()


def test_a_cell_is_named_by_what_it_alone_contains(opened: Notebook) -> None:
    with pytest.raises(LookupError, match="0 cells"):
        opened.run_cell("no such text")
    with pytest.raises(LookupError, match="2 cells"):
        opened.run_cell("print(")


def test_students_see_validate_but_not_the_instructors_tools(opened: Notebook, server: JupyterLab) -> None:
    commands = opened.page.evaluate("window.jupyterapp.commands.listCommands()")
    assert [name for name in commands if name.startswith("nbgrader:")] == ["nbgrader:open-assignment-list"]
    assert not opened.page.get_by_text("Would you like to get notified").count()
    with pytest.raises(HTTPError, match="404"):
        server.ask("formgrader")


def test_an_error_of_the_page_fails_the_test(browser: Browser, server: JupyterLab) -> None:
    with (
        pytest.raises(AssertionError, match="broken"),
        tab(browser, server) as notebook,
        notebook.page.expect_event("pageerror"),
    ):
        notebook.page.evaluate("setTimeout(() => { throw new Error('broken') })")


def test_kernels_are_stopped_with_the_tab(server: JupyterLab) -> None:
    assert server.ask("api/kernels") == []
