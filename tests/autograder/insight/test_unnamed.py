"""Wrong answers without a name are grouped by what they do, and an entry teaches the grader each."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from autograder.insight import graded as read
from autograder.insight import unnamed
from autograder.insight.unnamed import Group
from tests.autograder import course_maker as maker


@pytest.fixture(scope="module")
def groups(graded: Path) -> list[Group]:
    return unnamed.groups(read.read(maker.course(graded), maker.ASSIGNMENT))


def test_answers_that_do_the_same_are_one_group_however_they_are_written(groups: list[Group]) -> None:
    of_square = [group.students for group in groups if group.question.title == "square"]
    assert of_square == [("ben", "cleo", "dora"), ("fay", "gus"), ("ivy",)]


def test_a_named_mistake_an_untouched_and_a_right_answer_are_in_no_group(groups: list[Group]) -> None:
    assert not {"ada", "emil", "hal"} & {s for group in groups if group.answer == "square" for s in group.students}


def test_the_shortest_answer_stands_for_its_group(groups: list[Group]) -> None:
    assert groups[0].shortest == min((read for read in ANSWERS), key=len)


ANSWERS = [
    "def square(x):\n    y = x * x\n    return y + 1\n",
    "def square(x):\n    # one more\n    return 1 + x * x\n",
    "def square(x):\n    result = x ** 2 + 1  # a long way round\n    return result\n",
]


def test_the_entries_are_ready_but_for_their_words(groups: list[Group]) -> None:
    entries = tomllib.loads(unnamed.entries(groups))
    first = entries["square"][0]
    assert first.keys() == {"name", "says", "hint", "answer"}
    assert first["answer"].strip() == groups[0].shortest.strip()


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "def f(x):\n    return x.__class__",
        "def f(x):\n    return open('a').read()",
        "def f(x):\n    return np.load('a')",
        "def f(x):\n    return __builtins__",
        "def f(:",
        "def f(x):\n    from os import system\n    return x",
    ],
)
def test_an_answer_that_reaches_beyond_its_values_gives_no_entry(text: str) -> None:
    assert not unnamed.is_plain(text)


def test_an_ordinary_answer_is_plain() -> None:
    assert unnamed.is_plain("def f(x):\n    _, y = x.shape\n    return np.exp(x) / np.exp(x).sum(axis=1)[:, None]")


@pytest.mark.parametrize("text", ["a = '''x'''", 'a = """x"""', "a = 'tab\\t\\u0007'", "a = '\t'"])
def test_any_text_of_an_answer_survives_in_its_entry(groups: list[Group], text: str) -> None:
    group = Group(groups[0].question, "square", ("ada",), "", text)
    assert tomllib.loads(unnamed.entries([group]))["square"][0]["answer"].strip() == text
