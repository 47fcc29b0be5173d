"""What is fair and what is not: honest habits lose nothing, tricks earn nothing, a mistake is charged once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from autograder.engine.client import Worker
from autograder.limits import Limits
from autograder.outcome import Outcome
from tests.autograder.making import answer, cell_of, checks, grade, save, source, submission, working

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.0, notebook_seconds=20.0)
SOURCE = source(
    answer("easy", "def easy(x): return x + 1"),
    checks("easy-test", "check(easy, 3.0)", "check(easy, 5.0)"),
    answer("hard", "def hard(x): return easy(x) * 7"),
    checks("hard-test", "check(hard, 3.0)", "check(hard, 5.0)"),
    answer("plain", "def plain(x): return 9.0"),
    checks("plain-test", "assert plain(1) == 9.0\nassert abs(plain(2) - 9.0) < 1e-6"),
    answer("table", "def table(x): return {'dx': x}"),
    checks("table-test", "check(table, 1.0)"),
)
RIGHT = {
    "easy": "def easy(x): return 1 + x",
    "hard": "def hard(x): return 7 * easy(x)",
    "plain": "def plain(x): return 3.0 * 3.0",
    "table": "def table(x): return {'dx': x}",
}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with working(save(SOURCE, tmp_path_factory.mktemp("source")), LIMITS) as worker:
        yield worker


def scores(worker: Worker, before: str = "", **answers: str) -> dict[str, float]:
    """The points of each test, with a cell added at the top where one is given."""
    written = submission(SOURCE, **RIGHT | answers)
    if before:
        written.cells.insert(1, new_code_cell(before))
    outcome = grade(worker, written)
    assert outcome.failed is None, outcome.failed
    return {test.grade_id.removesuffix("-test"): test.score for test in outcome.tests}


FULL = {"easy": 2, "hard": 2, "plain": 2, "table": 2}


@pytest.mark.parametrize(
    "before",
    [
        "import math\ndef helper(x): return x",
        "print('hello')\n%matplotlib inline\nimport matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()",
        "1 / 0",
        "raise SystemExit",
        "while True: pass",
        "import os; os._exit(0)",
        "def easy(x): return 'a first try'",
        "nodes = []; nodes.append(nodes)",
        "check = np = rng = None",
    ],
)
def test_added_cells_cost_nothing_whatever_they_do(worker: Worker, before: str) -> None:
    assert scores(worker, before) == FULL


@pytest.mark.parametrize(
    "easy",
    [
        "def my_own(x): return x + 1\neasy = my_own",
        "easy = lambda x: x + 1",
        "from functools import partial\neasy = partial(lambda a, x: a + x, 1)",
        "class Easy:\n    def __call__(self, x): return x + 1\neasy = Easy()",
        "import functools\n@functools.lru_cache\ndef easy(x): return x + 1",
        "def same(f):\n    def wrapper(x): return f(x)\n    return wrapper\n@same\ndef easy(x): return x + 1",
        "easy = np.vectorize(lambda x: x + 1, otypes=[float])\neasy_ = easy\ndef easy(x): return float(easy_(x))",
    ],
)
def test_any_way_to_write_a_function_is_as_good(worker: Worker, easy: str) -> None:
    assert scores(worker, easy=easy) == FULL


def test_a_dict_of_another_kind_is_a_dict_as_in_the_students_notebook(worker: Worker) -> None:
    default = (
        "from collections import defaultdict\ndef table(x):\n    d = defaultdict(float)\n    d['dx'] += x\n    return d"
    )
    assert scores(worker, table=default) == FULL


def test_an_early_mistake_is_charged_once(worker: Worker) -> None:
    assert scores(worker, easy="def easy(x): return x - 1") == FULL | {"easy": 0}
    assert scores(worker, easy="def easy(x): return x - 1", hard="def hard(x): return 6 * easy(x)") == FULL | {
        "easy": 0,
        "hard": 0,
    }
    assert scores(worker, easy="while True: pass") == FULL | {"easy": 0}


def test_a_known_mistake_of_its_own_keeps_its_credit_below_an_early_mistake(tmp_path: Path) -> None:
    own = """
