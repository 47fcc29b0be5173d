"""What is written of the outcome of one notebook."""

from __future__ import annotations

import json

from nbformat import NotebookNode

from autograder import files
from autograder.grading.task import Task
from autograder.outcome import Outcome
from autograder.results import autograded, feedback


def save(task: Task, rebuilt: NotebookNode | None, outcome: Outcome) -> None:
    """Write the autograded notebook and the feedback page of an outcome; of what was not handed in, only the page."""
    shown = autograded.with_outcome(rebuilt or autograded.refused(outcome), outcome, task.key)
    if outcome.absent:
        task.autograded.unlink(missing_ok=True)
    else:
        files.write(task.autograded, json.dumps(shown, ensure_ascii=False) + "\n")
    page = feedback.page(task.student, task.assignment, task.notebook, shown, outcome)
    files.write(task.feedback, page)
