"""What a test is said to be of: what its answer cells leave to be written."""

from __future__ import annotations

import pytest

from autograder.course.cells import Source
from autograder.course.notebook import stubs
from autograder.grading import tested
from tests.autograder.making import answer, checks, source

GIVEN = "class Value:\n    pass\n\n\ndef chain(node):\n    return node\n"


@pytest.mark.parametrize(
    ("before", "solution", "asked"),
    [
        (f'{GIVEN}\n\ndef add(a, b):\n    """The sum."""', "    return a + b", ("add",)),
        ("x = ...  # (a, b)", "x = 1", ("x",)),
        ('def exp(a):\n    out = a\n\n\ndef tanh(a):\n    """It."""', "    return a", ("tanh",)),
    ],
)
def test_what_is_whole_in_an_answer_cell_is_not_asked_for(before: str, solution: str, asked: tuple[str, ...]) -> None:
    book = source(answer("it", solution, before=before), checks("it-test", "check(add, 1, 2)"))
    (test,) = tested.tests_in(Source.of(book, stubs(book)).cells, "work")
    assert test.asked == asked
