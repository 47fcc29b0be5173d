"""The one verb: `check(function, *arguments)`.

In a student's notebook it compares with the known result stored beside the notebook; in the grader
the same call compares with the reference solution. Who judges is set with `judged_by`; without a
judge, the student's own is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from chainrule.checks.accept import Accept
from chainrule.checks.asking import ask
from chainrule.checks.in_notebook import InNotebook
from chainrule.checks.question import Question

Judges = Callable[[Question, Mapping[str, Any], int], None]
"""Takes a question, the namespace it is asked in, and the line of the cell that asks."""


class Check:
    """`check` itself; `check.accepting(...)` makes one that takes more for right."""

    def __init__(self, accept: Accept | None = None) -> None:
        self._accept = accept or Accept()

    def __call__(self, target: object, /, *args: Any, **kwargs: Any) -> None:
        """Check an answer.

        `check(f, *args, **kwargs)` calls the function f, `check("name")` compares a value, and
        `check(lambda code: ...)` runs on the namespace `code` of whoever is asked. Raises CheckFailed
        (an AssertionError) in a notebook where the answer isn't right.
        """
        caller = sys._getframe(1)
        judge = _judges[-1]
        judge(ask(target, args, kwargs, self._accept, caller), caller.f_globals, _line_in_cell(caller))

    def again(self, name: str, /, **given: Any) -> None:
        """Check what the cells make of a value when they run once more from other values: `check.again("b", a=2.0)`.

        The cell that has set `name` runs in a copy of the notebook's names, and before it those on the way to it
        from the names that are given. Raises CheckFailed in a notebook where that isn't right.
        """
        caller = sys._getframe(1)
        question = Question(name, "again", kwargs=given, accept=self._accept)
        _judges[-1](question, caller.f_globals, _line_in_cell(caller))

    def accepting(
        self,
        *,
        rtol: float = Accept.rtol,
        atol: float = Accept.atol,
        shape: Literal["exact", "any"] = Accept.shape,
        types: Literal["exact", "any"] = Accept.types,
    ) -> Check:
        """A check with other tolerances, or one to which shape or container doesn't matter."""
        return Check(replace(self._accept, rtol=rtol, atol=atol, shape=shape, types=types))

    @property
    def keeping(self) -> Check:
        """A check to which a right value is not enough where the call changes what it was given: `check.keeping(f, x)`.

        For answers whose arguments are needed afterwards. What the solution changes itself may be changed.
        """
        return Check(replace(self._accept, changes="none"))


def _line_in_cell(frame: FrameType) -> int:
    """The line of the cell that leads to a call, be it through helpers that the cell defines."""
    file_name, line = frame.f_code.co_filename, frame.f_lineno
    above: FrameType | None = frame
    while above:
        if above.f_code.co_filename == file_name:
            line = above.f_lineno
        above = above.f_back
    return line


_judges: list[Judges] = [InNotebook(Path.cwd())]
check = Check()


@contextmanager
def judged_by(judge: Judges) -> Iterator[None]:
    """Let another judge answer every check inside the block."""
    _judges.append(judge)
    try:
        yield
    finally:
        _judges.pop()
