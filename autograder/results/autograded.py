"""The autograded notebook: the rebuilt one with what its cells showed and what the tests found.

nbgrader's formgrader reads it, and feedback pages are made of it. A failed test shows the verdict as an error output.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import notebook
from autograder.course.notebook import grade_id, role
from autograder.errors import AutograderError
from autograder.outcome import Outcome, TestOutcome
from autograder.results import pictures
from chainrule.checks.verdict import Verdict

MAX_OUTPUTS = 1_000
"""Of one notebook: its pages are made of elements, some for each output."""
GRADED_ELSEWHERE = "This notebook was not graded by the engine that made this page: the points are the gradebook's."
NO_PICTURE = "[a picture was shown that is too large, or none; it is left out]"


class NotGradedError(AutograderError):
    """A notebook that lies where autograded ones do has not been graded by this engine."""


def with_outcome(rebuilt: NotebookNode, outcome: Outcome, key: str) -> NotebookNode:
    """A copy of the rebuilt notebook that shows an outcome, signed with the key of this student's submission."""
    cells = [notebook.like(cell) for cell in rebuilt.cells]
    tests = {test.grade_id: test for test in outcome.tests}
    left = MAX_OUTPUTS
    for i, cell in enumerate(cells):
        test = tests.get(str(grade_id(cell)))
        if test:
            cell["outputs"] = _verdict(test)
        elif outcome.outputs.get(i) and cell["cell_type"] == "code":
            cell["outputs"] = [_shown(nbformat.from_dict(output)) for output in outcome.outputs[i][:left]]
            left -= len(cell["outputs"])
    tree = outcome.to_json()
    signed = NotebookNode(outcome=tree, signature=_signature(tree, cells, key))
    return notebook.like(rebuilt, cells=cells, metadata=notebook.like(rebuilt["metadata"], chainrule=signed))


def refused(outcome: Outcome) -> NotebookNode:
    """In place of a notebook that couldn't be graded: it says why."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"Not graded: {outcome.failed}.", id="refused")]
    )


def outcome_of(autograded: NotebookNode, key: str) -> Outcome:
    """The outcome that an autograded notebook shows (without the outputs of its cells).

    Raises NotGradedError unless the engine has signed it, for this student and a notebook of these tests.
    """
    try:
        tree, signature = autograded.metadata.chainrule.outcome, str(autograded.metadata.chainrule.signature)
        if hmac.compare_digest(signature.encode(), _signature(tree, autograded.cells, key).encode()):
            return Outcome.from_json(tree)
    except (AttributeError, TypeError):  # of another engine, or of an earlier version of this one
        pass
    raise NotGradedError("its outcome is not signed by this course; grade it again")


def is_of_another_engine(autograded: NotebookNode) -> bool:
    """Does it claim no outcome of ours at all?"""
    return "chainrule" not in autograded.metadata


def outcome_by(autograded: NotebookNode, scores: Mapping[str, float | None]) -> Outcome:
    """The outcome of a notebook that another engine has graded: the scores of the gradebook, by cell, and no words."""
    found, answers = Outcome(notes=[GRADED_ELSEWHERE]), list[str]()
    for cell in autograded.cells:
        name, kind = str(grade_id(cell)), role(cell)
        if kind == "answer":
            answers.append(name)
        elif kind == "test":
            score, points = scores.get(name), notebook.points(cell)
            said = Verdict("right" if score == points else "wrong", "")
            test = TestOutcome(name, points, score or 0.0, said, tuple(answers), by_hand=score is None)
            found.tests.append(test)
            answers = []
    return found


def _signature(tree: dict[str, Any], cells: Iterable[NotebookNode], key: str) -> str:
    tests = [(grade_id(cell), cell["source"]) for cell in cells if role(cell) == "test"]
    text = json.dumps((tree, tests), ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return hmac.new(bytes.fromhex(key), b"outcome " + text, hashlib.sha256).hexdigest()


def _shown(output: NotebookNode) -> NotebookNode:
    """An output without a picture that is none, or too large for a browser."""
    picture = output.get("data", {}).get("image/png")
    if picture is not None and not pictures.fits(picture, ("PNG",)):
        del output.data["image/png"]
        output.data.setdefault("text/plain", NO_PICTURE)
    return output


def _verdict(test: TestOutcome) -> list[NotebookNode]:
    if test.by_hand or (test.status == "right" and test.score == test.points):
        return []
    text = test.says or f"{test.word}: {test.score:g} of {test.points:g} points."
    if test.misconception:
        text += f"\nHint: {test.misconception.hint}"
    headline = text.split("\n")[0]
    error = {"output_type": "error", "ename": "CheckFailed", "evalue": headline, "traceback": text.split("\n")}
    return [nbformat.from_dict(error)]
