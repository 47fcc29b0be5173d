"""Which of Python's exceptions a test meets for what an answer raised."""

from __future__ import annotations

import builtins
from contextlib import suppress
from typing import Any

from chainrule.checks import library

UNSAFE = (StopIteration, StopAsyncIteration)
"""Exceptions that mean something to the code around a call; an answer may not raise them through it."""


def safe_exception(name: object) -> type[Exception]:
    """An Exception of Python's by name; RuntimeError for those that an answer must not raise in the grader."""
    kind = library.ERRORS.get(name) or getattr(builtins, name, None) if type(name) is str else None
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UNSAFE):
        return kind
    return RuntimeError


def built_in(kind: type[Exception], args: tuple[Any, ...], text: str) -> Exception:
    """An exception of a class of Python's, with the arguments, with the text alone, or else a RuntimeError."""
    for given in (args, (text,)):
        with suppress(Exception):  # some want more than a text, or something else
            return kind(*given)
    return RuntimeError(text)
