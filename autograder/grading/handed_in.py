"""One notebook that was handed in: found, read, graded, and written as instructor and student get it.

All of it happens in a process that may be killed, for a file can be made to take hours to read, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from autograder.course.notebook import CannotReadError, NotHandedInError
from autograder.files import below, printable
from autograder.grading import finding, rebuilding
from autograder.grading.finding import Wanted
from autograder.grading.rebuilding import Rebuilt
from autograder.grading.reference import Reference
from autograder.grading.saving import save
from autograder.grading.task import Task
from autograder.outcome import Outcome, bounded


def grade_file(reference: Reference, task: Task, test: Callable[[Rebuilt, bytes], Outcome]) -> Outcome:
    """Grade one notebook of a student by `test`, and write the autograded notebook and the feedback page.

    `test` is given the rebuilt notebook, and the seed of its random numbers, which is unguessable for students.
    """
    try:
        found = finding.find(task.folder, _wanted(reference, task))
        rebuilt = rebuilding.rebuild(reference.source, found.read(), task.notebook)
        rebuilding.check_size(rebuilt, task.notebook)
    except CannotReadError as error:
        outcome = Outcome(failed=printable(str(error)), absent=isinstance(error, NotHandedInError))
        save(task, None, outcome)
        return outcome
    seed = hashlib.blake2b(hashlib.sha256(found.data).digest(), key=bytes.fromhex(task.key), digest_size=16)
    outcome = test(rebuilt, seed.digest())
    outcome.tests = [replace(test, verdict=bounded(test.verdict)) for test in outcome.tests]
    outcome.notes += [printable(found.note)] if found.note else []
    outcome.unwritten = [cell.name for cell in rebuilt.cells if cell.name and cell.untouched]
    save(task, rebuilt.to_notebook(), outcome)
    return outcome


def _wanted(reference: Reference, task: Task) -> Wanted:
    others = {str(path) for path in below(reference.path.parent)} | {f"{name}.ipynb" for name in task.notebooks}
    return Wanted(task.notebook, reference.source, frozenset(others - {f"{task.notebook}.ipynb"}))
