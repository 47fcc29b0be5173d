"""What a hostile or unlucky submission is, and the small notebook that all of them are made of."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.course.notebook import released
from autograder.limits import Limits
from tests.autograder.making import answer, cell_of, checks, locked, source, written

LIMITS = Limits(cell_seconds=1.5, call_seconds=1.0, notebook_seconds=30.0, memory=512 << 20, calls=5_000)

SOURCE = source(
    locked("plotting", "import matplotlib.pyplot as plt"),
    answer("f", "def f(x):\n    return 1 + (x + x + x)"),
    checks(
        "f-test",
        "check(f, 2.0)\ncheck(f, np.array([1.0, -2.0]))",
        "check(f, 424242.0)\nfor x in rng.normal(size=4):\n    check(f, 1000 * x)\n"
        "check(f, np.array([515151.0, rng.normal()]))",
        points=4,
    ),
    answer("g", "def g(xs):\n    return sum(f(x) for x in xs)"),
    checks(
        "g-test",
        "check(g, [1.0, 2.0])",
        "check(g, [313131.0, 2.0])\ncheck(g, rng.normal(size=3).tolist())",
        points=3,
    ),
    answer("h", "def h(xs):\n    return float(np.sum(f(np.array(xs))))"),
    checks("h-test", "check(h, [1.0, 2.0])", "check(h, [313131.0, 2.0, 1.0])", points=2),
    answer(
        "tally",
        "class Tally:\n    def __init__(self, start):\n        self.total = start\n\n"
        "    def add(self, x):\n        self.total += x\n        return self\n\n"
        "    def __sub__(self, x):\n        return Tally(self.total - x)",
    ),
    checks(
        "tally-test",
        "check(lambda code: code.Tally(1.0).add(2.0).total)\ncheck(lambda code: (code.Tally(5.0) - 2.0).total)",
        "step = rng.normal()\ncheck(lambda code: code.Tally(747474.0).add(step).add(1000 * step).total)",
        points=2,
    ),
    answer("guess", "guess = 0.625\nprimes = [2, 3, 5, 7]", before="guess = ..."),
    checks("guess-test", "check('guess')\nassert 5 in primes and len(primes) == 4", "assert 7 in primes", points=1),
    answer("mean", "def mean(xs):\n    return sum(xs) / len(xs)"),
    checks(
        "mean-test",
        "assert abs(mean([2.0, 4.0]) - 3.0) < 1e-9, f'the mean of 2 and 4 is 3, not {mean([2.0, 4.0])}'",
        "assert abs(mean([858585.0, 1.0]) - 429293.0) < 1e-6, 'HIDDENWORDS'",
        points=2,
    ),
    answer("unit", "def unit(v):\n    return v / math.sqrt(v @ v)", before="import math\n"),
    checks(
        "unit-test",
        "np.testing.assert_allclose(unit(np.array([3.0, 4.0])), [0.6, 0.8])",
        "v = rng.normal(size=3)\nlength = np.linalg.norm(v)\nassert math.isclose(unit(v.copy()) @ v, length)\n"
        "assert math.isclose(unit(np.array([636363.0, 0.0]))[0], 1.0)",
        points=2,
    ),
    answer("twice", "def twice(fn, x):\n    return fn(fn(x))"),
    checks(
        "twice-test",
        "def shift(x):\n    return x + 2.0\ncheck(twice, shift, 1.0)",
        "check(twice, lambda x: x * 868686.0, 2.0)",
        points=2,
    ),
    answer("scale", "def scale(xs, by):\n    return np.asarray(xs) * by"),
    checks(
        "scale-test",
        "check.accepting(types='any', shape='any')(scale, [1.0, 2.0], 3.0)",
        "check.accepting(types='any', shape='any')(scale, rng.normal(size=4).tolist(), 161616.0)",
        points=1,
    ),
    written("explain"),
)
MISCONCEPTIONS = """
[[f]]
name = "leaves out the one"
edits = [["1 + (x + x + x)", "3 * x"]]
says = "What is f(0)?"
hint = "Add 1."
credit = 0.5

[[f]]
name = "subtracts the one"
edits = [["1 + (x + x + x)", "3 * x - 1"]]
says = "Which sign has the 1?"
hint = "Add it."
credit = 0.25

