"""Which cell of a submission is which of the source's: by its name, its id, its text, what it defines, its place.

A student may have written an answer in a cell of their own and left the answer cell as it was; a program that
converts or merges notebooks may have lost names and ids.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable

from autograder.course.cells import Cell, SourceCell
from autograder.grading.names import bound_names, imported_names


class Matching:
    """The submission's cells by the source's cell that each is; `is_another` where they aren't its."""

    def __init__(self, source: tuple[SourceCell, ...], theirs: tuple[Cell, ...]) -> None:
        self.found: dict[SourceCell, Cell] = {}
        self.left_out: set[Cell] = set()
        """Answer cells as they were handed out, whose answers were found in cells that the student has added."""
        self._source, self._theirs = source, theirs
        self._taken: set[Cell] = set()
        wanted = [cell for cell in source if cell.role in ("answer", "text")]
        tests = [cell for cell in source if cell.role == "test"]
        self._match(lambda ours: ours.name, lambda cell: cell.name)
        self._match(lambda ours: ours.id, lambda cell: "" if cell.name else cell.id)
        ours = any(cell in self.found for cell in wanted)
        self._match(lambda ours: ours.handed_out.strip(), lambda cell: cell.source.strip())
        found_tests = sum(cell in self.found for cell in tests)
        self.is_another = bool(wanted) and not ours and not found_tests >= max(1, len(tests) / 2)
        if not self.is_another:
            for cell in wanted:
                self._find_by_names(cell)
            if not any(cell.name for cell in theirs):
                self._match_by_place(wanted)

    def _match(self, ours: Callable[[SourceCell], str], theirs: Callable[[Cell], str]) -> None:
        """Where a cell was copied, the one that kept its cell id is the original, else the first."""
        by_key: dict[str, list[Cell]] = {}
        for cell in self._theirs:
            if key := theirs(cell):
                by_key.setdefault(key, []).append(cell)
        for wanted in self._source:
            free = [c for c in by_key.get(ours(wanted), ()) if c not in self._taken] if wanted not in self.found else []
            if free:
                same_id = [cell for cell in free if cell.id == wanted.id]
                self._take(wanted, (same_id or free)[0])

    def _take(self, ours: SourceCell, cell: Cell) -> None:
        self.found[ours] = cell
        self._taken.add(cell)

    def _find_by_names(self, wanted: SourceCell) -> None:
        """The cell that defines an answer: the last one above the test, for that is what the test would find.

        Where that isn't the answer cell, it is one of the student's own. An answer that stands below the test only
        is taken too.
        """
        cell, asked = self.found.get(wanted), asked_for(wanted)
        untouched = cell is not None and cell.source.strip() == wanted.handed_out.strip()
        defines = cell is not None and not untouched and asked <= set(bound_names(cell.source))
        tests = [c for c in self._source[wanted.place + 1 :] if c.role == "test" and c in self.found]
        test = self.found[tests[0]].place if tests else len(self._theirs)
        first = cell.place + 1 if cell is not None and defines else 0
        free = [c for c in self._theirs[first:] if c not in self._taken and c.is_code]
        defining = [c for c in free if asked and asked <= set(bound_names(c.source))]
        above = bisect([c.place for c in defining], test)
        if not defining or (defines and not above):
            return
        self._take(wanted, defining[above - 1] if above else defining[0])
        if cell is not None and untouched:
            self.left_out.add(cell)
        elif cell is not None:  # what else is written in it stands in a cell of the student's own
            self._taken.discard(cell)

    def _match_by_place(self, wanted: list[SourceCell]) -> None:
        """Where all names are lost: what stands between the neighbours of an answer, and is of its type."""
        for ours in wanted:
            if ours in self.found:
                continue
            before = max((cell.place for c, cell in self.found.items() if c.place < ours.place), default=-1)
            after = min(
                (cell.place for c, cell in self.found.items() if c.place > ours.place), default=len(self._theirs)
            )
            between = [c for c in self._theirs[before + 1 : after] if c not in self._taken]
            alike = [c for c in between if c.kind == ours.kind and c.source.strip()]
            if alike:
                self._take(ours, alike[0])


def asked_for(cell: SourceCell) -> set[str]:
    """The names that an answer cell asks students to define: those in it as handed out, else the solution's."""
    if cell.role != "answer":
        return set()
    for text in (cell.handed_out, cell.source):
        names = set(bound_names(text)) - imported_names(text)
        if names:
            return names
    return set()
