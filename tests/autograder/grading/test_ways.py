"""How each test cell is run: apart where that can be, inside where only that passes, by hand where neither does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import NotebookNode

from autograder.course.notebook import stubs
from autograder.engine.client import Engine, Worker
from autograder.limits import Limits
from autograder.outcome import Outcome, Way
from tests.autograder import making
from tests.autograder.making import answer, checks, locked, save, source, submission

ENGINES: list[Engine] = []
LIMITS = Limits(cell_seconds=3.0, call_seconds=1.0, notebook_seconds=20.0)
RIGHT, WRONG = "def square(x):\n    return x * x", "def square(x):\n    return x + x"
ASKS_IPYTHON = "f = get_ipython().user_ns['square']\nassert f(5) == 25"


@pytest.fixture(scope="module", autouse=True)
def _engine() -> Iterator[None]:
    with closing(Engine()) as engine:
        ENGINES.append(engine)
        yield


def graded(
    path: Path, book: NotebookNode, *handed_in: dict[str, str], limits: Limits = LIMITS
) -> tuple[dict[str, Way], list[Outcome]]:
    """How the tests of a notebook are run, and what comes out for some submissions of it."""
    with closing(Worker(ENGINES[-1], save(book, path), stubs(book), limits)) as worker:
        return worker.ways, [making.grade(worker, submission(book, **answers)) for answers in handed_in]


def one(tmp_path: Path, visible: str, hidden: str = "", *, right: str = RIGHT, wrong: str = WRONG) -> tuple[Way, bool]:
    """The way of a test of one answer; and whether a right answer gets its points, a wrong one and none nothing."""
    book = source(answer("square", right), checks("square-test", visible, hidden))
    ways, outcomes = graded(tmp_path, book, {"square": right}, {"square": wrong}, {})
    return ways["square-test"], [outcome.score for outcome in outcomes] == [2, 0, 0]


def test_what_can_be_tested_apart_is(tmp_path: Path) -> None:
    assert one(tmp_path, "assert square(3) == 9", "assert square(5) == 25") == (Way("apart"), True)


def test_what_only_passes_inside_runs_inside_and_the_reason_is_told(tmp_path: Path) -> None:
    way, fair = one(tmp_path, "assert square(3) == 9", "assert any('x * x' in cell for cell in In[:-1])")
    assert fair and way.kind == "inside"
    assert "assert any('x * x' in cell for cell in In[:-1])" in way.why and "NameError" in way.why


def test_a_number_in_the_last_line_counts_inside_too(tmp_path: Path) -> None:
    partly = "1.5 if get_ipython().user_ns['square'](3) == 9 else 0.5"
    book = source(answer("square", RIGHT), checks("square-test", partly, points=2))
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert ways["square-test"].kind == "inside"
    assert [outcome.score for outcome in outcomes] == [1.5, 0.5]


def test_a_test_inside_has_the_helpers_of_the_tests_above(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("first", "def found(name):\n    return get_ipython().user_ns[name]\nassert square(3) == 9"),
        checks("second", "assert found('square')(3) == 9"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {name: way.kind for name, way in ways.items()} == {"first": "inside", "second": "inside"}
    assert [outcome.score for outcome in outcomes] == [4, 0]


def test_what_a_test_inside_defines_serves_the_tests_that_run_apart(tmp_path: Path) -> None:
    defines = "from math import isclose as near\nWANTED = 9\ndef wanted(x):\n    return x * x\n"
    book = source(
        answer("square", RIGHT),
        checks("first", f"{defines}assert get_ipython().user_ns['square'](3) == 9"),
        checks("second", "assert near(square(3), WANTED) and square(5) == wanted(5)"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {name: way.kind for name, way in ways.items()} == {"first": "inside", "second": "apart"}
    assert [outcome.score for outcome in outcomes] == [4, 0]


def test_what_else_a_test_inside_makes_takes_the_tests_that_use_it_inside(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("first", "made = [square(3), len(In)]\nassert made[0] == 9 and In"),
        checks("second", "assert made[0] == square(3)"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {name: way.kind for name, way in ways.items()} == {"first": "inside", "second": "inside"}
    assert [outcome.score for outcome in outcomes] == [4, 2]


def test_what_hidden_lines_define_serves_the_hidden_lines_below(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("first", "assert square(1) == 1", "from math import isclose as near\nassert near(square(3), 9)"),
        checks("second", "assert square(2) == 4", "assert near(square(5), 25)"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {way.kind for way in ways.values()} == {"apart"}
    assert [outcome.score for outcome in outcomes] == [4, 0]


def test_a_test_that_shows_something_that_hidden_lines_above_define_runs_inside(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("first", "", "from math import isclose as near\nassert near(square(3), 9)"),
        checks("second", "assert near(square(5), 25)"),
    )
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG})
    assert {name: way.kind for name, way in ways.items()} == {"first": "apart", "second": "inside"}
    assert [outcome.score for outcome in outcomes] == [4, 0]


PATCHED = {
    "patch": "from unittest.mock import patch\nwith patch('random.randint', return_value=4):\n    assert roll() == 4",
    "patch.object": (
        "import random\nfrom unittest import mock\nwith mock.patch.object(random, 'randint', return_value=4):\n"
        "    assert roll() == 4"
    ),
    "an assignment": (
        "import random\nold, random.randint = random.randint, lambda a, b: 4\nassert roll() == 4\nrandom.randint = old"
    ),
}


@pytest.mark.parametrize("test", PATCHED.values(), ids=PATCHED)
def test_what_passes_apart_by_luck_alone_runs_inside(tmp_path: Path, test: str) -> None:
    right = "import random\ndef roll():\n    return random.randint(1, 6)"
    way, fair = one(tmp_path, test, right=right, wrong=f"{right} + 1")
    assert fair and way == Way("inside", "it patches what the answers may use")


HEARD = {
    "print": (
        "from unittest.mock import patch\nwith patch('builtins.print') as said:\n    square(3)\nassert said.called"
    ),
    "stdout": "import sys, io\nsys.stdout = io.StringIO()\nsquare(3)\nassert '9' in sys.stdout.getvalue()",
}


@pytest.mark.parametrize("test", HEARD.values(), ids=HEARD)
def test_what_is_printed_is_heard_apart(tmp_path: Path, test: str) -> None:
    way, fair = one(tmp_path, test, right="def square(x):\n    print(x * x)", wrong="def square(x):\n    return 9")
    assert fair and way == Way("apart")


SHOWS = {
    "a number below 0": "square(2) - 5",
    "not a number": "float('nan') * square(2)",
    "a number of NumPy's": "np.float64(square(2)) - 4",
    "what a semicolon keeps quiet": "square(1);",
}


@pytest.mark.parametrize("last", SHOWS.values(), ids=SHOWS)
@pytest.mark.parametrize("where", ["assert True", "assert In"], ids=["apart", "inside"])
def test_a_last_line_that_nbgrader_takes_for_no_score_is_none(tmp_path: Path, last: str, where: str) -> None:
    way, fair = one(tmp_path, f"assert square(3) == 9\n{where}\n{last}")
    assert fair and way.kind == ("inside" if "In" in where else "apart")


def test_an_answer_has_twice_the_time_of_a_solution_that_takes_long(tmp_path: Path) -> None:
    slow = "import time\ndef square(x):\n    time.sleep({})\n    return x * x"
    book = source(answer("square", slow.format(3)), checks("square-test", "assert square(3) == 9"))
    ways, (outcome,) = graded(tmp_path, book, {"square": slow.format(5.2)}, limits=Limits())
    assert ways["square-test"] == Way("apart") and outcome.score == 2


def test_an_answer_that_hangs_inside_costs_that_test_only(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("hangs", ASKS_IPYTHON + "\nassert square(10) == 100"),
        answer("name", "name = 'x * x'"),
        checks("after", "assert get_ipython().user_ns['name'] == 'x * x'"),
    )
    hangs = "def square(x):\n    while x == 10:\n        pass\n    return x * x"
    _, (outcome,) = graded(tmp_path, book, {"square": hangs, "name": "name = 'x * x'"})
    assert [(test.score, test.status) for test in outcome.tests] == [(0, "hung"), (2, "right")]


def test_what_passes_in_neither_way_waits_for_a_person_and_nothing_else_does(tmp_path: Path) -> None:
    book = source(
        answer("square", RIGHT),
        checks("square-test", "assert square(3) == 9"),
        checks("wrong-test", "assert square(3) == 10"),
    )
    ways, (outcome, nothing) = graded(tmp_path, book, {"square": RIGHT}, {})
    assert ways["wrong-test"] == Way("by hand", "work.ipynb, cell 4 (wrong-test): AssertionError", at_fault=True)
    assert [(test.score, test.by_hand) for test in outcome.tests] == [(2, False), (0, True)]
    assert not any(test.by_hand for test in nothing.tests)


def test_where_the_source_has_no_solution_a_test_runs_as_nbgrader_runs_it(tmp_path: Path) -> None:
    unsolved = answer("square", "")
    unsolved.source = "# YOUR CODE HERE\nraise NotImplementedError()"
    book = source(
        unsolved,
        checks("square-test", "assert square(3) == 9"),
        answer("cube", "def cube(x):\n    return x * square(x)"),
        checks("cube-test", "assert cube(3) == 27"),
    )
    right = {"square": RIGHT, "cube": "def cube(x):\n    return x**3"}
    ways, outcomes = graded(tmp_path, book, right, {"square": WRONG}, {})
    why = "the source has no solution of square to try it with"
    assert ways == {"square-test": Way("inside", why), "cube-test": Way("inside", why)}
    assert [outcome.score for outcome in outcomes] == [4, 0, 0]
    assert not any(test.by_hand for outcome in outcomes for test in outcome.tests)


UNCLEAN = {
    "it raises": "1 / 0",
    "it asks for input": "name = input('Your name? ')",
    "a SyntaxError is shown": "for i in range(3)\n    print(i)",
    "a command of the system": "!ls\nfiles = !ls",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "a module that isn't there": "import no_such_module_anywhere",
    "an unsolved answer": "raise NotImplementedError()",
    "a magic of another language": "%%bash\nls",
    "it ends the process politely": "raise SystemExit",
    "an endless loop": "while True:\n    try:\n        pass\n    except Exception:\n        pass",
}


@pytest.mark.parametrize("cell", UNCLEAN.values(), ids=UNCLEAN)
def test_an_unclean_cell_costs_nothing_of_what_does_not_depend_on_it(tmp_path: Path, cell: str) -> None:
    book = source(locked("unclean", cell), answer("square", RIGHT), checks("square-test", "assert square(3) == 9"))
    limits = replace(LIMITS, cell_seconds=0.5)
    ways, outcomes = graded(tmp_path, book, {"square": RIGHT}, {"square": WRONG}, limits=limits)
    assert ways["square-test"] == Way("apart")
    assert [outcome.score for outcome in outcomes] == [2, 0]


def test_a_test_that_depends_on_an_unclean_cell_names_notebook_and_cell(tmp_path: Path) -> None:
    book = source(
        locked("limit", "import no_such_module\nLIMIT = 3"),
        answer("square", RIGHT),
        checks("square-test", "assert square(LIMIT) == 9"),
    )
    ways, _ = graded(tmp_path, book)
    why = "work.ipynb, cell 2 (limit): ModuleNotFoundError: No module named 'no_such_module'"
    assert ways["square-test"] == Way("by hand", why)


LOOPS = {
    "break": "for i in range(9):\n    if i == 3:\n        break\n",
    "continue": "total = 0\nwhile total < 3:\n    total += 1\n    if total == 1:\n        continue\n",
    "else": "for i in []:\n    break\nelse:\n    pass\n",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_at_the_top_of_a_cell_is_an_answer_as_any(tmp_path: Path, loop: str) -> None:
    right = f"{loop}def square(x):\n    return x * x"
    way, fair = one(tmp_path, "assert square(3) == 9", right=right, wrong=f"{loop}{WRONG}")
    assert fair and way == Way("apart")


MAGICS = {
    "%%time": ("%%time\nassert square(3) == 9", "apart"),
    "%%timeit": ("%%timeit -n1 -r1\nassert square(3) == 9", "apart"),
    "%%capture": ("%%capture\nassert square(3) == 9", "apart"),
    "%%capture with a name": ("%%capture out\nprint(square(3))\nassert square(3) == 9", "apart"),
    "%time assert": ("%time assert square(3) == 9", "apart"),
    "%timeit": ("%timeit -n 10 -r1 square(3)\nassert square(3) == 9", "apart"),
    "%matplotlib": ("%matplotlib inline\nassert square(3) == 9", "apart"),
    "a command of the system": ("!echo hello\nassert square(3) == 9", "inside"),
    "get_ipython": ("assert get_ipython().user_ns['square'](3) == 9", "inside"),
    "await": ("import asyncio\nawait asyncio.sleep(0)\nassert square(3) == 9", "apart"),
}


@pytest.mark.parametrize(("visible", "kind"), MAGICS.values(), ids=MAGICS)
def test_a_magic_in_a_test_cell_lets_nobody_pass(tmp_path: Path, visible: str, kind: str) -> None:
    way, fair = one(tmp_path, visible)
    assert fair and way.kind == kind


def test_a_magic_that_runs_nothing_is_left_to_a_person(tmp_path: Path) -> None:
    way, fair = one(tmp_path, "%%no_such_magic\nassert square(3) == 9")
    assert way.kind == "by hand" and not fair


def test_a_file_that_a_test_looks_for_must_be_written_by_the_student(tmp_path: Path) -> None:
    right = "def square(x):\n    open('out.txt', 'w').write(str(x * x))\n    return x * x"
    way, fair = one(tmp_path, "square(3)\nassert open('out.txt').read() == '9'", right=right)
    assert fair and way.kind == "inside"
    assert not (tmp_path / "out.txt").exists()


def test_an_answer_that_a_person_grades_is_not_what_the_test_below_it_is_about(tmp_path: Path) -> None:
    shown = answer("plot", "import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    shown.metadata.nbgrader |= {"grade": True, "points": 3}
    book = source(shown, answer("square", RIGHT), checks("square-test", "assert square(3) == 9"))
    _, outcomes = graded(tmp_path, book, {"plot": "1 / 0", "square": RIGHT}, {"square": WRONG}, {"plot": "1 / 0"})
    assert [(test.score, test.status, test.answers) for outcome in outcomes for test in outcome.tests] == [
        (2, "right", ("square",)),
        (0, "wrong", ("square",)),
        (0, "untouched", ("square",)),
    ]


REFUSES = """import warnings
def square(x):
    if isinstance(x, str):
        warnings.warn("a text")
        raise ValueError
    return x * x"""
ACCEPTS = "def square(x):\n    return int(x) ** 2"
ASKED = """import pytest, sys, asyncio
def asked(x):
    try:
        return square(x)
    except ValueError:
        return None
