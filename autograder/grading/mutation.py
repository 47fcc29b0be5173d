"""The mutation score of hidden tests: of all small slips in the solution, how many do they find out?

A slip that survives is right as well, for whatever may be asked (then same-values.toml says why), or a test is missing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograder import seeds
from autograder.course import mutants, same_values
from autograder.grading import trusted
from autograder.grading.reference import Reference
from autograder.grading.slipped import PATIENCE, SLIP_SECONDS, is_quick
from autograder.grading.tested import Test
from autograder.grading.trusted import time_limit
from chainrule.checks import returned
from chainrule.checks.check import judged_by
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Question

SEEDS = 2
"""With so many other inputs each slip has to be found out, each time."""

Asked = list[tuple[Question, KnownResult]]


@dataclass
class Score:
    """How many slips there are in the solution, how many are found out, and what survives."""

    slips: int = 0
    found_out: int = 0
    same: int = 0
    """Those of which the course says that they give the same."""
    survivors: list[str] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    """Answers that take too long for each of their slips to be tried."""


def score(reference: Reference, test: Test, known_same: same_values.Same) -> Score:
    """Try every slip in a test's answers on its hidden checks, or on its visible ones where it has no hidden ones.

    Nothing is counted where a test asks nothing by `check`.
    """
    found = Score()
    several = [_asked(reference, test) for _ in range(SEEDS)]
    if not all(several):
        return found
    for cell in (cell for cell in test.answers if mutants.calculates(cell.source)):
        if not is_quick(reference, test, cell):
            found.untried.append(cell.name)
            continue
        for mutant in mutants.of(cell.source):
            found.slips += 1
            if _is_found_out(reference, test, mutant.source, several):
                found.found_out += 1
            elif same_values.says(known_same, cell.name, mutant):
                found.same += 1
            else:
                found.survivors.append(f"{cell.name}: {mutant.change}")
    return found


def _asked(reference: Reference, test: Test) -> Asked:
    """What the test asks with some inputs, and what the solution gives."""
    asked: Asked = []
    solution = reference.solution_at(test)

    def ask(question: Question, _: Mapping[str, Any], line: int) -> None:
        question = question.among(test.names)
        expected = question.put_to(solution)
        if line in test.hidden or not test.hidden:
            asked.append((question, KnownResult(expected.value, expected.error_name, changed=expected.changed)))

    seeds.sow(seeds.number(secrets.token_bytes(8), test.grade_id))
    with judged_by(ask), trusted.quietly():
        test.code.run(dict(solution))
    return asked


def _is_found_out(reference: Reference, test: Test, source: str, several: list[Asked]) -> bool:
    try:
        with time_limit(SLIP_SECONDS, of_processor=True):
            names = reference.answered_at(test, source, "slip", PATIENCE)
    except trusted.STOPS:
        return True
    return all(any(map(partial(_is_wrong, names), asked)) for asked in several)


def _is_wrong(names: dict[str, Any], asked: tuple[Question, KnownResult]) -> bool:
    question, known = asked
    try:
        with time_limit(SLIP_SECONDS, of_processor=True), trusted.quietly():
            answered = question.put_to(names)
    except trusted.STOPS:
        return True
    return not returned.is_right(question, answered, known)
