"""A notebook of the course as students get it, the answers of its solution, and what a student looks for."""

from __future__ import annotations

import ast
import re
import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from playwright.sync_api import Locator

from autograder.course import misconceptions
from autograder.course.cells import answers_of, cells_of
from autograder.course.misconceptions import EditedSolution
from autograder.course.notebook import grade_id, read, role
from tests.browser.jupyterlab import REPOSITORY
from tests.browser.notebook import Cell, Notebook

MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
MARK = re.compile(r"^\W+")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

OUTPUTS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === 'code')
    .map(cell => ({
        name: cell.getMetadata('nbgrader')?.grade_id,
        source: cell.sharedModel.getSource(),
        count: cell.executionCount,
        outputs: cell.outputs.toJSON(),
    }))
"""
CHANGE_THEME = """async (theme) => {
    await window.jupyterapp.commands.execute('apputils:change-theme', {theme});
    while (document.body.dataset.jpThemeName !== theme) await new Promise(requestAnimationFrame);
}"""
# For each piece of text in a card: the text, and its contrast with what lies behind it (WCAG 2).
CONTRASTS = """(card) => {
    const rgba = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return [r, g, b, a];
    };
    const behind = (element) => {
        if (!element) return [255, 255, 255];
        const [r, g, b, a] = rgba(getComputedStyle(element).backgroundColor);
        if (a === 1) return [r, g, b];
        const below = behind(element.parentElement);
        return [r, g, b].map((value, i) => a * value + (1 - a) * below[i]);
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.map(value => value / 255)
            .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode.data.trim(), element = texts.currentNode.parentElement;
        if (!text) continue;
        const both = [rgba(getComputedStyle(element).color).slice(0, 3), behind(element)].map(luminance);
        found.push([text, (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05)]);
    }
    return found;
}"""


def _draws(source: str) -> bool:
    """Does a cell draw a figure outside the functions that it defines?"""
    if "figures.show(" not in source:
        return False
    steps = [step for step in ast.parse(source).body if not isinstance(step, ast.FunctionDef)]
    return any("figures.show(" in ast.unparse(step) for step in steps)


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course: notebooks/`assignment`/`name`.ipynb."""

    assignment: str
    name: str
    needs: tuple[str, ...] = ()
    """Answers that the checks of others build on: a class, say."""

    @cached_property
    def _source(self) -> NotebookNode:
        return read(REPOSITORY / "solutions" / self.assignment / f"{self.name}.ipynb")

    @cached_property
    def answers(self) -> dict[str, str]:
        """The solution's text of each answer cell, as a student would write it."""
        return {name: _unmarked(text) for name, text in answers_of(cells_of(self._source)).items()}

    @cached_property
    def _released(self) -> NotebookNode:
        return read(REPOSITORY / "notebooks" / self.assignment / f"{self.name}.ipynb")

    @property
    def tests(self) -> list[str]:
        """The names of the test cells, in their order."""
        return [cell.name for cell in cells_of(self._released) if cell.role == "test"]

    @property
    def given(self) -> list[str]:
        """The names of the locked cells that the answers and checks build on, in their order."""
        locked = [cell for cell in self._released.cells if cell.metadata.get("nbgrader", {}).get("locked")]
        return [str(grade_id(cell)) for cell in locked if cell.cell_type == "code" and role(cell) == "own"]

    @property
    def drawing(self) -> list[int]:
        """The numbers of the cells that draw a figure when they run, not only when something is pressed."""
        return [number for number, cell in enumerate(self._released.cells) if _draws(cell.source)]

    def mistake(self, answer: str, name: str) -> EditedSolution:
        """One of the known misconceptions."""
        known = misconceptions.load(REPOSITORY / "solutions" / self.assignment, cells_of(self._source))
        found = next(each for each in known if (each.answer, each.name) == (answer, name))
        return replace(found, source=_unmarked(found.source))

    def hand_out(self, folder: Path, *, solved: bool) -> Path:
        """Copy what students get into a folder; where it is to be solved, with every answer put in."""
        shutil.copytree(REPOSITORY / "notebooks" / self.assignment, folder)
        path = folder / f"{self.name}.ipynb"
        if solved:
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.source = self.answers.get(str(grade_id(cell)), cell.source)
            nbformat.write(notebook, path)
        return path


def _unmarked(source: str) -> str:
    return MARKERS.sub("", source).rstrip()


def answer(notebook: Notebook, name: str, text: str) -> list[str]:
    """Write an answer, run it and the check below it; return what the check shows."""
    notebook.set_source(name, text)
    notebook.run_cell(name)
    notebook.run_cell(f"{name}-test")
    return shown(notebook, f"{name}-test")


def shown(notebook: Notebook, which: Cell) -> list[str]:
    """The text of each output of a cell, without the mark that a card puts before its word."""
    return [MARK.sub("", text) for text in notebook.outputs(which)]


def cards(notebook: Notebook, which: Cell) -> Locator:
    """The cards below a cell."""
    return notebook.cell(which).locator(".chainrule-card")


def code_cells(notebook: Notebook) -> list[dict[str, Any]]:
    """Each code cell's name, source, execution count and outputs, these in nbformat's form."""
    found: list[dict[str, Any]] = notebook.page.evaluate(OUTPUTS)
    return found


def first_lines(cell: dict[str, Any]) -> list[str]:
    """The first line of each card below a cell, as plain text."""
    found = [output["data"]["text/plain"] for output in cell["outputs"] if output["output_type"] == "display_data"]
    return [text.splitlines()[0] for text in found]


def traceback_lines(cell: dict[str, Any]) -> int:
    """How many lines the errors below a cell take."""
    errors = [output["traceback"] for output in cell["outputs"] if output["output_type"] == "error"]
    return sum(len("\n".join(traceback).splitlines()) for traceback in errors)


def change_theme(notebook: Notebook, theme: str) -> None:
    """Change JupyterLab's theme: "light" or "dark"."""
    notebook.page.evaluate(CHANGE_THEME, THEMES[theme])


def poor_contrasts(card: Locator) -> list[tuple[str, float]]:
    """The pieces of a card's text whose contrast with their background is below 4.5."""
    found = card.evaluate(CONTRASTS)
    assert len(found) > 1
    return [(text, contrast) for text, contrast in found if contrast < 4.5]
