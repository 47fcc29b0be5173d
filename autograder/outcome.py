"""What grading one notebook found out: plain data, ready for the gradebook, the notebook and the feedback."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from chainrule.known_results import Misconception
from chainrule.verdict import WORDS, Status


@dataclass
class TestOutcome:
    """What one test cell found out about the answers above it."""

    grade_id: str
    points: float
    score: float
    status: Status
    says: str
    """What the student reads: no value, text or name that a hidden test uses."""
    misconception: Misconception | None = None
    answers: list[str] = field(default_factory=list)
    """The answer cells that were tested, by grade_id."""

    @property
    def word(self) -> str:
        """The word that a verdict begins with."""
        return "Partly right" if 0 < self.score < self.points else WORDS[self.status]


@dataclass
class Outcome:
    """What grading one notebook of one student found out."""

    tests: list[TestOutcome] = field(default_factory=list)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """By cell of the rebuilt notebook: what the cell showed when it ran, as nbformat has it."""
    notes: list[str] = field(default_factory=list)
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
        """As a JSON tree."""
        return asdict(self)

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Outcome:
        """Read what `to_json` wrote."""
        tests = [TestOutcome(**test) for test in tree["tests"]]
        for test, read in zip(tests, tree["tests"], strict=True):
            test.misconception = Misconception(**read["misconception"]) if read["misconception"] else None
        outputs = {int(i): shown for i, shown in tree["outputs"].items()}
        return cls(tests, outputs, tree["notes"], tree["failed"], tree["absent"])
