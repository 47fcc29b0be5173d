"""What is said of a value that came back, beside the known result: right, wrong, or right after too long."""

from __future__ import annotations

import numpy as np

from chainrule.checks import elsewhere, errors, patterns, side_by_side
from chainrule.checks.accept import Accept, Difference
from chainrule.checks.compare import difference
from chainrule.checks.known_results import KnownResult
from chainrule.checks.numeric import as_numbers
from chainrule.checks.question import Answered, Question
from chainrule.checks.recognise import Misconception
from chainrule.checks.shown import show
from chainrule.checks.verdict import Verdict

ONE_POINT = (
    "Something that goes into it fits one point only, here or in a step before. "
    "Which part of your line would be another number elsewhere, and which name holds it?"
)
STAYS = (
    "With other values the number stays what it was. Is it typed in, here or in a step before? "
    "Which names is it to be made of?"
)
"""What is asked of a value that is made again from other values: of any, and of one that is as before."""


def of_value(
    question: Question, answered: Answered, known: KnownResult, recognised: Misconception | None, slip: str = ""
) -> Verdict:
    """Compare what came back with the known result; `slip` says which slip in the right code would give it."""
    asked = question.call_text()
    if known.raises is not None:
        headline = f"{question.name} should raise {known.raises} here."
        return Verdict("wrong", headline, (("Called", asked), ("Came back", show(answered.value))))
    found = _difference(answered.value, known, question.accept)
    if found is None and is_right(question, answered, known):
        return Verdict("right", f"{asked}", notes=notes(answered, known))
    if found is None:
        return _of_changed(question, answered, known, recognised)
    if question.kind == "code" and isinstance(answered.value, str) and known.value is True:
        return Verdict("wrong", answered.value, (), recognised, pattern=known.otherwise)  # the check's own words
    if question.kind == "again":
        return _of_again(question, answered, known, recognised, slip)
    if question.kind == "value" or (question.kind == "code" and isinstance(known.value, str)):
        # a prediction, as it is or as one word: who reads the expected value has nothing left to think about
        headline = f"{question.name} is not {show(answered.value)}." if found.what == "value" else found.text
        asked_of = question.kind == "value"
        pattern = patterns.of(answered.value, known.value, question.accept, known.otherwise) if asked_of else ""
        pattern = slip or pattern or known.otherwise
        return Verdict("wrong", headline, (), recognised, folded=show(known.value), pattern=pattern)
    called = (("Called", asked),) if question.kind == "call" else ()
    parts = (*called, *side_by_side.rows(answered.value, known.value, question.accept))
    value, accept, asks = answered.value, question.accept, known.otherwise
    pattern = slip or _of_warnings(answered) or found.pattern
    pattern = pattern or elsewhere.of(value, known.value, accept, known.signature.gives)
    pattern = pattern or patterns.of(value, known.value, accept, asks, known.signature.gives) or asks
    if answered.value is None:
        pattern = "None came back. Does every way through your code end with `return`, and what stands behind it then?"
    return Verdict("wrong", found.text, parts, recognised, notes(answered, known, right=False), pattern)


def _of_again(
    question: Question, answered: Answered, known: KnownResult, recognised: Misconception | None, slip: str
) -> Verdict:
    """Say of a value that it doesn't follow the values that it is made of."""
    headline = f"{question.name} is right with the values that this notebook has, but not with others."
    others = ", ".join(f"{name} = {show(value)}" for name, value in question.kwargs.items())
    parts = (("Run again with", others), ("Came back", show(answered.value)), ("Expected", show(known.value)))
    return Verdict("wrong", headline, parts, recognised, pattern=slip or ONE_POINT)


def _of_warnings(answered: Answered) -> str:
    """What to think about where numbers have become inf or nan, and a warning says how."""
    value = answered.value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else (value,)
    numbers = (found for each in parts if (found := as_numbers(each)) is not None)
    if all(np.isfinite(each).all() for each in numbers):
        return ""
    pairs = (text.split(": ", 1) for text in answered.warned)
    return next(filter(None, (errors.advice(kind, said, None) for kind, said in pairs)), "")


def _difference(got: object, known: KnownResult, accept: Accept) -> Difference | None:
    """How a result differs; what the solution returns as a tuple of names is spoken of by these names."""
    names, expected = known.signature.gives, known.value
    if isinstance(expected, tuple) and isinstance(got, (list, tuple)) and len(got) == len(expected) == len(names):
        found = (difference(a, b, accept, f"`{name}`") for name, a, b in zip(names, got, expected, strict=True))
        return next(filter(None, found), None)
    return difference(got, expected, accept)


def _of_changed(
    question: Question, answered: Answered, known: KnownResult, recognised: Misconception | None
) -> Verdict:
    """Say of a right value that an argument was changed on the way to it, where that harms."""
    changed = " and ".join(_argument(name, known) for name in answered.changed if name not in known.changed)
    headline = f"what came back is right, but the call changed {changed}."
    asks = (
        "Whoever made the call still needs what was given: it now holds something else. "
        "Which line writes into it, and how would a new array or list be made instead?"
    )
    parts = (("Called", question.call_text()), ("Changed", changed))
    return Verdict("wrong", headline, parts, recognised, pattern=asks)


def is_right(question: Question, answered: Answered, known: KnownResult) -> bool:
    """Is this the known result: the same value within what the check accepts, or the same exception?"""
    if answered.raised is not None or known.raises is not None:
        return answered.error_name == known.raises
    if question.accept.changes == "none" and not set(answered.changed) <= set(known.changed):
        return False
    return difference(answered.value, known.value, question.accept) is None


def notes(answered: Answered, known: KnownResult | None = None, *, right: bool = True) -> tuple[str, ...]:
    """What is worth a word: arguments changed in place, and warnings, which cost nothing where the result is right."""
    named = [_argument(each, known) for each in answered.changed]
    changed = [f"Note: {argument} was changed by the call; work on a copy." for argument in named]
    costs = ", which costs nothing" if right else ""
    return (*changed, *(f"Note: a warning was given{costs}: {text}" for text in answered.warned))


def of_slow(question: Question, answered: Answered, limit: float) -> Verdict:
    """Say of a right result that it took longer than the grader waits."""
    headline = (
        f"{question.name} gave the right result after {answered.seconds:.1f} s; a call is stopped after {limit:g} s."
    )
    asks = "How often is what takes the time done, and how often does it have to be?"
    return Verdict("hung", headline, (("Called", question.call_text()),), pattern=asks)


def _argument(which: str, known: KnownResult | None) -> str:
    """An argument by the name that the question gives it; "argument 2" where that isn't known."""
    takes = known.signature.takes if known else ()
    number = int(which.removeprefix("argument ")) if which.startswith("argument ") else 0
    return f"`{takes[number - 1]}`" if 0 < number <= len(takes) else which
