"""What goes wrong in ways that an instructor can put right: the command line says it in one sentence."""

from __future__ import annotations


class AutograderError(Exception):
    """Its message says what is wrong, where, and what to do."""

    exit_code = 1


class CannotPrepareError(AutograderError):
    """The source notebook itself can't be used; the message says why."""


class StoppedError(AutograderError):
    """The engine was closed while something was being graded."""


class UnsafeError(AutograderError):
    """The sandbox of this machine leaves files or the network open; the message says which, and what to do."""
