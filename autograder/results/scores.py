"""What an outcome comes to in the gradebook: a score for each graded cell, a comment on each answer."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.files import printable
from autograder.outcome import Outcome, TestOutcome


def scores(outcome: Outcome, cells: Iterable[str]) -> dict[str, float | None]:
    """The automatic score of each graded cell; None for what is to be graded by hand."""
    found: dict[str, float | None] = {test.grade_id: None if test.by_hand else test.score for test in outcome.tests}
    nothing = outcome.unwritten
    return {name: found.get(name, 0.0 if outcome.absent or name in nothing else None) for name in cells}


def comments(outcome: Outcome, cells: Iterable[str]) -> dict[str, str | None]:
    """The automatic comment on each answer; None where there is nothing to say."""
    about = {answer: test for test in outcome.tests for answer in test.answers}
    found = {name: _comment(name in outcome.unwritten, about.get(name), outcome) for name in cells}
    return {name: printable(text) if text else None for name, text in found.items()}


def _comment(unwritten: bool, test: TestOutcome | None, outcome: Outcome) -> str | None:
    if outcome.failed:
        return f"Not graded: {outcome.failed}."
    if test is None or test.status == "untouched":
        return "No response." if unwritten else None
    if test.status == "right" or test.by_hand:
        return None
    return f"{test.says}\n\nHint: {test.misconception.hint}" if test.misconception else test.says
