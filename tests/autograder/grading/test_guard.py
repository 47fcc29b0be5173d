"""A test that would run what an answer gives as code runs inside: the trusted process runs the course's code alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.outcome import Way
from tests.autograder.grading.test_ways import RIGHT, WRONG, _engine, graded, one  # noqa: F401  the engine is a fixture
from tests.autograder.making import answer, checks, locked, source

MEAN = '''def mean(xs):
    """The mean.

    >>> mean([1, 3])
    2.0
    """
    return sum(xs) / len(xs)'''
RUNS = {
    "exec": ("text = 'def f(x):\\n    return x + 7'", "space = {}\nexec(text, space)\nassert space['f'](1) == 8"),
    "eval": ("text = '3 * (2 + 1)'", "assert eval(text) == 9"),
    "compile": ("text = '3 * 3'", "assert eval(compile(text, 'answer', 'eval')) == 9"),
    "a docstring's examples": (
        MEAN,
        "import doctest\nrunner = doctest.DocTestRunner(verbose=False)\n"
        "runner.run(doctest.DocTestParser().get_doctest(mean.__doc__, {'mean': mean}, 'mean', None, 0))\n"
        "assert runner.tries == 1 and runner.failures == 0",
    ),
    "timeit": ("text = 'sum(range(9))'", "import timeit\nassert timeit.timeit(text, number=1) < 60"),
    "an annotation": (
        "def f(x: 'int') -> 'list[int]':\n    return [x]",
        "import typing\nassert typing.get_type_hints(f)['x'] is int",
    ),
    "pickled bytes": (
        "import pickle\nfrom fractions import Fraction\ndata = pickle.dumps(Fraction(1, 2))",
        "import pickle\nassert pickle.loads(data).denominator == 2",
    ),
    "a query": (
        "query = 'select 4 * a from t'",
        "import sqlite3\ncon = sqlite3.connect(':memory:')\ncon.execute('create table t as select 1 as a')\n"
        "assert con.execute(query).fetchall() == [(4,)]",
    ),
    "a module by name": (
        "text = 'from math import pi as found'",
        "import code\nshell = code.InteractiveInterpreter()\nshell.runsource(text)\nassert shell.locals['found'] > 3",
    ),
}


@pytest.mark.parametrize(("right", "test"), RUNS.values(), ids=RUNS)
def test_what_would_run_an_answer_runs_inside(tmp_path: Path, right: str, test: str) -> None:
    way, fair = one(tmp_path, test, right=right, wrong="text = data = query = mean = f = None")
    assert fair and way.kind == "inside"


ORDINARY = {
    "a constant that is evaluated": "assert eval('square')(3) == 9",
    "a constant that is executed": "exec('found = square(3)')\nassert found == 9",
    "a class of the test's": (
        "from collections import namedtuple\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n"
        "assert P(square(3)) == P(9) and namedtuple('T', 'a')(square(3)).a == 9"
    ),
    "a module that is imported": "import wave\nfrom scipy import stats\nassert stats.norm(square(3), 1).mean() == 9",
    "a literal": "import ast\nassert ast.literal_eval('[9]')[0] == square(3)",
    "a file of its own": "open('own.txt', 'w').write(str(square(3)))\nassert open('own.txt').read() == '9'",
    "a file for a moment": (
        "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n    open(d + '/x', 'w').close()\n"
        "assert square(3) == 9"
    ),
}


@pytest.mark.parametrize("test", ORDINARY.values(), ids=ORDINARY)
def test_what_a_course_does_by_itself_runs_apart(tmp_path: Path, test: str) -> None:
    assert one(tmp_path, test) == (Way("apart"), True)


def test_an_annotation_that_is_code_is_not_run(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    evil = f"def f(x: \"open({str(told)!r}, 'w').close() or int\"):\n    return [x]"
    test = "import typing\nassert typing.get_type_hints(f)['x'] is int"
    way, fair = one(tmp_path, test, right="def f(x: int):\n    return [x]", wrong=evil)
    assert fair and way.kind == "apart"
    assert not told.exists()


def test_a_path_that_an_answer_gives_is_not_written_to(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    test = "with open(path, 'w') as file:\n    file.write('x')\nassert True"
    way, fair = one(tmp_path, test, right="path = 'mine.txt'", wrong=f"path = {str(told)!r}")
    assert way.kind == "apart" and not told.exists()
    assert fair


GIVEN = "import pickle\nfrom fractions import Fraction\ngiven = pickle.loads(pickle.dumps(Fraction(1, 2)))"


def test_a_cell_of_the_course_may_do_so_unless_it_uses_an_answer(tmp_path: Path) -> None:
    book = source(
        locked("given", GIVEN),
        answer("square", RIGHT),
        checks("first", "assert given * square(2) == 2"),
        locked("uses", "loaded = pickle.loads(pickle.dumps((square(3), given)))"),
        checks("second", "assert loaded[0] == 9"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {name: way.kind for name, way in ways.items()} == {"first": "apart", "second": "inside"}
    assert [outcome.score for outcome in outcomes] == [4, 2]
