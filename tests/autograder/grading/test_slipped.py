"""What small slips give is kept with the known results of the check that is the first to find them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.commands import release
from autograder.grading.trusted import time_limit
from chainrule.checks import slips
from chainrule.checks.known_results import KnownResult, KnownResults
from chainrule.checks.question import Question
from tests.autograder import course_maker as maker
from tests.autograder.making import answer, checks, locked, source

MEAN = answer("mean", "    return (a + b) / 2", before="def mean(a, b):")
GUESS = answer("guess", "guess = 7.5", before="guess = ...")
BOOK = source(
    MEAN,
    checks("mean-test", "check(mean, 3.0, 3.0)\ncheck(mean, 3.0, 5.0)"),
    locked("between", "told = 1"),
    GUESS,
    checks("guess-test", 'check("guess")'),
)


def known(root: Path, question: Question) -> KnownResult:
    course = maker.course(maker.make_course(root, BOOK, misconceptions='[[guess]]\notherwise = "Why?"\n'))
    release.release(course, maker.ASSIGNMENT)
    results = KnownResults.beside(course.folder("release", maker.ASSIGNMENT))
    found = results.find(question) if results else None
    assert found
    return found


def numbers(found: KnownResult, words: str) -> list[float]:
    return [number for said, many in found.slips.items() if words in said for number in many]


def test_a_slip_is_kept_where_it_is_first_found_out(tmp_path: Path) -> None:
    equal = known(tmp_path / "equal", Question("mean", "call", (3.0, 3.0)))
    assert slips.number_of(3.0 + 3.0 / 2, 3.0) in numbers(equal, "pair of brackets")
    assert slips.number_of(3.0, 3.0) not in numbers(equal, "")
    other = known(tmp_path / "other", Question("mean", "call", (3.0, 5.0)))
    assert numbers(other, "pair of brackets") == []
    assert slips.number_of((5.0 + 5.0) / 2, 4.0) in numbers(other, "is taken where another value is meant")


def test_what_students_are_given_is_kept_with_the_slips(tmp_path: Path) -> None:
    """A slip that needs a word is asked about only where this stands in a line of the student's own."""
    half = answer("mean", "    half = (a + b) / 2", before="def mean(a, b):\n    half = 0.0", after="    return half")
    book = source(half, checks("mean-test", "check(mean, 3.0, 5.0)"))
    course = maker.course(maker.make_course(tmp_path, book, misconceptions=""))
    release.release(course, maker.ASSIGNMENT)
    results = KnownResults.beside(course.folder("release", maker.ASSIGNMENT))
    found = results.find(Question("mean", "call", (3.0, 5.0))) if results else None
    assert found and found.slips
    assert {"def mean(a, b):", "    half = 0.0", "    return half"} <= set(found.given)
    assert "    half = (a + b) / 2" not in found.given


def test_nothing_is_kept_for_what_was_thought_up(tmp_path: Path) -> None:
    found = known(tmp_path, Question("guess", "value"))
    assert not found.slips
    assert found.otherwise == "Why?"


def test_nothing_is_kept_where_a_set_may_give_away_its_order(tmp_path: Path) -> None:
    """It is another one in each process, so that what is recorded would be, too."""
    names = answer("names", "    seen = set(texts)\n    return len(seen) + 2 * n", before="def names(texts, n):")
    book = source(names, checks("names-test", 'check(names, ["a", "b"], 3)'))
    course = maker.course(maker.make_course(tmp_path, book, misconceptions=""))
    release.release(course, maker.ASSIGNMENT)
    results = KnownResults.beside(course.folder("release", maker.ASSIGNMENT))
    found = results.find(Question("names", "call", (["a", "b"], 3))) if results else None
    assert found and not found.slips


def test_what_never_ends_is_stopped_by_the_time_that_it_takes_of_the_processor() -> None:
    with pytest.raises(TimeoutError), time_limit(0.1, of_processor=True):
        while True:
            pass
