"""An answer that raises, where a known mistake raises too: it is recognised by its error, which earns nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder import outcome as outcomes
from autograder.engine.client import Worker
from autograder.limits import Limits
from tests.autograder import making
from tests.autograder.making import answer, checks, save, source, submission, working

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.0, notebook_seconds=20.0)
RAISING = """
[[dot]]
name = "entry by entry"
edits = [["X @ w", "X * w"]]
says = "Is `*` the matrix product?"
hint = "It is @."
credit = 0.5
[[dot]]
name = "the other way round"
edits = [["X @ w", "w @ X"]]
says = "Which one has as many columns as the other has entries?"
hint = "X @ w."
"""
DOT = source(
    answer("dot", "    return X @ w", before="def dot(X, w):"),
    checks("dot-test", "check(dot, np.ones((3, 2)), np.ones(2))", "check(dot, rng.normal(size=(5, 4)), np.ones(4))"),
)


@pytest.fixture(scope="module")
def raising(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with working(save(DOT, tmp_path_factory.mktemp("raising"), misconceptions=RAISING), LIMITS) as worker:
        yield worker


def graded_dot(worker: Worker, body: str) -> outcomes.TestOutcome:
    return making.grade(worker, submission(DOT, dot=f"def dot(X, w):\n    {body}")).tests[0]


def test_a_misconception_that_raises_is_recognised_and_an_error_earns_nothing(raising: Worker) -> None:
    found = graded_dot(raising, "a = X\n    return a * w.reshape(1, -1)[0][: len(w)][::-1].reshape(-1, 1)")
    assert found.misconception is None  # another error than either
    found = graded_dot(raising, "result = w @ X\n    return result")
    assert found.misconception is not None and found.misconception.name == "the other way round"
    assert found.score == 0 and found.status == "raised"
    assert "ValueError" in found.says and "w @ X" not in found.says  # the line would be the edited solution's


def test_a_value_in_place_of_an_error_is_recognised_too(raising: Worker) -> None:
    found = graded_dot(raising, "return X * w")
    assert found.misconception is not None and found.misconception.name == "entry by entry"
    assert found.score == 0.5 * found.points


def test_an_error_that_is_unknown_is_asked_about_with_the_students_line(raising: Worker) -> None:
    found = graded_dot(raising, "product = X.T @ w\n    return product")
    assert found.misconception is None
    assert "product = X.T @ w" in found.says and "The inner sizes of the product are 3 and 2" in found.says
