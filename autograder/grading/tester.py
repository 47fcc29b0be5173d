"""Runs the tests of one submission, one after the other; `marking` decides the credit of each.

This is the trusted side: the answers that a test sees are stand-ins for what runs in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

from autograder import seeds
from autograder.course.cells import SourceCell, in_order
from autograder.grading import trusted
from autograder.grading.guard import guarded
from autograder.grading.judge import UNTOLD, Judge
from autograder.grading.lending import what_is_lent
from autograder.grading.marking import Marking
from autograder.grading.matching import asked_for
from autograder.grading.names import bound_names
from autograder.grading.rebuilding import Rebuilt, RebuiltCell
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.limits import Limits
from autograder.outcome import TestOutcome
from autograder.sandbox.outside.answers import Answers, Suspended
from autograder.sandbox.outside.session import Session
from chainrule.checks.check import judged_by
from chainrule.checks.question import Question
from chainrule.checks.verdict import Verdict

CHANGED = "the answer changes what it is given, and is right only beside what it has made of it. Can it leave that be?"


@dataclass(frozen=True)
class _Begun:
    """A test cell that has run up to its first hidden line."""

    judge: Judge
    value: object
    error: BaseException | None
    told: Verdict | None
    """What a student is shown of it, where something was not right."""
    answers: Suspended
    names: dict[str, Any]
    random: Any


class Tester:
    """The tests of one submission, in their order, in one namespace."""

    def __init__(
        self,
        reference: Reference,
        rebuilt: Rebuilt,
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
        left_out = reference.demonstrations | reference.endless
        self._own = [cell for cell in in_order(reference.own) if cell not in left_out]
        """The course's own cells, as they are in the source, that are still to be run."""
        ways = reference.ways
        self._elsewhere = [test for test in reference.tests if ways and ways[test.grade_id].kind != "apart"]
        """Tests that aren't run here: what they define is still to be defined."""
        self._begun: dict[str, _Begun] = {}
        self._late: dict[str, Any] = {}
        """What the hidden lines of tests have bound, for those of the tests below them."""
        self.marking = Marking(reference, rebuilt, session, self._answers, seed)

    def lend(self, test: Test, answer: SourceCell) -> None:
        """Let the solution stand in for an earlier answer cell, for a test. Raises CannotLendError.

        Where the student has bound its names anew above the test, it stands in for that too.
        """
        values, imports = what_is_lent(self._reference, test, answer, self._limits.call_seconds)
        self._answers.lend(self._rebuilt.of[answer].place, values, imports)
        for cell in self._bound_anew(answer, answer, test):
            self._answers.lend(cell.place, values, imports, below=True)

    def undone(self, test: Test) -> frozenset[SourceCell]:
        """The answers that a test uses and whose names are bound anew between their own test and this one."""
        tests = {answer: t.cell for t in reversed(self._reference.tests) for answer in t.answers}
        return frozenset(used for used in test.uses if used in tests and self._bound_anew(used, tests[used], test))

    def _bound_anew(self, answer: SourceCell, start: SourceCell, test: Test) -> list[RebuiltCell]:
        """The cells of the student's between a cell and a test that bind what an answer cell asks for."""
        asked = asked_for(answer)
        first, end = (self._rebuilt.of[cell].place for cell in (start, test.cell))
        between = self._rebuilt.cells[first + 1 : end]
        return [cell for cell in between if cell.is_written and asked & set(bound_names(cell.source))]

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
                told = self.marking.found(test, judge, error, told=True)
        state = self._answers.suspended()
        self._begun[test.grade_id] = _Begun(judge, value, error, told, state, dict(self._names), seeds.everything())

    def finish(self, test: Test) -> TestOutcome:
        """Run the rest of a test cell, and decide its credit."""
        begun = self._begun.get(test.grade_id)
        if begun is None:
            return self.test(test)
        if begun.error is not None or begun.judge.hung:
            found = self.marking.decided(test, begun.judge, None, begun.error)
        elif self._answers.resume(begun.answers):
            self._set_back(begun.names)
            seeds.restore_everything(begun.random)
            value, error = self._go_on_late(begun.judge, test, begun.names)
            found = self.marking.decided(test, begun.judge, begun.value if test.rest.is_empty else value, error)
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
            return self.marking.outcome(test, 0.0, Verdict("hung", said))
        return self.marking.decided(test, *self._run(test, test.code))

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

    def _go_on_late(self, judge: Judge, test: Test, begun: dict[str, Any]) -> tuple[object, BaseException | None]:
        """Run a test from its first hidden line on."""
        self._names.update({name: value for name, value in self._late.items() if name not in begun})
        value, error = self._go_on(judge, test.rest)
        self._late |= {name: value for name, value in self._names.items() if name not in begun}
        return value, error

    def _set_back(self, names: dict[str, Any]) -> None:
        self._names.clear()
        self._names.update(names)

    def _go_to(self, test: Test) -> None:
        """Run the course's own cells above a test, and bind the answers as they are there."""
        while self._own and self._own[0].place < test.cell.place:
            self._run_own(self._own.pop(0))
        while self._elsewhere and self._elsewhere[0].cell.place < test.cell.place:
            self._run_for_names(self._elsewhere.pop(0).defines)
        self._answers.bind(self._rebuilt.of[test.cell].place, test.asking)

    def _run(self, test: Test, code: trusted.Compiled) -> tuple[Judge, object, BaseException | None]:
        seeds.sow(seeds.number(self._seed, test.grade_id))
        judge = Judge(self._reference, test, self._limits.call_seconds, self._unwritten(test))
        return judge, *self._go_on(judge, code)

    def _go_on(self, judge: Judge, code: trusted.Compiled) -> tuple[object, BaseException | None]:
        def ask(question: Question, names: Mapping[str, Any], line: int) -> None:
            with self._answers.judged():
                judge(question, names, line)

        with judged_by(ask), trusted.quietly(), guarded(), self._answers.random_numbers.following_seeds():
            try:
                return code.run(self._names), None
            except trusted.STOPS as error:  # whatever it is, this test has failed and the next one runs
                return None, error

    def _unwritten(self, test: Test) -> list[str]:
        """What the solution uses for this test and the student has left as it was handed out."""
        untouched = [cell for cell in in_order(test.uses) if self._rebuilt.of[cell].untouched]
        return [name for cell in untouched for name in bound_names(cell.source)]

    def _run_own(self, cell: SourceCell) -> None:
        """Run a cell of the course for its names, with the answers as they are there where it uses any."""
        asking = self._reference.asking.get(cell)
        if asking:
            self._answers.bind(self._rebuilt.of[cell].place, asking[1])
        with guarded() if asking else nullcontext():
            self._run_for_names(self._reference.own[cell])

    def _run_for_names(self, code: trusted.Compiled) -> None:
        with trusted.quietly(), suppress(trusted.STOPS):
            code.run(self._names)
