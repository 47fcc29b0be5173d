"""What is said where a test cell itself stopped with an error, rather than found something wrong."""

from __future__ import annotations

import traceback

from autograder.grading.judge import untold
from autograder.grading.tested import Test
from autograder.outcome import HIDDEN
from autograder.sandbox.outside.doer import Hung
from chainrule.checks import verdict
from chainrule.checks.verdict import Verdict


def of_error(test: Test, error: BaseException, *, told: bool) -> Verdict:
    """What is said when a test cell itself stopped; of a hidden line only that it did."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<")]
    if not frames or frames[0].lineno in test.hidden:
        return Verdict("wrong", f"{HIDDEN} failed.")
    found = _of_visible_error(test, error)
    return found if told else untold(found)


def _of_visible_error(test: Test, error: BaseException) -> Verdict:
    if isinstance(error, Hung):
        return Verdict("hung", f"the answer {error}.")
    if isinstance(error, NotImplementedError):
        return Verdict("untouched", "part of the answer is not written yet.")
    if isinstance(error, NameError) and error.name in test.names:
        return verdict.of_missing(str(error.name))
    if isinstance(error, AssertionError):
        return Verdict("wrong", f"a test failed. {error}" if str(error) else "a test failed.")
    if getattr(error, "student_name", None):
        name = next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")
        return Verdict("raised", f"the answer raised {name}: {error}.")
    return Verdict("wrong", "a test could not be run to its end with what the answer gave back.")
