"""Under plain asserts it is the test that decides, not what an answer gives back."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.limits import Limits
from tests.autograder.grading.conftest import Scores
from tests.autograder.making import answer, checks, grade, save, source, submission, working

RIGHT = {
    "unit": "def unit(v):\n    return v / sqrt(v @ v)",
    "vec": (
        "class Vec:\n    def __init__(self, x):\n        self.x = x\n\n    def __sub__(self, other):\n"
        "        return Vec(self.x - other.x)\n\n    def __rmul__(self, k):\n        return Vec(k * self.x)\n\n"
        "    def norm(self):\n        return abs(self.x) + 1.0"
    ),
    "half": "def half(n):\n    return Fraction(n, 2)",
    "root": "def root(x):\n    return np.sqrt(x)",
    "above": "def above(xs, t):\n    return [x for x in xs if x > t]",
    "limit": "limit = np.ones(3)",
}
SOURCE = source(
    answer("unit", RIGHT["unit"], before="from math import isclose, sqrt"),
    checks("unit-test", "assert isclose(unit(np.array([3.0, 4.0]))[0], 0.6)", points=1),
    answer("vec", RIGHT["vec"]),
    checks(
        "vec-test", "assert abs((Vec(5.0) - Vec(2.0)).norm() - 4.0) < 1e-9\nassert (2 * Vec(3.0)).x == 6.0", points=1
    ),
    answer("half", RIGHT["half"], before="from fractions import Fraction"),
    checks("half-test", "assert abs(half(3) - 1.5) < 1e-12", points=1),
    answer("root", RIGHT["root"]),
    checks("root-test", "x = rng.uniform(1, 9, size=3)\nassert np.allclose(root(x) ** 2, x)", points=1),
    answer("above", RIGHT["above"]),
    checks("above-test", "assert all(x > 2 for x in above([1, 2, 3], 2))\nassert all(above([3], 2))", points=1),
    checks("none-above-test", "assert above([1], 2) == []\nassert all(x > 2 for x in above([3], 2))", points=1),
    answer("limit", RIGHT["limit"]),
    checks("limit-test", "assert np.allclose(limit, 1.0)", points=1),
)
ALL = {f"{name}-test": 1.0 for name in (*RIGHT, "none-above")}


def test_right_answers_have_their_points(scores_of: Scores) -> None:
    imports = {"unit": "from math import isclose, sqrt\n", "half": "from fractions import Fraction\n"}
    assert scores_of(**{name: imports[name] + RIGHT[name] for name in imports}) == ALL


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("unit", "def isclose(*_, **__): return True\nsqrt = None\ndef unit(v): return v"),
        (
            "vec",
            "class Vec:\n    def __init__(self, x): self.x = 6.0\n    def __sub__(self, other):\n"
            "        return 0.0 if isinstance(other, float) else self\n    def __rmul__(self, k): return self\n"
            "    def norm(self): return self",
        ),
        ("half", "class Fraction:\n    def __sub__(self, other): return 0.0\ndef half(n): return Fraction()"),
        ("root", "def root(x): return np.zeros(0)"),
        ("root", "def root(x): return np.zeros((0, 3))"),
        ("above", "def above(xs, t): return []"),
        ("limit", "limit = np.zeros(0)"),
    ],
)
def test_an_answer_that_would_decide_for_itself_has_none(scores_of: Scores, name: str, lie: str) -> None:
    imports = {"unit": "from math import isclose, sqrt\n", "half": "from fractions import Fraction\n"}
    answers = {other: imports[other] + RIGHT[other] for other in imports} | {name: lie}
    expected = ALL | {f"{name}-test": 0.0}
    scores = scores_of(**answers)
    assert scores | {"none-above-test": 1.0} == expected


def test_an_empty_answer_is_right_where_the_solution_gives_one_too(scores_of: Scores) -> None:
    assert scores_of(above="def above(xs, t): return list(filter(lambda x: x > t, xs))")["none-above-test"] == 1.0


def test_something_empty_is_right_where_check_was_given_it_by_the_solution_too(tmp_path: Path) -> None:
    above = source(
        answer("above", RIGHT["above"]), checks("above-test", "check(above, [1], 2)", "check(above, [3], 2)")
    )
    with working(save(above, tmp_path), Limits()) as worker:
        right = grade(worker, submission(above, above=RIGHT["above"]))
        empty = grade(worker, submission(above, above="def above(xs, t): return []"))
    assert [test.score for test in (*right.tests, *empty.tests)] == [2.0, 0.0]
