"""The cells of a notebook, and what nbgrader's metadata say of them: read off it once, then passed on as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from autograder.course import notebook
from autograder.course.notebook import Role


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook."""

    place: int
    """Its number in the notebook, from 0."""
    name: str
    """nbgrader's grade_id; empty where it has none."""
    role: Role
    kind: str
    """code, markdown, raw."""
    source: str
    id: str
    """Jupyter's; empty where it has none."""
    attachments: Mapping[str, Any] | None = field(default=None, compare=False)

    @property
    def is_code(self) -> bool:
        """Can it be run?"""
        return self.kind == "code"


@dataclass(frozen=True)
class SourceCell(Cell):
    """A cell of a source notebook."""

    handed_out: str = ""
    """Its text as students get it."""
    points: float = 0.0
    is_locked: bool = False


@dataclass(frozen=True)
class Source:
    """A source notebook: as its file has it, and its cells."""

    book: NotebookNode = field(repr=False)
    cells: tuple[SourceCell, ...]

    @classmethod
    def of(cls, book: NotebookNode, stubs: list[str]) -> Source:
        """Parse a notebook; `stubs` are the texts of its cells as students get them."""
        return cls(book, tuple(_of_source(i, cell, stubs[i]) for i, cell in enumerate(book.cells)))


def cells_of(book: NotebookNode) -> tuple[Cell, ...]:
    """The cells of any notebook that `notebook.parse` has let through."""
    return tuple(Cell(**_read(place, cell)) for place, cell in enumerate(book.cells))


def in_order(cells: Iterable[SourceCell]) -> list[SourceCell]:
    """Cells in the order of their notebook."""
    return sorted(cells, key=lambda cell: cell.place)


def answers_of(cells: Iterable[Cell]) -> dict[str, str]:
    """The texts of a notebook's answer cells, by name."""
    return {cell.name: cell.source for cell in cells if cell.role == "answer"}


def _of_source(place: int, cell: NotebookNode, stub: str) -> SourceCell:
    mark = cell.metadata.get("nbgrader", {})
    points = notebook.points(cell) if mark.get("grade") or mark.get("task") else 0.0
    return SourceCell(**_read(place, cell), handed_out=stub, points=points, is_locked=bool(mark.get("locked")))


def _read(place: int, cell: NotebookNode) -> dict[str, Any]:
    attachments = cell.get("attachments")
    return {
        "place": place,
        "name": notebook.grade_id(cell) or "",
        "role": notebook.role(cell),
        "kind": cell["cell_type"],
        "source": cell["source"],
        "id": cell.get("id", ""),
        "attachments": attachments if isinstance(attachments, dict) else None,
    }
