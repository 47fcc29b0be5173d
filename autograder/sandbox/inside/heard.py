"""What a call of an answer prints and warns of: the test, which is elsewhere, may look at it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

MAX_TEXT = 1 << 20
"""Kept of what is printed between two messages."""
MAX_TOLD = 1_000


class _Stream(io.TextIOBase):
    def __init__(self, heard: Heard, name: str) -> None:
        self._heard, self._name = heard, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._heard.add(self._name, text)
        return len(text)


class Heard:
    """Collects it, from one message to the next."""

    def __init__(self) -> None:
        self._printed: list[list[str]] = []
        self._warned: list[list[str]] = []
        self._left = MAX_TEXT
        self._streams = _Stream(self, "stdout"), _Stream(self, "stderr")

    def add(self, stream: str, text: str) -> None:
        """Append to what was printed; what is too much is left out."""
        kept, self._left = text[: self._left], max(self._left - len(text), 0)
        if self._printed and self._printed[-1][0] == stream:
            self._printed[-1][1] += kept
        elif kept and len(self._printed) < MAX_TOLD:
            self._printed.append([stream, kept])

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Collect what is printed and warned of inside the block; no filter makes an error of a warning meanwhile."""
        out, err = self._streams
        with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield
            finally:
                self._warned += [_told(w) for w in caught[: MAX_TOLD - len(self._warned)]]

    def take(self) -> dict[str, Any]:
        """What has been collected, as part of a message; begin anew."""
        told = {"printed": self._printed, "warned": self._warned}
        self._printed, self._warned, self._left = [], [], MAX_TEXT
        return {key: found for key, found in told.items() if found}


def _told(warned: warnings.WarningMessage) -> list[str]:
    """The nearest built-in class of a warning, by name, and its text."""
    kind = next(c.__name__ for c in warned.category.__mro__ if c.__module__ == "builtins")
    return [kind, str(warned.message)[:500]]
