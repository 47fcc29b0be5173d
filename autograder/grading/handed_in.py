"""One notebook that was handed in: found, read, graded, and written as instructor and student get it.

All of it happens in a process that may be killed, for a file can be made to take hours to read, too.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from autograder.course import notebook
from autograder.course.notebook import CannotReadError, NotHandedInError, grade_id
from autograder.files import printable
from autograder.grading import rebuilding
from autograder.grading.reference import Reference
from autograder.grading.submission import grade
from autograder.grading.task import Task, save
from autograder.outcome import Outcome, bounded
from autograder.sandbox.outside.session import Sandbox


def grade_file(reference: Reference, sandbox: Sandbox, task: Task) -> Outcome:
    """Grade one notebook of a student, and write the autograded notebook and the feedback page."""
    try:
        path, note = rebuilding.find_file(task.folder, task.notebook, reference.notebook, set(task.notebooks))
        rebuilt = rebuilding.rebuild(reference.notebook, reference.stubs, notebook.read(path), task.notebook)
    except CannotReadError as error:
        outcome = Outcome(failed=printable(str(error)), absent=isinstance(error, NotHandedInError))
        save(task, None, outcome)
        return outcome
    seed = hashlib.blake2b(hashlib.sha256(path.read_bytes()).digest(), key=bytes.fromhex(task.key), digest_size=16)
    outcome = grade(reference, rebuilt, sandbox, seed.digest(), task.files)
    outcome.tests = [replace(test, verdict=bounded(test.verdict)) for test in outcome.tests]
    outcome.notes += [printable(note)] if note else []
    about = ((grade_id(cell), cell.metadata.get("chainrule", {})) for cell in rebuilt.cells)
    outcome.unwritten = [name for name, found in about if name and found.get("untouched")]
    save(task, rebuilt, outcome)
    return outcome
