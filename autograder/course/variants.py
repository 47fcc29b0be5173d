"""Answers that people have written, beside a notebook, by which its tests are tested.

In variants.toml stand right answers, each written differently from the solution: no test may refuse one of them.
In wrong-answers.toml stand wrong ones, each with the name of the misconception that it must get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.cells import Cell, answers_of
from autograder.course.misconceptions import tables_by_answer
from autograder.errors import AutograderError

FILE_NAME = "variants.toml"
WRONG_FILE_NAME = "wrong-answers.toml"


class VariantError(AutograderError):
    """A file of answers is not understood; the message says which entry and why."""


@dataclass(frozen=True)
class Variant:
    """A right answer: the whole text of an answer cell, with helpers of its own where it has some."""

    answer: str
    name: str
    source: str


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer: the whole text of an answer cell, and what it must be taken for."""

    answer: str
    gets: str
    """The name of the misconception; "a or b" where it may be either, "a; b" where both are made at once, empty where
    it's right to name none."""
    source: str


def load(folder: Path, cells: Iterable[Cell]) -> list[Variant]:
    """The right variants of a notebook's answers, from the file beside it; none where there is no file.

    Raises VariantError where an entry is not understood or belongs to no answer cell of the folder.
    Entries for answers of another notebook in the same folder are left to that notebook.
    """
    return [Variant(*entry) for entry in _entries(folder / FILE_NAME, cells, "name")]


def load_wrong(folder: Path, cells: Iterable[Cell]) -> list[WrongAnswer]:
    """The wrong answers, likewise."""
    return [WrongAnswer(*entry) for entry in _entries(folder / WRONG_FILE_NAME, cells, "gets")]


def _entries(path: Path, cells: Iterable[Cell], label: str) -> Iterator[tuple[str, str, str]]:
    answers = answers_of(cells)
    for answer, entries in tables_by_answer(path, set(answers), VariantError).items():
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict) or entry.keys() != {label, "source"}:
                raise VariantError(f"{path.name}: each [[{answer}]] has a {label!r} and a source, and nothing else")
            if answer in answers:
                yield answer, str(entry[label]), str(entry["source"])
