"""The notebook to grade, rebuilt from its source and from what a student handed in.

Of a submission only the sources of answer cells, added cells and edited unlocked cells are taken (and
attachments). Points, tags, types, tests and order come from the source notebook, so that nothing in a
submission's metadata matters.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.cells import Cell, Source, SourceCell, cells_of
from autograder.course.notebook import CannotReadError, like
from autograder.grading.matching import Matching, asked_for
from autograder.grading.names import bound_names
from autograder.sandbox import wire

DELETED = "# This answer cell was not in the notebook that was handed in."
ELSEWHERE = "# This answer cell was as it was handed out; {} is defined in a cell above."
OF_ANY_CELL = [field.name for field in fields(Cell)]
MAX_CODE = wire.MAX_HEADER // 2
"""Bytes, as they are sent; as many are left to the course's own cells."""
LEFT = ("raise NotImplementedError()", "raise NotImplementedError")


@dataclass(frozen=True)
class RebuiltCell(Cell):
    """A cell of the notebook to grade; its place is its number there."""

    of: SourceCell | None = None
    """The cell of the source that it is; None where the student has added it."""
    untouched: bool = False
    """Is it an answer that is as it was handed out?"""
    deleted: bool = False
    """Is it an answer that was not in the submission?"""
    elsewhere: str = ""
    """Where the answer stands, if not here: the name of that cell."""

    @property
    def is_written(self) -> bool:
        """Is it code of the student's?"""
        return self.is_code and self.role in ("answer", "added", "edited") and not self.untouched


@dataclass(frozen=True)
class Rebuilt:
    """The notebook to grade."""

    source: Source
    cells: tuple[RebuiltCell, ...]

    @cached_property
    def of(self) -> Mapping[SourceCell, RebuiltCell]:
        """Its cells by the source's cell that each is."""
        return {cell.of: cell for cell in self.cells if cell.of}

    def to_notebook(self) -> NotebookNode:
        """As a notebook, to be written. The role of each cell stands in its metadata under "chainrule"."""
        ids: set[str] = set()
        cells = [_written(cell, self.source.book.cells[cell.of.place] if cell.of else None) for cell in self.cells]
        for number, cell in enumerate(cells):
            if "id" not in cell or cell["id"] in ids:
                cell["id"] = f"cell-{number}"
            ids.add(cell["id"])
        return like(self.source.book, cells=cells, nbformat_minor=max(5, self.source.book.nbformat_minor))


def shares_answers(source: Source, submission: NotebookNode) -> bool:
    """Has a notebook more than half of the source's answer cells?"""
    matching = Matching(source.cells, cells_of(submission))
    wanted = [cell for cell in source.cells if cell.role in ("answer", "text")]
    return not matching.is_another and sum(cell in matching.found for cell in wanted) > len(wanted) / 2


def is_blank(source: Source, submission: NotebookNode) -> bool:
    """Is nothing written in a notebook, or nothing of this assignment?"""
    try:
        cells = rebuild(source, submission, "").cells
    except CannotReadError:
        return True
    return not any(
        cell.role in ("added", "edited") or (cell.role in ("answer", "text") and not cell.untouched) for cell in cells
    )


def rebuild(source: Source, submission: NotebookNode, name: str) -> Rebuilt:
    """The notebook to grade: the source's cells in their order, with the student's work put in.

    An added cell follows the cell of the source that it followed in the submission.
    Raises CannotReadError where the submission has neither its answer cells nor its tests.
    """
    theirs = cells_of(submission)
    matching = Matching(source.cells, theirs)
    if matching.is_another:
        raise CannotReadError(
            f"{name}.ipynb is another notebook: it has none of the answer cells; ask for the right one"
        )
    added = _added(source, theirs, matching)
    cells = added.get(None, [])
    for cell in source.cells:
        cells += [_merge(cell, matching.found.get(cell)), *added.get(cell, [])]
    cells = [replace(cell, place=place) for place, cell in enumerate(cells)]
    return Rebuilt(source, tuple(_found_elsewhere(cell, cells) for cell in cells))


