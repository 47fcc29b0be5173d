"""A wrong result that a small slip in the right code gives is told in which kind of slip it begins."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checks import slips

RIGHT = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 4.0]])
SIGN = "one plus is a minus | What is taken from what?"
FACTOR = "one factor is left out | Which factors are there?"


def known(**results: object) -> dict[str, list[float]]:
    words = {"sign": SIGN, "factor": FACTOR, "third": "c | C?", "fourth": "d | D?"}
    numbers = {words[kind]: slips.number_of(result, RIGHT) for kind, result in results.items()}
    return {said: [number] for said, number in numbers.items() if number is not None}


def test_it_is_said_where_the_slip_is_and_asked_for_it() -> None:
    said = slips.advice(-RIGHT, RIGHT, known(sign=-RIGHT, factor=2 * RIGHT))
    assert said == "Just this comes out where one plus is a minus. What is taken from what?"


def test_rounding_makes_no_difference() -> None:
    assert slips.advice(-RIGHT * (1 + 1e-13), RIGHT, known(sign=-RIGHT))


def test_what_two_kinds_of_slips_give_is_asked_for_both() -> None:
    said = slips.advice(-RIGHT, RIGHT, known(sign=-RIGHT, factor=-RIGHT))
    assert "one plus is a minus, or where one factor is left out. Is one of these in your code?" in said


def test_where_many_kinds_of_slips_give_the_same_they_are_named_only_if_nothing_else_is_said() -> None:
    many = known(sign=-RIGHT, factor=-RIGHT, third=-RIGHT, fourth=-RIGHT)
    assert slips.advice(-RIGHT, RIGHT, many) == ""
    said = slips.among_others(-RIGHT, RIGHT, many)
    assert "one plus is a minus, or where one factor is left out, or where c, among others." in said


def test_not_even_among_others_what_no_slip_gives() -> None:
    assert slips.among_others(2.5 * RIGHT, RIGHT, known(sign=-RIGHT)) == ""


@pytest.mark.parametrize("value", [2.5 * RIGHT, RIGHT.T, 0 * RIGHT, None, "a", [[1.0], [2.0, 3.0]], np.nan * RIGHT])
def test_of_another_result_nothing_is_said(value: object) -> None:
    assert slips.advice(value, RIGHT, known(sign=-RIGHT)) == ""


@pytest.mark.parametrize("value", [0 * RIGHT, np.full((2, 3), np.inf), RIGHT[0], None, {"a": RIGHT}])
def test_no_number_stands_for_what_any_mistake_may_give(value: object) -> None:
    assert slips.number_of(value, RIGHT) is None


def test_right_numbers_in_a_wrong_container_are_no_slip() -> None:
    assert slips.advice(RIGHT.tolist(), RIGHT, known(factor=RIGHT)) == ""


def test_lists_and_dicts_of_arrays_have_a_number_too() -> None:
    like = {"a": 1.0, "b": [None, RIGHT]}
    assert slips.number_of({"b": [None, RIGHT], "a": 2.0, "more": 3.0}, like) is not None
    assert slips.number_of({"b": [RIGHT, RIGHT], "a": 2.0}, like) is None


def test_a_list_that_holds_itself_has_no_number() -> None:
    A: list[object] = [RIGHT]
    A += [A, A]
    assert slips.number_of(A, [RIGHT, RIGHT, RIGHT]) is None


def test_what_a_function_of_the_courses_has_judged_tells_no_slip_from_another() -> None:
    right = {"sizes": 3.0, "all different": True}
    wrong = {"sizes": 3.0, "all different": False}
    number = slips.number_of(wrong, right)
    assert number is not None
    assert slips.advice(wrong, right, {SIGN: [number]}) == ""


def test_a_kind_is_possible_only_where_the_students_code_holds_what_such_a_slip_holds() -> None:
    some = {
        "`ones` stands in the place of another function | Q? | ones": [1.0],
        "a slice | Q? | Slice Subscript": [1.0],
    }
    left_out = {"a function is left out that should be applied, such as `exp` | Q? | ": [1.0]}
    assert slips.possible(some | left_out, {"mean"}) == left_out
    assert slips.possible(some | left_out, {"ones", "Subscript"}) == some | left_out
