"""What an answer changes of the test's own objects reaches neither the reference nor the next check."""

from __future__ import annotations

import numpy as np

from autograder.grading.detached import detached
from chainrule.checks.question import Question

NAMES: dict[str, object] = {"np": np}
exec(  # a test cell
    "xs = np.array([1.0, 2.0])\nheld = {'xs': xs}\nrng = np.random.default_rng(0)\n"
    "def through(code):\n    return code.f(held['xs'])\n"
    "def made():\n    ys = [3.0]\n"
    "    return lambda code, zs=[4.0]: (code.f(ys), code.f(zs), code.f(xs), through(code))\n"
    "draw = lambda code: code.f(rng.normal(size=2))\n"
    "whole = made()",
    NAMES,
)


def asked(target: str) -> Question:
    return Question("f", "code", target=NAMES[target])  # type: ignore[arg-type]


def spoil(values: list[float]) -> list[float]:
    found = list(values)
    values[:] = [float("nan")] * len(values)
    return found


def test_all_that_a_question_reads_is_as_it_was_for_whoever_is_asked_next() -> None:
    for _ in range(2):
        found = detached(asked("whole")).put_to({"f": spoil})
        assert found.raised is None
        first, second, third, fourth = found.value
        assert (first, second, third) == ([3.0], [4.0], [1.0, 2.0])
        assert np.isnan(fourth).all(), "one array is one array in the copy too"
    assert NAMES["xs"].tolist() == [1.0, 2.0]  # type: ignore[attr-defined]


def test_both_sides_draw_the_same() -> None:
    def f(x: np.ndarray) -> np.ndarray:
        return x

    first, second = (detached(asked("draw")).put_to({"f": f}).value for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, asked("draw").put_to({"f": f}).value)


def test_a_call_is_the_same_question() -> None:
    question = Question("f", "call", (1.0,))
    assert detached(question) is question
