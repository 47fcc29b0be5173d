"""Progress: at the head of a notebook, which checks pass here and in the others; and their words, spoken."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import traitlets

from chainrule.checks import card, progress
from chainrule.checks.in_notebook import outcomes
from chainrule.checks.known_results import FILE_NAME, StaleFormatError
from chainrule.checks.verdict import WORDS, Verdict
from chainrule.widgets.base import Still, Widget, module


class Progress(Widget):
    """Which checks pass in this notebook's folder and in those beside it, followed as checks are run.

    The page's one live region speaks the first line of each check's card.
    """

    _esm = module("progress.js")

    here = traitlets.Dict().tag(sync=True)
    """Each answer, and whether all its checks have passed."""
    others: traitlets.List[tuple[str, int, int]] = traitlets.List().tag(sync=True)
    """The other folders, each as its name, how many answers pass, and of how many."""
    spoken = traitlets.Dict().tag(sync=True)
    """The last card's words, and how many there have been."""

    def __init__(self) -> None:
        self._folder = Path.cwd()
        self._cards = 0
        super().__init__(here=progress.of_folder(self._folder), others=_beside(self._folder))
        outcomes[:] = [self._note]
        card.listeners[:] = [self._speak]

    def _note(self, key: str, right: bool) -> None:
        progress.record(self._folder, key, right=right)
        self.here = progress.of_folder(self._folder)
        self._redraw()

    def _speak(self, verdict: Verdict) -> None:
        self._cards += 1
        self.spoken = {"text": f"{WORDS[verdict.status]}: {verdict.headline}".replace("`", ""), "count": self._cards}

    def _still(self) -> _Lines:
        return _Lines(self.here, self.others)


class _Lines(Still):
    """The same in words, for a notebook without a kernel."""

    def __init__(self, here: dict[str, bool], others: list[Any]) -> None:
        passing = [name for name, right in here.items() if right]
        lines = [f"{len(passing)} of {len(here)} answers of this folder pass their checks."]
        lines += [f"{name}: {right} of {of}." for name, right, of in others]
        super().__init__(b"", "\n".join(lines))

    def _shown(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in self.alt.splitlines())


def _beside(folder: Path) -> list[tuple[str, int, int]]:
    """What passes in the folders beside a folder."""
    found = []
    for path in sorted(folder.parent.glob(f"*/{FILE_NAME}")):
        if path.parent != folder:
            try:
                passed = progress.of_folder(path.parent)
            except (OSError, ValueError, StaleFormatError):  # not ours, or being written
                continue
            found.append((path.parent.name, sum(passed.values()), len(passed)))
    return found
