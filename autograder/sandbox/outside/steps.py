"""What a student process is asked to go through, one step for each cell and for each place of a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from autograder.sandbox import wire
from autograder.sandbox.messages import Loan, StepTree

Lend = Callable[[wire.Outgoing], dict[str, Loan]]


@dataclass(frozen=True)
class Step:
    """A cell to run (`source`), a `test` cell too, or a place at which a test cell will see the answers `names`."""

    index: int
    source: str | None = None
    draw: bool = True
    """Are its figures drawn?"""
    names: tuple[str, ...] = ()
    test: bool = False
    """Is it a test cell that runs there as a whole? Then it shows nothing, and gives a Mark."""
    name: str = ""
    """Of the test."""
    lend: Lend | None = None
    """Writes names of the grader's that are bound here, in place of what the cell would bind."""


def written(step: Step, out: wire.Outgoing) -> StepTree:
    """The step as it is asked for; what is lent with it goes to `out`."""
    return {
        "source": step.source,
        "draw": step.draw,
        "place": step.index,
        "names": list(step.names),
        "test": step.test,
        "lent": step.lend(out) if step.lend else None,
    }
