"""A question as it is told."""

from __future__ import annotations

import numpy as np

from chainrule.checks.question import Question


def test_a_call_is_told_as_it_is_typed() -> None:
    assert Question("f", "call", (1.0, [2]), {"h": 0.5}).call_text() == "f(1, [2], h=0.5)"


def test_of_a_long_call_the_keyword_arguments_are_told_too() -> None:
    thetas = [np.arange(12.0).reshape(3, 4)] * 2
    told = Question("cost", "call", (thetas, np.ones((7, 3))), {"lam": 0.3, "kind": "softmax"}).call_text()
    assert told.startswith("cost(")
    assert told.endswith(", lam=0.3, kind='softmax')")
    assert "\n" not in told


def test_an_array_that_is_given_twice_is_one_array_for_the_answer_and_none_of_the_asker() -> None:
    x = np.zeros(2)
    one = Question("f", "call", (x, x)).put_to({"f": lambda a, b: (a is b, a is x)})
    two = Question("f", "call", (x, x.copy())).put_to({"f": lambda a, b: (a is b, a is x)})
    assert (one.value, two.value) == ((True, False), (False, False))


def test_of_several_arrays_those_are_named_that_a_call_changes() -> None:
    x, y = np.array([1.0, np.nan]), np.arange(3)

    def change(a: np.ndarray, b: np.ndarray, *, c: np.ndarray) -> None:
        b[1], c[0] = 7, 7

    answered = Question("f", "call", (x, y), {"c": x.copy()}).put_to({"f": change})
    assert answered.changed == ("argument 2", "c")
    assert y.tolist() == [0, 1, 2]
