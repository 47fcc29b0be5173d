"""A student's function that a widget calls: whatever it does, one line says so and nothing hangs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.widgets import source, student
from tests.chainrule.kernel import Kernel


def forever() -> None:
    while True:
        pass


def forever_in_one_line() -> None:
    while True: pass  # fmt: skip  # noqa: E701


def forever_in_spite_of_errors() -> None:
    while True:
        try:
            raise ValueError
        except Exception:
            pass


@pytest.mark.parametrize("function", [forever, forever_in_one_line, forever_in_spite_of_errors])
def test_an_endless_loop_is_stopped(function: Callable[[], Any]) -> None:
    with pytest.raises(student.CallError, match=f"Took too long: {function.__name__} was stopped after 0.2 seconds"):
        student.call(function, seconds=0.2)


def test_what_is_quick_comes_back_as_it_is() -> None:
    assert student.call(lambda x, y: {"sum": x + y}, 1, 2) == {"sum": 3}


RAISING = """
from chainrule.widgets import student

def helper(v):
    return v["missing"]

def backward(v):
    return helper(v)

def unwritten(v):
    # YOUR CODE HERE
    raise NotImplementedError()

for function in (backward, unwritten):
    try:
        student.call(function, {})
    except student.CallError as error:
        print(error)
"""


def test_an_error_is_said_in_one_line_with_the_students_line(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        assert kernel.run(RAISING).printed.splitlines() == [
            """Stopped by an error: KeyError: 'missing', in the line return v["missing"] (in helper)""",
            "Not answered yet: unwritten is still to be written.",
        ]


def test_numbers_are_taken_from_any_plain_number() -> None:
    given = {"a": 1, "b": np.float64(2.5), "c": np.array(3.0), "d": np.array([[4.0]]), "other": "text"}
    assert student.numbers(given, ["a", "b", "c", "d", "absent"]) == {"a": 1.0, "b": 2.5, "c": 3.0, "d": 4.0}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "the function returned nothing; does it end with return?"),
        ([1.0], "the function returned a list of 1"),
        ({"x": np.zeros(2)}, '"x" in the dict is an array of shape (2,) and not a number.'),
        ({"x": "0.5 or so"}, '"x" in the dict is a text and not a number.'),
        ({"x": None}, '"x" in the dict is None and not a number.'),
    ],
)
def test_nonsense_is_named(given: object, said: str) -> None:
    with pytest.raises(student.CallError) as error:
        student.numbers(given, ["x"])
    assert said in str(error.value)


def gates(x: float) -> float:
    return x


def to_z(v: dict[str, float]) -> dict[str, float]:
    d = {"f": 1.0}
    d["z"] = gates(v["f"])
    return d


def backward(v: dict[str, float]) -> dict[str, float]:
    d = to_z(v)
    d["x"], d["y"] = (
        d["z"],
        2 * d["z"],
    )
    d["x"] += 1
    return d


@pytest.mark.parametrize(
    ("edge", "lines"),
    [
        ("x", ['d["x"], d["y"] = ( d["z"], 2 * d["z"], )', 'd["x"] += 1']),
        ("z", ['d["z"] = gates(v["f"])']),
        ("f", ['d = {"f": 1.0}']),
        ("w", []),
    ],
)
def test_the_lines_that_set_an_edge_are_found_in_a_function_and_its_helpers(edge: str, lines: list[str]) -> None:
    assert source.lines_that_set(backward, edge) == lines
    assert source.lines_that_set(lambda x: backward({"f": x}), edge) == lines


def test_after_a_call_a_profiler_still_comes_to_its_end() -> None:
    code = (
        "import cProfile\nfrom chainrule.widgets import student\n"
        "student.call(lambda: 1)\ncProfile.run('for i in range(10): sum(range(i))')"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, capture_output=True, text=True, check=True)
    assert "function calls" in done.stdout
