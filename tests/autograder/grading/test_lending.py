"""Where an earlier mistake is put right, the solution is lent: its answers are called outside the student's process."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.limits import Limits
from tests.autograder.making import answer, checks, grade, save, source, submission, working

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.0, notebook_seconds=20.0)


def dependent_earns(tmp_path: Path, earlier: str, later: str, check: str, *, wrong: str, given: str = "") -> float:
    """The points, of 2, of a later answer that is right, below an earlier one that is wrong."""
    tested = earlier.split("# tested by: ")[1].split("\n", maxsplit=1)[0]
    small = source(
        *(answer("earlier", earlier), checks("earlier-test", tested)),
        *(answer("later", later), checks("later-test", check)),
    )
    with working(save(small, tmp_path), LIMITS) as worker:
        outcome = grade(worker, submission(small, earlier=wrong, later=given or later))
    assert outcome.failed is None, outcome.failed
    assert outcome.tests[0].score == 0, "the earlier answer is wrong"
    return outcome.tests[1].score


WAYS = {
    "a function": (
        "# tested by: check(easy, 3.0)\ndef easy(x): return x + 1",
        "def hard(x): return easy(x) * 7",
        "check(hard, 3.0)",
        "def easy(x): return x - 1",
    ),
    "a function that changes its argument": (
        "# tested by: check(lambda code: (xs := np.zeros(2), code.step(xs), xs)[2])\ndef step(xs): xs += 1",
        "def two(xs):\n    step(xs)\n    step(xs)\n    return xs",
        "check(two, np.array([1.0, 2.0]))",
        "def step(xs): xs -= 1",
    ),
    "a value": (
        "# tested by: check('limit')\nlimit = np.array([1.0, 2.0])",
        "def within(x): return bool(np.all(x < limit))",
        "check(within, 0.5)\ncheck(within, 1.5)",
        "limit = np.array([0.0])",
    ),
    "an import beside it": (
        "# tested by: check(root, 4.0)\nimport math\nfrom functools import reduce\ndef root(x): return math.sqrt(x)",
        "def both(xs): return reduce(lambda a, b: a + root(b) + math.pi, xs, 0.0)",
        "check(both, [1.0, 4.0])",
        "def root(x): return x",
    ),
    "a function of functions": (
        "# tested by: check(apply, abs, -2.0)\ndef apply(fn, x): return fn(x)",
        "def thrice(x): return apply(lambda y: y * 3, x)",
        "check(thrice, 2.0)",
        "def apply(fn, x): return 0.0",
    ),
    "a function that gives functions": (
        "# tested by: check(lambda code: code.adder(1.0)(2.0))\ndef adder(a): return lambda x: a + x",
        "def five(x): return adder(5.0)(x)",
        "check(five, 2.0)",
        "def adder(a): return lambda x: a - x",
    ),
    "a function that raises": (
        "# tested by: check(strict, 1.0)\ndef strict(x):\n    if x < 0: raise ValueError\n    return x",
        "def safe(x):\n    try:\n        return strict(x)\n    except ValueError:\n        return 0.0",
        "check(safe, -1.0)\ncheck(safe, 2.0)",
        "def strict(x): return -x",
    ),
    "at the time when a cell runs": (
        "# tested by: check(easy, 3.0)\ndef easy(x): return x + 1",
        "table = [easy(float(n)) for n in range(3)]",
        "check('table')",
        "def easy(x): return x - 1",
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_right_answer_keeps_its_points_whatever_is_lent(tmp_path: Path, way: str) -> None:
    earlier, later, check, wrong = WAYS[way]
    assert dependent_earns(tmp_path, earlier, later, check, wrong=wrong) == 2


LOOKS_FOR_IT = """
import gc
def seen():
    sought = "-".join(["from", "nowhere"])
    functions = [x for x in gc.get_objects() if type(x).__name__ == "function"]
    return any(sought in str(f.__code__.co_consts) for f in functions) or sought in str(In)
def hard(x): return "seen" if seen() else easy(x) * 7
"""


def test_no_solution_is_in_the_students_process(tmp_path: Path) -> None:
    earlier = "# tested by: check(easy, 3.0)\ndef easy(x):\n    name = 'from-nowhere'\n    return x + len(name)"
    wrong, later = "def easy(x): return x - 1", "def hard(x): return easy(x) * 7"
    assert dependent_earns(tmp_path, earlier, later, "check(hard, 3.0)", wrong=wrong, given=LOOKS_FOR_IT) == 2


def test_what_is_lent_can_be_called_for_a_while_only(tmp_path: Path) -> None:
    earlier = "# tested by: check(easy, 3.0)\ndef easy(x):\n    while x < 0: pass\n    return x + 1"
    wrong, later = "def easy(x): return x - 1", "def hard(x): return easy(x) * 7"
    hangs = "def hard(x): return easy(-1.0)"
    assert dependent_earns(tmp_path, earlier, later, "check(hard, 3.0)", wrong=wrong, given=hangs) == 0
