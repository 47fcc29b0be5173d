"""PrairieLearn's external graders: a question's folder, and the results of one submission.

https://prairielearn.readthedocs.io/en/latest/externalGrading/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.outcome import Outcome, TestOutcome

MAX_MESSAGE = 4_000


def results(outcomes: Iterable[tuple[str, Outcome]], missing: Iterable[str]) -> dict[str, Any]:
    """What the grader writes to results.json, of a question's notebooks by name and outcome.

    A student sees all of it at once; so it says of hidden tests only that one failed. `missing` are the layers of
    isolation that this container lacks.
    """
    outcomes = list(outcomes)
    refused = [f"{name}: {outcome.failed}" for name, outcome in outcomes if outcome.failed]
    points = sum(outcome.points for _, outcome in outcomes)
    score = sum(outcome.score for _, outcome in outcomes)
    notes = [note for _, outcome in outcomes for note in outcome.notes]
    layers = [f"This grader lacks a layer of isolation: {name}." for name in missing]
    return {
        "gradable": not refused,
        "format_errors": refused,
        "score": score / points if points else 0.0,
        "message": "\n".join(notes),
        "output": "\n".join(layers),
        "tests": [_test(name, test) for name, outcome in outcomes for test in outcome.tests],
    }


def _test(notebook: str, test: TestOutcome) -> dict[str, Any]:
    hint = f"\nHint: {test.misconception.hint}" if test.misconception else ""
    return {
        "name": ", ".join(test.answers) or test.grade_id,
        "description": notebook,
        "points": test.score,
        "max_points": test.points,
        "message": (test.says + hint)[:MAX_MESSAGE] or test.word,
    }


def info(title: str, image: str, seconds: int, uuid: str) -> dict[str, Any]:
    """A question's info.json."""
    return {
        "uuid": uuid,
        "title": title,
        "topic": "Notebooks",
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": "/grade/tests/run.sh",
            "timeout": seconds,
        },
    }
