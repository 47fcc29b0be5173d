"""What a call of an answer prints and warns of: the test, which is elsewhere, may look at it."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from autograder.sandbox.inside.stream import Stream
from autograder.sandbox.messages import Told

MAX_TEXT = 1 << 20
"""Kept of what is printed between two messages."""
MAX_TOLD = 1_000
ALL = [("always", None, Warning, None, 0)]


class Heard:
    """Collects it, from one message to the next."""

    def __init__(self) -> None:
        self._printed: list[list[str]] = []
        self._warned: list[list[str]] = []
        self._left = MAX_TEXT
        self._before: list[Any] = []
        """For each block that is open: one may be inside another, by way of a function of the test's."""
        self._streams = Stream(self.add, "stdout"), Stream(self.add, "stderr")

    def add(self, stream: str, text: str) -> None:
        """Append to what was printed; what is too much is left out."""
        kept, self._left = text[: self._left], max(self._left - len(text), 0)
        if self._printed and self._printed[-1][0] == stream:
            self._printed[-1][1] += kept
        elif kept and len(self._printed) < MAX_TOLD:
            self._printed.append([stream, kept])

    def __enter__(self) -> None:
        """Collect what is printed and warned of from here on; no filter makes an error of a warning meanwhile.

        Every call of an answer comes through here, and `redirect_stdout` and `catch_warnings` take ten times as long.
        """
        self._before.append((sys.stdout, sys.stderr, warnings.filters, warnings.showwarning))
        sys.stdout, sys.stderr = self._streams
        warnings.filters, warnings.showwarning = ALL, self._warn

    def __exit__(self, *_: object) -> None:
        sys.stdout, sys.stderr, warnings.filters, warnings.showwarning = self._before.pop()

    def _warn(self, message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
        if len(self._warned) < MAX_TOLD:
            kind = next(c.__name__ for c in category.__mro__ if c.__module__ == "builtins")
            self._warned.append([kind, str(message)[:500]])

    def take(self) -> Told:
        """What has been collected, as part of a message; begin anew."""
        told: Told = {}
        if self._printed:
            told["printed"] = self._printed
        if self._warned:
            told["warned"] = self._warned
        self._printed, self._warned, self._left = [], [], MAX_TEXT
        return told
