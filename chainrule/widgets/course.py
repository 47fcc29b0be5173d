"""The course at a glance: its notebooks in order, what each is for, how long it takes, and how far one is in each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from chainrule.checks import progress
from chainrule.checks.known_results import FILE_NAME, StaleFormatError

TITLE = re.compile(r"^#\s+(.+)")
GOALS = re.compile(r"\*\*Afterwards you can\*\*\n+((?:[-*] .+(?:\n|$))+)")
MINUTES = re.compile(r"\*\*Time:\*\*\D*?(\d+)\s+minutes")
LEFT = "text-align: left; vertical-align: top"
LINK = "color: var(--jp-content-link-color, #0b57a4)"


@dataclass(frozen=True)
class Entry:
    """One notebook of the course."""

    path: str
    """From the folder of the course on."""
    title: str
    goals: tuple[str, ...]
    """What one can do afterwards."""
    minutes: str


class Course:
    """A table of the notebooks in the folders below one, as they are now."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path.cwd()

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{text}</th>' for text in ("Notebook", "Afterwards you can", "Minutes", "Answers")
        )
        rows = "".join(self._rows())
        return f'<table style="text-align: left"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def __repr__(self) -> str:
        lines = [f"{entry.title} ({entry.minutes} minutes): {entry.path}" for _, entry in self._entries()]
        return "\n".join(lines)

    def _rows(self) -> Iterator[str]:
        seen = set()
        for folder, entry in self._entries():
            link = f'<a href="{escape(entry.path)}" style="{LINK}">{escape(entry.title)}</a>'
            done = (
                "" if folder in seen else _how_far(self._folder / folder)
            )  # of notebooks in one folder it is said once
            seen.add(folder)
            goals = "<br>".join(map(escape, entry.goals))
            rest = "".join(f'<td style="{LEFT}">{cell}</td>' for cell in (goals, escape(entry.minutes), done))
            yield f'<tr><th scope="row" style="{LEFT}">{link}</th>{rest}</tr>'

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        for known in sorted(self._folder.glob(f"*/{FILE_NAME}")):
            for path in _in_order(known.parent):
                entry = _entry(path, self._folder)
                if entry:
                    yield known.parent.name, entry


def _in_order(folder: Path) -> list[Path]:
    """The notebooks of a folder: as their titles are numbered, 10a before 10b; then by name."""
    found = [path for path in folder.glob("*.ipynb") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (_title_of(path), path.name))


def _title_of(path: Path) -> str:
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        return "".join(cells[0]["source"]) if cells else ""
    except (OSError, ValueError, LookupError, TypeError):  # a student's file may be anything
        return ""


def _entry(path: Path, folder: Path) -> Entry | None:
    text = _title_of(path)
    title, goals, minutes = TITLE.search(text), GOALS.search(text), MINUTES.search(text)
    if not title:
        return None
    lines = tuple(line[2:].replace("*", "").rstrip(" ,.;") for line in goals[1].splitlines()) if goals else ()
    return Entry(path.relative_to(folder).as_posix(), title[1], lines, minutes[1] if minutes else "")


def _how_far(folder: Path) -> str:
    """How many answers of a folder pass their checks."""
    try:
        passed = progress.of_folder(folder)
    except (OSError, ValueError, StaleFormatError):
        return ""
    mark = "✔ " if passed and all(passed.values()) else ""
    return f"{mark}{sum(passed.values())} of {len(passed)}"
