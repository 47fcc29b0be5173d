"""What cards read off a student's code isn't there in any right answer of the course."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from chainrule.checks import habits

SOLUTIONS = Path(__file__).parents[2] / "solutions"
LEAVES_ALONE = {("initial", "generator")}
"""Arguments that a right answer may leave alone: a generator, where any numbers will do."""


def sources() -> Iterator[str]:
    for path in sorted(SOLUTIONS.glob("*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                yield "".join(cell["source"])
    for path in sorted(SOLUTIONS.glob("*/variants.toml")):
        for variants in tomllib.loads(path.read_text("utf-8")).values():
            yield from (variant["source"] for variant in variants)


def test_no_right_answer_shows_a_habit_of_wrong_ones() -> None:
    functions = [f for s in sources() for f in ast.walk(ast.parse(s)) if isinstance(f, ast.FunctionDef)]
    assert len(functions) > 500
    shown = [(f.name, said) for f in functions for look in habits.LOOKS for said in look(f, {})]
    assert [(n, s) for n, s in shown if not any(n == a and f"given `{b}`" in s for a, b in LEAVES_ALONE)] == []
