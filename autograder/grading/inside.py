"""What runs in a student's process: their cells, and whole test cells among them where a test can't be run apart.

All tests of one submission that run inside share a process of their own, as they share nbgrader's kernel; the
answers that other tests ask are in another one, which never sees them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing

from autograder.course.cells import SourceCell
from autograder.grading.names import names_of
from autograder.grading.rebuilding import Rebuilt
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.sandbox.outside.cell_runs import Mark
from autograder.sandbox.outside.session import Session
from autograder.sandbox.outside.steps import Step
from chainrule.checks import again

MADE_AGAIN = 'globals()["{}"] = __import__("importlib").import_module("chainrule.checks.again").in_this_kernel("{}")'
"""A line that binds in a student's process what makes a value again."""


def steps(
    reference: Reference, rebuilt: Rebuilt, skip: frozenset[SourceCell], tests: Collection[Test] | None = None
) -> list[Step]:
    """The cells of a rebuilt notebook as they run in the sandbox.

    The course's own cells in `skip` are left out. At test cells the answers are
    looked at; where `tests` are named, these run there instead, and nothing comes after the last of them.
    """
    names = {test.cell: (*test.names, *map(again.name_of, test.again)) for test in reference.tests}
    made_again = {test.cell: test.again for test in reference.tests if test.again}
    run = with_helpers(reference, tests) if tests is not None else set()
    found = []
    for cell in (cell for cell in rebuilt.cells if cell.is_code):
        ours = cell.of
        if ours in names:
            if tests is None:
                if ours in made_again:
                    lines = (MADE_AGAIN.format(again.name_of(name), name) for name in made_again[ours])
                    found.append(Step(cell.place, "\n".join(lines), draw=False))
                found.append(Step(cell.place, names=names[ours]))
            elif ours in run:
                found.append(Step(cell.place, ours.source, test=True, name=ours.name))
        elif not (cell.role == "own" and ours in skip):
            if tests is None and ours in reference.asking:
                found.append(Step(cell.place, names=reference.asking[ours][0]))
            found.append(Step(cell.place, cell.source, draw=tests is None and cell.role != "own"))
    while tests is not None and found and not found[-1].test:
        found.pop()
    return found


def with_helpers(reference: Reference, tests: Iterable[Test]) -> set[SourceCell]:
    """The cells of some tests, and the earlier tests that bind what they read."""
    cells = [test.cell for test in reference.tests]
    waiting = [test.cell for test in tests]
    found: set[SourceCell] = set()
    while waiting:
        cell = waiting.pop()
        found.add(cell)
        earlier = (other for other in cells if other.place < cell.place and other not in found)
        waiting += [other for other in earlier if names_of(other.source)[0] & names_of(cell.source)[1]]
    return found


def run(session: Session) -> dict[str, Mark]:
    """Run a session to its last test: what came of each test, by name. What was killed has no mark."""
    with closing(session):
        session.ensure()
        return session.marks
