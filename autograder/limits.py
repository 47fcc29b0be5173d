"""What one submission may use, as the course's configuration sets it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds, sizes in bytes."""

    cell_seconds: float = 10.0
    call_seconds: float = 5.0
    notebook_seconds: float = 60.0
    memory: int = 1 << 30
    output: int = 1 << 20
    """Kept of what a cell prints and shows."""
    disk: int = 32 << 20
    calls: int = 20_000
    """Calls of answers in one test cell."""

    def for_a_solution_that_takes(self, took: Took) -> Limits:
        """These, but where the course sets none of its own: so many times the usual that its solution needs half."""
        usual = Limits()
        names = [name for name in vars(took) if getattr(self, name) == getattr(usual, name)]
        times = {name: math.ceil(2 * getattr(took, name) / getattr(usual, name)) for name in names}
        return replace(self, **{name: max(1, times[name]) * getattr(usual, name) for name in names})


@dataclass(frozen=True)
class Took:
    """How long a solution takes, in seconds: its longest cell, the longest call of it in a test, and all of these."""

    cell_seconds: float = 0.0
    call_seconds: float = 0.0
    notebook_seconds: float = 0.0
