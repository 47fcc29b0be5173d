"""One submission in, one outcome out: the student's cells in the sandbox, the tests here.

This runs in a trusted process of its own, which has limits of time and memory too: an honest
broadcasting mistake asks for gigabytes, and a loop "until converged" never ends.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import traceback
from contextlib import ExitStack, closing
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode

import chainrule
from autograder import trusted
from autograder.judge import Judge
from autograder.notebook import grade_id, role
from autograder.outcome import Outcome, TestOutcome
from autograder.reference import Reference, Test
from autograder.sandbox.isolation import Limits
from autograder.sandbox.session import CellRun, Sandbox, Session, Step
from autograder.sandbox.stand_in import Answers, Hung
from chainrule import verdict
from chainrule.check import judged_by
from chainrule.verdict import Verdict


def grade(
    reference: Reference, rebuilt: NotebookNode, sandbox: Sandbox, seed: bytes, files: Path | None = None
) -> Outcome:
    """Grade one rebuilt notebook.

    `seed` is unguessable for students: the random numbers of each test cell are made from it. `files`
    is a folder whose contents student code finds in its working folder.
    """
    places = {str(grade_id(cell)): i for i, cell in enumerate(rebuilt.cells) if grade_id(cell)}
    with closing(Session(sandbox, _steps(reference, rebuilt), files)) as session:
        session.ensure()
        run = _Run(reference, rebuilt, session, sandbox.limits, seed)
        outcome = Outcome([run.test(test, places[test.grade_id]) for test in reference.tests])
        outcome.outputs = {i: cell.outputs + _killed(cell) for i, cell in session.cells.items()}
    with ExitStack() as stack:
        second: _Run | None = None
        charged: set[int] = set()
        repaired: set[int] = set()
        for number, test in enumerate(reference.tests):
            found = outcome.tests[number]
            if found.score == found.points:
                continue
            if found.status not in ("untouched", "missing") and charged & test.uses:
                if second is None or repaired != charged:
                    repaired = set(charged)
                    helped = _with_solutions(reference, rebuilt, repaired, places)
                    session = stack.enter_context(closing(Session(sandbox, _steps(reference, helped), files)))
                    second = _Run(reference, rebuilt, session, sandbox.limits, seed)
                again = second.test(test, places[test.grade_id])
                if again.score == again.points:
                    outcome.tests[number] = replace(again, says=_charged_once(reference, test, charged))
                    continue
            charged |= set(test.answers)
    return outcome


def _with_solutions(
    reference: Reference, rebuilt: NotebookNode, answers: set[int], places: dict[str, int]
) -> NotebookNode:
    """The rebuilt notebook with the solution in place of some answers."""
    helped = deepcopy(rebuilt)
    for i in answers:
        cell = reference.notebook.cells[i]
        helped.cells[places[str(grade_id(cell))]].source = cell.source
    return helped


def _charged_once(reference: Reference, test: Test, charged: set[int]) -> str:
    names = ", ".join(str(grade_id(reference.notebook.cells[i])) for i in sorted(charged & test.uses))
    return f"Right: with the mistake in {names} put right, this answer passes; that mistake is charged once."


def _steps(reference: Reference, rebuilt: NotebookNode) -> list[Step]:
    tests = {test.grade_id: test for test in reference.tests}
    steps = []
    for i, cell in enumerate(rebuilt.cells):
        if cell.cell_type == "code" and role(cell) == "test":
            steps.append(Step(i, names=tests[str(grade_id(cell))].names))
        elif cell.cell_type == "code":
            steps.append(Step(i, cell.source, draw=role(cell) != "own"))
    return steps


def _killed(cell: CellRun) -> list[dict[str, Any]]:
    if not cell.killed:
        return []
    text = f"This cell {cell.killed}. The cells after it ran without it."
    return [{"output_type": "stream", "name": "stderr", "text": text}]


def _own_cells(reference: Reference, rebuilt: NotebookNode) -> list[tuple[int, trusted.Cell]]:
    """The course's own cells as they are in the source, by their place in the rebuilt notebook."""
    places = [i for i, c in enumerate(rebuilt.cells) if c.cell_type == "code" and role(c) in ("own", "edited")]
    return list(zip(places, reference.own.values(), strict=True))


