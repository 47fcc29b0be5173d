"""The notebook to grade, rebuilt from its source and from what a student handed in.

Of a submission only the sources of answer cells, added cells and edited unlocked cells are taken (and
attachments). Points, tags, types, tests and order come from the source notebook, so that nothing in a
submission's metadata matters. What each cell is stands in its metadata under "chainrule".
"""

from __future__ import annotations

import ast
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.notebook import CannotReadError, grade_id, role
from autograder.grading.dependencies import bound_names
from autograder.grading.matching import Matching, asked_for

DELETED = "# This answer cell was not in the notebook that was handed in."
ELSEWHERE = "# This answer cell was as it was handed out; {} is defined in a cell above."
LEFT = ("raise NotImplementedError()", "raise NotImplementedError")


def shares_answers(source: NotebookNode, handed_out: list[str], submission: NotebookNode) -> bool:
    """Has a notebook more than half of the source's answer cells?"""
    matching = Matching(source, handed_out, submission)
    wanted = [i for i, cell in enumerate(source.cells) if role(cell) in ("answer", "text")]
    return not matching.is_another and sum(i in matching.found for i in wanted) > len(wanted) / 2


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
    Raises CannotReadError where the submission has neither its answer cells nor its tests.
    """
    matching = Matching(source, handed_out, submission)
    if matching.is_another:
        raise CannotReadError(
            f"{name}.ipynb is another notebook: it has none of the answer cells; ask for the right one"
        )
    tests = {handed_out[i].strip() for i, cell in enumerate(source.cells) if role(cell) == "test"}
    added = _added(submission, matching, tests)
    cells = added.get(None, [])
    for i, cell in enumerate(source.cells):
        cells.append(_merge(cell, i, matching.found.get(i), handed_out[i]))
        cells += added.get(i, [])
    _look_elsewhere(source, handed_out, cells)
    notebook = NotebookNode(source, cells=cells)
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    _unique_ids(cells)
    return notebook


def _merge(cell: NotebookNode, place: int, theirs: NotebookNode | None, stub: str) -> NotebookNode:
    """A cell of the source, with the student's text where it is theirs to write; `place` is its number there."""
    merged = NotebookNode(cell)
    kind = role(cell)
    about: dict[str, Any] = {"role": kind, "place": place}
    if kind in ("answer", "text"):
        merged.source = theirs.source if theirs else DELETED if kind == "answer" else ""
        about["untouched"] = theirs is None or merged.source.strip() == stub.strip()
        if kind == "answer" and not about["untouched"]:
            merged.source = without_leftover(merged.source)
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


def _look_elsewhere(source: NotebookNode, handed_out: list[str], cells: list[NotebookNode]) -> None:
    """An answer that is written in the cell of another one, or in one that the student edited, is written."""
    for position, cell in enumerate(cells):
        about = cell.metadata.chainrule
        if about.role != "answer" or not about.untouched:
            continue
        asked = asked_for(source.cells[about.place], handed_out[about.place])
        others = [other for other in cells if is_written(other) and asked and asked <= set(bound_names(other.source))]
        if others:
            about.untouched, about.deleted = False, False
            about.elsewhere = grade_id(others[-1]) or "a cell of your own"
            if any(other is others[-1] for other in cells[:position]):
                cell.source = ELSEWHERE.format(", ".join(sorted(asked)))


def is_written(cell: NotebookNode) -> bool:
    """Is a cell of a rebuilt notebook code of the student's?"""
    about = cell.metadata.chainrule
    return cell.cell_type == "code" and about.role in ("answer", "added", "edited") and not about.get("untouched")


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


def _added(submission: NotebookNode, matching: Matching, tests: set[str]) -> dict[int | None, list[NotebookNode]]:
    """The student's own cells, by the cell of the source that they follow (None: they come first).

    Copies of `tests` are left out: the tests run as they are in the source.
    """
    original = {id(cell): i for i, cell in matching.found.items()}
    left_out = {id(cell) for cell in matching.left_out}
    here: int | None = None
    added: dict[int | None, list[NotebookNode]] = {}
    for cell in submission.cells:
        if id(cell) in original:
            here = original[id(cell)]
        elif cell.source.strip() and cell.source.strip() not in tests and id(cell) not in left_out:
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
