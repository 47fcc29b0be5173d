"""Does the solution give a test cell anything empty? Then an answer may, and still earn what the cell gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any

from autograder import seeds
from autograder.grading import calculations, trusted
from autograder.grading.reference import CELL_SECONDS, Reference, ask
from autograder.grading.tested import Test
from autograder.sandbox.outside.empty import is_empty
from chainrule.checks.check import judged_by
from chainrule.checks.question import Question


def gives_nothing(reference: Reference, test: Test, seed: int) -> bool:
    """Does the solution give a test cell itself anything empty, with random numbers from a seed?

    What `check` is given there is compared anyway. True too where that can't be told: of functions that aren't
    written in Python, and where the cell fails.
    """
    names = dict(reference.solution_at(test))
    answers = [names[name] for name in test.asking.classes if name in names]
    if any(callable(value) and not isinstance(value, (FunctionType, type)) for value in answers):
        return True
    seeds.sow(seed)
    try:
        with (
            trusted.quietly(),
            trusted.time_limit(CELL_SECONDS),
            calculations.empties(test.code.file_name) as found,
            judged_by(lambda *asked: _ask_unnoted(found, *asked)),
        ):
            test.code.run(names)
    except trusted.STOPS:
        return True
    return bool(found) or any(is_empty(value) for value in answers)


def _ask_unnoted(found: list[Any], question: Question, names: Mapping[str, Any], line: int) -> None:
    """Let the solution answer a `check`, and leave what is `found` as it is."""
    before = list(found)
    ask(question, names, line)
    found[:] = before
