"""One submission in, one outcome out: the student's cells in the sandbox, the tests here.

This runs in a trusted process of its own, which has limits of time and memory too: an honest
broadcasting mistake asks for gigabytes, and a loop "until converged" never ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder import seeds
from autograder.notebook import grade_id, role
from autograder.outcome import Outcome
from autograder.reference import Reference
from autograder.sandbox.link import Sandbox
from autograder.sandbox.session import CellRun, Session, Step
from autograder.tester import Tester
from chainrule.verdict import Verdict


def grade(
    reference: Reference, rebuilt: NotebookNode, sandbox: Sandbox, seed: bytes, files: Path | None = None
) -> Outcome:
    """Grade one rebuilt notebook.

    `seed` is unguessable for students: the random numbers of each test cell are made from it. `files`
    is a folder whose contents student code finds in its working folder.
    """
    deadline = time.monotonic() + sandbox.limits.notebook_seconds

    own_work = ("answer", "added", "edited")
    skip = reference.not_run(c.source for c in rebuilt.cells if c.cell_type == "code" and role(c) in own_work)

    def opened(notebook: NotebookNode, killed: Mapping[int, CellRun], *, lazy: bool) -> tuple[Session, Tester]:
        steps = _steps(reference, notebook, skip)
        drawn = seeds.number(seed, "cells")
        session = stack.enter_context(closing(Session(sandbox, steps, files, deadline, killed, drawn, lazy=lazy)))
        return session, Tester(reference, rebuilt, session, sandbox.limits, seed)

    def again(notebook: NotebookNode) -> Tester:
        """Run a notebook once more, without what is known to hang."""
        same = {i: run for i, run in session.killed.items() if notebook.cells[i].source == rebuilt.cells[i].source}
        return opened(notebook, same, lazy=True)[1]

    with ExitStack() as stack:
        session, tester = opened(rebuilt, {}, lazy=False)
        session.ensure()
        outcome = Outcome([tester.test(test) for test in reference.tests])
        outcome.outputs = {i: cell.outputs + _killed(cell) for i, cell in session.cells.items()}
        session.close()
        _say_what_was_seen(reference, outcome, lambda: again(rebuilt))
        _charge_once(reference, tester, outcome, lambda answers: again(_repaired(reference, rebuilt, answers)))
    return outcome


def _say_what_was_seen(reference: Reference, outcome: Outcome, fresh: Callable[[], Tester]) -> None:
    """Take the values in verdicts from a run in which no hidden test has run.

    An answer may remember what a hidden test passed in, and give it back at a later visible one.
    """
    shown = [number for number, found in enumerate(outcome.tests) if found.verdict.parts]
    if shown:
        tester = fresh()
        for number in shown:
            found = outcome.tests[number]
            seen = tester.look(reference.tests[number])
            same = seen.status == found.status
            kept = (
                replace(seen, misconception=found.misconception)
                if same
                else replace(found.verdict, parts=(), pattern="")
            )
            outcome.tests[number] = replace(found, verdict=kept)


def _charge_once(
    reference: Reference, tester: Tester, outcome: Outcome, repaired: Callable[[frozenset[int]], Tester]
) -> None:
    """Give an answer its points back when it failed only for an earlier answer that it uses.

    Such an answer is tested again with the solution in place of the answers that have failed for
    themselves (`repaired` runs the notebook so); what that run shows is discarded.
    """
    charged: frozenset[int] = frozenset()
    repair = cache(repaired)
    for number, test in enumerate(reference.tests):
        found = outcome.tests[number]
        if found.score == found.points:
            continue
        used = charged & test.uses
        if used and tester.attempted(test):
            again = repair(used).test(test)
            if again.score == again.points:
                names = ", ".join(str(grade_id(reference.notebook.cells[i])) for i in sorted(used))
                said = f"this answer passes once the mistake in {names} is put right; that mistake is charged once."
                outcome.tests[number] = replace(again, verdict=Verdict("right", said))
                continue
        charged |= set(test.answers)


def _repaired(reference: Reference, rebuilt: NotebookNode, answers: frozenset[int]) -> NotebookNode:
    """The rebuilt notebook with the solution in place of some answers."""
    solutions = {grade_id(reference.notebook.cells[i]): reference.notebook.cells[i].source for i in answers}
    notebook = deepcopy(rebuilt)
    for cell in notebook.cells:
        cell.source = solutions.get(grade_id(cell), cell.source)
    return notebook


def _steps(reference: Reference, rebuilt: NotebookNode, skip: frozenset[int]) -> list[Step]:
    """What runs in the sandbox, but for some of the course's own cells, by their place in the source."""
    tests = {test.grade_id: test for test in reference.tests}
    steps = []
    for i, cell in enumerate(rebuilt.cells):
        if cell.cell_type == "code" and role(cell) == "test":
            steps.append(Step(i, names=tests[str(grade_id(cell))].names))
        elif cell.cell_type == "code" and not (role(cell) == "own" and cell.metadata.chainrule.place in skip):
            steps.append(Step(i, cell.source, draw=role(cell) != "own"))
    return steps


def _killed(cell: CellRun) -> list[dict[str, Any]]:
    if not cell.killed:
        return []
    text = f"This cell {cell.killed}. The cells after it ran without it."
    return [{"output_type": "stream", "name": "stderr", "text": text}]
