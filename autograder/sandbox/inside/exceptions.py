"""What is told of an exception that student code raised, and what it meets of one that a test raised."""

from __future__ import annotations

import builtins

from chainrule.checks import library

SCALARS = (bool, int, float, complex, str, bytes, type(None))


def are_few(args: object) -> bool:
    """Are they scalars only, and short? Others are left out."""
    return isinstance(args, tuple) and len(args) < 10 and all(type(x) in SCALARS and len(str(x)) < 1_000 for x in args)


def text_of(error: BaseException) -> str:
    """What it says, as far as it can be told."""
    try:
        return str(error)[:500]
    except Exception:  # the student's own class may fail at that too
        return ""


def nearest_known(kind: type) -> str:
    """The name of the nearest class above an exception's, or itself, that the test's side knows."""
    return next(c.__name__ for c in kind.__mro__ if c.__module__ == "builtins" or c in library.ERRORS.values())


def of_the_test(name: str) -> Exception:
    """What a function of the test's raised, as student code meets it."""
    kind: type[Exception] = getattr(builtins, name, RuntimeError)
    return kind("raised by the function that the test passed in")
