"""What is said of an answer: the six things that can be, each in its own words.

Right, wrong, raising, missing, untouched, hanging. A verdict is plain text in parts; `card` shows it
in a notebook, the grader puts it on a feedback page.
"""

from __future__ import annotations

import linecache
import re
from dataclasses import dataclass
from typing import Literal

from chainrule.checks.compare import difference, show
from chainrule.checks.known_results import KnownResult, Misconception
from chainrule.checks.question import Answered, Question

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


def of_unwritten(question: Question, error: Exception) -> Verdict:
    """Say of a NotImplementedError which answer is still to be written: this one, or one that it uses."""
    where = where_raised(error)
    if where is None or where[1] == question.name:
        return of_untouched(question.name)
    return of_needed(question.name, where[1])


def of_needed(name: str, needed: str) -> Verdict:
    """Say that an answer uses another one that is still to be written."""
    return Verdict("missing", f"{name} needs {needed}, which is still to be written.")


def of_raised(question: Question, answered: Answered) -> Verdict:
    """Say what an answer raised and in which line."""
    error = answered.raised
    assert error is not None
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = where_raised(error)
    parts = [("Called", question.call_text()), ("It raised", said[:500])]
    if where:
        parts.append(("In the line", f"{where[0]}   (in {where[1]})"))
    headline = f"{question.name} raised {type(error).__name__}."
    warned = tuple(f"Note: before that, a warning was given: {text}" for text in answered.warned)
    return Verdict("raised", headline, tuple(parts), notes=warned, pattern=_of_product(said))


def of_value(question: Question, answered: Answered, known: KnownResult, recognised: Misconception | None) -> Verdict:
    """Compare what came back with the known result."""
    asked = question.call_text()
    if known.raises is not None:
        headline = f"{question.name} should raise {known.raises} here."
        return Verdict("wrong", headline, (("Called", asked), ("Came back", show(answered.value))))
    found = difference(answered.value, known.value, question.accept)
    if found is None:
        return Verdict("right", f"{asked}", notes=notes(answered))
    if question.kind == "value" or (question.kind == "code" and isinstance(known.value, str)):
        # a prediction, as it is or as one word: who reads the expected value has nothing left to think about
        headline = f"{question.name} is not {show(answered.value)}." if found.what == "value" else found.text
        return Verdict("wrong", headline, (), recognised, folded=show(known.value))
    called = (("Called", asked),) if question.kind == "call" else ()
    parts = (*called, ("Came back", show(answered.value)), ("Expected", show(known.value)))
    pattern = found.pattern
    if answered.value is None:
        pattern = "Nothing was returned, which gives None. Does it end with `return`?"
    return Verdict("wrong", found.text, parts, recognised, notes(answered), pattern)


def is_right(question: Question, answered: Answered, known: KnownResult) -> bool:
    """Is this the known result: the same value within what the check accepts, or the same exception?"""
    if answered.raised is not None or known.raises is not None:
        return answered.error_name == known.raises
    return difference(answered.value, known.value, question.accept) is None


def notes(answered: Answered) -> tuple[str, ...]:
    """What is worth a word but costs nothing: arguments changed in place, warnings."""
    changed = [f"Note: {argument} was changed by the call; work on a copy." for argument in answered.changed]
    return (*changed, *(f"Note: a warning was given, which costs nothing: {text}" for text in answered.warned))


def _of_product(said: str) -> str:
    """NumPy's words for a matrix product whose inner sizes differ, in plainer ones."""
    sizes = re.search(r"matmul: .*size (\d+) is different from (\d+)", said)
    return f"The inner sizes of a matrix product differ: {sizes[2]} and {sizes[1]}." if sizes else ""


def where_raised(error: BaseException) -> tuple[str, str] | None:
    """The innermost line of a notebook's function that raised an error, and the function's name.

    An error that comes from the sandbox brings them along as `student_where`.
    """
    found: tuple[str, str] | None = getattr(error, "student_where", None)
    traceback = error.__traceback__
    while traceback:
        code = traceback.tb_frame.f_code
        if "ipykernel" in code.co_filename or code.co_filename.startswith("<ipython-input"):
            line = linecache.getline(code.co_filename, traceback.tb_lineno).strip()
            if line and code.co_name != "<module>" and not line.startswith("check"):
                found = line[:300], code.co_name[:80]
        traceback = traceback.tb_next
    return found