[[g]]
name = "adds the numbers themselves"
edits = [["f(x) for", "x for"]]
says = "What was to be added?"
hint = "Call f first."
credit = 0.5
"""
HIDDEN = (
    "424242", "1272727", "515151", "1545454", "313131", "939394", "939401", "747474", "858585", "429293",
    "HIDDENWORDS", "636363", "868686", "161616", "BEGIN HIDDEN", "END HIDDEN", "rng.normal",
)  # fmt: skip
"""What stands only in hidden tests, or comes of it."""
SOLUTION = ("BEGIN SOLUTION", "x + x + x")
"""What stands only in the solution."""

RIGHT = {
    "f": "def f(x):\n    return 1 + x * 3",
    "g": "def g(xs):\n    total = 0.0\n    for x in xs:\n        total += f(x)\n    return total",
    "h": "def h(xs):\n    return float(sum(f(x) for x in xs))",
    "tally": "class Tally:\n    def __init__(self, start):\n        self.total = start\n\n"
    "    def add(self, x):\n        self.total = self.total + x\n        return self\n\n"
    "    def __sub__(self, x):\n        return Tally(self.total - x)",
    "guess": "guess = 5 / 8\nprimes = (7, 5, 3, 2)",
    "mean": "def mean(xs):\n    return float(np.mean(xs))",
    "unit": "import math\n\ndef unit(v):\n    return v / np.sqrt(v @ v)",
    "twice": "def twice(fn, x):\n    once = fn(x)\n    return fn(once)",
    "scale": "def scale(xs, by):\n    return by * np.array(xs)",
    "explain": "Because the derivative of a sum is the sum of the derivatives.",
}
WRONG = {
    "f": "def f(x):\n    return -1.0",
    "tally": "class Tally:\n    total = -1.0\n\n    def __init__(self, start):\n        pass\n\n"
    "    def add(self, x):\n        return self",
    "guess": "guess = -1.0\nprimes = []",
    "mean": "def mean(xs):\n    return -1.0",
    "unit": "import math\n\ndef unit(v):\n    return -1.0",
}
"""A wrong answer to each kind of question."""
POINTS = {"f": 4, "g": 3, "h": 2, "tally": 2, "guess": 1, "mean": 2, "unit": 2, "twice": 2, "scale": 1}
FULL = {f"{name}-test": float(points) for name, points in POINTS.items()}
NOTHING = dict.fromkeys(FULL, 0.0)


@dataclass(frozen=True, repr=False)
class Case:
    """One submission: the answers it gives, what else is in it, and what it may get for it."""

    name: str
    answers: Mapping[str, str]
    may_earn: Mapping[str, float]
    """By test cell: at most this, or just this where `exactly`."""
    exactly: bool = False
    before: tuple[str, ...] = ()
    """Code cells that the student added at the top."""
    after: tuple[str, ...] = ()
    """Code cells that the student added at the end."""
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    """What is handed in beside the notebook."""
    edit: Callable[[NotebookNode], str | bytes | None] | None = None
    """Changes the notebook in place, or gives what is handed in instead of it."""
    plant: Callable[[Path, Any], None] | None = None
    """Does something to the folder that is handed in, of which a file doesn't tell: links, pipes. Gets the World."""
    never: tuple[str, ...] = ()
    """What may not be seen anywhere, besides the secrets that no case may see."""
    representative: bool = False
    """Is it one of those that stand for their kind in the report on the layers?"""
    kind: str = ""

    @property
    def is_honest(self) -> bool:
        """Does it bring no tools of an attacker?"""
        return self.kind == "unlucky"

    def notebook(self, tools: str) -> NotebookNode | str | bytes:
        """What is handed in as the notebook. `tools` are the attacker's, for a cell at the top."""
        book = released(SOURCE)
        for name, text in self.answers.items():
            cell_of(book, name).source = text
        before = self.before if self.is_honest else (tools, *self.before)
        book.cells[1:1] = [new_code_cell(text, id=f"before-{i}") for i, text in enumerate(before)]
        book.cells += [new_code_cell(text, id=f"after-{i}") for i, text in enumerate(self.after)]
        return (self.edit(book) if self.edit else None) or json.dumps(book)


def gains_nothing(name: str, /, *before: str, answers: Mapping[str, str] | None = None, **more: Any) -> Case:
    """An attack with wrong answers to most questions: nothing that it does may earn a point."""
    return Case(name, WRONG | dict(answers or {}), NOTHING, before=before, **more)


def tries(name: str, /, *before: str, answers: Mapping[str, str] | None = None, **more: Any) -> Case:
    """An attack on the machine, with hardly an answer: nothing of it may work, nor earn a point."""
    return Case(name, dict(answers or {}), NOTHING, before=before, **more)


def spoils_only(name: str, spoilt: Iterable[str], /, *before: str, answers: Mapping[str, str], **more: Any) -> Case:
    """An answer that must earn nothing, among right ones that must keep all their points."""
    keeps = FULL | {f"{answer}-test": 0.0 for answer in spoilt}
    return Case(name, RIGHT | answers, keeps, exactly=True, before=before, **more)


def harmless(name: str, /, *before: str, answers: Mapping[str, str] | None = None, **more: Any) -> Case:
    """Right answers that must have all points, whatever stands beside them."""
    return Case(name, RIGHT | dict(answers or {}), FULL, exactly=True, before=before, **more)


def all_cases() -> list[Case]:
    """Every case of every kind; a kind is a module in cases/."""
    kinds = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("*.py"))
    modules = {kind: importlib.import_module(f"tests.hostile.cases.{kind}") for kind in kinds}
    return [replace(case, kind=kind) for kind, module in modules.items() for case in module.CASES]
