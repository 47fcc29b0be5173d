"""What goes wrong in ways that an instructor can put right: the command line says it in one sentence."""

from __future__ import annotations


class AutograderError(Exception):
    """Its message says what is wrong, where, and what to do."""

    exit_code = 1
