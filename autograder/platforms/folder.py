"""A folder, or a zip, of notebooks that bear a student's id or name: `ada/x.ipynb`, `Ada Lovelace.ipynb`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.platforms.archive import Entry
from autograder.platforms.handed_in import Download, HandedIn, Sender


def read(entries: Iterable[Entry]) -> Download:
    """Whose each file is, by the folder that it lies in, or by its own name."""
    found: dict[str, HandedIn] = {}
    for entry in entries:
        first = entry.name.parts[0] if len(entry.name.parts) > 1 else entry.name.stem
        one = found.setdefault(first, HandedIn((Sender(name=first),)))
        inside = PurePosixPath(*entry.name.parts[1:]) if len(entry.name.parts) > 1 else entry.name
        one.files[inside] = entry
    return Download("folder", list(found.values()), [])
