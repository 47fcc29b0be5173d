"""How each test cell of a source notebook is run, found out by trying it with the notebook's own solution.

apart: the test stays in the trusted process, the answers in the student's. inside: the whole cell runs in the
student's process after their cells, as nbgrader runs it; only pass, fail or a number comes back, which a submission
can forge for this test and for no other. by hand: not at all, for the solution itself doesn't pass. Where the
source has no solution there is nothing to try with, and the test runs inside, to give what nbgrader gives.
"""

from __future__ import annotations

import builtins
import secrets
from contextlib import closing
from dataclasses import asdict, replace
from typing import NamedTuple

from autograder import seeds
from autograder.course import notebook
from autograder.course.cells import in_order
from autograder.grading import inside
from autograder.grading.credit import is_score
from autograder.grading.names import names_of
from autograder.grading.rebuilding import rebuild
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.grading.trial import Trial
from autograder.limits import Limits
from autograder.outcome import TriedTree, Way, ways_in
from autograder.sandbox.outside.session import Sandbox, Session
from chainrule.checks.check import Check


class Tried(NamedTuple):
    """What was found out by trying."""

    ways: dict[str, Way]
    """By grade_id."""
    limits: Limits
    """What an answer may take: more than usual where the solution takes long."""

    def to_json(self) -> TriedTree:
        """As a JSON tree."""
        return {"ways": {name: asdict(way) for name, way in self.ways.items()}, "limits": asdict(self.limits)}

    @classmethod
    def from_json(cls, tree: TriedTree) -> Tried:
        """Read what `to_json` wrote."""
        return cls(ways_in(tree), Limits(**tree["limits"]))


def choose(reference: Reference, sandbox: Sandbox, limits: Limits) -> Tried:
    """Try each test. The solution has run in `reference`; here it is handed in.

    `limits` are the course's; `sandbox` gives the solution more.
    """
    source = reference.source
    language = notebook.language(source.book)
    if language != "python":
        why = f"{reference.path.name} is in {language}, which is not run here"
        return Tried({test.grade_id: Way("by hand", why) for test in reference.tests}, limits)
    rebuilt = rebuild(source, source.book, reference.path.stem)
    files = reference.path.parent
    seed = secrets.token_bytes(16)
    steps = inside.steps(reference, rebuilt, skip := frozenset(reference.endless))
    with closing(Session(sandbox, steps, files, seed=seeds.number(seed, "cells"))) as session:
        trial = Trial(reference, rebuilt, session, sandbox.limits, seed)
        failed, values = dict[str, str | None](), dict[str, object]()
        longest, keep = dict[str, float](), set[str]()
        for test in reference.tests:
            session.took = replace(session.took, call_seconds=0.0)
            failed[test.grade_id], values[test.grade_id] = trial.tried(test)
            longest[test.grade_id] = session.took.call_seconds
            if failed[test.grade_id] is None and trial.passes_keeping(test):
                keep.add(test.grade_id)
    rest = [test for test in reference.tests if failed[test.grade_id] is not None]
    may = [test for test in rest if not _checks(reference, test)]
    inner = Session(sandbox, inside.steps(reference, rebuilt, skip, may), files, lazy=True)
    marks = inside.run(inner) if may else {}
    values |= {name: mark.number for name, mark in marks.items()}
    took = replace(
        session.took,
        cell_seconds=max(session.took.cell_seconds, inner.took.cell_seconds),
        call_seconds=max(longest.values(), default=0.0),
    )
    limits = limits.for_a_solution_that_takes(took)
    found = {}
    for test in reference.tests:
        name = test.grade_id
        way = _way(reference, test, failed[name], name in marks and marks[name].passed)
        slow = longest[name] if way.kind == "apart" and longest[name] > limits.call_seconds else 0.0
        found[name] = replace(way, scored=is_score(values[name], test.points), slow=slow, keeps=name in keep)
    return Tried(found, limits)


def _way(reference: Reference, test: Test, failed: str | None, passed: bool) -> Way:
    if failed is None:
        return Way("apart")
    if passed:
        return Way("inside", failed)
    unsolved = _unsolved(reference, test)
    if unsolved and not _checks(reference, test) and test.cell not in reference.endless:
        return Way("inside", f"the source has no solution of {', '.join(unsolved)} to try it with")
    raised = (cell for cell in in_order(test.behind) if cell in reference.problems)
    cell = next(raised, None)
    why = reference.problems[cell] if cell else failed
    return Way("by hand", why, at_fault=cell == test.cell or (cell is None and _checks(reference, test)))


def _unsolved(reference: Reference, test: Test) -> list[str]:
    """The answer cells that a test depends on and that stand in the source as students get them, by grade_id.

    What such a cell would bind isn't known: a test that reads a name that nothing binds may depend on any of them.
    """
    above = reference.source.cells[: test.cell.place]
    bound = frozenset[str]().union(vars(builtins), *(names_of(cell.source)[0] for cell in above if cell.is_code))
    lost = any(names_of(cell.source)[1] - bound for cell in test.behind)
    may = [cell for cell in above if cell.role == "answer" and (lost or cell in test.answers or cell in test.uses)]
    return [cell.name for cell in may if cell.source.strip() == cell.handed_out.strip()]


def _checks(reference: Reference, test: Test) -> bool:
    """Does it call `check`, which has nothing to compare with in a student's process?"""
    read = names_of(test.cell.source)[1]
    return any(isinstance(reference.names.get(name), Check) for name in read)
