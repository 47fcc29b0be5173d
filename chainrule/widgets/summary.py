"""At the end of a notebook: which answers are still open, and how to hand in."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path, PurePath

from chainrule.checks import progress

NAME_OF_NOTEBOOK = "JPY_SESSION_NAME"
"""Where Jupyter tells a kernel which notebook it serves."""


class Summary:
    """What is still open in this folder, as the last run of each check left it."""

    def __init__(self) -> None:
        self._lines = [*_open(progress.of_folder(Path.cwd())), _hand_in()]

    def _repr_html_(self) -> str:
        return "".join(f"<p>{line}</p>" for line in self._lines)

    def __repr__(self) -> str:
        return "\n".join(self._lines).replace("<code>", "").replace("</code>", "")


def _open(passed: dict[str, bool]) -> list[str]:
    waiting = [f"<code>{escape(name)}</code>" for name, right in passed.items() if not right]
    if not passed:
        return []
    if not waiting:
        return [f"✔ All {len(passed)} answers of this folder pass their checks."]
    count = f"{len(passed) - len(waiting)} of {len(passed)} answers of this folder pass their checks."
    return [count, f"Still open: {', '.join(waiting)}."]


def _hand_in() -> str:
    name = PurePath(os.environ.get(NAME_OF_NOTEBOOK, "")).name
    what = f"<code>{escape(name)}</code>" if name.endswith(".ipynb") else "this notebook"
    return (
        f"To hand in, save (Ctrl+S, on a Mac ⌘S) and hand in {what} as your course tells you; what is open may stay so."
    )
