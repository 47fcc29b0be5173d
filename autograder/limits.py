"""What one submission may use, as the course's configuration sets it."""

from __future__ import annotations

from dataclasses import dataclass


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
