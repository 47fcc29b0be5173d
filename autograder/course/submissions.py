"""What was handed in, by student and assignment; and what lies in submitted/ and belongs to neither.

Names are a student's, so nothing in them is believed: no link is followed, and a name that is no text is no student.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

STUDENT, ASSIGNMENT = "{student}", "{assignment}"
"""Stand for themselves in the path of a submission."""


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment."""

    student: str
    assignment: str
    folder: Path
    note: str | None = None
    """What is to be said of where it was found."""
    refused: str | None = None
    """Why nothing in it is looked at."""


def find(pattern: Path, assignment: str, assignments: Iterable[str]) -> dict[str, Submission]:
    """What was handed in for an assignment, by student.

    `pattern` is the path of a submission, with STUDENT and ASSIGNMENT in it; `assignments` are all of the course.
    Where the assignment's folder is missing, another is taken for it whose name is the same but for capitals, spaces
    and signs, if no other folder and no other assignment could be meant.
    """
    alike = [name for name in assignments if _loose(name) == _loose(assignment)]
    base, below = _base(pattern), _below_base(pattern)
    reached: list[tuple[Path, str, str | None]] = [(base, "", None)]
    for part in below:
        if part == STUDENT:
            reached = [(path, path.name, note) for here, _, note in reached for path in _subfolders(here)]
        elif part == ASSIGNMENT:
            reached = [
                (path, student, None if path.name == assignment else f"{path.name} was taken for {assignment}")
                for here, student, _ in reached
                for path in _meant(here, assignment, alone=alike == [assignment])
            ]
        else:
            reached = [(here / part, *more) for here, *more in reached if os.path.isdir(here / part)]  # type: ignore[misc]
    return {
        student: Submission(student, assignment, folder, note, _link((folder, *folder.parents[: len(below) - 1])))
        for folder, student, note in reached
    }


def _meant(here: Path, assignment: str, *, alone: bool) -> list[Path]:
    if os.path.isdir(here / assignment):  # where nothing may be looked at, Path's own raises
        return [here / assignment]
    found = [path for path in _subfolders(here) if _loose(path.name) == _loose(assignment)] if alone else []
    return found if len(found) == 1 else []


def _link(paths: Iterable[Path]) -> str | None:
    link = next((path for path in paths if os.path.islink(path)), None)
    return f"{link.name} is a link; ask for the folder itself" if link else None


def strays(pattern: Path, taken: Iterable[Submission]) -> list[Path]:
    """What lies where submissions lie and is none, so that nobody has graded it."""
    if not _base(pattern).exists():
        return []
    folders = {submission.folder for submission in taken}
    above = {path for folder in folders for path in folder.parents}
    return sorted(_strays(_base(pattern), len(_below_base(pattern)), folders, above), key=os.fsencode)


def _strays(here: Path, levels: int, taken: set[Path], above: set[Path]) -> Iterator[Path]:
    try:
        entries = list(os.scandir(here))
    except OSError:  # may hold anything
        yield here
        return
    for entry in entries:
        path = Path(entry.path)
        if path in taken or entry.name.startswith("."):
            continue
        if path in above or (levels > 1 and _is_text(entry.name) and entry.is_dir(follow_symlinks=False)):
            yield from _strays(path, levels - 1, taken, above)
        else:
            yield path


def _base(pattern: Path) -> Path:
    """The folder below which students' names begin."""
    first = min(i for i, part in enumerate(pattern.parts) if part in (STUDENT, ASSIGNMENT))
    return Path(*pattern.parts[:first])


def _below_base(pattern: Path) -> tuple[str, ...]:
    return pattern.parts[len(_base(pattern).parts) :]


def _subfolders(folder: Path) -> list[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
    return [Path(entry.path) for entry in entries if entry.is_dir() and _is_text(entry.name)]


def _is_text(name: str) -> bool:
    """Can a name stand in a database?"""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _loose(name: str) -> str:
    """A name without capitals, spaces and signs, by which it is compared."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
