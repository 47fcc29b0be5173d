"""Runs the tests of one submission, one after the other, and decides the credit of each.

This is the trusted side: the answers that a test sees are stand-ins for what runs in the sandbox.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from nbformat import NotebookNode

from autograder import seeds
from autograder.course.notebook import grade_id, role
from autograder.grading import behaviour, trusted
from autograder.grading.dependencies import bound_names
from autograder.grading.judge import UNTOLD, Judge
from autograder.grading.lending import what_is_lent
from autograder.grading.matching import asked_for
from autograder.grading.rebuilding import is_written
from autograder.grading.reference import Reference
from autograder.grading.stopped import of_error
from autograder.grading.tested import Test
from autograder.limits import Limits
from autograder.outcome import TestOutcome
from autograder.sandbox.outside.answers import Answers
from autograder.sandbox.outside.cell_runs import Mark
from autograder.sandbox.outside.session import Session
from chainrule.checks.check import judged_by
from chainrule.checks.question import Question
from chainrule.checks.recognise import in_words
from chainrule.checks.verdict import Verdict

CHANGED = "the answer changes what it is given, and is right only beside what it has made of it. Can it leave that be?"


def _own_cells(reference: Reference, rebuilt: NotebookNode) -> list[tuple[int, trusted.Cell]]:
    """The course's own cells as they are in the source, but for demonstrations, by place in the rebuilt notebook."""
    own = [(i, c) for i, c in enumerate(rebuilt.cells) if c.cell_type == "code" and role(c) in ("own", "edited")]
    places = [(i, c.metadata.chainrule.place) for i, c in own]
    left_out = reference.demonstrations | reference.endless
    return [(i, reference.own[place]) for i, place in places if place not in left_out]


@dataclass(frozen=True)
class _Begun:
    """A test cell that has run up to its first hidden line."""

    judge: Judge
    value: object
    error: BaseException | None
    told: Verdict | None
    """What a student is shown of it, where something was not right."""
    answers: dict[str, Any]
    names: dict[str, Any]
    random: Any


