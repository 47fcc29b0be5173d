"""The solution and its misconceptions as runnable code, on the trusted side.

The solution notebook runs once; at each test cell its namespace is remembered. A misconception is the
same namespace with one answer cell run again in its edited form.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder import seeds
from autograder.course import misconceptions, notebook
from autograder.course.cells import Source, SourceCell
from autograder.course.misconceptions import EditedSolution
from autograder.grading import calculations, folder, trusted
from autograder.grading.demonstrations import needed, state_of
from autograder.grading.names import (
    bound_names,
    imported_modules,
    names_in,
    names_of,
)
from autograder.grading.tested import Test, asking_in, tests_in
from autograder.grading.trusted import Compiled
from autograder.outcome import Way
from chainrule.checks.check import judged_by
from chainrule.checks.question import MissingAnswerError, Question

CELL_SECONDS = 5.0
"""For running one answer cell in an edited form."""


class Reference:
    """A source notebook, ready to run: its own cells, its tests, its solution, its misconceptions."""

    def __init__(self, path: Path, stubs: list[str], book: NotebookNode | None = None) -> None:
        """Take the notebook, or read it; `stubs` are the sources of its cells as students get them.

        Raises CannotReadError, MisconceptionError.
        """
        self.path = path
        self.source = Source.of(book or notebook.read(path), stubs)
        cells = self.source.cells
        self.edited = misconceptions.load(path.parent, cells)
        self.otherwise = misconceptions.otherwise(path.parent, cells)
        self.modules = imported_modules(cells)
        self.tests = tests_in(cells, path.stem)
        self._test_at = {test.cell: test for test in self.tests}
        self.own = {
            cell: Compiled(cell.source, f"{path.stem} cell {cell.place}")
            for cell in cells
            if cell.is_code and cell.role == "own"
        }
        self.asking = asking_in(cells)
        """How the course's own cells use answers, with the answers there are above each."""
        used = frozenset[SourceCell]().union(*(test.behind for test in self.tests))
        self._may_be_shown = frozenset(cell for cell in self.own if cell not in used and not cell.is_locked)
        self.demonstrations: set[SourceCell] = set()
        """Of the course's own cells those that only show something; known when the solution has run."""
        self.writes = False
        """Did the solution or a test write into the working folder?"""
        self.problems: dict[SourceCell, str] = {}
        """What cells raised when the solution ran, in words."""
        self.endless: set[SourceCell] = set()
        """The cells that took too long. The course's own among them are not run again."""
        self.ways: dict[str, Way] = {}
        """How each test is run, by grade_id; known when it was tried (`ways.choose`)."""
        self.draws = True
        """Does the course draw from the global random numbers, or seed them? Known when the solution has run."""
        self._solution: dict[str, Any] = {}
        self._at: dict[SourceCell, dict[str, Any]] = {}
        self._pairs: dict[SourceCell, list[EditedSolution]] = {}
        self._edited: dict[tuple[SourceCell, EditedSolution], dict[str, Any] | None] = {}

    def run(self, seconds: float = CELL_SECONDS) -> None:
        """Run the solution from top to bottom, each cell for so many seconds at most.

        What a cell raises stands in `problems`; the cells below it run all the same, as in a notebook.
        """
        self._solution = names = trusted.namespace()
        before, files = seeds.mark(seeds.state()), folder.state()
        for cell in self.source.cells:
            if cell in self._test_at:
                self._test_at[cell].bind_again(self.source.cells, names)
                self._at[cell] = dict(names)
            try:
                with trusted.quietly(), judged_by(ask), trusted.time_limit(seconds):
                    self._run_cell(cell, names)
            except trusted.STOPS as error:
                said = _words(error)
                if type(error) is TimeoutError:
                    said = f"it takes longer than {seconds:g} s"
                    self.endless.add(cell)
                self.problems[cell] = f"{self.path.name}, {notebook.where(cell.place, cell.name)}: {said}"
        self.draws = before != seeds.mark(seeds.state())
        self.writes = files != folder.state()

    def _run_cell(self, cell: SourceCell, names: dict[str, Any]) -> None:
        if cell in self._test_at:
            test = self._test_at[cell]
            test.asking = replace(test.asking, calculated=self._run_noting(test.code, names))
        elif cell in self.own:
            self._run_own(cell, names)
        elif cell.role == "answer":
            Compiled(cell.source, f"{self.path.stem} {cell.name}").run(names)

    def tests_that_run(self, kind: str) -> list[Test]:
        """The tests that are run apart, or inside, or by hand."""
        return [test for test in self.tests if self.ways[test.grade_id].kind == kind]

    def _run_own(self, cell: SourceCell, names: dict[str, Any]) -> None:
        bound, read = names_of(cell.source)
        read -= bound  # what it binds anew is looked at by name, in `not_run`
        before = state_of(names, read) if cell in self._may_be_shown else None
        if cell in self.asking:
            bound_above, asking = self.asking[cell]
            self.asking[cell] = bound_above, replace(asking, calculated=self._run_noting(self.own[cell], names))
        else:
            self.own[cell].run(names)
        if before is not None and before == state_of(names, read):
            self.demonstrations.add(cell)

    @staticmethod
    def _run_noting(code: Compiled, names: dict[str, Any]) -> frozenset[tuple[str, str]]:
        """Run a cell; what it calculates of the answers' classes and values of its own."""
        if not calculations.have_operators(names.values()):
            code.run(names)
            return frozenset()
        with calculations.noted(code.file_name) as found:
            code.run(names)
        return frozenset(found)

    def not_run(self, cells: Iterable[str]) -> frozenset[SourceCell]:
        """The demonstrations of which a student's cells read nothing, and what never ends."""
        names: set[str] = set()
        for source in cells:
            names |= names_in(source)
        both = {cell: names_of(cell.source) for cell in self.demonstrations}
        return frozenset(self.demonstrations - needed(both, frozenset(names)) | self.endless)

    def prepare(self) -> None:
        """Make ready what grading needs of every misconception, once for all submissions."""
        for test in self.tests:
            for edited in (*self.misconceptions_of(test), *self.pairs_of(test)):
                self.edited_at(test, edited)
        for cell in self.source.cells:
            names_in(cell.handed_out)
            if cell.role == "answer":
                names_in(cell.source)

    @property
    def names(self) -> dict[str, Any]:
        """The solution's namespace, in the state of the place that was last asked for."""
        return self._solution

    def solution_at(self, test: Test) -> dict[str, Any]:
        """The solution's namespace in the state of a test cell's place."""
        self._solution.update(self._at[test.cell])
        return self._solution

    def edited_at(self, test: Test, edited: EditedSolution) -> dict[str, Any] | None:
        """The namespace of a misconception at a test cell's place, or None where its code fails to run."""
        key = test.cell, edited
        if key not in self._edited:
            try:
                self._edited[key] = self.answered_at(test, edited.source, f"{edited.answer} {edited.name}")
            except trusted.STOPS:
                self._edited[key] = None
        return self._edited[key]

    def answered_at(self, test: Test, source: str, label: str, seconds: float = CELL_SECONDS) -> dict[str, Any]:
        """The solution's namespace at a test cell's place, with an answer cell run again in another form.

        Raises what that form raises, and TimeoutError after so many seconds.
        """
        names = self._solution | self._at[test.cell]
        with trusted.quietly(), trusted.time_limit(seconds):
            Compiled(source, f"{self.path.stem} {label}").run(names)
        test.bind_again(self.source.cells, names, source)
        return names

    def untouched_at(self, test: Test) -> dict[str, Any]:
        """The namespace at a test cell's place, its answers as they were handed out."""
        names = self._solution | self._at[test.cell]
        for cell in test.answers:
            for name in bound_names(cell.source):
                names.pop(name, None)
            with trusted.quietly(), suppress(Exception):
                Compiled(cell.handed_out, f"{self.path.stem} stub {cell.place}").run(names)
            test.bind_again(self.source.cells, names, cell.handed_out)
        return names

    def misconceptions_of(self, test: Test) -> list[EditedSolution]:
        """The misconceptions of the answers that a test cell tests."""
        answers = {cell.name for cell in test.answers}
        return [edited for edited in self.edited if edited.answer in answers]

    def pairs_of(self, test: Test) -> list[EditedSolution]:
        """Two of these misconceptions at once."""
        if test.cell not in self._pairs:
            found = self._pairs[test.cell] = []
            for cell in test.answers:
                own = [edited for edited in self.edited if edited.answer == cell.name]
                found += misconceptions.pairs(own, cell.source)
        return self._pairs[test.cell]


def ask(question: Question, names: Mapping[str, Any], _: int) -> None:
    """Let the solution answer, whatever it gives: how it goes about it is seen."""
    with suppress(MissingAnswerError):
        question.put_to(names)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def is_deliberate(error: Exception) -> bool:
    """Did a raise statement of the notebook raise it, as a solution that refuses bad input does?"""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith("<") and (last.line or "").lstrip().startswith("raise")
