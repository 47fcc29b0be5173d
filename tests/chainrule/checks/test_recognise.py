from __future__ import annotations

import math

import numpy as np
import pytest

from chainrule.checks.accept import Accept
from chainrule.checks.recognise import Failure, Misconception, Result, explains, in_words, is_degenerate

ANY, KEPT = Accept(), Accept(changes="none")
BIAS = Misconception("bias", "The first column is of ones. What multiplies it?", "The bias.")
SIGN = Misconception("sign", "All is negative. Which way is down?", "Subtract.")
SUM = Misconception("sum", "It is too large by 3.5. Is it a mean?", "Divide.")
FACTOR = Misconception("factor", "Is it twice?", "Halve.")
KEY = Failure("KeyError", "'x'", "d[]")


@pytest.mark.parametrize(
    "value",
    [0.0, 1e-14, [], np.zeros((2, 3)), math.nan, np.array([math.inf, 0.0]), None, {"x": 0.0, "y": math.nan}, ([], [])],
)
def test_what_any_mistake_may_give_explains_nothing(value: object) -> None:
    assert is_degenerate(value, ANY)
    assert not explains(Result(value), Result(value), ANY)


@pytest.mark.parametrize("value", [2.0, [0.0, 1.0], {"x": 0.0, "y": -3}, "A", np.array([math.nan, 0.5]), 1j])
def test_a_value_of_its_own_explains(value: object) -> None:
    assert explains(Result(value), Result(value), ANY)


def test_nan_explains_where_it_comes_with_the_same_warnings() -> None:
    overflow = Result(math.nan, warned=("RuntimeWarning: overflow encountered in exp",))
    other = Result(math.nan, warned=("RuntimeWarning: divide by zero encountered in log",))
    assert explains(overflow, overflow, ANY)
    assert not explains(other, overflow, ANY)


def test_an_error_explains_where_class_text_and_what_failed_are_the_same() -> None:
    assert explains(Result(failure=KEY), Result(failure=KEY), ANY)
    for other in (
        Failure("IndexError", "'x'", "d[]"),
        Failure("KeyError", "'y'", "d[]"),
        Failure("KeyError", "'x'", "v[]"),
    ):
        assert not explains(Result(failure=other), Result(failure=KEY), ANY)
    assert not explains(Result(2.0), Result(failure=KEY), ANY)


@pytest.mark.parametrize("name", ["TimeoutError", "MemoryError", "RecursionError"])
def test_an_error_that_anything_leads_to_explains_nothing(name: str) -> None:
    assert not explains(Result(failure=Failure(name, "")), Result(failure=Failure(name, "")), ANY)


def test_a_changed_argument_tells_two_results_apart_where_it_matters() -> None:
    changed, kept = Result(2.0, changed=("argument 1",)), Result(2.0)
    assert explains(changed, kept, ANY) and not explains(changed, kept, KEPT)


def test_one_cause_speaks_for_itself() -> None:
    assert in_words([(BIAS,)]) is BIAS
    assert in_words([(BIAS,), (BIAS,)]) is BIAS
    assert in_words([]) is None


def test_of_several_causes_the_student_is_asked_which() -> None:
    words = in_words([(BIAS,), (FACTOR,)])
    assert words is not None and words.name == "bias or factor"
    assert "More than one cause" in words.says and "What multiplies it?" in words.says and "Is it twice?" in words.says
    assert "column is of ones" not in words.says


def test_one_mistake_that_explains_all_comes_before_two_at_once() -> None:
    assert in_words([(SIGN,), (BIAS, FACTOR)]) is SIGN


def test_two_at_once_are_a_suggestion_made_of_their_questions() -> None:
    words = in_words([(SIGN, SUM)])
    assert words is not None and words.name == "sign; sum"
    assert "Which way is down?" in words.says and "Is it a mean?" in words.says
    assert "All is negative" not in words.says and "3.5" not in words.says


def test_several_pairs_or_too_many_causes_say_nothing() -> None:
    assert in_words([(SIGN, SUM), (BIAS, FACTOR)]) is None
    assert in_words([(BIAS,), (SIGN,), (SUM,), (FACTOR,)]) is None