class Tester:
    """The tests of one submission, in their order, in one namespace."""

    def __init__(
        self,
        reference: Reference,
        rebuilt: NotebookNode,
        session: Session,
        limits: Limits,
        seed: bytes,
    ) -> None:
        self._reference, self._rebuilt, self._session, self._limits = reference, rebuilt, session, limits
        self._seed = seed
        self._names = trusted.namespace()
        self._answers = Answers(
            session, self._names, limits.calls, limits.call_seconds, draws=reference.draws, solution=reference.names
        )
        self._index = {str(grade_id(cell)): i for i, cell in enumerate(rebuilt.cells) if grade_id(cell)}
        self._own = _own_cells(reference, rebuilt)
        self._begun: dict[str, _Begun] = {}
        self.doubtful: set[str] = set()
        """Tests, by grade_id, that passed where an answer changed what it was given, and the solution needn't."""

    def lend(self, test: Test, answer: int) -> None:
        """Let the solution stand in for an earlier answer cell, by index, for a test. Raises CannotLendError.

        Where the student has bound its names anew above the test, it stands in for that too.
        """
        values, imports = what_is_lent(self._reference, test, answer, self._limits.call_seconds)
        self._answers.lend(self._place(answer), values, imports)
        for place in self._bound_anew(answer, self._place(answer), test):
            self._answers.lend(place, values, imports, below=True)

    def undone(self, test: Test) -> frozenset[int]:
        """The answers that a test uses and whose names are bound anew between their own test and this one."""
        tests = {i: self._index[t.grade_id] for t in reversed(self._reference.tests) for i in t.answers}
        return frozenset(i for i in test.uses if i in tests and self._bound_anew(i, tests[i], test))

    def _bound_anew(self, answer: int, start: int, test: Test) -> list[int]:
        """The cells of the student's between a place and a test that bind what an answer cell asks for."""
        asked = asked_for(self._reference.notebook.cells[answer], self._reference.stubs[answer])
        between = range(start + 1, self._index[test.grade_id])
        cells = ((i, self._rebuilt.cells[i]) for i in between)
        return [i for i, cell in cells if is_written(cell) and asked & set(bound_names(cell.source))]

    def attempted(self, test: Test) -> bool:
        """Has the student written anything in the tested answer cells?"""
        return not any(self._about(i).untouched for i in test.answers)

    def begin(self, test: Test) -> None:
        """Run a test cell up to its first hidden line, after the course's own cells above it.

        What a student is shown of values comes from here: `finish` is called when all tests have begun, and what an
        answer gives before it can't have heard from a hidden test.
        """
        self._go_to(test)
        if self._session.expired:
            return
        judge, value, error = self._run(test, test.begin)
        told = None
        if error is not None or not judge.all_right:
            with suppress(Exception):  # an object of the student's that fails when it is looked at
                told = self._found(test, judge, error, told=True)
        state = self._answers.suspended()
        self._begun[test.grade_id] = _Begun(judge, value, error, told, state, dict(self._names), seeds.everything())

    def finish(self, test: Test) -> TestOutcome:
        """Run the rest of a test cell, and decide its credit."""
        begun = self._begun.get(test.grade_id)
        if begun is None:
            return self.test(test)
        if begun.error is not None or begun.judge.hung:
            found = self._decided(test, begun.judge, None, begun.error)
        elif self._answers.resume(begun.answers):
            self._names.clear()
            self._names.update(begun.names)
            seeds.restore_everything(begun.random)
            value, error = self._go_on(begun.judge, test.rest)
            found = self._decided(test, begun.judge, begun.value if test.rest.is_empty else value, error)
        else:  # the process ended with a later test
            found = self.test(test)
        return self.as_begun(test, found)

    def as_begun(self, test: Test, found: TestOutcome) -> TestOutcome:
        """What came of a test, in the words of its beginning where that failed in the same way."""
        begun = self._begun.get(test.grade_id)
        if found.verdict.headline == UNTOLD and begun and begun.told and begun.told.status == found.status:
            return replace(found, verdict=begun.told)
        return found

    def failed_late(self, found: TestOutcome) -> bool:
        """Was everything right up to the first hidden line, and something not below it?"""
        begun = self._begun.get(found.grade_id)
        return begun is not None and begun.told is None and begun.error is None and found.score < found.points

    def test(self, test: Test) -> TestOutcome:
        """Run one test cell, after the course's own cells above it, and decide its credit."""
        self._go_to(test)
        if self._session.expired:
            said = f"the notebook took longer than {self._limits.notebook_seconds:g} seconds in all."
            return self._outcome(test, 0.0, Verdict("hung", said))
        return self._decided(test, *self._run(test, test.cell))

    def keeping(self, test: Test) -> TestOutcome:
        """Run one test cell as `test` does, with answers that change only copies of what they are given."""
        self._answers.keeping = True
        try:
            found = self.test(test)
        finally:
            self._answers.keeping = False
        return found if found.score == test.points else replace(found, verdict=Verdict("wrong", CHANGED))

    def passes_keeping(self, test: Test) -> bool:
        """Do answers that have just passed a test pass it so, too?"""
        return not self._answers.changed_given or self.keeping(test).score == test.points

    def _decided(self, test: Test, judge: Judge, value: object, error: BaseException | None) -> TestOutcome:
        try:
            found = self._decide(test, judge, value, error)
            return found if judge.all_right else replace(found, behaviour=behaviour.digest(judge.calls))
        except Exception:  # an object of the student's that fails when it is looked at
            said = "a test could not be run to its end with what the answer gave back."
            return self._outcome(test, 0.0, Verdict("wrong", said))

    def failure(self, test: Test) -> str | None:
        """What keeps the answers from passing a test cell, for who writes it; None where they pass."""
        self._go_to(test)
        if test.index in self._reference.endless:
            return self._reference.problems[test.index]
        judge, _, error = self._run(test, test.cell)
        if error is not None:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<")]
            line = f"`{frames[0].line}`: " if frames and frames[0].line else ""
            return f"{line}{type(error).__name__}{f': {error}' if str(error) else ''}"
        return None if judge.all_right else judge.verdict().text

    def by_mark(self, test: Test, mark: Mark | None) -> TestOutcome:
        """The credit for a test cell that has run in the student's process; it has no mark where it was stopped."""
        if mark and mark.passed:
            return self._earned(test, mark.number)
        if missing := self._missing(test):
            return self._outcome(test, 0.0, missing)
        said = Verdict("wrong", "a test failed. It ran as a whole among your cells, so no more is known of it.")
        if mark is None:
            said = Verdict("hung", "the test took too long with this answer, or ended its process.")
        return self._outcome(test, 0.0, self._stopped(test) or said)

    def by_hand(self, test: Test) -> TestOutcome:
        """A test cell that can't be run: what was written waits for a person."""
        if test.answers and not any(not self._about(i).untouched for i in test.answers):
            return self._outcome(test, 0.0, Verdict("untouched", "no answer was written."))
        return replace(self._outcome(test, 0.0, Verdict("unknown", "")), by_hand=True)

    def _go_to(self, test: Test) -> None:
        """Run the course's own cells above a test, and bind the answers as they are there."""
        place = self._index[test.grade_id]
        while self._own and self._own[0][0] < place:
            self._run_own(*self._own.pop(0))
        self._answers.bind(place, test.asking)

    def _run(self, test: Test, cell: trusted.Cell) -> tuple[Judge, object, BaseException | None]:
        seeds.sow(seeds.number(self._seed, test.grade_id))
        judge = Judge(self._reference, test, self._limits.call_seconds, self._unwritten(test))
        return judge, *self._go_on(judge, cell)

    def _go_on(self, judge: Judge, cell: trusted.Cell) -> tuple[object, BaseException | None]:
        def ask(question: Question, names: Mapping[str, Any], line: int) -> None:
            with self._answers.judged():
                judge(question, names, line)

        with judged_by(ask), trusted.quietly(), self._answers.random_numbers.following_seeds():
            try:
                return cell.run(self._names), None
            except trusted.STOPS as error:  # whatever it is, this test has failed and the next one runs
                return None, error

    def _unwritten(self, test: Test) -> list[str]:
        """What the solution uses for this test and the student has left as it was handed out."""
        cells = self._reference.notebook.cells
        untouched = [i for i in sorted(test.uses) if self._about(i).untouched]
        return [name for i in untouched for name in bound_names(cells[i].source)]

    def _run_own(self, place: int, cell: trusted.Cell) -> None:
        """Run a cell of the course for its names, with the answers as they are there where it uses any."""
        asking = self._reference.asking.get(self._rebuilt.cells[place].metadata.chainrule.place)
        if asking:
            self._answers.bind(place, asking[1])
        with trusted.quietly(), suppress(*trusted.STOPS):
            cell.run(self._names)

    def _decide(self, test: Test, judge: Judge, value: object, error: BaseException | None) -> TestOutcome:
        if error is None and judge.all_right:
            empty = Verdict("wrong", "an answer gave back something empty, with no entries.")
            if self._answers.changed_given and (way := self._reference.ways.get(test.grade_id)) and way.keeps:
                self.doubtful.add(test.grade_id)
            return self._outcome(test, 0.0, empty) if self._is_vacuous(test) else self._earned(test, value)
        if missing := self._missing(test):
            return self._outcome(test, 0.0, missing)
        recognised = judge.recognised() if error is None else []
        words = in_words(edited.cause for edited in recognised)
        if words is None:
            return self._outcome(test, 0.0, self._found(test, judge, error, told=False))
        credit = 0.0 if judge.stopped else min(edited.credit for edited in recognised)
        found = replace(judge.verdict(recognised[0]), misconception=words)
        return self._outcome(test, credit * test.points, found)

    def _earned(self, test: Test, value: object) -> TestOutcome:
        """What a test gives that ran to its end, and whose last line gave a value."""
        score = _partial(value, test.points)
        earned = Verdict("wrong", f"the test gives {score:g} of {test.points:g} points.")
        return self._outcome(test, score, earned if score < test.points else Verdict("right", ""))

    def _missing(self, test: Test) -> Verdict | None:
        """Say that an answer is not there."""
        about = [self._about(i) for i in test.answers]
        if not about or not all(cell.untouched for cell in about):
            return None
        if any(cell.deleted for cell in about):
            return Verdict("missing", "the answer cell was deleted.")
        return Verdict("untouched", "no answer was written.")

    def _is_vacuous(self, test: Test) -> bool:
        """Did an answer give something empty where the solution doesn't, so that the test compared nothing?"""
        return self._answers.gave_nothing and not self._reference.gives_nothing(
            test, seeds.number(self._seed, test.grade_id)
        )

    def _outcome(self, test: Test, score: float, found: Verdict) -> TestOutcome:
        where = {str(self._about(i).elsewhere) for i in test.answers if "elsewhere" in self._about(i)}
        if where and found.status != "right":
            found = replace(found, notes=(*found.notes, f"The answer was found in {', '.join(sorted(where))}."))
        answers = tuple(str(grade_id(self._reference.notebook.cells[i])) for i in test.answers)
        return TestOutcome(test.grade_id, test.points, score, found, answers)

    def _place(self, i: int) -> int:
        """Where an answer of the source stands in the rebuilt notebook."""
        return self._index[str(grade_id(self._reference.notebook.cells[i]))]

    def _about(self, i: int) -> NotebookNode:
        """What is known of an answer of the source in the rebuilt notebook."""
        return self._rebuilt.cells[self._place(i)].metadata.chainrule

    def _found(self, test: Test, judge: Judge, error: BaseException | None, *, told: bool) -> Verdict:
        """What is wrong; unless `told`, without anything that the student's code says when it is called."""
        if stopped := self._stopped(test):
            return stopped
        if not judge.all_right:
            return judge.verdict(told=told)
        assert error is not None
        return of_error(test, error, told=told)

    def _stopped(self, test: Test) -> Verdict | None:
        """Say that an answer cell itself did not run to its end."""
        for i in test.answers:
            cell = self._session.cells.get(self._place(i))
            if cell and cell.killed:
                return Verdict("hung", f"the answer cell {cell.killed}.")
            if cell and cell.stopped and cell.outputs:
                last = cell.outputs[-1]
                said = f"{last.get('ename')}: {last.get('evalue')}" if last["output_type"] == "error" else cell.stopped
                return Verdict("raised", "the answer cell stopped with an error.", (("It said", said),))
        return None


def _partial(value: object, points: float) -> float:
    """The rule of nbgrader: a test cell whose last line is a number gives so many points, from 0 to its own.

    What is no number says nothing, and gives them all. Not a number at all (nan) gives none.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return points
    return min(max(float(value), 0.0), points) if value == value else 0.0
