"""Slips are made in what stands between the solution markers, each of them once and each Python."""

from __future__ import annotations

import ast
import linecache
import tomllib
from pathlib import Path
from typing import Any

import pytest

from autograder.course import mutants
from chainrule.checks import slips
from chainrule.checks.written import words_of

CELL = '''
def mean_square(A, y, axis=1):
    """The mean of the squared differences."""
    far = A - y  # not the solution's to write
    ### BEGIN SOLUTION
    total = np.sum((A - y) ** 2, axis=1)
    return total / len(A)
    ### END SOLUTION
'''


def lines(kind: str, source: str = CELL) -> list[str]:
    return [mutant.change for mutant in mutants.of(source) if mutant.kind == kind]


def inside(line: str) -> str:
    return f"def f(A, b, v):\n    ### BEGIN SOLUTION\n    {line}\n    ### END SOLUTION\n"


KINDS = [
    ("brackets", "return A / (1 + b)", "return A / 1 + b"),
    ("brackets", "return A / 2 * b", "return A / (2 * b)"),
    ("sign", "return A - b", "return A + b"),
    ("sign", "return A - b", "return (b - A)"),
    ("sign", "return -A", "return A"),
    ("term", "return A + b", "return A"),
    ("factor", "return A * b", "return b"),
    ("quotient", "return A / b", "return A * b"),
    ("power", "return A ** 2", "return A"),
    ("product", "return A @ b", "return A * b"),
    ("order", "return A @ b", "return (b @ A)"),
    ("gathered", "A += b", "A = b"),
    ("compare", "return A >= b", "return A > b"),
    ("cases", "return A if b else v", "return v if b else A"),
    ("call", "return np.log(A)", "return (A)"),
    ("function", "return np.sum(A)", "return np.mean(A)"),
    ("size", "return len(A)", "return np.shape(A)[-1]"),
    ("arguments", "return f(A, b)", "return f(b, A)"),
    ("axis", "return np.sum(A, axis=1)", "return np.sum(A, axis=0)"),
    ("axis", "return np.sum(A, axis=1)", "return np.sum(A)"),
    ("keepdims", "return np.sum(A, keepdims=True)", "return np.sum(A)"),
    ("transposed", "return A.T", "return A"),
    ("slice", "return A[:, 1:]", "return A[:, :]"),
    ("entry", "return A[-1]", "return A"),
    ("index", "return A[-1]", "return A[0]"),
    ("key", 'return v["a"] * v["b"]', "return v['b'] * v[\"b\"]"),
    ("number", "return 2 * A", "return 1 * A"),
    ("sign", "return 2 * A", "return (-2) * A"),
    ("name", "return A", "return b"),
    ("extra", "return A + b", "return (A + b) * 2"),
]


@pytest.mark.parametrize(("kind", "line", "slipped"), KINDS)
def test_the_kinds_of_slips(kind: str, line: str, slipped: str) -> None:
    assert f"- {line}, + {slipped}" in lines(kind, inside(line))


def test_a_return_slips_into_the_loop() -> None:
    source = "def f(A):\n    t = 0\n    for a in A:\n        t += a\n    return t\n"
    assert lines("return", source) == ["+ return t"]


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("return np.sum(A, axis=(1, 2, 3))", "return np.sum(A, axis=(1, (-2), 3))"),
        ("return np.sum(A, axis=(0, 2, 3))", "return np.sum(A, axis=(0, 2, (-1)))"),
        ("return A.transpose(0, 3, 1, 2)", "return A.transpose(0, (-1), 1, 2)"),
        ("return A.reshape(len(v), -1)", "return A.reshape(len(v), -2)"),
        ("b = np.zeros(v)", "b = (np.zeros(v)) * 2"),
        ("b = np.zeros_like(A)", "b = (np.zeros_like(A)) / 2"),
    ],
)
def test_the_same_axis_and_twice_nothing_are_no_slips(line: str, same: str) -> None:
    made = [mutant.change for mutant in mutants.of(inside(line))]
    assert made and f"- {line}, + {same}" not in made


def test_another_axis_is_one_wherever_it_is_counted_from() -> None:
    assert "- return A.transpose(0, 2, 1), + return A.transpose(0, (-2), 1)" in lines(
        "sign", inside("return A.transpose(0, 2, 1)")
    )
    assert "- return np.sum(A, axis=(0, 2)), + return np.sum(A, axis=(0, 1))" in lines(
        "number", inside("return np.sum(A, axis=(0, 2))")
    )
    assert "- return np.sum(A, axis=(-1, -2)), + return np.sum(A, axis=(-1, -3))" in lines(
        "number", inside("return np.sum(A, axis=(-1, -2))")
    )


def test_only_what_is_the_solution_is_changed() -> None:
    assert all("far = A - y" in mutant.source for mutant in mutants.of(CELL))
    assert all('"""The mean of the squared differences."""' in mutant.source for mutant in mutants.of(CELL))


def test_each_is_python_and_none_stands_twice() -> None:
    trees = [ast.dump(ast.parse(mutant.source)) for mutant in mutants.of(CELL)]
    assert len(trees) == len(set(trees)) > 40
    assert ast.dump(ast.parse(CELL)) not in trees


def test_letters_of_more_than_one_byte_move_nothing() -> None:
    plain = lines("sign", inside("d = A - b  # n"))
    assert lines("sign", inside("δ = A - b  # η")) == [
        change.replace("d =", "δ =").replace("# n", "# η") for change in plain
    ]


def test_what_is_no_python_has_none() -> None:
    assert mutants.of("def f(:") == []


def test_every_kind_has_words_that_ask_and_name_no_line_of_the_solution() -> None:
    table = tomllib.loads((Path(mutants.__file__).with_name("slips.toml")).read_text("utf-8"))
    for kind, words in table.items():
        said = mutants.in_words(mutants.Mutant(kind, "", "", "z"))
        where, asks, needs = said.split(" | ")
        assert where and asks.endswith("?") and "{" not in said
        assert words.keys() <= {"where", "asks", "needs"} and ("{wrong}" in words["where"]) <= bool(
            needs or kind == "call"
        )
    assert "`z`" in mutants.in_words(mutants.Mutant("name", "", "", "z"))
    assert "`0.5` stands" in mutants.in_words(next(m for m in mutants.of(inside("return 1 * A")) if "0.5" in m.source))


@pytest.mark.parametrize(("kind", "line", "slipped"), KINDS)
def test_what_a_kind_needs_stands_in_the_code_with_the_slip(kind: str, line: str, slipped: str) -> None:
    """Else a card would never ask about it."""
    made = [mutant for mutant in mutants.of(inside(line)) if mutant.kind == kind and mutant.change.endswith(slipped)]
    written = made[0].source.replace("b, v):", "b, v):\n    A = v") if kind == "gathered" else made[0].source
    linecache.cache["<slip>"] = (len(written), None, written.splitlines(keepends=True), "<slip>")
    names: dict[str, Any] = {}
    exec(compile(written, "<slip>", "exec"), names)
    assert slips.possible({mutants.in_words(made[0]): [1.0]}, words_of(["f"], names))
