"""The autograded notebook: the rebuilt one with what its cells showed and what the tests found.

nbgrader's formgrader reads it, and feedback pages are made of it. A failed test shows the verdict as an error output.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.notebook import grade_id
from autograder.errors import AutograderError
from autograder.outcome import Outcome, TestOutcome
from autograder.results import pictures

MAX_OUTPUTS = 1_000
"""Of one notebook: its pages are made of elements, some for each output."""
NO_PICTURE = "[a picture was shown that is too large, or none; it is left out]"


class NotGradedError(AutograderError):
    """A notebook that lies where autograded ones do has not been graded by this engine."""


def with_outcome(rebuilt: NotebookNode, outcome: Outcome, key: str) -> NotebookNode:
    """A copy of the rebuilt notebook that shows an outcome, signed with the key of this student's notebook."""
    cells = [NotebookNode(cell) for cell in rebuilt.cells]
    shown = NotebookNode(rebuilt, cells=cells, metadata=NotebookNode(rebuilt.metadata))
    tests = {test.grade_id: test for test in outcome.tests}
    left = MAX_OUTPUTS
    for i, cell in enumerate(cells):
        test = tests.get(str(grade_id(cell)))
        if test:
            cell.outputs = _verdict(test)
        elif i in outcome.outputs and cell.cell_type == "code":
            cell.outputs = [_shown(nbformat.from_dict(output)) for output in outcome.outputs[i][:left]]
            left -= len(cell.outputs)
    tree = outcome.to_json()
    shown.metadata.chainrule = NotebookNode(outcome=tree, signature=_signature(tree, key))
    return shown


def refused(outcome: Outcome) -> NotebookNode:
    """In place of a notebook that couldn't be graded: it says why."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"Not graded: {outcome.failed}.", id="refused")]
    )


def outcome_of(autograded: NotebookNode, key: str) -> Outcome:
    """The outcome that an autograded notebook shows (without the outputs of its cells).

    Raises NotGradedError unless the engine has signed it, for this student and this notebook.
    """
    try:
        tree, signature = autograded.metadata.chainrule.outcome, str(autograded.metadata.chainrule.signature)
        if hmac.compare_digest(signature.encode(), _signature(tree, key).encode()):
            return Outcome.from_json(tree)
    except (AttributeError, TypeError):  # of another engine, or of an earlier version of this one
        pass
    raise NotGradedError("its outcome is not signed by this course; grade it again")


def _signature(tree: dict[str, Any], key: str) -> str:
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
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
