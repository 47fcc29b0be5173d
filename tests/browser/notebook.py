"""A notebook in JupyterLab, used as a student uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page

from tests.browser.jupyterlab import JupyterLab

# A cell is named by its number, its grade_id, or text that it alone contains.
Cell = int | str

RUNS_WITHIN = 300
VALIDATES_WITHIN = 300

READY = """async () => {
    await window.jupyterapp.restored;
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
}"""
CELLS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(cell => ({
    grade_id: cell.getMetadata('nbgrader')?.grade_id,
    source: cell.sharedModel.getSource(),
}))"""
SET_SOURCE = """([number, text]) => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    cells.get(number).sharedModel.setSource(text);
}"""
SELECT = """async (number) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = number;
    await notebook.scrollToItem(number, 'smart');
}"""
EXECUTE = """([command, seconds]) => Promise.race([
    window.jupyterapp.commands.execute(command).then(() => true),
    new Promise(resolve => setTimeout(() => resolve(false), 1000 * seconds)),
])"""
# After the first error JupyterLab calls Run All done, while the kernel goes on; it answers in order.
ANSWERED = """(seconds) => Promise.race([
    window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute(
        {code: '', silent: true}).done.then(() => true),
    new Promise(resolve => setTimeout(() => resolve(false), 1000 * seconds)),
])"""

RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"


class Notebook:
    """One notebook in one browser tab."""

    def __init__(self, page: Page, server: JupyterLab) -> None:
        self.page = page
        self._server = server

    def open(self, path: Path) -> None:
        """Open a notebook that lies in the server's folder, and wait for its kernel."""
        self._open(self._server.page(path))

    def open_in_notebook_7(self, path: Path) -> None:
        """The same in Notebook 7."""
        self._open(self._server.page_7(path))

    def _open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext")
        self.page.evaluate(READY)

    def run_all(self) -> None:
        """Run every cell, as the menu's Run All Cells does, and wait for the last."""
        self._execute("notebook:run-all-cells")
        if not self.page.evaluate(ANSWERED, RUNS_WITHIN):
            raise TimeoutError(f"The notebook's cells took more than {RUNS_WITHIN} s.")

    def run_cell(self, which: Cell) -> None:
        """Run one cell and wait for it."""
        self._select(which)
        self._execute("notebook:run-cell")

    def restart_kernel(self) -> None:
        """Start the kernel anew: what has run is forgotten, what is shown stays."""
        self.page.evaluate(RESTART)

    def set_source(self, which: Cell, text: str) -> None:
        """Replace what is written in a cell."""
        self.page.evaluate(SET_SOURCE, [self._number(which), text])

    def cell(self, which: Cell) -> Locator:
        """Return a cell on the page; it is scrolled into view, as JupyterLab draws only what is near."""
        number = self._select(which)
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{number}']")

    def outputs(self, which: Cell) -> list[str]:
        """Return the text of each output of a cell, as it can be read on the page."""
        return [text.strip() for text in self._outputs(which).all_inner_texts()]

    def outputs_html(self, which: Cell) -> list[str]:
        """Return the HTML of each output of a cell."""
        return [output.inner_html() for output in self._outputs(which).all()]

    def screenshot(self, path: Path) -> None:
        """Save a picture of the tab."""
        self.page.screenshot(path=path)

    def save(self) -> None:
        """Save the notebook, and wait until it is on disk."""
        self._execute("docmanager:save")

    def validate(self) -> str:
        """Press nbgrader's Validate button and return what its dialog says."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.get_by_role("dialog")
        content = dialog.locator(".jp-Dialog-body")
        content.wait_for(timeout=1000 * VALIDATES_WITHIN)
        said = content.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        dialog.wait_for(state="detached")
        return said

    def _outputs(self, which: Cell) -> Locator:
        return self.cell(which).locator(".jp-OutputArea-output")

    def _select(self, which: Cell) -> int:
        number = self._number(which)
        self.page.evaluate(SELECT, number)
        return number

    def _number(self, which: Cell) -> int:
        if isinstance(which, int):
            return which
        cells: list[dict[str, Any]] = self.page.evaluate(CELLS)
        named = [number for number, cell in enumerate(cells) if cell.get("grade_id") == which]
        found = named or [number for number, cell in enumerate(cells) if which in cell["source"]]
        if len(found) != 1:
            raise LookupError(f"{len(found)} cells are named {which!r} or contain it, not one.")
        return found[0]

    def _execute(self, command: str) -> None:
        if not self.page.evaluate(EXECUTE, [command, RUNS_WITHIN]):
            raise TimeoutError(f"JupyterLab's command {command!r} took more than {RUNS_WITHIN} s.")


@contextmanager
def tab(browser: Browser, server: JupyterLab) -> Iterator[Notebook]:
    """Open a new tab beside the others, which have loaded JupyterLab before; an error of its JavaScript raises."""
    with browser.contexts[0].new_page() as page:
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)) if not _is_notebook_7s(error) else None)
        yield Notebook(page, server)
    server.stop_kernels()
    assert not errors, "The page's JavaScript failed: " + "; ".join(errors)


@contextmanager
def having_run(browser: Browser, server: JupyterLab, path: Path) -> Iterator[Notebook]:
    """A new tab with a notebook that lies in the server's folder, when all its cells have run."""
    with tab(browser, server) as notebook:
        notebook.open(path)
        notebook.run_all()
        yield notebook


def _is_notebook_7s(error: Error) -> bool:
    """Is it an error that Notebook 7 makes by itself, as it does with every notebook? A widget's file is a blob."""
    stack = error.stack or ""
    return "/static/notebook/" in stack and "blob:" not in stack
