"""Wrong answers that no misconception explains, grouped by what they do; and an entry that teaches the grader each.

Answers that gave the same values, or raised the same error, on the same calls are one group. In a course of plain
asserts, where no call is recorded, they are those of which the same was said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

import tomlkit
from tomlkit.items import AoT

from autograder.insight.graded import Class, Question
from autograder.outcome import TestOutcome

OWN_LINES = ("In the line", "Where")
"""Parts of a verdict that differ between students with the same mistake."""
WORDS = "[a name of the mistake]", "[what a student with it should ask]", "[what to change]"
READ_IT = "A student wrote this. Once it stands in misconceptions.toml it runs as the course's own code: read it first."
RUNS = ("breakpoint", "compile", "delattr", "eval", "exec", "getattr", "globals", "input", "locals", "setattr", "vars")
READS = (
    "ctypeslib",
    "fromfile",
    "genfromtxt",
    "load",
    "loadtxt",
    "memmap",
    "open",
    "save",
    "savetxt",
    "savez",
    "tofile",
)
"""Names of what reaches beyond an answer's own values."""


@dataclass(frozen=True)
class Group:
    """Students whose answers to a question do the same, and no misconception says what it is."""

    question: Question
    answer: str
    """The answer cell that is shown."""
    students: tuple[str, ...]
    said: str
    """What a student of the group was told."""
    shortest: str
    """The shortest of their answers; of those that are plain, where there is one."""

    @property
    def is_plain(self) -> bool:
        """Does the answer keep to its own values, as far as its text shows?"""
        return is_plain(self.shortest)


def groups(known: Class) -> list[Group]:
    """The groups of an assignment, the largest first."""
    questions = {(question.notebook, question.cell): question for question in known.questions}
    found: dict[tuple[object, ...], list[tuple[str, str, TestOutcome]]] = {}
    for one in known.notebooks:
        for test in one.outcome.tests:
            named = test.misconception is not None or test.status not in ("wrong", "raised", "hung")
            if not (named or test.by_hand) and test.answers:
                key = (one.notebook, test.grade_id, test.status, *(_does(test)))
                text = one.answers.get(test.answers[-1], "")
                found.setdefault(key, []).append((one.student, text, test))
    made = [_group(questions[str(key[0]), str(key[1])], members) for key, members in found.items()]
    return sorted(made, key=lambda group: (-len(group.students), group.question.title))


def _does(test: TestOutcome) -> tuple[str, ...]:
    """What tells one group from another."""
    if test.behaviour:
        return (test.behaviour,)
    return (test.verdict.headline, *(text for label, text in test.verdict.parts if label not in OWN_LINES))


def _group(question: Question, members: list[tuple[str, str, TestOutcome]]) -> Group:
    texts = sorted((text for _, text, _ in members), key=len)
    shortest = next(filter(is_plain, texts), texts[0])
    test = members[0][2]
    return Group(question, test.answers[-1], tuple(student for student, _, _ in members), test.says, shortest)


def is_plain(text: str) -> bool:
    """Does an answer use no import, nothing with an underscore before its name, and nothing that reads or writes?"""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(map(_is_plain, ast.walk(tree)))


def _is_plain(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("_") and node.attr not in RUNS + READS
    if isinstance(node, ast.Name):
        return not node.id.startswith("__") and node.id not in RUNS + READS
    return not isinstance(node, (ast.Import, ast.ImportFrom))


def entries(some: Iterable[Group]) -> str:
    """Entries for misconceptions.toml, the words left to be written; only of answers that are plain."""
    document = tomlkit.document()
    document.add(tomlkit.comment(READ_IT))
    for group in some:
        if not group.is_plain:
            continue
        if group.answer not in document:
            document.add(group.answer, tomlkit.aot())
        tables = document[group.answer]
        assert isinstance(tables, AoT)
        tables.append(_entry(group))
    return tomlkit.dumps(document)


def _entry(group: Group) -> tomlkit.items.Table:
    entry = tomlkit.table()
    count = len(group.students)
    entry.comment(f"{count} {'student' if count == 1 else 'students'}")
    for key, words in zip(("name", "says", "hint"), WORDS, strict=True):
        entry.add(key, words)
    entry.add("answer", tomlkit.string(f"\n{group.shortest.rstrip()}\n", multiline=True))
    return entry
