"""The words of a student's code are those that stand in it."""

from __future__ import annotations

import linecache
from typing import Any

import pytest

from chainrule.checks.written import words_of


def of(body: str) -> frozenset[str]:
    text = f"def f(a, b):\n    {body}\n"
    linecache.cache["<written>"] = (len(text), None, text.splitlines(keepends=True), "<written>")
    names: dict[str, Any] = {}
    exec(compile(text, "<written>", "exec"), names)
    return words_of(["f"], names)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return np.dot(a, k=b)", {"np", "dot", "a", "k", "b", "Call"}),
        ('return a["key"] @ b', {"key", "Subscript", "MatMult"}),
        ("return 2.0 * a - 1 / 4", {"2", "0.25", "Mult", "Sub"}),
        ("return a * -1e-8 if True else a", {"-1e-08", "USub", "IfExp", "True"}),
        ("for t in a:\n        return t", {"For", "return-in-loop"}),
        ("for t in a:\n        b = t", {"anew"}),
        ('b["x"] = a\n    b["x"] = 2', {"anew"}),
    ],
)
def test_what_stands_in_it(body: str, words: set[str]) -> None:
    assert words <= of(body)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("return np.sum(a, axis=1)", "1"),
        ("return a[:, 1:]", "1"),
        ("return 1 - 2 * a", "-2"),
        ('b["x"] = a\n    b["x"] += 2', "anew"),
        ("for t in a:\n        b += t\n    return b", "return-in-loop"),
        ("return a + b", "Mult"),
    ],
)
def test_what_does_not(body: str, word: str) -> None:
    """An axis and an index are no number that is calculated with."""
    assert word not in of(body)


def test_code_that_is_nested_too_deep_to_be_gone_through_holds_none() -> None:
    assert of("return 1" + " / 4" * 1500) == frozenset()


GIVEN = "def f(a, b):\n    parts = []\n    for t in a:\n        u = t @ b\n    return parts"


def own(text: str, given: str = GIVEN) -> frozenset[str]:
    linecache.cache["<own>"] = (len(text), None, text.splitlines(keepends=True), "<own>")
    names: dict[str, Any] = {}
    exec(compile(text, "<own>", "exec"), names)
    return words_of(["f"], names, given.splitlines())


def test_lines_that_were_handed_out_are_not_the_students() -> None:
    whole = own(GIVEN.replace("    return", "        parts.append(2 * u)\n    return"))
    assert {"parts", "append", "2", "Mult", "u", "Call"} <= whole
    assert not {"a", "b", "t", "For", "MatMult", "anew"} & whole


@pytest.mark.parametrize(
    ("changed", "to", "words"),
    [
        ("t @ b", "t @ a", {"MatMult", "t", "a", "anew"}),
        ("    return", "        return", {"return-in-loop"}),
        ("        u = t @ b\n", "        u = t @ b\n        u = t @ b\n", {"MatMult", "anew"}),
        ("    return", "    parts = a\n    return", {"anew", "a"}),
    ],
)
def test_a_given_line_that_was_changed_or_stands_twice_is_the_students(changed: str, to: str, words: set[str]) -> None:
    assert words <= own(GIVEN.replace(changed, to))
