"""Which cells use which: by the names that they bind and read, through any depth."""

from __future__ import annotations

from autograder.course.cells import SourceCell
from autograder.grading.names import asked_names, changed_names, names_of, surely_bound


def cells_behind(
    cells: tuple[SourceCell, ...], test: SourceCell, answers: tuple[SourceCell, ...]
) -> frozenset[SourceCell]:
    """All cells whose names a test cell's solution uses, through any depth.

    `answers` are the answer cells that it tests; they are among them, and so is the test cell.
    """
    above = [cell for cell in cells[: test.place] if cell.is_code and cell.role != "test"]
    seen: set[SourceCell] = set()
    waiting = [*answers, *_makers(above, asked_names(test.source), test)]
    while waiting:
        cell = waiting.pop()
        if cell not in seen:
            seen.add(cell)
            read = names_of(cell.source)[1]
            # what a function of the cell reads it finds as it is at the test, other code as it was there
            waiting += _makers(above, read, test) | _makers(above, read, cell)
    return frozenset(seen | {test})


def _makers(cells: list[SourceCell], names: frozenset[str], before: SourceCell) -> set[SourceCell]:
    """The cells before one that have made some names what they are: a cell that binds a name anew ends the search."""
    found: set[SourceCell] = set()
    for name in names:
        for cell in (cell for cell in reversed(cells) if cell.place < before.place):
            if name in names_of(cell.source)[0] or name in changed_names(cell.source)[0]:
                found.add(cell)
            if name in surely_bound(cell.source):
                break
    return found
