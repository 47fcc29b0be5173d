"""Alike is what two students share and hardly anybody else, the release, the solution or a known mistake has."""

from __future__ import annotations

import random

import pytest

from autograder.insight.similar import Pair, pairs

GIVEN = "def total(xs):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
SOLUTION = "def total(xs):\n    return sum(square(x) for x in xs)"
OWN = """
def total(numbers_to_add):
    running_answer = 0.0
    for every_single_one in numbers_to_add:
        running_answer = running_answer + every_single_one * every_single_one  # my own idea
    return running_answer
"""
WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]


def own(seed: int) -> str:
    """An answer with names that nobody else has."""
    a, b, c = random.Random(seed).sample([f"{word}_{seed}" for word in WORDS], 3)
    return f"def total({a}):\n    {b} = 0\n    for {c} in {a}:\n        {b} += {c} * {c}\n    return {b}\n"


@pytest.fixture
def answers() -> dict[str, str]:
    return {f"student-{seed}": own(seed) for seed in range(30)}


def names(found: list[Pair]) -> list[tuple[str, str]]:
    return [(pair.first, pair.second) for pair in found]


def test_who_wrote_the_solution_is_like_nobody(answers: dict[str, str]) -> None:
    right = {student: SOLUTION for student in answers}
    assert pairs(right, [GIVEN, SOLUTION]) == []


def test_what_many_wrote_says_nothing(answers: dict[str, str]) -> None:
    alike = answers | {student: OWN for student in list(answers)[:10]}
    assert pairs(alike, [GIVEN, SOLUTION]) == []


def test_two_who_share_what_nobody_else_has_are_shown_with_it_marked(answers: dict[str, str]) -> None:
    answers |= {"ada": OWN, "ben": OWN.replace("    ", "  ").replace("0.0", "0")}
    (pair,) = pairs(answers, [GIVEN, SOLUTION])
    assert (pair.first, pair.second) == ("ada", "ben")
    assert "every_single_one" in "".join(part.split("</mark>")[0] for part in pair.shown[0].split("<mark>")[1:])


def test_different_answers_are_not_alike(answers: dict[str, str]) -> None:
    assert pairs(answers, [GIVEN, SOLUTION]) == []


def test_markup_in_an_answer_is_text(answers: dict[str, str]) -> None:
    answers |= {"ada": OWN + "<script>alert(1)</script>", "ben": OWN + "<script>alert(1)</script>"}
    (pair,) = pairs(answers, [GIVEN, SOLUTION])
    assert "<script" not in pair.shown[0] and "script" in pair.shown[0]


def test_answers_too_short_to_tell_anything_are_left_alone() -> None:
    assert pairs({"ada": "x = 1", "ben": "x = 1", "cleo": ""}, [GIVEN]) == []
