"""One notebook that was handed in: found, read, graded, and written as instructor and student get it.

All of it happens in a process that may be killed, for a file can be made to take hours to read, too.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder import autograded, feedback, files, notebook
from autograder.grading import grade
from autograder.notebook import CannotReadError, NotHandedInError, grade_id
from autograder.outcome import Outcome
from autograder.reference import Reference
from autograder.sandbox.link import Sandbox


@dataclass(frozen=True)
class Task:
    """What to grade, and where the results go."""

    student: str
    assignment: str
    notebook: str
    folder: Path
    """Where the student's files are."""
    notebooks: tuple[str, ...]
    """The names of all notebooks of the assignment."""
    files: Path | None
    """The folder whose files student code finds beside it."""
    key: str
    """From it, and from the bytes that were handed in, the random numbers of the hidden tests are made."""
    autograded: Path
    feedback: Path

    def to_json(self) -> dict[str, Any]:
        """As a JSON tree."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Task:
        """Read what `to_json` wrote."""
        paths = {name: Path(tree[name]) for name in ("folder", "files", "autograded", "feedback") if tree[name]}
        return cls(**{**tree, **paths, "notebooks": tuple(tree["notebooks"])})


def grade_file(reference: Reference, sandbox: Sandbox, task: Task) -> Outcome:
    """Grade one notebook of a student, and write the autograded notebook and the feedback page."""
    try:
        path, note = notebook.find_file(task.folder, task.notebook, reference.notebook, set(task.notebooks))
        rebuilt = notebook.rebuild(reference.notebook, reference.stubs, notebook.read(path), task.notebook)
    except CannotReadError as error:
        outcome = Outcome(failed=str(error), absent=isinstance(error, NotHandedInError))
        save(task, None, outcome)
        return outcome
    seed = hashlib.blake2b(hashlib.sha256(path.read_bytes()).digest(), key=bytes.fromhex(task.key), digest_size=16)
    outcome = grade(reference, rebuilt, sandbox, seed.digest(), task.files)
    outcome.notes += [note] if note else []
    about = ((grade_id(cell), cell.metadata.get("chainrule", {})) for cell in rebuilt.cells)
    outcome.unwritten = [name for name, found in about if name and found.get("untouched")]
    save(task, rebuilt, outcome)
    return outcome


def save(task: Task, rebuilt: NotebookNode | None, outcome: Outcome) -> None:
    """Write the autograded notebook and the feedback page of an outcome."""
    shown = autograded.with_outcome(rebuilt or autograded.refused(outcome), outcome)
    files.write(task.autograded, nbformat.v4.writes(shown) + "\n")
    page = feedback.page(task.student, task.assignment, task.notebook, shown, outcome)
    files.write(task.feedback, page)
