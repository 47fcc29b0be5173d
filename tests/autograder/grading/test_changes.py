"""What answers change of what the course or the test has made is seen by tests, and nothing else is taken over."""

from __future__ import annotations

import ast

import pytest

from autograder.grading.changes import called_names, changed_names
from tests.autograder.grading.conftest import Scores
from tests.autograder.making import answer, checks, locked, source


@pytest.mark.parametrize(
    ("cell", "changed", "called"),
    [
        ("a[0] = 1; b.x = 2; del c[0]", {"a", "b", "c"}, set()),
        ("log.append(1); np.random.shuffle(xs); d['k'].add(3)", {"log", "xs", "d"}, set()),
        ("def f(x):\n    global n\n    n += x", {"n"}, {"n"}),
        ("def f(x):\n    seen.append(x)\n    mine = []\n    mine.append(x)\n    x.append(1)", {"seen"}, {"seen"}),
        ("def f():\n    def g():\n        log.append(1)\n    return g", {"log"}, {"log"}),
        ("class C:\n    def __init__(self): self.x = 1; C.n += 1", {"C"}, {"C"}),
        ("f = lambda x: log.append(x)", {"log"}, {"log"}),
        ("y = x + 1\nz = [a for a in y]", set(), set()),
    ],
)
def test_a_cell_changes_what_it_writes_into(cell: str, changed: set[str], called: set[str]) -> None:
    tree = ast.parse(cell)
    assert (changed_names(tree), called_names(tree)) == (changed, called)


GIVEN = "a = np.zeros(3)\nlog, data, table = [], [1, 2, 3], {}"
SOURCE = source(
    locked("given", GIVEN),
    answer("fill", "a[0] = 1.0\nx = 4"),
    checks("fill-test", "assert a[0] == 1.0 and a is a", points=1),
    locked("uses", "y = x + 1\ntable['x'] = x"),
    checks("uses-test", "assert y == 5 and table == {'x': 4}", points=1),
    answer("note", "count = 0\n\ndef note(m):\n    global count\n    count += 1\n    log.append(m)"),
    checks(
        "note-test",
        "note('a')\nassert (log, count) == (['a'], 1)",
        "log.clear()\ncount = 10\nnote('b')\nassert (log, count) == (['b'], 11)",
        points=1,
    ),
    answer("total", "def total():\n    return sum(data)"),
    checks("total-test", "assert total() == sum(data)\ndata_before = data", points=1),
)
RIGHT = {
    "fill": "a[0] = 1.0\nx = 4",
    "note": "count = 0\ndef note(m):\n    global count\n    count = count + 1\n    log.append(m)",
    "total": "def total():\n    return sum(data)",
}


def test_changes_that_an_answer_makes_are_seen(scores_of: Scores) -> None:
    assert scores_of() == {"fill-test": 1, "uses-test": 1, "note-test": 1, "total-test": 1}


def test_changes_that_it_does_not_make_are_missed(scores_of: Scores) -> None:
    assert scores_of(fill="x = 3") == {"fill-test": 0, "uses-test": 0, "note-test": 1, "total-test": 1}
    assert scores_of(note="count = 0\ndef note(m): pass")["note-test"] == 0


def test_what_the_solution_only_reads_stays_the_courses(scores_of: Scores) -> None:
    emptied = "data.clear()\ndef total():\n    data[:] = []\n    return 0"
    assert scores_of(total=emptied)["total-test"] == 0
