"""What a class has understood, in numbers: of each question, of each mistake, of who hasn't come through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from autograder.insight.graded import Class, Graded, Question
from autograder.outcome import TestOutcome
from chainrule.checks.recognise import Misconception

State = Literal["right", "partly right", "wrong", "raised", "too slow", "untouched", "waits"]
STATES: tuple[State, ...] = ("right", "partly right", "wrong", "raised", "too slow", "untouched", "waits")
OF_STATUS: dict[str, State] = {
    "right": "right",
    "wrong": "wrong",
    "raised": "raised",
    "hung": "too slow",
    "missing": "untouched",
    "untouched": "untouched",
    "unknown": "waits",
}
MIN_TOGETHER = 3
"""Students with the same two mistakes, from which on that is worth a word."""


@dataclass(frozen=True)
class Mistake:
    """A misconception at a question, and who has it."""

    question: Question
    name: str
    says: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Together:
    """Two mistakes of the same students, oftener than chance would have it."""

    first: Mistake
    second: Mistake
    students: tuple[str, ...]
    expected: float
    """How many would have both if one had nothing to do with the other."""


@dataclass(frozen=True)
class Item:
    """One question of a class."""

    question: Question
    states: dict[State, tuple[str, ...]]
    """Who stands where."""
    share: float | None
    """Of the question's points, the mean share that was earned; None where nobody handed in, or it has no points."""
    discrimination: float | None
    """The point-biserial correlation of being right here with the points of all other questions (Lord and Novick,
    Statistical Theories of Mental Test Scores, 1968, ch. 15; corrected for the item itself). None where it isn't
    defined: all alike here, or elsewhere."""
    mistakes: tuple[Mistake, ...]
    """The most frequent first."""
    named: int
    """Wrong answers that a misconception explains."""

    @property
    def wrong(self) -> int:
        """Answers that are wrong, or raise an error, at least in part."""
        return sum(len(self.states[state]) for state in ("partly right", "wrong", "raised"))


@dataclass(frozen=True)
class Report:
    """What is told of an assignment."""

    assignment: str
    points: float
    scores: dict[str, float]
    """By student, with what was taken off for lateness."""
    items: tuple[Item, ...]
    together: tuple[Together, ...]
    stuck: dict[str, tuple[str, ...]]
    """By question's title: for whom it's the last one that they worked on, and it isn't right."""
    absent: tuple[str, ...]
    waiting: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def named(self) -> tuple[int, int]:
        """How many of the wrong answers a misconception explains, and how many there are."""
        return sum(item.named for item in self.items), sum(item.wrong for item in self.items)


def of_class(known: Class) -> Report:
    """Count what was graded for an assignment."""
    stands = _stands(known)
    items = tuple(_item(question, here, known) for question, here in stands.items())
    return Report(
        known.assignment,
        sum(question.points for question in known.questions),
        {student: total.score for student, total in known.totals.items()},
        items,
        tuple(_together([mistake for item in items for mistake in item.mistakes], len(known.totals))),
        _stuck(known, stands),
        tuple(known.absent),
        tuple(student for student, total in known.totals.items() if total.manual),
        tuple(known.problems),
    )


@dataclass(frozen=True)
class Stand:
    """One student at one question."""

    state: State
    score: float
    mistake: Misconception | None


Stands = dict[Question, dict[str, Stand]]
"""By question, in their order, and student; of the notebooks that were handed in."""


def _stands(known: Class) -> Stands:
    found: Stands = {question: {} for question in known.questions}
    for one in known.notebooks:
        if one.outcome.absent or one.outcome.failed:
            continue
        tests = {test.grade_id: test for test in one.outcome.tests}
        for question in known.questions:
            if question.notebook == one.notebook:
                found[question][one.student] = _stand(question, known, one, tests.get(question.cell))
    return found


def _stand(question: Question, known: Class, one: Graded, test: TestOutcome | None) -> Stand:
    scored = known.scores.get((one.student, one.notebook, question.cell))
    score, mistake = scored.score if scored else 0.0, test.misconception if test else None
    waits = scored is None or scored.waits
    if question.cell in one.outcome.unwritten:
        return Stand("untouched", score, mistake)
    return Stand("waits" if waits else _state(question, score, test), score, mistake)


def _state(question: Question, score: float, test: TestOutcome | None) -> State:
    if test and not test.by_hand and OF_STATUS[test.status] != "wrong" and not 0 < score < question.points:
        return OF_STATUS[test.status]
    if score >= question.points:
        return "right"
    return "partly right" if score > 0 else "wrong"


def _item(question: Question, here: dict[str, Stand], known: Class) -> Item:
    named: dict[tuple[str, str], list[str]] = {}
    for student, stand in here.items():
        if stand.mistake:
            named.setdefault((stand.mistake.name, stand.mistake.says), []).append(student)
    mistakes = [Mistake(question, name, says, tuple(who)) for (name, says), who in named.items()]
    earned = [stand.score / question.points for stand in here.values()] if question.points else []
    totals = [known.totals[student] for student in here]
    rest = [total.score + total.penalty - stand.score for total, stand in zip(totals, here.values(), strict=True)]
    return Item(
        question,
        {state: tuple(student for student, stand in here.items() if stand.state == state) for state in STATES},
        float(np.mean(earned)) if earned else None,
        point_biserial([stand.state == "right" for stand in here.values()], rest),
        tuple(sorted(mistakes, key=lambda mistake: (-len(mistake.students), mistake.name))),
        sum(len(who) for who in named.values()),
    )


def point_biserial(right: Sequence[bool], rest: Sequence[float]) -> float | None:
    """The correlation of a yes or no with a number; None where one of them is the same for all."""
    if len(set(right)) < 2 or np.ptp(rest) == 0:
        return None
    return float(np.corrcoef(np.array(right, float), np.array(rest, float))[0, 1])


def _together(mistakes: Iterable[Mistake], students: int) -> list[Together]:
    found = []
    for a, b in combinations([mistake for mistake in mistakes if len(mistake.students) >= MIN_TOGETHER], 2):
        others = set(b.students)
        both = tuple(student for student in a.students if student in others)
        expected = len(a.students) * len(b.students) / students
        if len(both) >= MIN_TOGETHER and len(both) > expected:
            found.append(Together(a, b, both, expected))
    return sorted(found, key=lambda pair: pair.expected - len(pair.students))


def _stuck(known: Class, stands: Stands) -> dict[str, tuple[str, ...]]:
    """Who has worked up to a question that isn't right, and written nothing below it."""
    last: dict[str, tuple[Question, State]] = {}
    unfinished = Counter[str]()
    for student in known.totals:
        for question, here in stands.items():
            stand = here.get(student)
            if stand and stand.state == "untouched":
                unfinished[student] += 1
            elif stand and question.kind != "task":  # which may be answered anywhere
                last[student] = question, stand.state
                unfinished[student] = 0
    stuck: dict[str, list[str]] = {}
    for student, (question, state) in last.items():
        if unfinished[student] and state in ("wrong", "raised", "too slow"):
            stuck.setdefault(question.title, []).append(student)
    return {title: tuple(who) for title, who in sorted(stuck.items(), key=lambda pair: -len(pair[1]))}
