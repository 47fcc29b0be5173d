"""What runs in a student's process: their cells, and whole test cells among them where a test can't be run apart.

All tests of one submission that run inside share a process of their own, as they share nbgrader's kernel; the
answers that other tests ask are in another one, which never sees them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing

from nbformat import NotebookNode

from autograder.course.notebook import grade_id, role
from autograder.grading.dependencies import names_of
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.sandbox.outside.cell_runs import Mark
from autograder.sandbox.outside.session import Session
from autograder.sandbox.outside.steps import Step


def steps(
    reference: Reference, rebuilt: NotebookNode, skip: frozenset[int], tests: Collection[Test] | None = None
) -> list[Step]:
    """The cells of a rebuilt notebook as they run in the sandbox.

    The course's own cells in `skip`, by their place in the source, are left out. At test cells the answers are
    looked at; where `tests` are named, these run there instead, and nothing comes after the last of them.
    """
    by_name = {test.grade_id: test for test in reference.tests}
    run = {reference.tests[i].grade_id for i in with_helpers(reference, tests)} if tests is not None else set()
    found = []
    for i, cell in enumerate(rebuilt.cells):
        if cell.cell_type != "code":
            continue
        if role(cell) == "test":
            test = by_name[str(grade_id(cell))]
            if tests is None:
                found.append(Step(i, names=test.names))
            elif test.grade_id in run:
                found.append(Step(i, reference.notebook.cells[test.index].source, test=True, name=test.grade_id))
        elif not (role(cell) == "own" and cell.metadata.chainrule.place in skip):
            if tests is None and role(cell) in ("own", "edited") and cell.metadata.chainrule.place in reference.asking:
                found.append(Step(i, names=reference.asking[cell.metadata.chainrule.place][0]))
            found.append(Step(i, cell.source, draw=tests is None and role(cell) != "own"))
    while tests is not None and found and not found[-1].test:
        found.pop()
    return found


def with_helpers(reference: Reference, tests: Iterable[Test]) -> set[int]:
    """Some tests, by number, and the earlier ones that bind what they read."""
    names = [names_of(reference.notebook.cells[test.index].source) for test in reference.tests]
    numbers = {test.grade_id: number for number, test in enumerate(reference.tests)}
    waiting = [numbers[test.grade_id] for test in tests]
    found: set[int] = set()
    while waiting:
        number = waiting.pop()
        found.add(number)
        waiting += [i for i in range(number) if i not in found and names[i][0] & names[number][1]]
    return found


def run(session: Session) -> dict[str, Mark]:
    """Run a session to its last test: what came of each test, by name. What was killed has no mark."""
    with closing(session):
        session.ensure()
        return session.marks