"""
NO_EXCEPTIONS = {
    "pytest.raises": "with pytest.raises(ValueError):\n    square('3')",
    "pytest.warns": "with pytest.warns(UserWarning):\n    asked('3')",
    "pytest.fail": "if asked('3') == 9:\n    pytest.fail('no')",
    "pytest.skip": "if asked('3') == 9:\n    pytest.skip('no')",
    "sys.exit": "if asked('3') == 9:\n    sys.exit(1)",
    "a cancelled task": "if asked('3') == 9:\n    raise asyncio.CancelledError",
    "KeyboardInterrupt": "if asked('3') == 9:\n    raise KeyboardInterrupt",
}


@pytest.mark.parametrize("test", NO_EXCEPTIONS.values(), ids=NO_EXCEPTIONS)
@pytest.mark.parametrize("where", ["assert True", "assert In"], ids=["apart", "inside"])
def test_what_a_test_raises_that_is_no_exception_costs_that_test_only(tmp_path: Path, test: str, where: str) -> None:
    book = source(
        answer("square", REFUSES),
        checks("square-test", f"{ASKED}{where}\n{test}"),
        answer("name", "name = 'x'"),
        checks("after", "assert name == 'x'"),
    )
    answers = {"square": ACCEPTS, "name": "name = 'x'"}
    ways, (outcome, nothing) = graded(tmp_path, book, answers, {})
    assert ways == {
        "square-test": Way("inside" if "In" in where else "apart", ways["square-test"].why),
        "after": Way("apart"),
    }
    assert [(test.score, test.status) for test in outcome.tests] == [(0, "wrong"), (2, "right")]
    assert [(test.score, test.status) for test in nothing.tests] == [(0, "untouched")] * 2
