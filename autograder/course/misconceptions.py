"""Misconceptions as an instructor writes them: small edits of the solution, in misconceptions.toml.

The same list diagnoses wrong answers and tests the tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from autograder.course.cells import Cell, answers_of, cells_of
from autograder.course.notebook import read
from autograder.errors import AutograderError
from chainrule.checks.recognise import Cause, Misconception

FILE_NAME = "misconceptions.toml"
SOLUTION = re.compile(r"(?<=### BEGIN SOLUTION\n).*?(?=[ \t]*### END SOLUTION)", re.DOTALL)
OTHERWISE = {"otherwise"}
KEYS = {"name", "edits", "answer", "says", "hint", "credit", "same_values_as"}


class MisconceptionError(AutograderError):
    """misconceptions.toml does not fit the solution; the message says which entry and why."""


@dataclass(frozen=True)
class EditedSolution:
    """A misconception, and the answer cell as someone who has it would write it."""

    answer: str
    words: Misconception
    source: str
    credit: float = 0.0
    twin_of: str | None = None
    """The misconception of the same answer whose values are the same for every input."""
    edits: tuple[tuple[str, str], ...] = ()
    second: Misconception | None = None
    """The other mistake, where two are made at once."""

    @property
    def cause(self) -> Cause:
        """The mistake, or both."""
        return (self.words, self.second) if self.second else (self.words,)

    @property
    def name(self) -> str:
        """What the mistake is called, or both are."""
        return "; ".join(each.name for each in self.cause)


def load(folder: Path, cells: Iterable[Cell]) -> list[EditedSolution]:
    """The misconceptions of a notebook's answers, from the file beside it.

    Raises MisconceptionError where an entry is not understood or an edit does not match exactly once.
    Entries for answers of another notebook in the same folder are left to that notebook.
    """
    answers = answers_of(cells)
    entries = _entries(folder, set(answers))
    return [_edited(answer, answers[answer], entry) for answer, entry in entries if entry.keys() != OTHERWISE]


def otherwise(folder: Path, cells: Iterable[Cell]) -> dict[str, str]:
    """What to ask, by answer, where a wrong one is none that is known: the entries that have nothing else."""
    entries = _entries(folder, set(answers_of(cells)))
    return {answer: str(entry["otherwise"]) for answer, entry in entries if entry.keys() == OTHERWISE}


def _entries(folder: Path, answers: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries about these answers."""
    for answer, entries in tables_by_answer(folder / FILE_NAME, answers, MisconceptionError).items():
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise MisconceptionError(f"{FILE_NAME}: {answer} stands in double brackets: [[{answer}]]")
        if answer in answers:
            yield from ((answer, entry) for entry in entries)


def tables_by_answer(path: Path, answers: set[str], refuse: type[AutograderError]) -> dict[str, Any]:
    """The tables of a file beside the notebooks, by the answer cell that they are about; none where there is no file.

    `answers` are the answer cells of the notebook at hand. Raises `refuse` where the file is no TOML, or names what
    is no answer cell of any notebook beside it.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))  # Windows' editors begin a file with a mark
    except UnicodeDecodeError:
        raise refuse(f"{path.name} is not UTF-8; save it as that") from None
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"{path.name}: {error}") from None
    everywhere = answers.union(*(answers_of(cells_of(read(other))) for other in path.parent.glob("*.ipynb")))
    for answer in tables:
        if answer not in everywhere:
            raise refuse(f"{path.name}: [[{answer}]] is no answer cell of the notebooks beside it")
    return tables


def _edited(answer: str, solution: str, entry: dict[str, object]) -> EditedSolution:
    label = f"{FILE_NAME}: [[{answer}]] {entry.get('name', '(without a name)')!r}"
    unknown = entry.keys() - KEYS
    missing = {"name", "says", "hint"} - entry.keys()
    if unknown or missing or ("edits" in entry) == ("answer" in entry):
        problem = f"unknown: {', '.join(unknown)}" if unknown else "needs name, says, hint, and edits or answer"
        raise MisconceptionError(f"{label}: {problem}")
    try:
        edits = tuple((str(old), str(new)) for old, new in entry.get("edits", []))  # type: ignore[attr-defined]
        credit = float(entry.get("credit", 0.0))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise MisconceptionError(f"{label}: edits are pairs of texts, credit is a number") from None
    if any(not isinstance(pair, list) for pair in entry.get("edits", [])):  # type: ignore[attr-defined]
        raise MisconceptionError(f"{label}: edits are pairs of texts, credit is a number")
    source = str(entry["answer"]) if "answer" in entry else _apply(solution, edits, label)
    words = Misconception(str(entry["name"]), str(entry["says"]).strip(), str(entry["hint"]).strip())
    twin = entry.get("same_values_as")
    if not 0 <= credit < 1:
        raise MisconceptionError(f"{label}: credit is a part of the points, from 0 to below 1")
    return EditedSolution(answer, words, source, credit, str(twin) if twin else None, edits)


def _apply(solution: str, edits: tuple[tuple[str, str], ...], label: str) -> str:
    """Make the edits between the solution markers, where each must match exactly once."""
    for old, new in edits:
        regions = list(SOLUTION.finditer(solution))
        count = sum(region[0].count(old) for region in regions)
        if count != 1:
            raise MisconceptionError(f"{label}: the text {old!r} stands {count} times in the solution, not once")
        region = next(region for region in regions if old in region[0])
        solution = solution[: region.start()] + region[0].replace(old, new) + solution[region.end() :]
    return solution


def pairs(edited: list[EditedSolution], solution: str) -> list[EditedSolution]:
    """Two mistakes at once: each pair of one answer's misconceptions whose edits fit together."""
    found = []
    for a, b in combinations([e for e in edited if e.edits and not e.twin_of], 2):
        try:
            source = _apply(solution, a.edits + b.edits, "")
        except MisconceptionError:
            continue
        found.append(EditedSolution(a.answer, a.words, source, a.credit * b.credit, second=b.words))
    return found
