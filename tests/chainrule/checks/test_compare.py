"""Two results: the same, or how they differ in words that help."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.checks.accept import Accept, Difference
from chainrule.checks.compare import difference

DEFAULT = Accept()
COLUMN = np.array([1.0, -2.0, 3.5])
finite = st.floats(-1e6, 1e6)


def found(got: object, expected: object, accept: Accept = DEFAULT) -> Difference:
    result = difference(got, expected, accept)
    assert result is not None, "no difference was found"
    return result


@given(hnp.arrays(float, hnp.array_shapes(), elements=st.floats()))
def test_an_array_is_the_same_as_its_copy_even_with_nan_and_inf_in_it(array: Any) -> None:
    assert difference(array.copy(), array, DEFAULT) is None


@given(st.floats(1e-3, 1e6), st.sampled_from([1e-5, -1e-5, 1e-3, 0.1]))
def test_a_relative_error_of_1e_5_is_an_error(value: float, error: float) -> None:
    wrong = value * (1 + error)
    assert found(wrong, value).what == "value"
    assert found(np.array([1.0, wrong]), np.array([1.0, value])).what == "value"
    assert found([wrong], [value]).what == "value"
    assert found({"dx": wrong}, {"dx": value}).what == "value"


@given(st.floats(1e-3, 1e6))
def test_an_error_in_the_last_digits_is_none(value: float) -> None:
    assert difference(value * (1 + 1e-9), value, DEFAULT) is None


def test_a_small_number_is_not_taken_for_zero() -> None:
    assert found(0.0, 1e-8).what == "value"
    assert found(1e-8, 0.0).what == "value"
    assert found(np.array([1e-8, 0.0]), np.array([1e-8, 1e-9])).what == "value"


def test_tolerances_can_be_widened_and_narrowed() -> None:
    assert difference(1.001, 1.0, Accept(rtol=1e-2)) is None
    assert difference(0.001, 0.0, Accept(atol=1e-2)) is None
    assert found(1 + 1e-9, 1.0, Accept(rtol=1e-12)).what == "value"


def test_one_of_many_entries_is_named_with_both_values() -> None:
    expected = np.arange(6.0).reshape(2, 3)
    got = expected.copy()
    got[1, 2] = 7.25
    text = found(got, expected).text
    assert "1 of 6" in text and "[1, 2]" in text and "7.25" in text and "5" in text


@pytest.mark.parametrize("other", [COLUMN[:, None], COLUMN[None, :], COLUMN.reshape(3, 1, 1)])
def test_right_values_in_another_shape_are_told_apart_from_wrong_ones(other: Any) -> None:
    right = found(other, COLUMN)
    assert right.what == "shape" and "right values" in right.text
    assert str(other.shape) in right.text and "(3,)" in right.text
    assert "right values" not in found(other + 1, COLUMN).text
    assert difference(other, COLUMN, Accept(shape="any")) is None
    assert found(other + 1, COLUMN, Accept(shape="any")) is not None


def test_a_wrong_shape_names_both_shapes() -> None:
    difference = found(np.zeros((2, 4)), np.ones((3, 4)))
    assert difference.what == "shape" and "(2, 4)" in difference.text and "(3, 4)" in difference.text


def test_a_transposed_result_is_called_transposed() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    assert "transposed" in found(matrix.T, matrix).text


@pytest.mark.parametrize("container", [list, tuple])
def test_a_list_in_place_of_an_array_is_right_but_for_the_container(container: type) -> None:
    right = found(container(COLUMN.tolist()), COLUMN)
    assert right.what == "type" and "right values" in right.text and container.__name__ in right.text
    assert found(container([1.0, -2.0, 3.6]), COLUMN).what == "value"
    assert difference(container(COLUMN.tolist()), COLUMN, Accept(types="any")) is None


def test_a_tuple_will_do_for_a_list_and_an_array_is_right_but_for_the_container() -> None:
    values = COLUMN.tolist()
    assert difference(tuple(values), values, DEFAULT) is None and difference(values, tuple(values), DEFAULT) is None
    right = found(COLUMN, values)
    assert right.what == "type" and "right values" in right.text and "a list" in right.text
    assert difference(COLUMN, values, Accept(types="any")) is None
    assert found([1.0, -2.0], values).what == "shape"
    assert found(((1, 2), (3, 5)), ((1, 2), (3, 4))).what == "value"


def test_two_entries_in_the_wrong_order_are_said_to_be_exchanged() -> None:
    swapped = found((COLUMN, 2.0), (2.0, COLUMN))
    assert "other order" in swapped.pattern
    assert "other order" not in found((COLUMN, 3.0), (2.0, COLUMN)).pattern
    assert "other order" not in found((1.0, 2.0, 3.0), (3.0, 2.0, 1.0)).pattern


def test_single_precision_is_told_apart_from_a_wrong_value() -> None:
    expected = np.array([0.1, 1 / 3, 123456.789])
    rounded = (expected * (1 + 5e-6)).astype(np.float32)  # as sums in single precision leave it
    single = found(rounded, expected)
    assert single.what == "type" and "float32" in single.text
    assert difference(rounded, expected, Accept(types="any")) is None
    assert found(rounded.astype(float), expected).what == "value"
    assert found(rounded * np.float32(1.01), expected).what == "value"


def test_a_matrix_is_told_apart_from_an_array() -> None:
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0], [3.0, 4.0]])
    right = found(matrix, np.asarray(matrix))
    assert right.what == "type" and "matrix" in right.text and "np.asarray" in right.text
    assert found(matrix + 1, np.asarray(matrix)).what == "value"


def test_a_wrong_sign_and_a_constant_factor_are_pointed_out() -> None:
    assert "sign" in found(-COLUMN, COLUMN).pattern
    assert "sign" in found(-2.5, 2.5).pattern
    assert "3 times" in found(3 * COLUMN, COLUMN).pattern
    assert found(COLUMN + np.array([0.1, 0, 0]), COLUMN).pattern == ""
    assert found(-COLUMN + np.array([0, 0, 0.1]), COLUMN).pattern == ""


def test_nan_and_inf_are_pointed_out_where_none_was_expected() -> None:
    for bad in (np.nan, np.inf):
        result = found(np.array([1.0, bad, 3.5]), COLUMN)
        assert "nan or inf" in result.pattern and "[1]" in result.text
    assert found(COLUMN, np.array([1.0, np.nan, 3.5])).what == "value"
    assert found(np.inf, -np.inf).what == "value"


def test_a_dict_reports_the_first_wrong_key_in_the_order_of_the_reference() -> None:
    expected = {"q": 3.0, "f": -12.0, "df": 1.0}
    got = {"df": 0.0, "f": 12.0, "q": 3.0}
    assert "'f'" in found(got, expected).text
    assert "'f'" in found({"df": 2.0, "q": 3.0}, expected).text
    assert found({"df": 2.0, "q": 3.0}, expected).what == "keys"
    assert difference({**expected, "dq": 1.0}, expected, DEFAULT) is None  # more than was asked for does no harm
    extra = found({**expected, "dq": 1.0}, expected, Accept(extra="none"))
    assert extra.what == "keys" and "'dq'" in extra.text
    assert difference(dict(reversed(expected.items())), expected, DEFAULT) is None
    assert "dict was expected" in found([3.0, -12.0, 1.0], expected).text


def test_what_is_nested_says_where_it_differs() -> None:
    text = found([{"W": COLUMN}, {"W": COLUMN + 1}], [{"W": COLUMN}, {"W": COLUMN}]).text
    assert "Entry 1" in found([1, 2], [1, 3]).text
    assert "'W'" in text


@pytest.mark.parametrize("got", [None, "0.5", [[1], [2, 3]], {"a": 1}, object(), print, ..., ["a"]])
def test_what_is_no_number_at_all_is_named_for_what_it_is(got: object) -> None:
    result = found(got, 0.5)
    assert result.what == "type" and "a number was expected" in result.text
    assert found(got, COLUMN) is not None


@pytest.mark.parametrize("got", [[None, 1.0], np.array([None, 1.0]), np.array(["nan", 1.0], dtype=object)])
def test_none_and_text_in_an_array_are_not_taken_for_numbers(got: object) -> None:
    assert found(got, np.array([np.nan, 1.0]), Accept(types="any")) is not None


def test_numbers_in_place_of_truth_values_are_told_apart() -> None:
    assert found(1, True).what == "type"
    assert found(np.array([1, 0]), np.array([True, False])).what == "type"
    assert difference(np.bool_(True), True, DEFAULT) is None
    assert difference(1.0, 1, DEFAULT) is None


def test_text_and_none_are_compared_too() -> None:
    assert difference("relu", "relu", DEFAULT) is None and difference(None, None, DEFAULT) is None
    assert "'relu'" in found("tanh", "relu").text
    assert found(0.0, None).what == "type"
    assert found(np.array(["a", "b"]), np.array(["a", "c"])).what == "value"


@given(st.recursive(finite | st.text(max_size=3) | st.none(), lambda x: st.lists(x, max_size=4) | st.tuples(x, x)))
def test_any_value_is_the_same_as_itself(value: object) -> None:
    assert difference(value, value, DEFAULT) is None


@pytest.mark.parametrize("text", ["falls then rises", "Falls, then rises.", "falls,then  rises"])
def test_texts_are_compared_by_their_letters(text: str) -> None:
    assert difference(text, "falls, then rises", DEFAULT) is None
    assert found(text, "rises, then falls").what == "value"


def test_a_list_that_holds_itself_is_no_array_and_fills_no_memory() -> None:
    A: list[object] = [np.ones(2)]
    A += [A] * 5
    found = difference(A, np.ones((2, 2)), Accept())
    assert found and found.what == "type"


def test_a_count_that_is_0_is_asked_about_as_a_count() -> None:
    found = difference(0, 7, Accept())
    assert found is not None and "is nothing counted or found" in found.pattern
