"""One notebook that was handed in: found, read, graded, and written as instructor and student get it.

All of it happens in a process that may be killed, for a file can be made to take hours to read, too.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from autograder.course.notebook import CannotReadError, NotHandedInError, grade_id
from autograder.files import below, printable
from autograder.grading import finding, rebuilding
from autograder.grading.finding import Wanted
from autograder.grading.reference import Reference
from autograder.grading.submission import grade
from autograder.grading.task import Task, save
from autograder.outcome import Outcome, bounded
from autograder.sandbox.outside.session import Sandbox


def grade_file(reference: Reference, sandbox: Sandbox, task: Task) -> Outcome:
    """Grade one notebook of a student, and write the autograded notebook and the feedback page."""
    try:
        found = finding.find(task.folder, _wanted(reference, task))
        rebuilt = rebuilding.rebuild(reference.notebook, reference.stubs, found.read(), task.notebook)
    except CannotReadError as error:
        outcome = Outcome(failed=printable(str(error)), absent=isinstance(error, NotHandedInError))
        save(task, None, outcome)
        return outcome
    seed = hashlib.blake2b(hashlib.sha256(found.data).digest(), key=bytes.fromhex(task.key), digest_size=16)
    outcome = grade(reference, rebuilt, sandbox, seed.digest(), task.files)
    outcome.tests = [replace(test, verdict=bounded(test.verdict)) for test in outcome.tests]
    outcome.notes += [printable(found.note)] if found.note else []
    about = ((grade_id(cell), cell.metadata.get("chainrule", {})) for cell in rebuilt.cells)
    outcome.unwritten = [name for name, found in about if name and found.get("untouched")]
    save(task, rebuilt, outcome)
    return outcome


def _wanted(reference: Reference, task: Task) -> Wanted:
    others = {str(path) for path in below(reference.path.parent)} | {f"{name}.ipynb" for name in task.notebooks}
    handed_out, name = reference.stubs, task.notebook
    return Wanted(name, reference.notebook, handed_out, frozenset(others - {f"{name}.ipynb"}))