[[hard]]
name = "eight instead of seven"
edits = [["* 7", "* 8"]]
says = "Which factor?"
hint = "It is 7."
credit = 0.5
"""
    with working(save(SOURCE, tmp_path, misconceptions=own), LIMITS) as worker:
        found = scores(worker, easy="def easy(x): return x - 1", hard="def hard(x): return easy(x) * 8")
        assert found == FULL | {"easy": 0, "hard": 1}


def test_a_second_test_of_the_same_answer_is_no_answer_further_down(tmp_path: Path) -> None:
    twice = source(
        answer("root", "def root(x):\n    if x < 0: raise ValueError\n    return x ** 0.5"),
        checks("root-test", "assert root(4.0) == 2.0"),
        checks("root-error-test", "try:\n    root(-1.0)\nexcept ValueError:\n    pass\nelse:\n    assert False"),
    )
    with working(save(twice, tmp_path), LIMITS) as worker:
        for text in ("def root(x):\n    raise NotImplementedError()", "def root(x):\n    return x / 3"):
            assert [test.score for test in grade(worker, submission(twice, root=text)).tests] == [0, 0]
        right = "def root(x):\n    if x < 0: raise ValueError\n    return x / 2"
        found = grade(worker, submission(twice, root=right.replace("/ 2", "/ 3")))
        assert [test.score for test in found.tests] == [0, 2]


def test_answers_further_down_are_charged_for_their_own_mistakes_only(tmp_path: Path) -> None:
    chain = source(
        *(answer("a", "def a(x): return x + 1"), checks("a-test", "check(a, 3.0)", "check(a, 5.0)")),
        *(answer("b", "def b(x): return a(x) * 2"), checks("b-test", "check(b, 3.0)", "check(b, 5.0)")),
        *(answer("c", "def c(x): return b(x) - 3"), checks("c-test", "check(c, 3.0)", "check(c, 5.0)")),
        *(answer("d", "d = c(2.0) + a(1.0)", before="d = ..."), checks("d-test", "check('d')")),
    )
    written = submission(
        chain,
        a="def a(x): return x - 1",
        b="def b(x): return a(x) * 5",
        c="def c(x): return b(x) - 3",
        d="d = c(2.0) + a(1.0)",
    )
    with working(save(chain, tmp_path), LIMITS) as worker:
        outcome = grade(worker, written)
    assert [test.score for test in outcome.tests] == [0, 0, 2, 2]
    assert "a-" not in outcome.tests[2].says and "charged once" in outcome.tests[3].says


def test_an_answer_that_is_only_another_name_for_a_right_one_earns_nothing(worker: Worker) -> None:
    assert scores(worker, hard="hard = easy") == FULL | {"hard": 0}


EVIL = """
import autograder.sandbox.inside.student as student
old = student.Student._mark
def mark(self, step, out):
    reply = old(self, step, out)
    reply['bound'].update({})
    return reply
student.Student._mark = mark
"""


@pytest.mark.parametrize(
    "before",
    [
        "import chainrule; chainrule.checks.check = lambda *_, **__: None\ncheck = chainrule.checks.check",
        "import chainrule.checks.compare; chainrule.checks.compare.difference = lambda *_: None",
        EVIL.format("check=self._values.encode(lambda *_, **__: None, out)"),
        EVIL.format("rng=0, np=0, abs=self._values.encode(lambda x: 0, out)"),
        "from autograder.sandbox.inside import student\nstudent.Student._seal = lambda *_, **__: {'callback': 0}",
    ],
)
def test_tampering_with_the_sandbox_earns_nothing(worker: Worker, before: str) -> None:
    wrong = {name: f"def {name}(x): return -1.0" for name in RIGHT}
    assert set(scores(worker, before, **wrong).values()) == {0}


ALWAYS = """
class Always:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __float__(self): return 9.0
def plain(x): return Always()
"""


@pytest.mark.parametrize(
    "text", [ALWAYS, "class Thing: pass\ndef plain(x): return Thing()", "def plain(x): return float('nan')"]
)
def test_an_object_that_claims_to_equal_everything_earns_nothing(worker: Worker, text: str) -> None:
    assert scores(worker, plain=text) == FULL | {"plain": 0}


def says(tmp_path: Path, test: str, text: str) -> str:
    """What is said of an answer `f` by a test cell with this source."""
    small = source(answer("f", "def f(x): return 2 * x"), checks("f-test", ""))
    cell_of(small, "f-test").source = test
    with working(save(small, tmp_path), LIMITS) as worker:
        outcome: Outcome = grade(worker, submission(small, f=text))
    assert outcome.failed is None and outcome.score == 0
    return outcome.tests[0].says


HIDDEN_BLOCK = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.mark.parametrize(
    "test",
    [
        "\n\n\ncheck(f, 1.0)\n" + HIDDEN_BLOCK.format("check(f, 86420.0)"),
        "%matplotlib inline\ncheck(f, 1.0)\n" + HIDDEN_BLOCK.format("check(\n    f,\n    86420.0,\n)"),
        "def each(x):\n    check(f, x)\neach(1.0)\n" + HIDDEN_BLOCK.format("each(86420.0)"),
        "check(f, 1.0)\n" + HIDDEN_BLOCK.format("values = [86420.0]\n[check(f, x) for x in values]"),
        "check(f, 1.0)\n"
        + HIDDEN_BLOCK.format("def again(x):\n    check(f, x)")
        + "\n"
        + HIDDEN_BLOCK.format("again(86420.0)"),
    ],
)
def test_a_hidden_test_stays_hidden_however_it_is_written(tmp_path: Path, test: str) -> None:
    said = says(tmp_path, test, "def f(x): return 2 * x if x == 1 else -13579.0")
    assert "hidden" in said
    assert "86420" not in said and "172840" not in said and "13579" not in said
