"""Time for what a student wrote: to set it on a page may take seconds, never minutes.

Highlighting and Markdown are done with regular expressions, which a text can be made to keep busy for hours.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

AGAIN = 0.05
"""Seconds after which the alarm rings once more, for a library may have swallowed the first."""

Made = TypeVar("Made")


class _OutOfTimeError(BaseException):
    """Not an Exception, or the libraries would take it for one of theirs."""


class Patience:
    """The seconds that there are for the texts of one page."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def make(self, convert: Callable[[str], Made], text: str) -> Made | None:
        """What `convert` makes of a text; None where it fails, or takes longer than there is left.

        Only a main thread, where there are alarms, can be interrupted; elsewhere the sizes of texts must do.
        """
        if self._left <= 0:
            return None
        began = time.monotonic()
        try:
            return _interrupted(convert, text, self._left) if _can_be_interrupted() else convert(text)
        except (Exception, _OutOfTimeError):
            return None
        finally:
            self._left -= time.monotonic() - began


def _can_be_interrupted() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _interrupted(convert: Callable[[str], Made], text: str, seconds: float) -> Made:
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
            return convert(text)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # also where it rang between the two lines above
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_: int, __: FrameType | None) -> None:
    raise _OutOfTimeError