def check_size(rebuilt: Rebuilt, name: str) -> None:
    """Raise CannotReadError where more code is written than a sandbox is sent."""
    if sum(len(json.dumps(cell.source)) for cell in rebuilt.cells if cell.is_written) > MAX_CODE:
        raise CannotReadError(f"{name}.ipynb has more than {MAX_CODE >> 20} MB of code; look at it by hand")


def _rebuilt(cell: Cell, **changes: Any) -> RebuiltCell:
    return RebuiltCell(**{name: getattr(cell, name) for name in OF_ANY_CELL} | changes)


def _merge(cell: SourceCell, theirs: Cell | None) -> RebuiltCell:
    """A cell of the source, with the student's text where it is theirs to write."""
    if cell.role in ("answer", "text"):
        text = theirs.source if theirs else DELETED if cell.role == "answer" else ""
        untouched = theirs is None or text.strip() == cell.handed_out.strip()
        if cell.role == "answer" and not untouched:
            text = without_leftover(text)
        attachments = theirs.attachments if theirs and cell.role == "text" else None
        merged = _rebuilt(cell, of=cell, source=text, untouched=untouched, deleted=theirs is None)
        return replace(merged, attachments=attachments) if attachments else merged
    if cell.role == "own" and theirs and _was_edited(cell, theirs):
        return _rebuilt(cell, of=cell, source=theirs.source, role="edited")
    return _rebuilt(cell, of=cell)


def _was_edited(cell: SourceCell, theirs: Cell) -> bool:
    return not cell.is_locked and theirs.kind == cell.kind and theirs.source.strip() != cell.source.strip()


def _found_elsewhere(cell: RebuiltCell, cells: list[RebuiltCell]) -> RebuiltCell:
    """An answer that is written in the cell of another one, or in one that the student edited, is written."""
    asked = asked_for(cell.of) if cell.of and cell.role == "answer" and cell.untouched else set()
    if not asked:
        return cell
    others = [other for other in cells if other.is_written and asked <= set(bound_names(other.source))]
    if not others:
        return cell
    text = ELSEWHERE.format(", ".join(sorted(asked))) if others[-1].place < cell.place else cell.source
    elsewhere = others[-1].name or "a cell of your own"
    return replace(cell, source=text, untouched=False, deleted=False, elsewhere=elsewhere)


def without_leftover(text: str) -> str:
    """An answer without a `raise NotImplementedError()` that was left above what is written, in the same block."""
    try:
        blocks = [found for node in ast.walk(ast.parse(text)) if isinstance(found := getattr(node, "body", None), list)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    lines = text.split("\n")
    for statement in (statement for block in blocks for statement in block[:-1]):
        number = statement.lineno - 1
        line = lines[number].strip()
        if isinstance(statement, ast.Raise) and line.split("#")[0].strip() in LEFT:
            indent = lines[number][: statement.col_offset]
            lines[number] = f"{indent}pass  # {line} was left here, above what is written"
    return "\n".join(lines)


def _added(source: Source, theirs: tuple[Cell, ...], matching: Matching) -> dict[SourceCell | None, list[RebuiltCell]]:
    """The student's own cells, by the cell of the source that they follow (None: they come first).

    Copies of tests are left out: the tests run as they are in the source.
    """
    tests = {cell.handed_out.strip() for cell in source.cells if cell.role == "test"}
    original = {cell: ours for ours, cell in matching.found.items()}
    here: SourceCell | None = None
    added: dict[SourceCell | None, list[RebuiltCell]] = {}
    for cell in theirs:
        if cell in original:
            here = original[cell]
        elif cell.source.strip() and cell.source.strip() not in tests and cell not in matching.left_out:
            added.setdefault(here, []).append(_rebuilt(cell, name="", role="added"))
    return added


def _written(cell: RebuiltCell, ours: NotebookNode | None) -> NotebookNode:
    """A cell as a notebook has it, made of the source's where it is one of those."""
    if ours is None:
        new = {
            "code": nbformat.v4.new_code_cell,
            "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell,
        }[cell.kind](cell.source)
    else:
        new = like(ours, source=cell.source, **({"outputs": [], "execution_count": None} if cell.is_code else {}))
    more = {} if cell.attachments is None else {"attachments": cell.attachments}
    return like(new, metadata=like(new["metadata"], chainrule=NotebookNode(role=cell.role)), **more)
