"""What is said of an answer: the six things that can be, each in its own words.

Right, wrong, raising, missing, untouched, hanging. A verdict is plain text in parts; `card` shows it
in a notebook, the grader puts it on a feedback page.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from chainrule.compare import difference, show
from chainrule.known_results import KnownResult, Misconception
from chainrule.question import Answered, Question

Status = Literal["right", "wrong", "raised", "missing", "untouched", "hung", "unknown"]

WORDS: dict[Status, str] = {
    "right": "Right",
    "wrong": "Not right yet",
    "raised": "Stopped by an error",
    "missing": "Nothing to check yet",
    "untouched": "Not answered yet",
    "hung": "Took too long",
    "unknown": "No known result",
}
"""Each verdict begins with its word, so that nothing is told by colour alone."""


@dataclass(frozen=True)
class Verdict:
    """What is said: a headline, then labelled parts ("Called", "Came back", "Expected")."""

    status: Status
    headline: str
    parts: tuple[tuple[str, str], ...] = ()
    misconception: Misconception | None = None
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole verdict as plain text that stands alone (all but the hint)."""
        lines = [f"{WORDS[self.status]}: {self.headline}"]
        width = max((len(label) for label, _ in self.parts), default=0) + 2
        for label, text in self.parts:
            lines.append(f"  {label + ':':<{width}}{text}".replace("\n", "\n" + " " * (width + 2)))
        if self.misconception:
            lines.append(self.misconception.says)
        return "\n".join([*lines, *self.notes])


def of_missing(name: str) -> Verdict:
    """Say that an answer's name isn't defined."""
    headline = f"the name {name} is not defined. Run the cell above. If you have: is there a SyntaxError below it?"
    return Verdict("missing", headline)


def of_untouched(name: str) -> Verdict:
    """Say that an answer cell is as it was handed out."""
    return Verdict("untouched", f"write {name} in the cell above, run it, then run this check.")


def of_raised(question: Question, answered: Answered) -> Verdict:
    """Say what an answer raised and in which line."""
    error = answered.raised
    assert error is not None
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = _line_of(error.__traceback__)
    parts = [("Called", question.call_text()), ("It raised", said[:500])]
    if where:
        parts.append(("In the line", where))
    return Verdict("raised", f"{question.name} raised {type(error).__name__}.", tuple(parts), notes=notes(answered))


def of_value(question: Question, answered: Answered, known: KnownResult, recognised: Misconception | None) -> Verdict:
    """Compare what came back with the known result."""
    asked = question.call_text()
    if known.raises is not None:
        headline = f"{question.name} should raise {known.raises} here."
        return Verdict("wrong", headline, (("Called", asked), ("Came back", show(answered.value))))
    found = difference(answered.value, known.value, question.accept)
    if found is None:
        return Verdict("right", f"{asked}", notes=notes(answered))
    called = (("Called", asked),) if question.kind == "call" else ()
    parts = (*called, ("Came back", show(answered.value)), ("Expected", show(known.value)))
    return Verdict("wrong", found.text, parts, recognised, notes(answered))


def is_right(question: Question, answered: Answered, known: KnownResult) -> bool:
    """Is this the known result: the same value within what the check accepts, or the same exception?"""
    if answered.raised is not None or known.raises is not None:
        return answered.error_name == known.raises
    return difference(answered.value, known.value, question.accept) is None


def notes(answered: Answered) -> tuple[str, ...]:
    """What is worth a word but costs nothing: arguments changed in place, warnings."""
    changed = [f"Note: {argument} was changed by the call; work on a copy." for argument in answered.changed]
    return (*changed, *(f"Note: a warning was given, which costs nothing: {text}" for text in answered.warned))


def _line_of(traceback: TracebackType | None) -> str | None:
    """The innermost line of a notebook cell that a traceback passes through."""
    found = None
    while traceback:
        name = traceback.tb_frame.f_code.co_filename
        if "ipykernel" in name or name.startswith("<ipython-input"):
            line = linecache.getline(name, traceback.tb_lineno).strip()
            if line and not line.startswith("check"):
                found = line
        traceback = traceback.tb_next
    return found
