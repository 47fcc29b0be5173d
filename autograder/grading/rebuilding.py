"""The notebook to grade, rebuilt from its source and from what a student handed in.

Of a submission only the sources of answer cells, added cells and edited unlocked cells are taken (and
attachments). Points, tags, types, tests and order come from the source notebook, so that nothing in a
submission's metadata matters. What each cell is stands in its metadata under "chainrule".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.notebook import CannotReadError, grade_id, role

DELETED = "# This answer cell was not in the notebook that was handed in."


def shares_answers(source: NotebookNode, submission: NotebookNode) -> bool:
    """Has a notebook more than half of the source's answer cells?"""
    theirs = {grade_id(cell) for cell in submission.cells} - {None}
    ours = {grade_id(cell) for cell in source.cells if role(cell) in ("answer", "text")}
    return len(ours & theirs) > len(ours) / 2


def is_blank(source: NotebookNode, handed_out: list[str], submission: NotebookNode) -> bool:
    """Is nothing written in a notebook, or nothing of this assignment?"""
    try:
        cells = rebuild(source, handed_out, submission, "").cells
    except CannotReadError:
        return True
    found = [cell.metadata.chainrule for cell in cells]
    return all(about.role not in ("added", "edited") and about.get("untouched", True) for about in found)


def rebuild(source: NotebookNode, handed_out: list[str], submission: NotebookNode, name: str) -> NotebookNode:
    """The notebook to grade: the source's cells in their order, with the student's work put in.

    `handed_out` are the texts of its cells as students get them (`stubs`).

    An added cell follows the cell of the source that it followed in the submission.
    Raises CannotReadError where the submission has none of the answer cells.
    """
    theirs = _match(source, submission)
    wanted = [i for i, cell in enumerate(source.cells) if role(cell) in ("answer", "text")]
    if wanted and not any(i in theirs for i in wanted):
        raise CannotReadError(
            f"{name}.ipynb is another notebook: it has none of the answer cells; ask for the right one"
        )
    tests = {handed_out[i].strip() for i, cell in enumerate(source.cells) if role(cell) == "test"}
    added = _added(submission, theirs, tests)
    cells = added.get(None, [])
    for i, cell in enumerate(source.cells):
        cells.append(_merge(cell, i, theirs.get(i), handed_out[i]))
        cells += added.get(i, [])
    notebook = NotebookNode(source, cells=cells)
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    _unique_ids(cells)
    return notebook


def _match(source: NotebookNode, submission: NotebookNode) -> dict[int, NotebookNode]:
    """The submission's cell for each cell of the source: by grade_id, then by cell id, then by text.

    Where a cell was copied, the one that kept its cell id is the original, else the first.
    """
    found: dict[int, NotebookNode] = {}
    taken: set[int] = set()

    def match(places: Iterable[int], ours: Callable[[NotebookNode], str | None], theirs: list[NotebookNode]) -> None:
        by_key: dict[str | None, list[NotebookNode]] = {}
        for cell in theirs:
            by_key.setdefault(ours(cell), []).append(cell)
        for i in places:
            key = ours(source.cells[i])
            free = [c for c in by_key.get(key, ()) if id(c) not in taken] if i not in found and key else []
            if free:
                same_id = [cell for cell in free if cell.get("id") == source.cells[i].get("id")]
                found[i] = (same_id or free)[0]
                taken.add(id(found[i]))

    everywhere = range(len(source.cells))
    match(everywhere, grade_id, submission.cells)
    match(everywhere, lambda cell: cell.get("id"), [cell for cell in submission.cells if not grade_id(cell)])
    unnamed = [i for i in everywhere if not grade_id(source.cells[i])]
    match(unnamed, lambda cell: cell.source.strip(), submission.cells)
    return found


def _merge(cell: NotebookNode, place: int, theirs: NotebookNode | None, stub: str) -> NotebookNode:
    """A cell of the source, with the student's text where it is theirs to write; `place` is its number there."""
    merged = NotebookNode(cell)
    kind = role(cell)
    about: dict[str, Any] = {"role": kind, "place": place}
    if kind in ("answer", "text"):
        merged.source = theirs.source if theirs else DELETED if kind == "answer" else ""
        about["untouched"] = theirs is None or merged.source.strip() == stub.strip()
        about["deleted"] = theirs is None
        if theirs and kind == "text" and isinstance(theirs.get("attachments"), dict):
            merged.attachments = theirs.attachments
    elif kind == "own" and theirs and _was_edited(cell, theirs):
        merged.source = theirs.source
        about["role"] = "edited"
    merged.metadata = NotebookNode(cell.metadata, chainrule=NotebookNode(about))
    if merged.cell_type == "code":
        merged.outputs, merged.execution_count = [], None
    return merged


def _was_edited(cell: NotebookNode, theirs: NotebookNode) -> bool:
    locked = cell.metadata.get("nbgrader", {}).get("locked")
    return not locked and theirs.cell_type == cell.cell_type and theirs.source.strip() != cell.source.strip()


def _added(
    submission: NotebookNode, theirs: dict[int, NotebookNode], tests: set[str]
) -> dict[int | None, list[NotebookNode]]:
    """The student's own cells, by the cell of the source that they follow (None: they come first).

    Copies of `tests` are left out: the tests run as they are in the source.
    """
    original = {id(cell): i for i, cell in theirs.items()}
    here: int | None = None
    added: dict[int | None, list[NotebookNode]] = {}
    for cell in submission.cells:
        if id(cell) in original:
            here = original[id(cell)]
        elif cell.source.strip() and cell.source.strip() not in tests:
            added.setdefault(here, []).append(_own_cell(cell))
    return added


def _own_cell(cell: NotebookNode) -> NotebookNode:
    new = {
        "code": lambda: nbformat.v4.new_code_cell(cell.source),
        "markdown": lambda: nbformat.v4.new_markdown_cell(cell.source),
        "raw": lambda: nbformat.v4.new_raw_cell(cell.source),
    }[cell.cell_type]()
    if cell.cell_type == "markdown" and "attachments" in cell:
        new.attachments = cell.attachments
    new.metadata.chainrule = NotebookNode(role="added")
    return new


def _unique_ids(cells: list[NotebookNode]) -> None:
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        if "id" not in cell or cell.id in seen:
            cell.id = f"cell-{number}"
        seen.add(cell.id)
