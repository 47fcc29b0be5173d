"""An early mistake is charged once, wherever in the notebook it was written, and however often."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.course.notebook import grade_id
from autograder.limits import Limits
from tests.autograder.making import answer, cell_of, checks, grade, save, source, submission, working

SOURCE = source(
    answer("first", "first = 1"),
    checks("first-test", "check('first')", points=1),
    answer("easy", "    return x + 1", before="def easy(x):"),
    checks("easy-test", "check(easy, 3.0)", "check(easy, 5.0)", points=1),
    new_code_cell("shown = easy(1)", id="play"),
    answer("hard", "    return easy(x) * 7", before="def hard(x):"),
    checks("hard-test", "check(hard, 3.0)", "check(hard, 5.0)", points=1),
)
EASY, WRONG = "def easy(x):\n    return 1 + x", "def easy(x):\n    return x - 1"
RIGHT = {"first": "first = 1", "hard": "def hard(x):\n    return 7 * easy(x)"}
Scores = Callable[[NotebookNode], list[float]]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scores]:
    with working(save(SOURCE, tmp_path_factory.mktemp("course")), Limits()) as worker:
        yield lambda theirs: [test.score for test in grade(worker, theirs).tests]


def with_added(text: str, where: str, after: int = 1, **answers: str) -> NotebookNode:
    theirs = submission(SOURCE, **(RIGHT | answers))
    at = next(i for i, cell in enumerate(theirs.cells) if where in (grade_id(cell), cell.get("id")))
    theirs.cells.insert(at + after, new_code_cell(text))
    return theirs


@pytest.mark.parametrize(
    "theirs",
    [
        submission(SOURCE, **RIGHT, easy=WRONG),
        with_added(WRONG, "easy"),
        with_added(WRONG, "easy", easy=""),
        with_added("# again\n" + WRONG, "easy", easy=WRONG),
        with_added(WRONG, "easy-test", easy=WRONG),
        with_added(WRONG, "hard", 0, easy=WRONG),
        submission(SOURCE, first="first = 1\n" + WRONG, hard=RIGHT["hard"]),
    ],
    ids=["in place", "added", "emptied", "a second try", "repeated", "repeated later", "in another answer's cell"],
)
def test_a_mistake_costs_its_own_points_only(scores: Scores, theirs: NotebookNode) -> None:
    assert scores(theirs) == [1, 0, 1]


def test_what_undoes_an_answer_below_its_test_costs_no_other_answer_its_points(scores: Scores) -> None:
    theirs = submission(SOURCE, **RIGHT, easy=EASY)
    next(cell for cell in theirs.cells if cell.get("id") == "play").source += "\n\n" + WRONG
    assert scores(theirs) == [1, 1, 1]
    assert scores(with_added("def easy(x): return None", "hard-test", easy=EASY)) == [1, 1, 1]


def test_a_mistake_of_its_own_is_charged_though_an_earlier_one_is_put_right(scores: Scores) -> None:
    theirs = with_added(WRONG, "easy-test", easy=WRONG, hard="def hard(x):\n    return 8 * easy(x)")
    assert scores(theirs) == [1, 0, 0]


def test_an_answer_below_its_test_is_found(scores: Scores) -> None:
    theirs = with_added(EASY, "hard-test")
    assert "raise" in cell_of(theirs, "easy").source
    assert scores(theirs) == [1, 1, 1]


ROW = """class Row:
    def __init__(self, modules):
        self._m = modules
    def fprop(self, x):
        return self._m[0].fprop(x) + 1"""
MODULES = source(
    answer("double", "class Double:\n    def fprop(self, x):\n        return 2 * x"),
    checks("double-test", "check(lambda code: code.Double().fprop(3.0))", points=1),
    answer("row", ROW.replace("_m", "m")),
    checks("row-test", "check(lambda code: code.Row([code.Double()]).fprop(3.0))", points=1),
)


def test_a_class_too_is_charged_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    wrong = "class Double:\n    def fprop(self, x):\n        return 3 * x"
    with working(save(MODULES, tmp_path_factory.mktemp("course")), Limits()) as worker:
        theirs = submission(MODULES, double=wrong, row=ROW)
        assert [test.score for test in grade(worker, theirs).tests] == [0, 1]
