"""Known results are found again by the answer's name and its arguments, and hold values only."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.checks import known_results
from chainrule.checks.accept import Accept
from chainrule.checks.asking import ask
from chainrule.checks.known_results import KnownResult, KnownResults, StaleFormatError
from chainrule.checks.plain import NotPlainError
from chainrule.checks.question import Given, Question
from chainrule.checks.recognise import Misconception, Result
from chainrule.checks.stored import decode, encode

SIGN = Misconception("sign", "Which way is down?", "Subtract.")
FACTOR = Misconception("factor", "Is it twice?", "Halve.")


def call(name: str, *args: Any, **kwargs: Any) -> Question:
    return Question(name, "call", args, kwargs)


def stored(*results: tuple[Question, KnownResult]) -> KnownResults:
    return KnownResults(json.loads(known_results.to_json(results)))


def value_of(question: Question, known: KnownResults) -> Any:
    found = known.find(question)
    assert found is not None, "no known result was found"
    return found.value


def test_a_result_is_found_by_name_and_arguments() -> None:
    known = stored(
        (call("f", 1.0), KnownResult(10)),
        (call("f", 2.0), KnownResult(20)),
        (call("g", 1.0), KnownResult(30)),
        (call("f", 1.0, h=0.5), KnownResult(40)),
        (Question("f", "value"), KnownResult(50)),
    )
    assert [value_of(q, known) for q in (call("f", 1.0), call("f", 2.0), call("g", 1.0))] == [10, 20, 30]
    assert value_of(call("f", 1.0, h=0.5), known) == 40
    assert value_of(Question("f", "value"), known) == 50
    assert known.names() == {"f", "g"}


@pytest.mark.parametrize("scale", [1 + 1e-9, 1 - 1e-9])
def test_arguments_are_the_same_when_another_machine_rounds_them_differently(scale: float) -> None:
    large = np.random.default_rng(0).normal(size=(40, 30))
    small, nested = np.array([0.1, -0.2]), {"W": [large, np.array([0.3])], "b": (0.7,)}
    known = stored((call("f", 0.3, small, large, nested), KnownResult(1)))
    moved = {"W": [large * scale, np.array([0.3]) * scale], "b": (0.7 * scale,)}
    assert value_of(call("f", 0.3 * scale, small * scale, large * scale, moved), known) == 1
    assert value_of(call("f", 0.3, small, np.asfortranarray(large), nested), known) == 1


LARGE = np.arange(60.0).reshape(6, 10)
SWAPPED = LARGE.copy()
SWAPPED[[0, 1]] = LARGE[[1, 0]]


@pytest.mark.parametrize(
    ("given_", "other"),
    [
        (1.0, 1.001),
        (1.0, -1.0),
        (0.0, 1e-6),
        (1.0, "1.0"),
        (None, 0.0),
        (LARGE, SWAPPED),
        (LARGE, LARGE.T),
        (LARGE, LARGE.reshape(10, 6)),
        (LARGE, LARGE.astype(complex) * 1j),
        (np.zeros(3), np.zeros((3, 1))),
        (np.zeros(3), [0.0, 0.0, 0.0]),
        ([1, 2], (1, 2)),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"b": 1}),
        (float("nan"), 0.0),
        (float("inf"), float("-inf")),
        (Given("sigmoid"), Given("relu")),
        (Given("sigmoid"), "sigmoid"),
    ],
    ids=str,
)
def test_other_arguments_are_not_found(given_: Any, other: Any) -> None:
    known = stored((call("f", given_), KnownResult(1)))
    assert known.find(call("f", given_)) is not None
    assert known.find(call("f", other)) is None


def test_more_or_fewer_or_otherwise_named_arguments_are_not_found() -> None:
    known = stored((call("f", 1, h=2), KnownResult(1)))
    for other in (call("f", 1), call("f", 1, 2), call("f", 1, 2, h=2), call("f", 1, eps=2), Question("f", "value")):
        assert known.find(other) is None


@given(
    hnp.arrays(
        st.sampled_from([float, np.float32, complex, np.int8, np.int64, np.uint64, bool]),
        hnp.array_shapes(min_dims=0, min_side=0),
    )
)
def test_every_array_comes_back_bit_by_bit(array: Any) -> None:
    back = decode(json.loads(json.dumps(encode(array))))
    assert back.dtype == array.dtype and back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    if array.dtype.kind in "fc":
        numbers = ~np.isnan(array)
        np.testing.assert_array_equal(np.signbit(back.real[numbers]), np.signbit(array.real[numbers]))


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, -0.0, 0.1, 1e-320, complex(math.nan, -0.0), 2**70, True, None]
)
def test_every_number_comes_back_the_same_through_strict_json(value: Any) -> None:
    for held in (value, [value], {"x": (value,)}, np.array([value, value]), np.array(value)[()]):
        text = json.dumps(encode(held), allow_nan=False)
        assert repr(decode(json.loads(text))) == repr(held)


def test_the_file_is_strict_json_in_which_each_misconception_stands_once() -> None:
    questions = [
        (call("f", x), KnownResult(math.nan, None, [((SIGN,), Result(-x)), ((FACTOR,), Result(np.array([math.inf])))]))
        for x in (1.0, math.inf)
    ]
    text = known_results.to_json(questions)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    tree = json.loads(text, parse_constant=refuse)
    assert [m["name"] for m in tree["misconceptions"]] == ["sign", "factor"]
    found = KnownResults(tree).find(call("f", 1.0))
    assert found is not None and [cause for cause, _ in found.mistaken] == [(SIGN,), (FACTOR,)]
    assert found.mistaken[0][1] == Result(-1.0)


def test_a_result_that_is_an_exception_is_kept_by_its_name() -> None:
    found = stored((call("f", -1), KnownResult(raises="ValueError"))).find(call("f", -1))
    assert found == KnownResult(None, "ValueError", [])


@pytest.mark.parametrize("value", [print, lambda x: x, object(), KnownResult, [print], {"f": len}, math])
def test_only_values_can_be_stored_never_code(value: object) -> None:
    with pytest.raises(NotPlainError):
        known_results.to_json([(call("f"), KnownResult(value))])


def test_a_function_given_as_an_argument_is_stored_by_its_name_only() -> None:
    text = known_results.to_json([(call("minimise", Given("cost", lambda x: x**2)), KnownResult(0.0))])
    assert "cost" in text and "lambda" not in text
    assert value_of(call("minimise", Given("cost", abs)), KnownResults(json.loads(text))) == 0.0


def test_a_large_argument_takes_little_room() -> None:
    images = np.random.default_rng(0).random((1797, 64))
    assert len(known_results.to_json([(call("f", images), KnownResult(1.0))])) < 1_000


@pytest.mark.parametrize(
    "tree", [{}, {"format": 0}, {"format": known_results.FORMAT + 1, "results": []}, [], None, "x"]
)
def test_a_file_of_another_version_is_refused(tree: Any, tmp_path: Path) -> None:
    with pytest.raises(StaleFormatError, match="another version"):
        KnownResults(tree)
    (tmp_path / known_results.FILE_NAME).write_text(json.dumps(tree))
    with pytest.raises(StaleFormatError):
        KnownResults.beside(tmp_path)


def test_a_folder_without_the_file_has_no_known_results(tmp_path: Path) -> None:
    assert KnownResults.beside(tmp_path) is None


def test_a_file_is_read_once_until_it_is_written_anew_or_gone(tmp_path: Path) -> None:
    path = tmp_path / known_results.FILE_NAME
    path.write_text(known_results.to_json([(call("f", 1.0), KnownResult(10))]))
    known = KnownResults.beside(tmp_path)
    assert known is not None and KnownResults.beside(tmp_path) is known
    path.write_text(known_results.to_json([(call("f", 1.0), KnownResult(1000))]))
    known = KnownResults.beside(tmp_path)
    assert known is not None and value_of(call("f", 1.0), known) == 1000
    path.unlink()
    assert KnownResults.beside(tmp_path) is None


def test_what_is_found_is_not_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / known_results.FILE_NAME).write_text(
        known_results.to_json([(call("f", 1.0), KnownResult(np.zeros(3), None, [((SIGN,), Result(np.ones(3)))]))])
    )
    known = KnownResults.beside(tmp_path)
    assert known is not None
    found = known.find(call("f", 1.0))
    assert found is not None
    found.value[:] = 7
    found.mistaken.clear()
    again = known.find(call("f", 1.0))
    assert again is not None and list(again.value) == [0, 0, 0] and len(again.mistaken) == 1


def test_results_of_two_notebooks_in_one_folder_are_kept_apart_and_contradictions_refused() -> None:
    first = known_results.to_json([(call("f", 1.0), KnownResult(1.0, None, [((SIGN,), Result(-1.0))]))])
    second = known_results.to_json([(call("g", 1.0), KnownResult(2.0, None, [((FACTOR,), Result(4.0))]))])
    both = KnownResults(json.loads(known_results.merge([first, second])))
    found = both.find(call("g", 1.0))
    assert found is not None and found.mistaken == [((FACTOR,), Result(4.0))] and value_of(call("f", 1.0), both) == 1.0
    other = known_results.to_json([(call("f", 1.0), KnownResult(3.0))])
    with pytest.raises(ValueError, match="different results of f"):
        known_results.merge([first, other])


def test_two_checks_of_one_notebook_that_cannot_be_told_apart_are_refused() -> None:
    slope = ask(lambda code: code.f(1.0) - code.f(0.0), (), {}, Accept(), sys._getframe())
    height = ask(lambda code: code.f(1.0), (), {}, Accept(), sys._getframe())
    text = known_results.to_json([(slope, KnownResult(2.0)), (height, KnownResult(3.0))])
    with pytest.raises(ValueError, match="different results of f with the same arguments"):
        known_results.merge([text])
