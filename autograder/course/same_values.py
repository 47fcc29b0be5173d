"""Slips that aren't any: changes of the solution that give the same for whatever may be asked, in same-values.toml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.course.cells import Cell, answers_of
from autograder.course.misconceptions import tables_by_answer
from autograder.course.mutants import Mutant
from autograder.course.variants import VariantError

FILE_NAME = "same-values.toml"


@dataclass(frozen=True)
class Equal:
    """Changes that make no difference, and why."""

    changes: tuple[str, ...]
    """Each a part of what `verify` says of a slip that survives."""
    because: str


Same = dict[str, list[Equal]]
"""By answer cell."""


def load(folder: Path, cells: Iterable[Cell]) -> Same:
    """Those of a notebook's answers, from the file beside it; none where there is no file. Raises VariantError."""
    answers = set(answers_of(cells))
    found: Same = {}
    for answer, entries in tables_by_answer(folder / FILE_NAME, set(answers), VariantError).items():
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict) or entry.keys() != {"changes", "because"}:
                raise VariantError(f"{FILE_NAME}: each [[{answer}]] has changes and because, and nothing else")
            found.setdefault(answer, []).append(Equal(tuple(map(str, entry["changes"])), str(entry["because"])))
    return {answer: equal for answer, equal in found.items() if answer in answers}


def says(same: Same, answer: str, mutant: Mutant) -> bool:
    """Is it said of a slip that it gives the same?"""
    return any(change in mutant.change for equal in same.get(answer, ()) for change in equal.changes)
