"""All tests run up to their first hidden line before the rest of any runs, and nobody notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.notebook import hidden_lines
from autograder.grading.trusted import halves
from autograder.limits import Limits
from tests.autograder.making import answer, checks, grade, save, source, submission, working

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.0, notebook_seconds=20.0)
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("a\nb", "a\nb"),
        (f"a\n{BEGIN}\nb\n{END}\nc", "a"),
        (f"{BEGIN}\nb\n{END}\nc", ""),
        (f"a\nfor x in y:\n    b\n    {BEGIN}\n    c\n    {END}\nd", "a"),
        (f"a\n@b\ndef f():\n    {BEGIN}\n    c\n    {END}\nd", "a"),
        (f"a; b = [\n{BEGIN}\n1,\n{END}\n]", ""),
        (f"a\n(\n{BEGIN}", ""),
        (f"a = '''\n{BEGIN}\n'''\nb", ""),
    ],
)
def test_a_cell_is_divided_between_statements(text: str, begins: str) -> None:
    first, rest = halves(text, hidden_lines(text))
    assert first == begins
    both = zip(first.split("\n"), rest.split("\n"), strict=False)
    if first and rest:
        assert [a or b for a, b in both] + rest.split("\n")[len(first.split("\n")) :] == text.split("\n")
    else:
        assert first or rest == text


COUNTING = source(
    answer("count", "n = 0\ndef count():\n    global n\n    n += 1\n    return n"),
    checks("count-test", "seen = [count()]\nassert seen == [1]", "seen.append(count())\nassert seen == [1, 2]"),
    answer("tally", "held = []\ndef tally(x):\n    held.append(x)\n    return len(held)"),
    checks(
        "tally-test", "seen = tally(7)\nassert seen == 1\nn = 100", "assert tally(8) == 2 and seen == 1 and n == 100"
    ),
    answer("last", "def last():\n    return held[-1]"),
    checks(
        "last-test",
        "tally(5)\nassert last() == 5\nfirst = rng.normal()",
        "assert last() == 5 and first != rng.normal()",
    ),
)
ANSWERS = {
    "count": "n = 0\ndef count():\n    global n\n    n = n + 1\n    return n",
    "tally": "held = []\ndef tally(x):\n    held.append(x)\n    return len(held)",
    "last": "def last(): return held[-1]",
}


def test_what_a_test_and_its_answers_remember_is_there_when_it_goes_on(tmp_path: Path) -> None:
    with working(save(COUNTING, tmp_path), LIMITS) as worker:
        assert [test.score for test in grade(worker, submission(COUNTING, **ANSWERS)).tests] == [2, 2, 2]


def test_a_test_that_ends_the_process_costs_no_other(tmp_path: Path) -> None:
    for ends in (
        "import os\ndef last(): return held[-1]\ndef tally(x): os._exit(0)",
        "def tally(x):\n    while True: pass",
    ):
        answers = ANSWERS | {"tally": f"held = []\n{ends}"}
        with working(save(COUNTING, tmp_path), LIMITS) as worker:
            assert [test.score for test in grade(worker, submission(COUNTING, **answers)).tests][:2] == [2, 0]


def test_what_is_shown_was_said_before_any_hidden_test(tmp_path: Path) -> None:
    two = source(
        answer("f", "def f(x): return x"),
        checks("f-test", "check(f, 1.0)", "check(f, 86420.0)"),
        answer("g", "def g(x): return 2 * x"),
        checks("g-test", "check(g, 1.0)", "check(g, 97531.0)"),
    )
    remembers = "heard = []\ndef f(x):\n    heard.append(x)\n    return x"
    with working(save(two, tmp_path), LIMITS) as worker:
        outcome = grade(worker, submission(two, f=remembers, g="def g(x): return max(heard) + 0.125"))
    assert [test.score for test in outcome.tests] == [2, 0]
    assert "1.125" in outcome.tests[1].says and "86420" not in outcome.tests[1].says
