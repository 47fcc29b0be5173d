"""What a student's code shows together with what it was given is said where it is there, and nowhere else."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from chainrule.checks.plainly import nothing_worked_out, turned

ROW, TABLE = np.array([1.0, 2.0]), np.array([[1.0, 2.0]])


def answer(body: str) -> Any:
    """An answer f(a, b) in a cell of its own."""
    text = f"def f(a, b):\n    {body}\n"
    file = f"<ipython-input-{abs(hash(body))}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), names)
    return names["f"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 0.0", "`return 0.0` gives this whatever `f` is given"),
        ("print(a)\n    return -1", "`return -1` gives this whatever"),
        ("return np.zeros(np.shape(a))", "gives what was just made"),
        ("return [np.zeros_like(each) for each in a]", "gives what was just made"),
    ],
)
def test_an_answer_that_works_nothing_out_is_told_so(body: str, words: str) -> None:
    assert words in nothing_worked_out(answer(body))


@pytest.mark.parametrize("body", ["return a + b", "c = 0\n    return c", "return None", "return", "return np.sum(a)"])
def test_of_any_other_nothing_is_said(body: str) -> None:
    assert nothing_worked_out(answer(body)) == ""


@pytest.mark.parametrize("body", ["return np.diag(a) - a * a.T", "c = a.T @ b\n    return c"])
def test_a_row_that_is_turned_is_told_to_stay_itself(body: str) -> None:
    assert "`a.T` is `a` itself" in turned(answer(body), (ROW, ROW))


@pytest.mark.parametrize(
    ("body", "argument"),
    [("return a * a.T", TABLE), ("a = np.atleast_2d(a)\n    return a * a.T", ROW), ("return np.outer(a, a)", ROW)],
)
def test_of_a_table_or_of_what_may_be_one_nothing_is_said(body: str, argument: Any) -> None:
    assert turned(answer(body), (argument, ROW)) == ""
