"""What grading one notebook found out: plain data, ready for the gradebook, the notebook and the feedback."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, NotRequired, TypedDict

from chainrule.checks.recognise import Misconception
from chainrule.checks.verdict import WORDS, Status, Verdict

HIDDEN = "a hidden test"
"""How a verdict begins where the visible checks are right and a hidden one isn't."""
MAX_SAID = 4_000
"""Characters of each text in a verdict: a student's value may stand in it, and it is kept in four places."""


def bounded(verdict: Verdict) -> Verdict:
    """A verdict whose texts have an end."""
    return replace(
        verdict,
        headline=_cut(verdict.headline),
        parts=tuple((_cut(label), _cut(text)) for label, text in verdict.parts),
        notes=tuple(_cut(note) for note in verdict.notes),
        pattern=_cut(verdict.pattern),
        folded=_cut(verdict.folded),
    )


def _cut(text: str) -> str:
    more = len(text) - MAX_SAID
    return text if more <= 0 else f"{text[:MAX_SAID]} … and {more:,} more characters"


@dataclass(frozen=True)
class Way:
    """How a test cell is run, and why not apart."""

    kind: Literal["apart", "inside", "by hand"]
    why: str = ""
    scored: bool = True
    """Is a number in its last line a score?"""
    at_fault: bool = False
    """Does the solution fail the test itself, and no cell above it is the reason?"""
    slow: float = field(default=0.0, compare=False)
    """Seconds that a call of the solution takes in a test apart, where that is longer than an answer has."""
    keeps: bool = field(default=False, compare=False)
    """Does the solution pass a test apart also where it changes only copies of what the test gives it?"""


class TriedTree(TypedDict):
    """What trying a source notebook's solution has found out (`grading.ways.Tried`), as a JSON tree."""

    ways: dict[str, dict[str, Any]]
    """Of `Way`, by grade_id."""
    limits: dict[str, Any]
    """Of `Limits`: what an answer may take."""
    stubs: NotRequired[list[str]]
    """The sources of the cells as students get them; where the tree is kept, so that nobody need make them again."""


def ways_in(tried: TriedTree) -> dict[str, Way]:
    """How each test of a notebook is run, by grade_id, out of what trying its solution has found out."""
    return {name: Way(**way) for name, way in tried["ways"].items()}


@dataclass(frozen=True)
class TestOutcome:
    """What one test cell found out about the answers above it."""

    __test__ = False  # by its name pytest takes it for tests

    grade_id: str
    points: float
    score: float
    verdict: Verdict
    """What the student reads: no value, text or name that a hidden test uses."""
    answers: tuple[str, ...] = ()
    """The answer cells that were tested, by grade_id."""
    by_hand: bool = False
    """Does it wait to be graded by hand?"""
    behaviour: str = ""
    """What the answers did where they are wrong, as a digest: the same for all who made the same mistake."""

    @property
    def status(self) -> Status:
        """Right, wrong, raised, missing, untouched or hung."""
        return self.verdict.status

    @property
    def says(self) -> str:
        """The whole verdict as text; nothing where there is nothing to say."""
        return self.verdict.text if self.verdict.headline else ""

    @property
    def misconception(self) -> Misconception | None:
        """The mistake that was recognised."""
        return self.verdict.misconception

    @property
    def failed_hidden(self) -> bool:
        """Are the visible checks right, and a hidden one isn't?"""
        return self.verdict.headline.startswith(HIDDEN)

    @property
    def word(self) -> str:
        """The word that the verdict begins with."""
        if self.by_hand:
            return "Waits to be graded by hand"
        return "Partly right" if 0 < self.score < self.points else WORDS[self.status]

    def to_json(self) -> dict[str, Any]:
        """As a JSON tree. `dataclasses.asdict` gives the same, and takes ten times as long."""
        named = self.verdict.misconception
        said = {**vars(self.verdict), "misconception": vars(named).copy() if named else None}
        return {**vars(self), "verdict": said}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> TestOutcome:
        """Read what `to_json` wrote."""
        verdict = tree["verdict"]
        words = verdict["misconception"]
        parts, notes = tuple((label, text) for label, text in verdict["parts"]), tuple(verdict["notes"])
        misconception = Misconception(**words) if words else None
        more = verdict["pattern"], verdict["folded"]
        read = Verdict(verdict["status"], verdict["headline"], parts, misconception, notes, *more)
        rest = tuple(tree["answers"]), tree.get("by_hand", False), tree.get("behaviour", "")
        return cls(tree["grade_id"], tree["points"], tree["score"], read, *rest)


@dataclass
class Outcome:
    """What grading one notebook of one student found out."""

    tests: list[TestOutcome] = field(default_factory=list)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """By cell of the rebuilt notebook: what the cell showed when it ran, as nbformat has it."""
    notes: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)
    """The cells, by grade_id, in which nothing was written."""
    failed: str | None = None
    """Why the notebook could not be graded; such a notebook has no score and is looked at by hand."""
    absent: bool = False
    """Was the notebook not handed in at all? Then it has 0 points, as nbgrader has it."""

    @property
    def score(self) -> float:
        """Points earned in test cells."""
        return sum(test.score for test in self.tests)

    @property
    def points(self) -> float:
        """Points that the test cells give."""
        return sum(test.points for test in self.tests)

    def to_json(self) -> dict[str, Any]:
        """As a JSON tree, without what the cells showed."""
        return {**vars(self), "outputs": {}, "tests": [test.to_json() for test in self.tests]}

    def to_json_with_outputs(self) -> dict[str, Any]:
        """As a JSON tree, with what the cells showed."""
        return {**self.to_json(), "outputs": self.outputs}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Outcome:
        """Read what `to_json` or `to_json_with_outputs` wrote."""
        tests = [TestOutcome.from_json(test) for test in tree["tests"]]
        outputs = {int(cell): shown for cell, shown in tree["outputs"].items()}
        return cls(tests, outputs, tree["notes"], tree["unwritten"], tree["failed"], tree["absent"])


@dataclass
class Marks:
    """What an instructor has added in the gradebook."""

    scores: dict[str, float] = field(default_factory=dict)
    """By cell: scores given by hand."""
    extra: dict[str, float] = field(default_factory=dict)
    """By cell: extra credit, on top of the score."""
    comments: dict[str, str] = field(default_factory=dict)
    """By cell: comments written by hand."""
    penalty: float = 0.0
    """Points taken off because it was late."""
