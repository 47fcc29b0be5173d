"""Shows a verdict: as a card in a notebook, as plain text everywhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from html import escape

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle, display

from chainrule.checks.verdict import WORDS, Status, Verdict

MARKS: dict[Status, str] = {
    "right": "✓",
    "wrong": "✗",
    "raised": "!",
    "missing": "?",
    "untouched": "…",
    "hung": "⧖",
    "unknown": "?",
}
EDGES = {
    "right": "--jp-success-color1, #388e3c",
    "wrong": "--jp-warn-color0, #b35c00",
    "raised": "--jp-error-color1, #c62828",
}


CHANGED = (
    ".jp-CodeCell.jp-mod-dirty + .jp-CodeCell .chainrule-card::before{display:block;font-weight:bold;content:"
    '"The cell above has been changed since it ran: run it, then this check again."}'
)
"""Said by the notebook itself, which alone knows what stands in a cell that has not been run."""
INLINE = ".chainrule-card code{padding:0!important}"
"""JupyterLab sets code in a box, which on a card can't be seen but for the gaps that it leaves."""

listeners: list[Callable[[Verdict], None]] = []
"""Told of each verdict that is shown: the widget at the head of a notebook, which speaks it."""


class CheckFailed(AssertionError):
    """A check found that an answer is not right yet. Its text stands alone."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.text)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        """Short, for the card above tells the rest; whole where no card can be seen (Validate)."""
        return [self.verdict.text if _text_only() else short(self.verdict)]


def short(verdict: Verdict) -> str:
    """The word of a verdict and the way to the rest."""
    return f"{WORDS[verdict.status]}: see the card above."


def _text_only() -> bool:
    """Is there nobody to see a card: no notebook, or nbgrader's Validate, which shows tracebacks only?"""
    return get_ipython() is None or "NBGRADER_EXECUTION" in os.environ


def show(verdict: Verdict, instead_of: DisplayHandle | None = None) -> DisplayHandle | None:
    """Show a verdict as a card, in the place of an earlier one if it's given; or print it."""
    for listen in listeners:
        listen(verdict)
    if _text_only():
        if verdict.status in ("right", "unknown"):
            print(verdict.text)
        return None
    data = {"text/plain": verdict.text, "text/html": as_html(verdict)}
    if instead_of:
        instead_of.update(data, raw=True)
        return instead_of
    return display(data, raw=True, display_id=True)


def as_html(verdict: Verdict) -> str:
    """The card: a word first, then what was called, what came back, what helps. Self-contained HTML."""
    edge = EDGES.get(verdict.status, "--jp-border-color1, #757575")
    head = f"<strong>{MARKS[verdict.status]} {WORDS[verdict.status]}:</strong> {rich(verdict.headline)}"
    plain = "background:none;color:inherit"  # over JupyterLab's own stripes
    rows = "".join(
        f'<tr style="{plain}"><th scope="row" style="text-align:left;vertical-align:top;padding:0 1em 0 0;'
        f'font-weight:normal;white-space:nowrap">{escape(label)}</th>'
        f'<td style="text-align:left;vertical-align:top;padding:0"><pre style="margin:0;padding:0;'
        f'white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;{plain}">{escape(text)}</pre></td></tr>'
        for label, text in verdict.parts
    )
    table = f'<table style="margin:.4em 0;{plain}">{rows}</table>' if rows else ""
    says = f'<p style="margin:.4em 0">{rich(verdict.advice)}</p>' if verdict.advice else ""
    hint = _fold("Hint", verdict.misconception.hint) if verdict.misconception else ""
    hint += _fold("What was expected", verdict.folded) if verdict.folded else ""
    notes = "".join(f'<p style="margin:.4em 0">{rich(note)}</p>' for note in verdict.notes)
    return (
        f'<div class="chainrule-card" role="status" style="border-left:4px solid var({edge});'
        f'padding:.4em .8em;background:var(--jp-layout-color2, #f5f5f5);color:var(--jp-ui-font-color1, #212121)">'
        f"{head}{table}{says}{hint}{notes}</div><style>{CHANGED}{INLINE}</style>"
    )


def _fold(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary><p>{rich(text)}</p></details>"


def rich(text: str) -> str:
    """Escaped text in which `code` is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
