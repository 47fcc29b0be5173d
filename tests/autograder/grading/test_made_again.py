"""A value is made again in the grader as in the notebook: by the student's own cells, in the student's process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.engine.client import Worker
from autograder.limits import Limits
from tests.autograder.making import answer, checks, grade, locked, save, source, submission, working

SOURCE = source(
    locked("given", "a, b = 3.0, 4.0"),
    answer("first", "c = a * b"),
    checks("first-test", 'check("c")', 'for a_ in rng.normal(size=3):\n    check.again("c", a=float(a_), b=2.0)'),
    answer("second", "d = c + a"),
    checks("second-test", 'check("d")\ncheck.again("d", a=2.0, b=5.0)', 'check.again("d", a=-1.0, b=2.0)'),
)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with working(save(SOURCE, tmp_path_factory.mktemp("course")), Limits()) as worker:
        yield worker


@pytest.mark.parametrize(
    ("first", "second", "scores"),
    [
        ("c = a * b", "d = c + a", [2, 2]),
        ("def product():\n    return a * b\n\nc = product()", "print(a)\nt = [c, a]\nd = sum(t)", [2, 2]),
        ("c = 12.0", "d = a * b + a", [0, 2]),
        ("c = a * 4", "d = a * b + a", [0, 2]),
        ("c = a * b", "d = 15.0", [2, 0]),
        ("c = a * b", "d = c + 3", [2, 0]),
        ("c = a * b\nimport chainrule.checks.again as x\nx.in_this_kernel = None", "d = c + a", [0, 0]),
    ],
)
def test_points_are_for_what_holds_with_other_values_too(
    worker: Worker, first: str, second: str, scores: list[float]
) -> None:
    found = grade(worker, submission(SOURCE, first=first, second=second)).tests
    assert [each.score for each in found] == scores, [each.verdict.text for each in found]


def test_what_a_later_cell_sets_makes_no_difference(worker: Worker) -> None:
    handed_in = submission(SOURCE, first="c = a * b", second="c = c\nd = c + a\na = b = c = 0")
    assert [each.score for each in grade(worker, handed_in).tests] == [2, 2]
