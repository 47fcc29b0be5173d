"""What a test gives to an answer is the test's own: an answer that changes it decides nothing by that."""

from __future__ import annotations

import pytest

from tests.autograder.grading.conftest import Scores
from tests.autograder.making import answer, checks, source

RIGHT = {
    "twice": "def twice(x):\n    return 2 * x",
    "ordered": "def ordered(xs):\n    return sorted(xs)",
    "sort": "def sort(xs):\n    xs.sort()\n    return xs",
    "draw": "def draw(gen):\n    return gen.normal()",
}
SOURCE = source(
    answer("draw", RIGHT["draw"]),
    checks("draw-test", "assert draw(rng) != draw(rng)", points=1),
    answer("twice", RIGHT["twice"]),
    checks("later-test", "draw(rng)\nx = rng.normal(size=2)\nassert np.allclose(twice(x), 2 * x)", points=1),
    checks("held-test", "both = [rng]\ndraw(both[0])\nx = rng.normal()\nassert twice(x) == 2 * x", points=1),
    checks("twice-test", "x = rng.normal(size=3)\nassert np.allclose(twice(x), 2 * x)", points=1),
    checks("parts-test", "x = [np.ones(2), 3.0]\nassert twice(x[0]).tolist() == [2.0, 2.0]", points=1),
    answer("ordered", RIGHT["ordered"]),
    checks("ordered-test", "xs = [3, 1, 2]\nassert ordered(xs) == sorted(xs)", points=1),
    checks("pure-test", "xs = [3, 1, 2]\nordered(xs)\nassert xs == [3, 1, 2]", points=1),
    checks("both-test", "check(lambda code: code.ordered([]))\nassert all(y > 2 for y in ordered([4, 3]))", points=1),
    answer("sort", RIGHT["sort"]),
    checks("sort-test", "xs = [3, 1, 2]\nassert sort(xs) is xs and xs == [1, 2, 3]", points=1),
)
TESTS = ("twice", "parts", "ordered", "pure", "both", "sort", "draw", "later", "held")
ALL = {f"{name}-test": 1.0 for name in TESTS}
STILL = "dict(bit_generator='PCG64', state=dict(state=0, inc=0), has_uint32=0, uinteger=0)"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("twice", RIGHT["twice"]),
        ("twice", "def twice(x):\n    return x + x"),
        ("ordered", "def ordered(xs):\n    xs = list(xs)\n    xs.sort()\n    return xs"),
        ("draw", "def draw(gen):\n    return gen.standard_normal(1)[0]"),
        ("draw", "def draw(gen):\n    return [gen.random() for _ in range(5)][4]"),
        ("sort", "def sort(xs):\n    xs[:] = sorted(xs)\n    return xs"),
    ],
)
def test_right_answers_have_their_points(scores_of: Scores, name: str, code: str) -> None:
    assert scores_of(**{name: code}) == ALL


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        (
            "def twice(x):\n    if isinstance(x, np.ndarray): x *= 2\n    else: x = 2 * x\n    return x",
            ["twice", "later"],
        ),
        ("def twice(x):\n    if isinstance(x, np.ndarray): x[:] = 0\n    return 2 * x", ["twice", "parts", "later"]),
    ],
)
def test_an_answer_that_empties_what_it_was_given_is_held_against_what_that_was(
    scores_of: Scores, code: str, lost: list[str]
) -> None:
    assert scores_of(twice=code) == ALL | {f"{name}-test": 0.0 for name in lost}


def test_a_right_value_that_was_made_in_place_is_right_unless_the_test_says_otherwise(scores_of: Scores) -> None:
    in_place = "def ordered(xs):\n    xs.sort()\n    return xs"
    assert scores_of(ordered=in_place) == ALL | {"pure-test": 0.0}


def test_a_list_that_was_cut_short_is_not_what_is_compared_with(scores_of: Scores) -> None:
    cut = "def ordered(xs):\n    xs[:] = [1]\n    return [1]"
    scores = scores_of(ordered=cut)
    assert [scores[f"{name}-test"] for name in ("ordered", "pure", "both")] == [0.0, 0.0, 0.0]


def test_a_generator_that_an_answer_has_stopped_goes_on_for_the_test(scores_of: Scores) -> None:
    stop = f"def draw(gen):\n    gen.bit_generator.state = {STILL}\n    return 0.0"
    wrong = "def twice(x):\n    return 0.0 * x"
    scores = scores_of(draw=stop, twice=wrong)
    assert [scores[f"{name}-test"] for name in ("later", "held")] == [0.0, 0.0]


def test_an_empty_answer_is_seen_in_a_test_that_also_checks(scores_of: Scores) -> None:
    empty = "def ordered(xs):\n    return sorted(xs) if xs != [4, 3] else []"
    assert scores_of(ordered=empty)["both-test"] == 0.0
