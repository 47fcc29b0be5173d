"""Right answers, each written differently from the solution, in variants.toml: no test may refuse one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.course.misconceptions import tables_by_answer
from autograder.course.notebook import grade_id, role
from autograder.errors import AutograderError

FILE_NAME = "variants.toml"
KEYS = {"name", "source"}


class VariantError(AutograderError):
    """variants.toml is not understood; the message says which entry and why."""


@dataclass(frozen=True)
class Variant:
    """A right answer: the whole text of an answer cell, with helpers of its own where it has some."""

    answer: str
    name: str
    source: str


def load(folder: Path, notebook: NotebookNode) -> list[Variant]:
    """The right variants of a notebook's answers, from the file beside it; none where there is no file.

    Raises VariantError where an entry is not understood or belongs to no answer cell of the folder.
    Entries for answers of another notebook in the same folder are left to that notebook.
    """
    answers = {grade_id(cell) for cell in notebook.cells if role(cell) == "answer"}
    found = []
    for answer, entries in tables_by_answer(folder / FILE_NAME, answers, VariantError).items():
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict) or entry.keys() != KEYS:
                raise VariantError(f"{FILE_NAME}: each [[{answer}]] has a name and a source, and nothing else")
            if answer in answers:
                found.append(Variant(answer, str(entry["name"]), str(entry["source"])))
    return found
