"""What each test of one submission has earned, and what is said of it. Nothing runs here."""

from __future__ import annotations

from dataclasses import replace

from autograder import seeds
from autograder.grading import behaviour
from autograder.grading.credit import partial
from autograder.grading.judge import Judge
from autograder.grading.nothing_given import gives_nothing
from autograder.grading.rebuilding import Rebuilt, RebuiltCell
from autograder.grading.reference import Reference
from autograder.grading.stopped import of_error
from autograder.grading.tested import Test
from autograder.outcome import TestOutcome
from autograder.sandbox.outside.answers import Answers
from autograder.sandbox.outside.cell_runs import Mark
from autograder.sandbox.outside.session import Session
from chainrule.checks.recognise import in_words
from chainrule.checks.verdict import Verdict


class Marking:
    """Decides what the tests of one submission have earned."""

    def __init__(self, reference: Reference, rebuilt: Rebuilt, session: Session, answers: Answers, seed: bytes) -> None:
        self._reference, self._rebuilt, self._session = reference, rebuilt, session
        self._answers, self._seed = answers, seed
        self.doubtful: set[str] = set()
        """Tests, by grade_id, that passed where an answer changed what it was given, and the solution needn't."""

    def attempted(self, test: Test) -> bool:
        """Has the student written anything in the tested answer cells?"""
        return not any(cell.untouched for cell in self._answered(test))

    def decided(self, test: Test, judge: Judge, value: object, error: BaseException | None) -> TestOutcome:
        """What a test has earned that has run, and gave a value or raised an error."""
        try:
            found = self._decide(test, judge, value, error)
            return found if judge.all_right else replace(found, behaviour=behaviour.digest(judge.calls))
        except Exception:  # an object of the student's that fails when it is looked at
            said = "a test could not be run to its end with what the answer gave back."
            return self.outcome(test, 0.0, Verdict("wrong", said))

    def by_mark(self, test: Test, mark: Mark | None) -> TestOutcome:
        """The credit for a test cell that has run in the student's process; it has no mark where it was stopped."""
        if mark and mark.passed:
            return self._earned(test, mark.number)
        if missing := self._missing(test):
            return self.outcome(test, 0.0, missing)
        said = Verdict("wrong", "a test failed. It ran as a whole among your cells, so no more is known of it.")
        if mark is None:
            said = Verdict("hung", "the test took too long with this answer, or ended its process.")
        return self.outcome(test, 0.0, self._stopped(test) or said)

    def by_hand(self, test: Test) -> TestOutcome:
        """A test cell that can't be run: what was written waits for a person."""
        if test.answers and all(cell.untouched for cell in self._answered(test)):
            return self.outcome(test, 0.0, Verdict("untouched", "no answer was written."))
        return replace(self.outcome(test, 0.0, Verdict("unknown", "")), by_hand=True)

    def _decide(self, test: Test, judge: Judge, value: object, error: BaseException | None) -> TestOutcome:
        if error is None and judge.all_right:
            empty = Verdict("wrong", "an answer gave back something empty, with no entries.")
            if self._answers.changed_given and (way := self._reference.ways.get(test.grade_id)) and way.keeps:
                self.doubtful.add(test.grade_id)
            return self.outcome(test, 0.0, empty) if self._is_vacuous(test) else self._earned(test, value)
        if missing := self._missing(test):
            return self.outcome(test, 0.0, missing)
        recognised = judge.recognised() if error is None else []
        words = in_words(edited.cause for edited in recognised)
        if words is None:
            return self.outcome(test, 0.0, self.found(test, judge, error, told=False))
        credit = 0.0 if judge.stopped else min(edited.credit for edited in recognised)
        found = replace(judge.verdict(recognised[0]), misconception=words)
        return self.outcome(test, credit * test.points, found)

    def _earned(self, test: Test, value: object) -> TestOutcome:
        """What a test gives that ran to its end, and whose last line gave a value."""
        way = self._reference.ways.get(test.grade_id)  # none yet where it is being tried
        score = partial(value, test.points) if way is None or way.scored else test.points
        earned = Verdict("wrong", f"the test gives {score:g} of {test.points:g} points.")
        return self.outcome(test, score, earned if score < test.points else Verdict("right", ""))

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
        seed = seeds.number(self._seed, test.grade_id)
        return self._answers.gave_nothing and not gives_nothing(self._reference, test, seed)

    def outcome(self, test: Test, score: float, found: Verdict) -> TestOutcome:
        """The outcome of a test; it says so where an answer was found in another cell."""
        where = {cell.elsewhere for cell in self._answered(test) if cell.elsewhere}
        if where and found.status != "right":
            found = replace(found, notes=(*found.notes, f"The answer was found in {', '.join(sorted(where))}."))
        answers = tuple(cell.name for cell in test.answers)
        return TestOutcome(test.grade_id, test.points, score, found, answers)

    def _answered(self, test: Test) -> list[RebuiltCell]:
        """The answers that a test tests, as they were handed in."""
        return [self._rebuilt.of[cell] for cell in test.answers]

    def found(self, test: Test, judge: Judge, error: BaseException | None, *, told: bool) -> Verdict:
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
