"""What is said of an answer, each thing that can be in its own words; here of one that gave nothing.

Right, wrong, raising, missing, untouched, hanging. A verdict is plain text in parts; `card` shows it
in a notebook, the grader puts it on a feedback page. What is said of a value stands in `returned.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chainrule.checks import errors
from chainrule.checks.nearest import nearest_name
from chainrule.checks.question import Answered, Question
from chainrule.checks.recognise import Misconception
from chainrule.checks.runs import Stopped
from chainrule.checks.where import Where, unwritten

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
    pattern: str = ""
    """What the wrong numbers have in common; said where no misconception says more."""
    folded: str = ""
    """The expected value of a prediction: shown when it is asked for, as a hint is."""

    @property
    def text(self) -> str:
        """The whole verdict as plain text that stands alone (all but the hint)."""
        lines = [f"{WORDS[self.status]}: {self.headline}"]
        width = max((len(label) for label, _ in self.parts), default=0) + 2
        for label, text in self.parts:
            lines.append(f"  {label + ':':<{width}}{text}".replace("\n", "\n" + " " * (width + 2)))
        return "\n".join([*lines, *([self.advice] if self.advice else []), *self.notes])

    @property
    def advice(self) -> str:
        """What to think about: of the recognised misconception, else of the pattern."""
        return self.misconception.says if self.misconception else self.pattern


def of_missing(name: str) -> Verdict:
    """Say that an answer's name isn't defined."""
    headline = f"the name {name} is not defined. Run the cell above. If you have: is there a SyntaxError below it?"
    return Verdict("missing", headline)


def of_untouched(name: str) -> Verdict:
    """Say that an answer cell is as it was handed out."""
    headline = f"write {name} in the cell above, run it, then run this check. If you have: is there a SyntaxError?"
    return Verdict("untouched", headline)


def of_unwritten(question: Question, error: NotImplementedError) -> Verdict:
    """Say which answer is still to be written: one that is asked, or one that it uses."""
    needed = unwritten(error) or question.name
    return of_untouched(needed) if needed in (*question.names, question.name) else of_needed(question.name, needed)


def of_needed(name: str, needed: str) -> Verdict:
    """Say that an answer uses another one that is still to be written."""
    return Verdict("missing", f"{name} needs {needed}, which is still to be written.")


def of_stopped(name: str, stopped: Stopped) -> Verdict:
    """Say that the cell of an answer stopped before it had set it: what is there is older, or nothing."""
    error = stopped.error
    kind = type(error).__name__
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    parts = [("It said", f"{kind}: {said}"[:500]), *([("In the line", stopped.line[:300])] if stopped.line else [])]
    headline = f"the cell of {name} stopped with a {kind} before {name} was set, so nothing of it can be checked."
    advice = errors.advice(kind, said, Where(stopped.line, "", nearest=nearest_name(error)))
    return Verdict("raised", headline, tuple(parts), pattern=advice)


def note_of(stopped: Stopped) -> str:
    """What is said besides of a cell that has set its answer and then stopped."""
    if stopped.stub:
        return f"Note: the line `{stopped.line}` still stands in the cell; it can go."
    return f"Note: the cell has set this, and then stopped with a {type(stopped.error).__name__}: `{stopped.line}`"


def of_raised(
    question: Question, answered: Answered, where: Where | None, recognised: Misconception | None = None
) -> Verdict:
    """Say what an answer raised, in which line of the student's (`where`), and what it was given there."""
    error = answered.raised
    assert error is not None
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    parts = [("Called", question.call_text()), ("It raised", said[:500])]
    if where:
        inside = f", while it calls {where.inside}" if where.inside else ""
        parts.append(("In the line", f"{where.line}   (in {where.function}{inside})"))
        with_ = [f"{text} is {kind}" for text, kind in where.operands if text != kind]
        parts += [("Where", "\n".join(with_))] if with_ else []
    headline = f"{question.name} raised {type(error).__name__}."
    warned = tuple(f"Note: before that, a warning was given: {text}" for text in answered.warned)
    pattern = errors.advice(answered.error_name or "", str(error), where)
    return Verdict("raised", headline, tuple(parts), recognised, warned, pattern)
