"""The solution and its misconceptions as runnable code, on the trusted side.

The solution notebook runs once; at each test cell its namespace is remembered. A misconception is the
same namespace with one answer cell run again in its edited form.
"""

from __future__ import annotations

import builtins
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

from nbformat import NotebookNode

from autograder import seeds
from autograder.course import misconceptions, notebook
from autograder.course.misconceptions import EditedSolution
from autograder.course.notebook import grade_id, role
from autograder.grading import calculations, folder, trusted
from autograder.grading.demonstrations import fingerprint, needed
from autograder.grading.dependencies import (
    bound_names,
    imported_modules,
    names_in,
    names_of,
    signature_of,
)
from autograder.grading.tested import Test, asking_in, tests_in
from autograder.grading.trusted import Cell
from autograder.outcome import Way
from autograder.sandbox.outside.empty import is_empty
from chainrule.checks.check import judged_by
from chainrule.checks.known_results import Signature
from chainrule.checks.question import MissingAnswerError, Question

SECONDS = 5.0
"""For running one answer cell in an edited form."""


class Reference:
    """A source notebook, ready to run: its own cells, its tests, its solution, its misconceptions."""

    def __init__(self, path: Path, stubs: list[str], book: NotebookNode | None = None) -> None:
        """Take the notebook, or read it; `stubs` are the sources of its cells as students get them.

        Raises CannotReadError, MisconceptionError.
        """
        self.path, self.stubs = path, stubs
        self.notebook = book or notebook.read(path)
        self.edited = misconceptions.load(path.parent, self.notebook)
        self.modules = imported_modules(self.notebook)
        self.tests = list(tests_in(self.notebook, path.stem))
        self._test_at = {test.index: test for test in self.tests}
        self.own = {
            i: Cell(cell.source, f"{path.stem} cell {i}")
            for i, cell in enumerate(self.notebook.cells)
            if cell.cell_type == "code" and role(cell) == "own"
        }
        self.asking = asking_in(self.notebook)
        """How the course's own cells use answers, by index, with the answers there are above each."""
        used = frozenset[int]().union(*(test.behind for test in self.tests))
        self._may_be_shown = frozenset(i for i in self.own if i not in used and not _is_locked(self.notebook.cells[i]))
        self.demonstrations: set[int] = set()
        """Of the course's own cells those that only show something, by index; known when the solution has run."""
        self.writes = False
        """Did the solution or a test write into the working folder?"""
        self.problems: dict[int, str] = {}
        """What cells raised when the solution ran, by index, in words."""
        self.endless: set[int] = set()
        """The cells that took too long, by index. The course's own among them are not run again."""
        self.ways: dict[str, Way] = {}
        """How each test is run, by grade_id; known when it was tried (`ways.choose`)."""
        self.draws = True
        """Does the course draw from the global random numbers, or seed them? Known when the solution has run."""
        self._solution: dict[str, Any] = {}
        self._at: dict[int, dict[str, Any]] = {}
        self._pairs: dict[int, list[EditedSolution]] = {}
        self._edited: dict[tuple[int, EditedSolution], dict[str, Any] | None] = {}

    def run(self, seconds: float = SECONDS) -> None:
        """Run the solution from top to bottom, each cell for so many seconds at most.

        What a cell raises stands in `problems`; the cells below it run all the same, as in a notebook.
        """
        self._solution = names = trusted.namespace()
        before, files = seeds.mark(seeds.state()), folder.state()
        for i, cell in enumerate(self.notebook.cells):
            if i in self._test_at:
                self._at[i] = dict(names)
            try:
                with trusted.quietly(), judged_by(_ask), trusted.time_limit(seconds):
                    self._run_cell(i, cell, names)
            except trusted.STOPS as error:
                said = _words(error)
                if type(error) is TimeoutError:
                    said = f"it takes longer than {seconds:g} s"
                    self.endless.add(i)
                self.problems[i] = f"{self.path.name}, {notebook.where(i, cell)}: {said}"
        self.draws = before != seeds.mark(seeds.state())
        self.writes = files != folder.state()

    def _run_cell(self, i: int, cell: NotebookNode, names: dict[str, Any]) -> None:
        if i in self._test_at:
            test = self._test_at[i]
            test.asking = replace(test.asking, calculated=self._run_noting(test.cell, names))
        elif i in self.own:
            self._run_own(i, cell.source, names)
        elif role(cell) == "answer":
            Cell(cell.source, f"{self.path.stem} {grade_id(cell)}").run(names)

    def tests_that_run(self, kind: str) -> list[Test]:
        """The tests that are run apart, or inside, or by hand."""
        return [test for test in self.tests if self.ways[test.grade_id].kind == kind]

    def problem_behind(self, test: Test) -> tuple[int, str] | None:
        """What the first cell raised that a test depends on, with its index; None where none did."""
        return next(((i, self.problems[i]) for i in sorted(test.behind) if i in self.problems), None)

    def unsolved(self, test: Test) -> list[str]:
        """The answer cells that a test depends on and that stand in the source as students get them, by grade_id.

        What such a cell would bind isn't known: a test that reads a name that nothing binds may depend on any of them.
        """
        cells = self.notebook.cells
        above = [cell.source for cell in cells[: test.index] if cell.cell_type == "code"]
        bound = frozenset[str]().union(vars(builtins), *(names_of(source)[0] for source in above))
        lost = any(names_of(cells[i].source)[1] - bound for i in test.behind)
        may = range(test.index) if lost else sorted({*test.answers, *test.uses})
        answers = [i for i in may if role(cells[i]) == "answer"]
        return [str(grade_id(cells[i])) for i in answers if cells[i].source.strip() == self.stubs[i].strip()]

    def _run_own(self, i: int, source: str, names: dict[str, Any]) -> None:
        bound, read = names_of(source)
        read -= bound  # what it binds anew is looked at by name, in `not_run`
        before = fingerprint(names, read) if i in self._may_be_shown else None
        if i in self.asking:
            bound_above, asking = self.asking[i]
            self.asking[i] = bound_above, replace(asking, calculated=self._run_noting(self.own[i], names))
        else:
            self.own[i].run(names)
        if before is not None and before == fingerprint(names, read):
            self.demonstrations.add(i)

    @staticmethod
    def _run_noting(cell: Cell, names: dict[str, Any]) -> frozenset[tuple[str, str]]:
        """Run a cell; what it calculates of the answers' classes and values of its own."""
        if not calculations.have_operators(names.values()):
            cell.run(names)
            return frozenset()
        with calculations.noted(cell.file_name) as found:
            cell.run(names)
        return frozenset(found)

    def not_run(self, cells: Iterable[str]) -> frozenset[int]:
        """The demonstrations of which a student's cells read nothing, and what never ends."""
        names: set[str] = set()
        for source in cells:
            names |= names_in(source)
        both = {i: names_of(self.notebook.cells[i].source) for i in self.demonstrations}
        bound, read = ({i: found[which] for i, found in both.items()} for which in (0, 1))
        return frozenset(self.demonstrations - needed(bound, read, frozenset(names)) | self.endless)

    def prepare(self) -> None:
        """Make ready what grading needs of every misconception, once for all submissions."""
        for test in self.tests:
            for edited in (*self.misconceptions_of(test), *self.pairs_of(test)):
                self.edited_at(test, edited)
        for text in (*self.stubs, *(cell.source for cell in self.notebook.cells if role(cell) == "answer")):
            names_in(text)

    @property
    def names(self) -> dict[str, Any]:
        """The solution's namespace, in the state of the place that was last asked for."""
        return self._solution

    def solution_at(self, test: Test) -> dict[str, Any]:
        """The solution's namespace in the state of a test cell's place."""
        self._solution.update(self._at[test.index])
        return self._solution

    def edited_at(self, test: Test, edited: EditedSolution) -> dict[str, Any] | None:
        """The namespace of a misconception at a test cell's place, or None where its code fails to run."""
        key = test.index, edited
        if key not in self._edited:
            try:
                self._edited[key] = self.answered_at(test, edited.source, f"{edited.answer} {edited.name}")
            except Exception:
                self._edited[key] = None
        return self._edited[key]

    def answered_at(self, test: Test, source: str, label: str, seconds: float = SECONDS) -> dict[str, Any]:
        """The solution's namespace at a test cell's place, with an answer cell run again in another form.

        Raises what that form raises, and TimeoutError after so many seconds.
        """
        names = self._solution | self._at[test.index]
        with trusted.quietly(), trusted.time_limit(seconds):
            Cell(source, f"{self.path.stem} {label}").run(names)
        return names

    def gives_nothing(self, test: Test, seed: int) -> bool:
        """Does the solution give a test cell itself anything empty, with random numbers from a seed?

        What `check` is given there is compared anyway. True too where that can't be told: of functions that aren't
        written in Python, and where the cell fails.
        """
        names = self._solution | self._at[test.index]
        answers = [names[name] for name in test.asking.classes if name in names]
        if any(callable(value) and not isinstance(value, (FunctionType, type)) for value in answers):
            return True
        seeds.sow(seed)
        try:
            with (
                trusted.quietly(),
                trusted.time_limit(SECONDS),
                calculations.empties(test.cell.file_name) as found,
                judged_by(lambda question, names, line: _ask(question, names, line, found)),
            ):
                test.cell.run(names)
        except Exception:
            return True
        return bool(found) or any(is_empty(value) for value in answers)

    def names_used_by(self, test: Test) -> tuple[str, ...]:
        """What earlier answer cells bind that the solution uses in a test cell."""
        sources = (self.notebook.cells[i].source for i in sorted(test.uses))
        return tuple(dict.fromkeys(name for source in sources for name in bound_names(source) if name in test.names))

    def signature(self, test: Test, function: str) -> Signature:
        """What the solution calls the arguments and the results of a function that a test cell asks for."""
        cells = [self.notebook.cells[i].source for i in (*test.answers, *sorted(test.uses))]
        found = (signature_of(source, function) for source in cells if function in bound_names(source))
        return next(found, Signature())

    def untouched_at(self, test: Test) -> dict[str, Any]:
        """The namespace at a test cell's place, its answers as they were handed out."""
        names = self._solution | self._at[test.index]
        for i in test.answers:
            for name in bound_names(self.notebook.cells[i].source):
                names.pop(name, None)
            with trusted.quietly(), suppress(Exception):
                Cell(self.stubs[i], f"{self.path.stem} stub {i}").run(names)
        return names

    def misconceptions_of(self, test: Test) -> list[EditedSolution]:
        """The misconceptions of the answers that a test cell tests."""
        answers = {grade_id(self.notebook.cells[i]) for i in test.answers}
        return [edited for edited in self.edited if edited.answer in answers]

    def pairs_of(self, test: Test) -> list[EditedSolution]:
        """Two of these misconceptions at once."""
        if test.index not in self._pairs:
            found = self._pairs[test.index] = []
            for i in test.answers:
                cell = self.notebook.cells[i]
                own = [edited for edited in self.edited if edited.answer == grade_id(cell)]
                found += misconceptions.pairs(own, cell.source)
        return self._pairs[test.index]


def _ask(question: Question, names: Mapping[str, Any], _: int, noted: list[Any] | None = None) -> None:
    """Let the solution answer, whatever it gives: how it goes about it is seen, but not `noted`."""
    before = list(noted or ())
    with suppress(MissingAnswerError):
        question.put_to(names)
    if noted:
        noted[:] = before


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _is_locked(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("locked"))


def is_deliberate(error: Exception) -> bool:
    """Did a raise statement of the notebook raise it, as a solution that refuses bad input does?"""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return last.filename.startswith("<") and (last.line or "").lstrip().startswith("raise")
