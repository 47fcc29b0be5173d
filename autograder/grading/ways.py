"""How each test cell of a source notebook is run, found out by trying it with the notebook's own solution.

apart: the test stays in the trusted process, the answers in the student's. inside: the whole cell runs in the
student's process after their cells, as nbgrader runs it; only pass, fail or a number comes back, which a submission
can forge for this test and for no other. by hand: not at all, for the solution itself doesn't pass. Where the
source has no solution there is nothing to try with, and the test runs inside, to give what nbgrader gives.
"""

from __future__ import annotations

import secrets
from contextlib import closing

from autograder import seeds
from autograder.course import notebook
from autograder.grading import inside
from autograder.grading.dependencies import names_of
from autograder.grading.rebuilding import rebuild
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.grading.tester import Tester
from autograder.outcome import Way
from autograder.sandbox.outside.session import Sandbox, Session
from chainrule.checks.check import Check


def choose(reference: Reference, sandbox: Sandbox, call_seconds: float) -> dict[str, Way]:
    """The way of each test, by grade_id. The solution has run in `reference`; here it is handed in.

    A call of a student's answer has `call_seconds`; `sandbox` gives the solution more.
    """
    source = reference.source
    language = notebook.language(source.book)
    if language != "python":
        why = f"{reference.path.name} is in {language}, which is not run here"
        return {test.grade_id: Way("by hand", why) for test in reference.tests}
    rebuilt = rebuild(source, source.book, reference.path.stem)
    files = reference.path.parent
    seed = secrets.token_bytes(16)
    steps = inside.steps(reference, rebuilt, skip := frozenset(reference.endless))
    with closing(Session(sandbox, steps, files, seed=seeds.number(seed, "cells"))) as session:
        tester = Tester(reference, rebuilt, session, sandbox.limits, seed)
        failed, longest, keep = dict[str, str | None](), dict[str, float](), set[str]()
        for test in reference.tests:
            session.longest = 0.0
            failed[test.grade_id], longest[test.grade_id] = _said_apart(tester, test), session.longest
            if failed[test.grade_id] is None and tester.passes_keeping(test):
                keep.add(test.grade_id)
    rest = [test for test in reference.tests if failed[test.grade_id] is not None]
    may = [test for test in rest if not _checks(reference, test)]
    inner = Session(sandbox, inside.steps(reference, rebuilt, skip, may), files, lazy=True)
    marks = inside.run(inner) if may else {}
    passed = {name for name, mark in marks.items() if mark.passed}
    found = {
        test.grade_id: _way(reference, test, failed[test.grade_id], test.grade_id in passed) for test in reference.tests
    }
    slow = {name: longest[name] if longest[name] > call_seconds else 0.0 for name in found}
    apart = {name for name, way in found.items() if way.kind == "apart"}
    return found | {name: Way("apart", slow=slow[name], keeps=name in keep) for name in apart}


def _way(reference: Reference, test: Test, failed: str | None, passed: bool) -> Way:
    if failed is None:
        return Way("apart")
    if passed:
        return Way("inside", failed)
    unsolved = reference.unsolved(test)
    if unsolved and not _checks(reference, test) and test.cell not in reference.endless:
        return Way("inside", f"the source has no solution of {', '.join(unsolved)} to try it with")
    cell, why = reference.problem_behind(test) or (None, failed)
    return Way("by hand", why, at_fault=cell == test.cell or (cell is None and _checks(reference, test)))


def _said_apart(tester: Tester, test: Test) -> str | None:
    if test.code.asks_ipython:
        return "it has magics in it, or asks for IPython"
    return tester.failure(test)


def _checks(reference: Reference, test: Test) -> bool:
    """Does it call `check`, which has nothing to compare with in a student's process?"""
    read = names_of(test.cell.source)[1]
    return any(isinstance(reference.names.get(name), Check) for name in read)
