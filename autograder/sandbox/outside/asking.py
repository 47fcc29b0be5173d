"""What a cell of the course does with the answers: found out with its solution, asked of no submission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asking:
    """What a cell of the course does with the answers, as its source says and its solution showed."""

    classes: frozenset[str] = frozenset()
    """Names of what the cell is about: classes among them may be calculated with."""
    shared: frozenset[str] = frozenset()
    """Names whose values the answers change when they are called."""
    imported: frozenset[str] = frozenset()
    """Names that the answer cells import."""
    calculated: frozenset[tuple[str, str]] = frozenset()
    """Class and operation: what the solution's classes were asked with a value of the cell's own (`calculations`)."""


NOTHING = Asking()
