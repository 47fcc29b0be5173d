"""The grader's side of `check`: records every call of a test cell and goes on; the credit is decided at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from autograder import seeds
from autograder.course.misconceptions import EditedSolution
from autograder.grading.detached import detached
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.grading.trusted import time_limit
from autograder.outcome import HIDDEN
from autograder.sandbox.outside.doer import Hung
from autograder.sandbox.outside.stand_in import by_value
from chainrule.checks import returned, verdict
from chainrule.checks.accept import Accept
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Answered, MissingAnswerError, Question
from chainrule.checks.recognise import same
from chainrule.checks.verdict import Verdict


@dataclass(frozen=True)
class Call:
    """One call of `check`: what was asked, what the student's and the reference's code gave."""

    question: Question
    answered: Answered
    known: KnownResult
    hidden: bool
    right: bool
    random: seeds.State | None
    """Where the global random numbers were when it was asked; None in a course that doesn't draw from them."""


class Judge:
    """Judges the checks of one test cell against the reference solution, run live on the same arguments."""

    def __init__(self, reference: Reference, test: Test, seconds: float, unwritten: Sequence[str] = ()) -> None:
        """`unwritten` are names that the solution uses here and that this student has left as they were."""
        self._reference, self._test, self._seconds, self._unwritten = reference, test, seconds, unwritten
        self._solution = reference.solution_at(test)
        self.calls: list[Call] = []

    def __call__(self, question: Question, names: Mapping[str, Any], line: int) -> None:
        """Put the question to both sides, compare, remember.

        Each side gets what the question reads as it was before; what it leaves there for the next is the reference's.
        The random numbers of the sandbox are where ours are, so both sides draw the same.
        """
        question = question.among(self._test.names)
        asked = detached(question)
        state = seeds.state() if self._reference.draws else None
        try:
            answered = detached(asked).put_to(names)
        except MissingAnswerError as error:
            answered = Answered(raised=error)
        expected = question.put_to(self._solution)
        signature = self._test.signature(question.name)
        known = KnownResult(expected.value, expected.error_name, changed=expected.changed, signature=signature)
        right = not isinstance(answered.raised, Hung) and returned.is_right(question, answered, known)
        if not right and answered.raised is None:  # as in a notebook, where a subclass of dict is compared as it is
            with suppress(Exception):  # whatever the student's class says to that
                answered = replace(answered, value=by_value(answered.value))
                right = returned.is_right(question, answered, known)
        self.calls.append(Call(asked, answered, known, line in self._test.hidden, right, state))

    @property
    def all_right(self) -> bool:
        """Was every call right?"""
        return all(call.right for call in self.calls)

    def recognised(self) -> list[EditedSolution]:
        """The misconceptions each of which explains every call, hidden ones included; else the pairs that do."""
        return self._that_explain(self.calls)

    def recognised_in_the_notebook(self) -> list[EditedSolution]:
        """Those that explain the visible calls up to the first that isn't right: what a card there can know."""
        visible = [call for call in self.calls if not call.hidden]
        wrong = next((i for i, call in enumerate(visible) if not call.right), None)
        return [] if wrong is None else self._that_explain(visible[: wrong + 1])

    def _that_explain(self, calls: list[Call]) -> list[EditedSolution]:
        unexplained = (MissingAnswerError, NotImplementedError, Hung)
        if self.all_right or any(isinstance(call.answered.raised, unexplained) for call in calls):
            return []
        single = [
            e for e in self._reference.misconceptions_of(self._test) if not e.twin_of and self._explains(e, calls)
        ]
        return single or [e for e in self._reference.pairs_of(self._test) if self._explains(e, calls)]

    @property
    def stopped(self) -> bool:
        """Did a call end with an error? Such a mistake is named, but earns nothing: an error is easily made."""
        return any(call.answered.raised is not None for call in self.calls)

    @property
    def hung(self) -> bool:
        """Did a call end the student's process?"""
        return any(isinstance(call.answered.raised, Hung) for call in self.calls)

    def _explains(self, edited: EditedSolution, calls: list[Call]) -> bool:
        names = self._reference.edited_at(self._test, edited)
        if names is None:
            return False
        telling = False
        for call in calls:
            mistaken = self._mistaken(call, names)
            if mistaken is None or not _alike(call.answered, mistaken, call.question.accept):
                return False
            telling |= not call.right and call.question.explained(call.answered.result, mistaken.result)
        return telling

    def _mistaken(self, call: Call, names: Mapping[str, Any]) -> Answered | None:
        """What someone with a misconception would have got; None where that can't be said."""
        try:
            if call.random:
                seeds.restore(call.random)
            with time_limit(self._seconds):
                return detached(call.question).put_to(names)
        except (TimeoutError, NameError, MemoryError):
            return None

    def verdict(self, recognised: EditedSolution | None = None, *, told: bool = True) -> Verdict:
        """What the student is told of the first call that is not right: of a hidden one, only that.

        Unless `told`, nothing that comes from the student's code is in it: it may have heard a hidden test.

        Where the mistake was recognised, the value shown is the misconception's own: the student's is the same
        to the tolerance of the check, and what else its digits may say is no concern of anybody's.
        """
        call = next(call for call in self.calls if not call.right)
        names = self._reference.edited_at(self._test, recognised) if recognised else None
        mistaken = self._mistaken(call, names) if names else None
        if mistaken:
            call = replace(call, answered=mistaken)
        found = self._of_call(call, line=mistaken is None)
        if not call.hidden:
            return found if mistaken or told else untold(found)
        return found if found.status == "missing" else hidden_failed(call.question.name)

    def _of_call(self, call: Call, *, line: bool) -> Verdict:
        """`line`: may the line be shown that raised an error? Not where it's the misconception's."""
        error = call.answered.raised
        if isinstance(error, Hung):
            return Verdict("hung", f"{call.question.name} {error}.", (("Called", call.question.call_text()),))
        if isinstance(error, NotImplementedError) and self._unwritten:
            return verdict.of_needed(call.question.name, self._unwritten[0])
        if isinstance(error, NotImplementedError) or call.answered.value is ...:
            return verdict.of_untouched(call.question.name)
        if isinstance(error, MissingAnswerError):
            return verdict.of_missing(str(error.name))
        if error is not None:
            return verdict.of_raised(call.question, call.answered, call.answered.where if line else None)
        return returned.of_value(call.question, call.answered, call.known, None)


def _alike(got: Answered, mistaken: Answered, accept: Accept) -> bool:
    """Are both the same? Most are not, and that is soon seen."""
    if got.error_name != mistaken.error_name:
        return False
    return same(got.result, mistaken.result, accept)


UNTOLD = "a visible test fails; run its cell in your notebook to see what it says."


def hidden_failed(name: str) -> Verdict:
    """All that is said of a hidden test: how it failed, by which error say, is for the answer to choose, bit by bit."""
    return Verdict("wrong", f"{HIDDEN} of {name} failed. It asks for what the visible ones ask, with other arguments.")


def untold(found: Verdict) -> Verdict:
    """A verdict without anything that the student's code said."""
    return Verdict(found.status, UNTOLD) if found.status in ("wrong", "raised") else replace(found, parts=())
