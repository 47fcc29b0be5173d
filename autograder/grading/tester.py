"""Runs the tests of one submission, one after the other, and decides the credit of each.

This is the trusted side: the answers that a test sees are stand-ins for what runs in the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

from autograder import seeds
from autograder.course.cells import SourceCell, in_order
from autograder.grading import behaviour, trusted
from autograder.grading.credit import partial
from autograder.grading.dependencies import bound_names
from autograder.grading.guard import guarded
from autograder.grading.judge import UNTOLD, Judge
from autograder.grading.lending import what_is_lent
from autograder.grading.matching import asked_for
from autograder.grading.rebuilding import Rebuilt, RebuiltCell
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
        self.doubtful: set[str] = set()
        """Tests, by grade_id, that passed where an answer changed what it was given, and the solution needn't."""

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

    def attempted(self, test: Test) -> bool:
        """Has the student written anything in the tested answer cells?"""
        return not any(cell.untouched for cell in self._answered(test))

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
            self._set_back(begun.names)
            seeds.restore_everything(begun.random)
            value, error = self._go_on_late(begun.judge, test, begun.names)
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
        return self._decided(test, *self._run(test, test.code))

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

    def _go_on_late(self, judge: Judge, test: Test, begun: dict[str, Any]) -> tuple[object, BaseException | None]:
        """Run a test from its first hidden line on."""
        self._names.update({name: value for name, value in self._late.items() if name not in begun})
        value, error = self._go_on(judge, test.rest)
        self._late |= {name: value for name, value in self._names.items() if name not in begun}
        return value, error

    def _set_back(self, names: dict[str, Any]) -> None:
        self._names.clear()
        self._names.update(names)

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
        if test.answers and all(cell.untouched for cell in self._answered(test)):
            return self._outcome(test, 0.0, Verdict("untouched", "no answer was written."))
        return replace(self._outcome(test, 0.0, Verdict("unknown", "")), by_hand=True)

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
        way = self._reference.ways.get(test.grade_id)  # none yet where it is being tried
        score = partial(value, test.points) if way is None or way.scored else test.points
        earned = Verdict("wrong", f"the test gives {score:g} of {test.points:g} points.")
        return self._outcome(test, score, earned if score < test.points else Verdict("right", ""))

    def _missing(self, test: Test) -> Verdict | None:
        """Say that an answer is not there."""
        answered = self._answered(test)
        if not answered or not all(cell.untouched for cell in answered):
            return None
        if any(cell.deleted for cell in answered):
            return Verdict("missing", "the answer cell was deleted.")
        return Verdict("untouched", "no answer was written.")

    def _is_vacuous(self, test: Test) -> bool:
        """Did an answer give something empty where the solution doesn't, so that the test compared nothing?"""
        return self._answers.gave_nothing and not self._reference.gives_nothing(
            test, seeds.number(self._seed, test.grade_id)
        )

    def _outcome(self, test: Test, score: float, found: Verdict) -> TestOutcome:
        where = {cell.elsewhere for cell in self._answered(test) if cell.elsewhere}
        if where and found.status != "right":
            found = replace(found, notes=(*found.notes, f"The answer was found in {', '.join(sorted(where))}."))
        answers = tuple(cell.name for cell in test.answers)
        return TestOutcome(test.grade_id, test.points, score, found, answers)

    def _answered(self, test: Test) -> list[RebuiltCell]:
        """The answers that a test tests, as they were handed in."""
        return [self._rebuilt.of[cell] for cell in test.answers]

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
        for cell in self._answered(test):
            run = self._session.cells.get(cell.place)
            if run and run.killed:
                return Verdict("hung", f"the answer cell {run.killed}.")
            if run and run.stopped and run.outputs and not cell.untouched:
                last = run.outputs[-1]
                said = f"{last.get('ename')}: {last.get('evalue')}" if last["output_type"] == "error" else run.stopped
                return Verdict("raised", "the answer cell stopped with an error.", (("It said", said),))
        return None
