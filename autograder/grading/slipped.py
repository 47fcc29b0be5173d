"""What small slips in the solution give for the visible checks: kept with the known results.

A student who wrote the same in the solution's way, or in a variant's, with one slip, is told of which kind it is.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from autograder.course import mutants, variants
from autograder.course.cells import SourceCell
from autograder.grading.reference import Reference
from autograder.grading.tested import Test
from autograder.grading.trusted import quietly, time_limit
from chainrule.checks import slips
from chainrule.checks.question import Answered, Question
from chainrule.checks.recognise import Result, same

QUICK = 0.3
"""Seconds of the processor that an answer, or a call of it, may take for hundreds of slips to be tried."""
SLIP_SECONDS = 2.0
"""Of the processor, for one slip: what takes longer explains nothing."""
TIMES, LEAST = 20, 0.5
"""In a check a slip has so many times what the solution takes, and at least so many seconds: most that take longer
never end."""

PATIENCE = 60.0
"""For the solution itself."""

EMPTY = re.compile(r"np\.empty(|_like)\(")
"""What is in an empty array is another thing each time; a slip may leave it there."""

SETS = ("set", "frozenset")
"""In which order a set holds objects or texts is another thing each time; a slip may give it away."""

Namespace = dict[str, Any]


class Slipped:
    """The slips of a notebook's answers, each followed through a test's visible checks until it's found out."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._right = variants.load(reference.path.parent, reference.source.cells)
        self._unseen: dict[str, list[tuple[str, Namespace]]] = {}
        """By test, the slips that no check before has found out: in words, and the namespace that one gives."""

    def wrong(self, test: Test, question: Question, right: Answered) -> dict[str, list[float]]:
        """What the slips give that this check is the first to find out: by words, each a number."""
        names = self._reference.solution_at(test)
        if right.raised is not None or (took := seconds_of(lambda: question.put_to(names))) > QUICK:
            return {}
        seconds = min(max(TIMES * took, LEAST), SLIP_SECONDS)
        if test.grade_id not in self._unseen:
            self._unseen[test.grade_id] = list(self._made(test))
        found: dict[str, list[float]] = {}
        unseen = []
        for words, names in self._unseen[test.grade_id]:
            result = _result(question, names, seconds)
            if result is not None and same(result, right.result, question.accept):
                unseen.append((words, names))
            elif result is not None:
                number = slips.number_of(result.value, right.value)
                numbers = found.setdefault(words, [])
                if number is not None and number not in numbers:
                    numbers.append(number)
        self._unseen[test.grade_id] = unseen
        return {words: sorted(numbers) for words, numbers in found.items() if numbers}

    def _made(self, test: Test) -> Iterator[tuple[str, Namespace]]:
        for cell in test.answers:
            if not mutants.calculates(cell.source) or not is_quick(self._reference, test, cell):
                continue
            sources = [cell.source, *(variant.source for variant in self._right if variant.answer == cell.name)]
            for mutant in (mutant for source in sources if not _holds_sets(source) for mutant in mutants.of(source)):
                written = EMPTY.sub(r"np.zeros\1(", mutant.source)
                try:
                    with time_limit(SLIP_SECONDS, of_processor=True):
                        names = self._reference.answered_at(test, written, f"{cell.name} slip", PATIENCE)
                except Exception:
                    continue  # it doesn't run
                yield mutants.in_words(mutant), names


def _holds_sets(source: str) -> bool:
    """Does a text make a set anywhere?"""
    nodes = list(ast.walk(ast.parse(source)))
    named = any(isinstance(node, ast.Name) and node.id in SETS for node in nodes)
    return named or any(isinstance(node, (ast.Set, ast.SetComp)) for node in nodes)


def is_quick(reference: Reference, test: Test, answer: SourceCell) -> bool:
    """Is an answer cell soon run, so that each of its slips can be?"""
    return seconds_of(lambda: reference.answered_at(test, answer.source, answer.name, PATIENCE)) < QUICK


def seconds_of(run: Callable[[], object]) -> float:
    """How long the processor takes for something, however busy the machine is."""
    started = time.process_time()
    run()
    return time.process_time() - started


def _result(question: Question, names: Namespace, seconds: float) -> Result | None:
    try:
        with time_limit(seconds, of_processor=True), quietly():
            answered = question.put_to(names)
    except Exception:
        return None
    return None if answered.raised is not None else answered.result
