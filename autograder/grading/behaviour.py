"""What answers did on the calls of a test, as a digest: the same for all who made the same mistake.

For whoever looks for mistakes that many make and no misconception names yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np

from autograder.grading.judge import Call
from chainrule.checks.numeric import as_numbers

DIGITS = 5
"""Decimal digits to which numbers count as the same."""


def digest(calls: Iterable[Call]) -> str:
    """A hash of the results of the visible calls. Of hidden ones, whose arguments are each student's own, how they end.

    Empty where nothing was called.
    """
    said = [_of(call) for call in calls]
    return hashlib.blake2b("\n".join(said).encode("utf-8", "replace"), digest_size=8).hexdigest() if said else ""


def _of(call: Call) -> str:
    name = call.question.name
    if call.right:
        return f"{name} right"
    if call.answered.raised is not None:
        return f"{name} raised {call.answered.error_name}"
    try:
        return f"{name} wrong" if call.hidden else f"{name} {_rounded(call.answered.value)}"
    except Exception:  # an object of the student's that fails when it is looked at
        return f"{name} wrong"


def _rounded(value: object) -> str:
    numbers = as_numbers(value)
    if numbers is not None:
        return f"{numbers.shape} {[f'{number:.{DIGITS}g}' for number in np.ravel(numbers).tolist()]}"
    if isinstance(value, Mapping):
        return str(sorted((_rounded(key), _rounded(held)) for key, held in value.items()))
    if isinstance(value, (list, tuple)):
        return str([_rounded(held) for held in value])
    return f"{type(value).__name__} {value if isinstance(value, str) else ''}"
