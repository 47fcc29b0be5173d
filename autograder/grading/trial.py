"""The tests of a source notebook with its own solution handed in: what keeps it from passing, in words for its author.

The tests are gone through in the order in which a submission's are: what a test binds below its first hidden line is
there for the hidden lines of those below it, and of a test that fails only its definitions stay.
"""

from __future__ import annotations

import traceback

from autograder.grading.patches import patches
from autograder.grading.tested import Test
from autograder.grading.tester import Tester

MAGICS = "it has magics in it, or asks for IPython"
PATCHES = "it patches what the answers may use"


class Trial(Tester):
    """A tester of the solution."""

    def tried(self, test: Test) -> tuple[str | None, object]:
        """What keeps the answers from passing a test cell, None where they pass; and the value of its last line."""
        self._go_to(test)
        if why := self._prevented(test):
            self._run_for_names(test.defines)
            return why, None
        before = dict(self._names)
        judge, value, error = self._run(test, test.begin)
        begun = dict(self._names)
        if error is None and not test.rest.is_empty:
            value, error = self._go_on_late(judge, test, begun)
        self._set_back(begun)
        if error is not None or not judge.all_right:  # then it won't be run here
            self._set_back(before)
            self._run_for_names(test.defines)
        if error is not None:
            return _in_words(error), None
        return None if judge.all_right else judge.verdict().text, value

    def _prevented(self, test: Test) -> str | None:
        """Why it isn't even tried here."""
        if test.code.asks_ipython:
            return MAGICS
        if patches(test.code.text, self._reference.names):
            return PATCHES
        return self._reference.problems[test.cell] if test.cell in self._reference.endless else None


def _in_words(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<")]
    line = f"`{frames[0].line}`: " if frames and frames[0].line else ""
    return f"{line}{type(error).__name__}{f': {error}' if str(error) else ''}"
