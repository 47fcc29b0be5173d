"""One submission in, one outcome out: the student's cells in the sandbox, the tests here.

This runs in a trusted process of its own, which has limits of time and memory too: an honest
broadcasting mistake asks for gigabytes, and a loop "until converged" never ends.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import seeds
from autograder.course.cells import SourceCell, in_order
from autograder.grading import inside
from autograder.grading.lending import CannotLendError
from autograder.grading.rebuilding import Rebuilt
from autograder.grading.reference import Reference
from autograder.grading.tester import Tester
from autograder.outcome import Outcome, TestOutcome
from autograder.sandbox.outside.cell_runs import CellRun
from autograder.sandbox.outside.session import Sandbox, Session
from autograder.sandbox.outside.steps import Step
from chainrule.checks.verdict import Verdict

OUTPUTS = 8
"""How many times the output of one cell is kept of all."""


def grade(reference: Reference, rebuilt: Rebuilt, sandbox: Sandbox, seed: bytes, files: Path | None = None) -> Outcome:
    """Grade one rebuilt notebook.

    `seed` is unguessable for students: the random numbers of each test cell are made from it. `files`
    is a folder whose contents student code finds in its working folder.
    """
    deadline = time.monotonic() + sandbox.limits.notebook_seconds
    own_work = ("answer", "added", "edited")
    skip = reference.not_run(cell.source for cell in rebuilt.cells if cell.is_code and cell.role in own_work)
    steps = inside.steps(reference, rebuilt, skip)
    drawn = seeds.number(seed, "cells")

    def opened(killed: Mapping[int, CellRun], *, lazy: bool) -> tuple[Session, Tester]:
        session = Session(sandbox, list(steps), files, deadline, killed, drawn, lazy=lazy)
        return stack.enter_context(closing(session)), Tester(reference, rebuilt, session, sandbox.limits, seed)

    with ExitStack() as stack:
        session, tester = opened({}, lazy=False)
        session.ensure()
        apart = reference.tests_that_run("apart")
        for test in apart:
            tester.begin(test)
        found = {test.grade_id: tester.finish(test) for test in apart}
        outputs = _kept(session.cells, OUTPUTS * sandbox.limits.output)
        session.close()
        if any(tester.failed_late(one) for one in found.values()):
            # an answer may have kept what another test changed meanwhile: now one test after the other
            again, one_by_one = opened(session.killed, lazy=True)
            found = {test.grade_id: tester.as_begun(test, one_by_one.test(test)) for test in apart}
            again.close()
            tester.marking.doubtful |= one_by_one.marking.doubtful
        if tester.marking.doubtful:
            again, one_by_one = opened(session.killed, lazy=True)
            kept = {test.grade_id: one_by_one.keeping(test) for test in apart}
            found |= {name: min(found[name], kept[name], key=_score) for name in tester.marking.doubtful}
            again.close()
        found |= _found_inside(
            reference,
            rebuilt,
            skip,
            tester,
            lambda steps: Session(sandbox, steps, files, None, session.killed, drawn, lazy=True),
        )
        found |= {test.grade_id: tester.marking.by_hand(test) for test in reference.tests_that_run("by hand")}
        outcome = Outcome([found[test.grade_id] for test in reference.tests], outputs)
        # run once more, without what is known to hang
        _charge_once(reference, tester, outcome, lambda: opened(session.killed, lazy=True))
    return outcome


def _found_inside(
    reference: Reference,
    rebuilt: Rebuilt,
    skip: frozenset[SourceCell],
    tester: Tester,
    start: Callable[[list[Step]], Session],
) -> dict[str, TestOutcome]:
    """What came of the tests that run in the student's process, in one process for all, with time of its own."""
    tests = reference.tests_that_run("inside")
    if not tests:
        return {}
    marks = inside.run(start(inside.steps(reference, rebuilt, skip, tests)))
    return {test.grade_id: tester.marking.by_mark(test, marks.get(test.grade_id)) for test in tests}


def _charge_once(
    reference: Reference, tester: Tester, outcome: Outcome, fresh: Callable[[], tuple[Session, Tester]]
) -> None:
    """Give an answer its points back when it failed only for an earlier answer that it uses.

    Such an answer is tested again in a run (`fresh` starts it) in which the solution is lent in place of those
    answers that it uses and that have failed for themselves; what that run shows is discarded. The solution of no
    other answer may have been lent: one answer may be another written differently.
    """
    charged: frozenset[SourceCell] = frozenset()
    repaired: tuple[Session, Tester] | None = None
    right: frozenset[SourceCell] = frozenset()

    for number, test in enumerate(reference.tests):
        found = outcome.tests[number]
        if found.score == found.points:
            continue
        undone = tester.undone(test)
        used = (charged & test.uses) | undone
        if used and tester.marking.attempted(test) and reference.ways[test.grade_id].kind == "apart":
            if repaired is None or not right <= used:
                if repaired:
                    repaired[0].close()  # one process at a time, or the submission would have twice its memory
                repaired, right = fresh(), frozenset()
            with suppress(CannotLendError):
                for answer in in_order(used - right):
                    repaired[1].lend(test, answer)
            right = used
            again = repaired[1].test(test)
            if test.grade_id in repaired[1].marking.doubtful:
                again = min(again, repaired[1].keeping(test), key=_score)
            if again.score == again.points:
                names = ", ".join(cell.name for cell in in_order(used))
                said = f"this answer passes once the mistake in {names} is put right; that mistake is charged once."
                if used <= undone:
                    said = f"this answer passes with {names} as it was tested; a cell below that test binds it anew."
                outcome.tests[number] = replace(again, verdict=Verdict("right", said))
                continue
            if again.score > found.score:  # a mistake of its own besides, and one that is worth something
                outcome.tests[number] = replace(again, verdict=replace(again.verdict, parts=(), pattern=""))
        charged |= set(test.answers)


def _score(found: TestOutcome) -> float:
    return found.score


def _kept(cells: Mapping[int, CellRun], room: int) -> dict[int, list[dict[str, Any]]]:
    """What cells showed, until there is no more room; then only that there was more."""
    kept = {}
    for i, cell in sorted(cells.items()):
        outputs = cell.outputs + _killed(cell)
        room -= len(json.dumps(outputs)) if outputs else 0
        more = {"output_type": "stream", "name": "stdout", "text": "[more was shown; it is left out]"}
        kept[i] = outputs if room >= 0 or not outputs else [more]
    return kept


def _killed(cell: CellRun) -> list[dict[str, Any]]:
    if not cell.killed:
        return []
    text = f"This cell {cell.killed}. The cells after it ran without it."
    return [{"output_type": "stream", "name": "stderr", "text": text}]
