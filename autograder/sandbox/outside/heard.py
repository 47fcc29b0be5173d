"""What an answer printed and warned of, once more on the side of the test (inside/heard.py collects it)."""

from __future__ import annotations

import builtins
import sys
import warnings

from autograder.sandbox.messages import Claim

MAX_TOLD = 1_000
"""Things that were printed, or warned of, in one call."""


def repeat(message: Claim) -> None:
    """Print here what was printed there, and warn of what was warned of: a test may look at it."""
    for stream, text in _pairs_of_texts(message.get("printed")):
        (sys.stderr if stream == "stderr" else sys.stdout).write(text)
    for name, text in _pairs_of_texts(message.get("warned")):
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Warning):
            warnings.warn(text[:500], kind, stacklevel=2)


def _pairs_of_texts(found: object) -> list[list[str]]:
    pairs = found[:MAX_TOLD] if type(found) is list else []
    return [x for x in pairs if type(x) is list and len(x) == 2 and all(type(text) is str for text in x)]
