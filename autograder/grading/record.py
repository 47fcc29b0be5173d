"""Known results: what the solution and each misconception give for every visible check.

Runs in the worker, where the reference is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from autograder.course.misconceptions import EditedSolution
from autograder.grading import trusted
from autograder.grading.handed_out import code_lines
from autograder.grading.reference import Reference, is_deliberate
from autograder.grading.slipped import Slipped
from autograder.grading.tested import Test
from autograder.grading.trusted import time_limit
from chainrule.checks import plain
from chainrule.checks.check import judged_by
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Question
from chainrule.checks.recognise import Cause, Result, same
from chainrule.checks.stored import encode

CALL_SECONDS = 5.0
"""For one call of a misconception's code; what takes longer identifies nothing."""


class CannotRecordError(Exception):
    """A visible check can't be stored; the message says which and why."""


class Recorder:
    """A judge that stores the reference's result of every question, and those of the misconceptions."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._slipped = Slipped(reference)
        self._found_out: dict[str, set[Cause]] = {}
        """By test, the mistakes that a visible check of it has found out: for those after it they explain nothing."""
        self.results: list[tuple[Question, KnownResult]] = []

    def run(self) -> list[tuple[Question, KnownResult]]:
        """The questions of all visible checks with their results. Raises CannotRecordError.

        Only tests that run apart have checks that can be judged.
        """
        for test in self._reference.tests_that_run("apart"):
            names = self._reference.solution_at(test)
            record = partial(self._record, test)
            with trusted.quietly(), judged_by(record):
                test.visible.run(names)
        return self.results

    def _record(self, test: Test, question: Question, _: Mapping[str, Any], __: int) -> None:
        question = question.among(test.names)
        answered = question.put_to(self._reference.solution_at(test))
        if answered.raised is not None and not is_deliberate(answered.raised):
            said = f"the solution fails with {type(answered.raised).__name__}: {answered.raised}"
            raise CannotRecordError(f"{test.grade_id}: {question.call_text()}: {said}")
        uses = test.names_used
        signature = test.signature(question.name)
        answer = " and ".join(test.asked)
        asks = (self._reference.otherwise.get(cell.name) for cell in test.answers)
        about = uses, answered.changed, signature, answer, next(filter(None, asks), "")
        given = tuple(line for cell in test.answers for line in code_lines(cell.handed_out))
        known = KnownResult(answered.value, answered.error_name, [], *about, given=given)
        try:
            encode(known.value)
        except plain.NotPlainError as error:
            raise CannotRecordError(f"{test.grade_id}: {question.call_text()}: {error}") from None
        single = self._mistaken(question, test, known, self._reference.misconceptions_of(test))
        double = self._mistaken(question, test, known, self._reference.pairs_of(test))
        new = [(c, r) for c, r in double if not r.failure and not any(same(r, s, question.accept) for _, s in single)]
        known.mistaken.extend((*single, *new))
        known.slips.update(self._slipped.wrong(test, question, answered))
        self.results.append((question, known))

    def _mistaken(
        self, question: Question, test: Test, known: KnownResult, edited: list[EditedSolution]
    ) -> list[tuple[Cause, Result]]:
        """The causes that give a result of their own for a question, with that result."""
        right = Result(known.value, None, known.changed)
        found_out = self._found_out.setdefault(test.grade_id, set())
        found = []
        for mistake in edited:
            if mistake.twin_of or mistake.cause in found_out:
                continue
            result = self._result(question, self._reference.edited_at(test, mistake))
            if result is not None and (known.raises or not same(result, right, question.accept)):
                found_out.add(mistake.cause)
                if question.explained(result, result):
                    found.append((mistake.cause, result))
        return found

    @staticmethod
    def _result(question: Question, names: Mapping[str, Any] | None) -> Result | None:
        """What a mistake gives; None where that can't be kept."""
        if names is None:
            return None
        try:
            with time_limit(CALL_SECONDS):
                result = question.put_to(names).result
            encode(result.value)
        except (NameError, TimeoutError, MemoryError, plain.NotPlainError):
            return None
        return result
