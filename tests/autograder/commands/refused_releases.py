"""What is done to a course so that its release is refused, and the words that say why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat

from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME
from tests.autograder.making import cell_of

Edit = Callable[[Path], None]


def cell(name: str, old: str, new: str) -> Edit:
    return lambda root: maker.edit_source(root, name, old, new)


def renamed(key: str, name: str, other: str) -> Edit:
    def edit(root: Path) -> None:
        book = nbformat.read(maker.source_path(root), 4)
        if key == "id":
            cell_of(book, name).id = other
        else:
            cell_of(book, name).metadata.nbgrader.grade_id = other
        maker.source_path(root).write_text(json.dumps(book), "utf-8")

    return edit


def mistakes(old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        path = root / "solutions" / ASSIGNMENT / "misconceptions.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def variants(text: str) -> Edit:
    return lambda root: (root / "solutions" / ASSIGNMENT / "variants.toml").write_text(text, "utf-8")


def both(first: Edit, second: Edit) -> Edit:
    def edit(root: Path) -> None:
        first(root)
        second(root)

    return edit


def config(old: str, new: str) -> Edit:
    def edit(root: Path) -> None:
        path = root / "nbgrader_config.py"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return edit


REFUSED: dict[str, tuple[Edit, list[str]]] = {
    "the solution fails its own test": (cell("mean", "/ len(xs)", "/ 7"), [NAME, "the mean of 2 and 4 is 3"]),
    "the solution names nothing": (cell("total", "square(x) for x in xs", "square(x) for x in ys"), [NAME, "ys"]),
    "an edit matches nothing": (cell("square", "x * x", "x ** 2"), ["square", "doubles", "'x * x'", "0 times"]),
    "an edit matches twice": (mistakes('"square(x) for x"', '"x"'), ["total", "adds the numbers", "'x'", "times"]),
    "an entry for no answer": (mistakes("[[total]]", "[[totla]]"), ["misconceptions.toml", "totla"]),
    "no TOML": (mistakes("[[total]]", "[[total"), ["misconceptions.toml"]),
    "words are missing": (mistakes("hint =", "hnit ="), ["misconceptions.toml", "doubles", "hnit"]),
    "a marker of another form": (
        cell("numbers", "numbers", "# BEGIN SOLUTION\nnumbers"),
        [NAME, "SOLUTION", "numbers"],
    ),
    "hidden tests that would be seen": (
        cell("total-test", "BEGIN HIDDEN TESTS", "BEGIN HIDEN TESTS"),
        [NAME, "total-test"],
    ),
    "a solution outside of an answer": (
        cell("numbers", "numbers = [1.0, 2.0, 3.0]", "### BEGIN SOLUTION\nnumbers = [1.0]\n### END SOLUTION"),
        [NAME, "numbers"],
    ),
    "a region without an end": (cell("square", "    ### END SOLUTION", ""), [NAME, "square"]),
    "hidden tests without an end": (cell("total-test", "\n### END HIDDEN TESTS", ""), [NAME, "total-test"]),
    "an answer without markers": (cell("square", "### BEGIN SOLUTION\n", "# here\n"), [NAME, "square", "SOLUTION"]),
    "a doubled grade_id": (renamed("grade_id", "total", "square"), [NAME, "grade_id", "square", "2 cells"]),
    "a doubled cell id": (renamed("id", "numbers", "title"), [NAME, "cell id", "title", "2 cells"]),
    "too much to store": (
        cell("square-test", "check(square, 3.0)", "check(square, np.linspace(0, 1, 20_000))"),
        [NAME, "bytes"],
    ),
    "a result that is no data": (cell("square", "return x * x", "return (lambda: x * x)"), [NAME, "square-test"]),
    "misconceptions would reach students": (config('"misconceptions.toml", ', ""), ["misconceptions.toml", "ignore"]),
    "right answers would reach students": (
        both(variants('[[square]]\nname = "n"\nsource = "square = abs"'), config(', "variants.toml"', "")),
        ["variants.toml", "ignore"],
    ),
}
