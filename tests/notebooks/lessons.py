"""The notebooks of the course, for tests that look at all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.course.notebook import grade_id, read, role

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "solutions").glob("*/*.ipynb"))
MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)


def handed_out(source: Path) -> Path:
    """The student's notebook that is made from a source."""
    return ROOT / "notebooks" / source.parent.name / source.name


def solved(source: Path, given: Path | None = None) -> NotebookNode:
    """The student's notebook, or the copy of it that is `given`, with every answer put in."""
    answers = {grade_id(cell): cell.source for cell in read(source).cells if role(cell) == "answer"}
    notebook = read(given or handed_out(source))
    for cell in notebook.cells:
        if role(cell) == "answer":
            cell.source = MARKERS.sub("", answers[grade_id(cell)]).rstrip()
    return notebook


def prose(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """The id and the text of each text cell, what is set as code left out."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.id, CODE.sub("", cell.source)


def formulas(text: str) -> list[str]:
    """The formulas of a text."""
    return [match[1] or match[2] for match in FORMULA.finditer(text)]


def outputs(notebook: NotebookNode, kind: str) -> list[Any]:
    """The outputs of one type, each with the cell that it stands below."""
    found = [(cell, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [(cell, output) for cell, output in found if output.output_type == kind]


def warnings(notebook: NotebookNode) -> list[str]:
    """What its cells have warned of."""
    return [output.text for _, output in outputs(notebook, "stream") if output.name == "stderr"]
