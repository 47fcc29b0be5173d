"""What is known of the cell whose tests run: what it was given, what it has bound anew since, how often it called."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.sandbox.messages import Names
from autograder.sandbox.outside.asking import NOTHING, Asking
from autograder.sandbox.outside.held import Held

PRINT, INPUT = print, input


@dataclass
class TestedCell:
    """A cell of the course that uses the answers."""

    place: int = 0
    asking: Asking = NOTHING
    held: Held = field(default_factory=Held)
    bound: Names = field(default_factory=dict)
    """The answers, as they were bound for it."""
    gave_nothing: bool = False
    """Has an answer been empty, or given back an empty array or container, when the cell itself asked?"""
    changed_given: bool = False
    """Has an answer changed what the cell itself gave it?"""
    calls: int = 0
    stdin: Any = field(default_factory=lambda: sys.stdin)

    def as_it_is(self) -> TestedCell:
        """Where it has come to; what it holds goes on changing."""
        return replace(self)

    def rebound(self, names: Names) -> Iterator[tuple[str, Any]]:
        """Names of answers that the test has bound anew; `print` and `input` too, where it has its own."""
        for name, value in self.bound.items():
            if name in names and names[name] is not value and name not in self.held.shared:
                yield name, names[name]
        for name, original in (("print", PRINT), ("input", INPUT)):
            now = names.get(name, getattr(builtins, name))
            if name not in self.bound and (now is not original or (name == "input" and sys.stdin is not self.stdin)):
                yield name, now
