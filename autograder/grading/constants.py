"""Answers that work nothing out, and tests that they pass: their author is told, for students will find them too."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder import seeds
from autograder.grading import trusted
from autograder.grading.names import bound_names
from autograder.grading.nothing_given import gives_nothing
from autograder.grading.reference import CELL_SECONDS, Reference
from autograder.grading.tested import Test
from autograder.sandbox.outside.empty import is_empty
from chainrule.checks.check import judged_by
from chainrule.checks.question import Question

CONSTANTS: dict[str, Any] = {
    "nothing (None)": None,
    "True": True,
    "0": 0,
    "1": 1,
    "an empty text": "",
    "an empty list": [],
    "an empty array": np.zeros(0),
    "an empty iterator": iter(()),
}


def warnings(reference: Reference, test: Test) -> Iterator[str]:
    """The constants, in words, that pass a test of plain asserts when its functions give them, whatever is asked."""
    names = reference.solution_at(test)
    bound = [name for cell in test.answers for name in bound_names(cell.source)]
    functions = [name for name in bound if name in test.asking.classes and _is_function(names.get(name))]
    if not functions:
        return
    for words, value in CONSTANTS.items():
        seed = seeds.number(secrets.token_bytes(8), test.grade_id)
        answered = {name: _giving(value) for name in functions}
        if _passes(test, names | answered, seed) and not (is_empty(value) and not gives_nothing(reference, test, seed)):
            yield f"{test.grade_id}: passes when {' and '.join(functions)} always gives {words}; compare a value, too"


def _is_function(value: object) -> bool:
    return callable(value) and not isinstance(value, type) and getattr(value, "__module__", "") == "__main__"


def _giving(value: Any) -> Any:
    return lambda *_, **__: value


def _passes(test: Test, names: dict[str, Any], seed: int) -> bool:
    """Do the asserts of a test pass? One that asks by `check` doesn't: its values are compared."""
    asked: list[Question] = []
    seeds.sow(seed)
    try:
        with (
            judged_by(lambda question, *_: asked.append(question)),
            trusted.quietly(),
            trusted.time_limit(CELL_SECONDS),
        ):
            value = test.code.run(names)
    except trusted.STOPS:
        return False
    partial = isinstance(value, (int, float)) and not isinstance(value, bool) and value < test.points
    return not asked and not partial