class _Run:
    """The tests of one submission, in their order, in one namespace."""

    def __init__(
        self, reference: Reference, rebuilt: NotebookNode, session: Session, limits: Limits, seed: bytes
    ) -> None:
        self._reference, self._rebuilt, self._session, self._limits = reference, rebuilt, session, limits
        self._seed = seed
        self._names = trusted.namespace()
        self._answers = Answers(session, self._names, limits.calls, limits.call_seconds)
        self._index = {str(grade_id(cell)): i for i, cell in enumerate(rebuilt.cells) if grade_id(cell)}
        self._own = _own_cells(reference, rebuilt)

    def test(self, test: Test, place: int) -> TestOutcome:
        """Run one test cell, after the course's own cells above it, and decide its credit."""
        while self._own and self._own[0][0] < place:
            self._run_own(*self._own.pop(0))
        self._answers.bind(place)
        if self._session.expired:
            says = f"the notebook took longer than {self._limits.notebook_seconds:g} seconds in all."
            return TestOutcome(test.grade_id, test.points, 0.0, "hung", f"{verdict.WORDS['hung']}: {says}")
        sow(self._seed, test.grade_id)
        judge = Judge(self._reference, test, self._limits.call_seconds)
        error: Exception | None = None
        value = None
        with judged_by(judge), trusted.quietly():
            try:
                value = test.cell.run(self._names)
            except Exception as raised:
                error = raised
        return self._decide(test, judge, value, error)

    def _run_own(self, place: int, cell: trusted.Cell) -> None:
        """Run a cell of the course for its names."""
        with trusted.quietly():
            try:
                cell.run(self._names)
            except Exception:
                return

    def _decide(self, test: Test, judge: Judge, value: object, error: Exception | None) -> TestOutcome:
        answers = [str(grade_id(self._reference.notebook.cells[i])) for i in test.answers]
        if error is None and judge.all_right:
            return TestOutcome(test.grade_id, test.points, _partial(value, test.points), "right", "", None, answers)
        about = [self._rebuilt.cells[self._index[name]].metadata.chainrule for name in answers]
        if any(cell.untouched for cell in about):
            deleted = any(cell.deleted for cell in about)
            said = "the answer cell was deleted." if deleted else "no answer was written."
            found = Verdict("missing" if deleted else "untouched", said)
            return TestOutcome(test.grade_id, test.points, 0.0, found.status, found.text, None, answers)
        recognised = judge.recognised() if error is None else None
        found = self._found(test, judge, error)
        says = found.text if not recognised else f"{found.text}\n{recognised.words.says}"
        credit = recognised.credit * test.points if recognised else 0.0
        words = recognised.words if recognised else None
        return TestOutcome(test.grade_id, test.points, credit, found.status, says, words, answers)

    def _found(self, test: Test, judge: Judge, error: Exception | None) -> Verdict:
        for i in (self._index[str(grade_id(self._reference.notebook.cells[j]))] for j in test.answers):
            cell = self._session.cells.get(i)
            if cell and cell.killed:
                return Verdict("hung", f"the answer cell {cell.killed}.")
            if cell and cell.stopped and cell.outputs and not _is_untouched(self._rebuilt.cells[i]):
                last = cell.outputs[-1]
                said = f"{last.get('ename')}: {last.get('evalue')}" if last["output_type"] == "error" else cell.stopped
                return Verdict("raised", "the answer cell stopped with an error.", (("It said", said),))
        if not judge.all_right:
            return judge.verdict()
        assert error is not None
        return _of_error(test, error)


def sow(seed: bytes, name: str) -> None:
    """Seed all random numbers of a test cell: fresh for each submission, the same when regraded."""
    number = int.from_bytes(hmac.new(seed, name.encode(), hashlib.sha256).digest()[:8], "big")
    chainrule.rng.bit_generator.state = np.random.default_rng(number).bit_generator.state
    np.random.seed(number % 2**32)
    random.seed(number)


def _is_untouched(cell: NotebookNode) -> bool:
    return bool(cell.metadata.chainrule.get("untouched"))


def _of_error(test: Test, error: Exception) -> Verdict:
    """What is said when a test cell itself stopped: of a hidden line, only that a test failed."""
    if isinstance(error, Hung):
        return Verdict("hung", f"the answer {error}.")
    if isinstance(error, NotImplementedError):
        return Verdict("untouched", "part of the answer is not written yet.")
    if isinstance(error, NameError) and error.name in test.names:
        return verdict.of_missing(str(error.name))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<")]
    hidden = not frames or frames[0].lineno in test.hidden
    if isinstance(error, AssertionError):
        said = "" if hidden or not str(error) else f" {error}"
        return Verdict("wrong", f"a {'hidden ' if hidden else ''}test failed.{said}")
    name = getattr(error, "student_name", None) and next(
        c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins"
    )
    if name:
        return Verdict("raised", f"the answer raised {name}{' in a hidden test' if hidden else f': {error}'}.")
    return Verdict("wrong", "a test could not be run to its end with what the answer gave back.")


def _partial(value: object, points: float) -> float:
    """Nbgrader's rule: a test cell whose last line is a number from 0 to its points gives so many."""
    if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and 0 <= value <= points:
        return float(value)
    return points
