"""One submission in, one outcome out: what each answer earns, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder import outcome as outcomes
from autograder.course.notebook import released
from autograder.engine.client import Worker
from autograder.limits import Limits
from tests.autograder import making
from tests.autograder.making import answer, cell_of, checks, save, source, submission, working

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.0, notebook_seconds=20.0)
SOURCE = source(
    answer("double", "def double(x): return 2 * x"),
    checks(
        "double-test",
        "check(double, 3.0)",
        "for x in rng.normal(size=3):\n    check(double, 1000 * x)\ncheck(double, 87654.0)",
        4,
    ),
    answer("cube", "def cube(x):\n    y = x * x\n    return y * x"),
    checks(
        "cube-test",
        "assert cube(2) == 8, 'the cube of 2 is 8'",
        "assert cube(54321) == 160288833718161, 'HIDDENWORDS'",
        3,
    ),
    answer("guess", "guess = 0.25", before="guess = ..."),
    checks("guess-test", "check('guess')", points=1),
    answer("draw", "def draw(n): return np.random.normal(size=n)"),
    checks("draw-test", "check(draw, 3)", "check(draw, 4)"),
    answer("parts", "def parts(): return [1, 2, 3, 4]"),
    checks("parts-test", "sum(a == b for a, b in zip(parts(), [1, 2, 3, 4])) / 2"),
    answer("table", "def table(): return {'dx': 1.0}"),
    checks("table-test", "check(table)"),
)
RIGHT = {
    "double": "def double(x): return x + x",
    "cube": "def cube(x): return x**3",
    "guess": "guess = 1 / 4",
    "draw": "def draw(n): return np.random.normal(size=n)",
    "parts": "def parts(): return [1, 2, 3, 4]",
    "table": "def table(): return dict(dx=1.0)",
}
MISCONCEPTIONS = """
[[double]]
name = "squares"
edits = [["2 * x", "x ** 2"]]
says = "What is twice a number?"
hint = "Multiply by 2."
credit = 0.5
[[double]]
name = "negates"
edits = [["2 * x", "-2 * x"]]
says = "Which sign?"
hint = "Leave out the minus."
"""
Grade = Callable[..., outcomes.Outcome]


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    path = save(SOURCE, tmp_path_factory.mktemp("source"), misconceptions=MISCONCEPTIONS)
    with working(path, LIMITS) as worker:
        yield worker


@pytest.fixture
def grade(worker: Worker) -> Grade:
    def graded(seed: bytes = b"seed", **answers: str) -> outcomes.Outcome:
        return making.grade(worker, submission(SOURCE, **RIGHT | answers), seed)

    return graded


def of(outcome: outcomes.Outcome, name: str) -> outcomes.TestOutcome:
    assert outcome.failed is None, outcome.failed
    return next(test for test in outcome.tests if test.grade_id == f"{name}-test")


def test_right_answers_earn_full_marks(grade: Grade) -> None:
    outcome = grade()
    assert outcome.score == outcome.points == 14 and outcome.failed is None
    assert {test.status for test in outcome.tests} == {"right"}


def test_an_untouched_notebook_earns_nothing_and_is_said_to_be_untouched(worker: Worker) -> None:
    outcome = making.grade(worker, released(SOURCE))
    assert outcome.score == 0
    assert {test.status for test in outcome.tests} == {"untouched"}
    assert all(test.says.startswith("Not answered yet: ") for test in outcome.tests)


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("def double(x): return x + 7", "wrong", ("Not right yet", "double(3)", "10", "6")),
        (
            "def double(x): raise OSError('disk')",
            "raised",
            ("Stopped by an error", "OSError: disk", "raise OSError('disk')"),
        ),
        ("def double(x): return {'a': 1}['b']", "raised", ("Stopped by an error", "KeyError", "'b'")),
        ("def double(x): return undefined * x", "raised", ("Stopped by an error", "'undefined' is not defined")),
        ("def double(x) return x", "raised", ("Stopped by an error", "SyntaxError")),
        ("def doubel(x): return 2 * x", "missing", ("Nothing to check yet", "name double is not defined")),
        ("def double(x):\n    while True: pass", "hung", ("Took too long", "double")),
        ("def double(x):\n    import os; os._exit(0)", "hung", ("Took too long", "ended the process")),
        ("while True: pass", "hung", ("Took too long", "answer cell")),
        ("def double(x): raise NotImplementedError\nmine = 1", "untouched", ("Not answered yet",)),
        ("def double(x): return ...", "untouched", ("Not answered yet",)),
        ("def double(x): return double(x)", "raised", ("RecursionError",)),
        ("def double(x): raise SystemExit", "raised", ("Stopped by an error",)),
        ("def double(x): return np.zeros((60000, 1)) - np.zeros(60000)", "raised", ("MemoryError",)),
    ],
)
def test_each_way_to_fail_is_said_in_its_own_words_and_costs_the_others_nothing(
    grade: Grade, text: str, status: str, says: tuple[str, ...]
) -> None:
    outcome = grade(double=text)
    found = of(outcome, "double")
    assert (found.status, found.score) == (status, 0)
    for words in says:
        assert words in found.says
    assert outcome.score == 10


def test_a_misconception_that_explains_every_call_is_named_and_credited(grade: Grade) -> None:
    found = of(grade(double="def double(x): return x * x"), "double")
    assert found.misconception is not None and found.misconception.name == "squares"
    assert found.score == 2 and found.word == "Partly right" and "What is twice a number?" in found.says


@pytest.mark.parametrize(
    "text",
    [
        "def double(x): return 9.0",
        "def double(x): return x * x if x == 3 else 2 * x",
        "def double(x): return x * x if abs(x) < 80000 else 1.0",
        "def double(x): return x * x if x == 3 else -2 * x",
    ],
)
def test_a_misconception_that_leaves_one_call_unexplained_is_neither_named_nor_credited(
    grade: Grade, text: str
) -> None:
    found = of(grade(double=text), "double")
    assert found.misconception is None and found.score == 0 and "What is twice" not in found.says


@pytest.mark.parametrize(
    ("text", "score"), [("[1, 2, 3, 5]", 1.5), ("[0, 0, 0, 0]", 0), ("[1, 0, 0, 0]", 0.5), ("[]", 0)]
)
def test_a_number_in_the_last_line_gives_so_many_points(grade: Grade, text: str, score: float) -> None:
    found = of(grade(parts=f"def parts(): return {text}"), "parts")
    assert found.score == score
    assert (found.status == "right") == (score == 2)


def test_a_last_line_that_is_nan_or_negative_is_not_full_marks(tmp_path: Path) -> None:
    small = source(answer("value", "def value(): return 2.0"), checks("value-test", "value()"))
    with working(save(small, tmp_path), LIMITS) as worker:
        for bad in ("float('nan')", "-5.0", "np.float64('nan')"):
            written = submission(small, value=f"def value(): return {bad}")
            outcome = making.grade(worker, written)
            assert outcome.failed is None and outcome.score == 0, bad


def test_a_plain_assert_is_all_or_nothing_and_says_its_own_words(grade: Grade) -> None:
    found = of(grade(cube="def cube(x): return x * x"), "cube")
    assert (found.score, found.status) == (0, "wrong") and "the cube of 2 is 8" in found.says


HIDDEN = ("87654", "54321", "160288833718161", "HIDDENWORDS", "hidden_", "SECRET")


@pytest.mark.parametrize(
    "body",
    [
        "return {good} if x in (2, 3) else 0",
        "return {good} if x in (2, 3) else [x, 'SECRET']",
        "if x not in (2, 3): raise ValueError(f'SECRET {{x}}')\n    return {good}",
        "if x not in (2, 3): raise type('hidden_%d' % x, (Exception,), {{}})()\n    return {good}",
        "assert x in (2, 3), f'SECRET {{x}}'\n    return {good}",
        "import warnings; warnings.warn(f'SECRET {{x}}')\n    return {good} if x in (2, 3) else 0",
    ],
)
def test_nothing_of_a_hidden_test_is_said(grade: Grade, body: str) -> None:
    outcome = grade(
        double=f"def double(x):\n    {body.format(good='2 * x')}",
        cube=f"def cube(x):\n    {body.format(good='x ** 3')}",
    )
    for name in ("double", "cube"):
        found = of(outcome, name)
        assert found.score == 0 and "hidden test" in found.says
        assert not any(word in found.says for word in HIDDEN)
    assert not any(word in str(outcome.outputs) for word in HIDDEN)


def test_nothing_of_a_hidden_test_is_said_by_a_later_answer_that_remembers_it(grade: Grade) -> None:
    raising = "def draw(n): raise OSError(seen)"
    seen = "seen = []\ndef double(x):\n    seen.append(x)\n    print(x)\n    return 2 * x"
    outcome = grade(double=seen, guess="guess = 1", table="def table(): return seen", draw=raising)
    assert of(outcome, "double").score == 4
    assert not any("87654" in test.says for test in outcome.tests)
    assert "87654" not in str(outcome.outputs)


def test_the_same_seed_gives_the_same_outcome_and_another_seed_other_numbers(grade: Grade) -> None:
    wrong = {"double": "def double(x): return 2 * x + (x > 500)", "cube": "def cube(x): return x"}
    assert grade(**wrong).to_json() == grade(**wrong).to_json()
    sometimes = "def double(x): return 2 * x + (0 < x < 500 and x != 3)"
    assert {of(grade(seed=bytes([i]), double=sometimes), "double").score for i in range(12)} == {0, 4}


def test_an_answer_that_draws_is_compared_under_the_same_random_numbers(grade: Grade) -> None:
    assert of(grade(draw="def draw(n): return np.random.randn(n)"), "draw").score == 2
    assert of(grade(draw="def draw(n): return np.random.rand(n)"), "draw").score == 0


def test_a_deleted_answer_is_said_to_be_deleted_and_costs_only_itself(worker: Worker) -> None:
    written = submission(SOURCE, **RIGHT)
    written.cells = [
        c for c in written.cells if c is not cell_of(written, "cube") and c is not cell_of(written, "double-test")
    ]
    outcome = making.grade(worker, written)
    assert outcome.score == 11 and "deleted" in of(outcome, "cube").says


def test_a_test_of_a_source_that_fails_is_named_and_left_to_a_person(tmp_path: Path) -> None:
    book = source(answer("broken", "broken = 1 / 0"), checks("broken-test", "check('broken')"))
    with working(save(book, tmp_path), LIMITS) as worker:
        way = worker.ways["broken-test"]
        outcome = making.grade(worker, submission(book, broken="broken = 1"))
    assert way.kind == "by hand" and way.why == "work.ipynb, cell 2 (broken): ZeroDivisionError: division by zero"
    assert of(outcome, "broken").by_hand
