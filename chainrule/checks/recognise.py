"""Which known mistakes explain what an answer gave: a value, an error, a changed argument.

A mistake is named only where it explains the result by something that other causes wouldn't give as well: zeros,
infinities, nan and empty results explain nothing, but for nan and inf that come with the very same warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.numeric import as_numbers

WITHOUT_CAUSE = frozenset(["TimeoutError", "MemoryError", "RecursionError", "NotImplementedError"])
"""Errors that anything may lead to."""
SENTENCES = re.compile(r"(?<=[.?!])\s+")
MAX_CAUSES = 3
"""Of so many causes of one result a student is asked which it is; of more, nothing is said."""


@dataclass(frozen=True)
class Misconception:
    """A known wrong idea, with the words that help a student who has it."""

    name: str
    says: str
    hint: str

    @property
    def questions(self) -> str:
        """What `says` asks, without what it states; all of it where it asks nothing."""
        return " ".join(s for s in SENTENCES.split(self.says) if s.endswith("?")) or self.says


@dataclass(frozen=True)
class Failure:
    """An exception as data: what would be the same for everybody with the same mistake."""

    name: str
    """Of the nearest built-in class."""
    text: str
    operation: str = ""
    """What the line did that failed; see `where.Where`."""
    inside: str = ""
    """The function of another cell that was called in the line, and in which the error arose."""


@dataclass(frozen=True)
class Result:
    """What came of a question: a value or a failure, and what was done besides."""

    value: Any = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    """Arguments that the call changed in place."""
    warned: tuple[str, ...] = ()


Cause = tuple[Misconception, ...]
"""One mistake, or two at once."""


def same(got: Result, known: Result, accept: Accept) -> bool:
    """Are two results the same, as far as a check tells results apart?"""
    if got.failure or known.failure:
        return got.failure == known.failure
    if accept.changes == "none" and got.changed != known.changed:
        return False
    return difference(got.value, known.value, accept) is None


def explains(got: Result, known: Result, accept: Accept, *, chosen: bool = False) -> bool:
    """Is `got`, which is wrong, what a mistake gives (`known`), and by more than chance?

    A value that was `chosen`, a prediction, tells of its author whatever it is.
    """
    if known.failure and known.failure.name in WITHOUT_CAUSE:
        return False
    if not same(got, known, accept):
        return False
    return (
        chosen
        or got.failure is not None
        or (accept.changes == "none" and got.changed != ())
        or not is_degenerate(got.value, accept)
        or (got.warned == known.warned != ())
    )


def is_degenerate(value: object, accept: Accept) -> bool:
    """Is there no number but 0, inf and nan in it, nor any text: what any mistake may give?"""
    if isinstance(value, str):
        return not value
    numbers = as_numbers(value)
    if numbers is not None:
        size = np.abs(numbers.astype(complex)) if numbers.dtype.kind == "c" else np.abs(numbers.astype(float))
        return not bool(np.any(np.isfinite(size) & (size > accept.atol)))
    if isinstance(value, Mapping):
        return all(is_degenerate(x, accept) for x in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(is_degenerate(x, accept) for x in value)
    return value is None


def in_words(causes: Iterable[Cause]) -> Misconception | None:
    """What is said where these are the causes that explain an answer alone; None where there's nothing to say.

    One mistake speaks for itself. Of several, each of which would do alone, the student is asked which it is. Two at
    once are a suggestion, made of their questions: what each states holds where it is alone.
    """
    found = list(dict.fromkeys(causes))
    single = [cause[0] for cause in found if len(cause) == 1]
    if len(single) == 1:
        return single[0]
    if 1 < len(single) <= MAX_CAUSES:
        said = "More than one cause gives just this. Which of these questions is about your code?"
        return _joined(single, " or ", said)
    if not single and len(found) == 1:
        return _joined(found[0], "; ", "Two things at once would give this. Ask both of your code:")
    return None


def _joined(some: Iterable[Misconception], between: str, said: str) -> Misconception:
    some = list(some)
    asked = "\n".join(f"– {each.questions}" for each in some)
    hints = "\n".join(f"– {each.hint}" for each in some)
    return Misconception(between.join(each.name for each in some), f"{said}\n{asked}", hints)
