"""Which cell of a submission is which of the source's: by its name, its id, its text, what it defines, its place.

A student may have written an answer in a cell of their own and left the answer cell as it was; a program that
converts or merges notebooks may have lost names and ids.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable

from nbformat import NotebookNode

from autograder.course.notebook import grade_id, role
from autograder.grading.dependencies import bound_names, imported_names


class Matching:
    """The submission's cells by the place of the source's cell that each is; `is_another` where they aren't its."""

    def __init__(self, source: NotebookNode, handed_out: list[str], submission: NotebookNode) -> None:
        """`handed_out` are the texts of the source's cells as students get them."""
        self.found: dict[int, NotebookNode] = {}
        self.left_out: list[NotebookNode] = []
        """Answer cells as they were handed out, whose answers were found in cells that the student has added."""
        self._source, self._handed_out, self._theirs = source, handed_out, submission.cells
        self._taken: set[int] = set()
        self._position = {id(cell): position for position, cell in enumerate(submission.cells)}
        everywhere = range(len(source.cells))
        wanted = [i for i in everywhere if role(source.cells[i]) in ("answer", "text")]
        tests = [i for i in everywhere if role(source.cells[i]) == "test"]
        named = any(grade_id(cell) for cell in submission.cells)
        self._match(everywhere, lambda i: grade_id(source.cells[i]), grade_id)
        self._match(everywhere, lambda i: source.cells[i].get("id"), lambda c: None if grade_id(c) else c.get("id"))
        ours = any(i in self.found for i in wanted)
        self._match(everywhere, lambda i: handed_out[i].strip(), lambda cell: cell.source.strip())
        found_tests = sum(i in self.found for i in tests)
        self.is_another = bool(wanted) and not ours and not found_tests >= max(1, len(tests) / 2)
        if not self.is_another:
            for i in wanted:
                self._find_by_names(i)
            if not named:
                self._match_by_place()

    def _match(
        self, places: Iterable[int], ours: Callable[[int], str | None], theirs: Callable[[NotebookNode], str | None]
    ) -> None:
        """Where a cell was copied, the one that kept its cell id is the original, else the first."""
        by_key: dict[str, list[NotebookNode]] = {}
        for cell in self._theirs:
            if key := theirs(cell):
                by_key.setdefault(key, []).append(cell)
        for i in places:
            free = [c for c in by_key.get(ours(i) or "", ()) if id(c) not in self._taken] if i not in self.found else []
            if free:
                same_id = [cell for cell in free if cell.get("id") == self._source.cells[i].get("id")]
                self._take(i, (same_id or free)[0])

    def _take(self, i: int, cell: NotebookNode) -> None:
        self.found[i] = cell
        self._taken.add(id(cell))

    def _find_by_names(self, i: int) -> None:
        """The cell that defines an answer: the last one above the test, for that is what the test would find.

        Where that isn't the answer cell, it is one of the student's own. An answer that stands below the test only
        is taken too.
        """
        cell, asked = self.found.get(i), asked_for(self._source.cells[i], self._handed_out[i])
        untouched = cell is not None and cell.source.strip() == self._handed_out[i].strip()
        defines = cell is not None and not untouched and asked <= set(bound_names(cell.source))
        tests = [j for j, c in enumerate(self._source.cells) if j > i and role(c) == "test" and j in self.found]
        test = self._position[id(self.found[tests[0]])] if tests else len(self._theirs)
        first = self._position[id(cell)] + 1 if cell is not None and defines else 0
        free = [c for c in self._theirs[first:] if id(c) not in self._taken and c.cell_type == "code"]
        defining = [c for c in free if asked and asked <= set(bound_names(c.source))]
        above = bisect([self._position[id(c)] for c in defining], test)
        if not defining or (defines and not above):
            return
        self._take(i, defining[above - 1] if above else defining[0])
        if cell is not None and untouched:
            self.left_out.append(cell)
        elif cell is not None:  # what else is written in it stands in a cell of the student's own
            self._taken.discard(id(cell))

    def _match_by_place(self) -> None:
        """Where all names are lost: what stands between the neighbours of an answer, and is of its type."""
        for i, cell in enumerate(self._source.cells):
            if i in self.found or role(cell) not in ("answer", "text"):
                continue
            before = max((self._position[id(c)] for j, c in self.found.items() if j < i), default=-1)
            after = min((self._position[id(c)] for j, c in self.found.items() if j > i), default=len(self._theirs))
            between = [c for c in self._theirs[before + 1 : after] if id(c) not in self._taken]
            alike = [c for c in between if c.cell_type == cell.cell_type and c.source.strip()]
            if alike:
                self._take(i, alike[0])


def asked_for(cell: NotebookNode, handed_out: str) -> set[str]:
    """The names that an answer cell asks students to define: those in it as handed out, else the solution's."""
    if role(cell) != "answer":
        return set()
    for text in (handed_out, cell.source):
        names = set(bound_names(text)) - imported_names(text)
        if names:
            return names
    return set()
