"""What the machines of a cluster answer the command, which trusts them: plain data, in which a student's is bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from autograder.engine.messages import Reply
from autograder.outcome import TriedTree


class Answer(TypedDict, total=False):
    """What came of a call: `tried`, or `said` and `written`, or `refused`."""

    tried: TriedTree
    """What was found out by trying a solution."""
    said: Reply
    """What came of grading a notebook."""
    written: dict[str, bytes]
    """What grading it has written: the autograded notebook, where there is one, and the feedback page."""
    refused: str
    """Why this machine grades nothing."""
    unsafe: bool
    """Is it for its sandbox?"""


Call = tuple[Callable[..., Answer], tuple[Any, ...]]
"""A function of a station, and its arguments."""
Done = tuple[list[Answer], float]
"""The answers to a bundle of calls, and the seconds that these have taken."""
