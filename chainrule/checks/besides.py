"""What is said beside a verdict: where to begin, and what the student's own code shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from chainrule.checks import habits, plainly
from chainrule.checks.known_results import KnownResult
from chainrule.checks.numeric import ZERO
from chainrule.checks.question import Question
from chainrule.checks.reached import names_reached
from chainrule.checks.verdict import Verdict

Names = Mapping[str, Any]
VALUES = ("value", "again")
"""Kinds of questions that call no function of the student's."""


def added(
    found: Verdict, question: Question, known: KnownResult | None, names: Names, not_right: Collection[str]
) -> Verdict:
    """A verdict with what the student's code shows, and with where to begin.

    Where a misconception says more, only that is added which is hardly ever meant.
    `not_right` are the answers whose last check failed.
    """
    if found.misconception and found.status == "wrong":
        said = habits.said_of(known.answers if known else question.names, names, habits.SURE)
        return replace(found, notes=(*found.notes, said)) if said and question.kind not in VALUES else found
    if not found.misconception and question.kind not in VALUES:
        found = _with_habit(found, question, known, names)
    return _with_first(found, question, known, names, not_right)


def _with_first(
    found: Verdict, question: Question, known: KnownResult | None, names: Names, not_right: Collection[str]
) -> Verdict:
    """Say where to begin when an answer that this student's one uses isn't right itself."""
    used = [name for name in known.uses if name in not_right] if known else []
    reached = names_reached([*question.names, *question.given], names)
    used = [name for name in used if name in reached or not callable(names.get(name))]
    if not used:
        return found
    note = f"`{used[0]}` is used here, and its own check has not passed: put that right first."
    return replace(found, notes=(note, *found.notes))


def _with_habit(found: Verdict, question: Question, known: KnownResult | None, names: Names) -> Verdict:
    """Add what the student's code shows: as what to think about, where nothing else is said."""
    answers, own = known.answers if known else question.names, names.get(question.name)
    if found.status == "wrong" and (nothing := plainly.nothing_worked_out(own)):
        return replace(found, pattern=nothing)
    table = known is not None and getattr(known.value, "ndim", 0) == 2
    said = (table and plainly.turned(own, question.args)) or habits.said_of(answers, names)
    data = habits.outside(answers, names, known.uses if known else ())
    read = f"`{data}` is not given to {question.name}: your code reads it from the notebook." if data else ""
    shown = tuple(filter(None, (said, read)))
    if found.pattern and said and found.status == "wrong" and said == habits.said_of(answers, names, habits.SURE):
        return replace(found, pattern=said, notes=(found.pattern, *found.notes, *shown[1:]))
    if not shown or (found.pattern and not (said and found.pattern.startswith(ZERO))):
        return replace(found, notes=(*found.notes, *shown))
    return replace(found, pattern=shown[0], notes=(*found.notes, *shown[1:]))
