"""What a worker is told of one notebook that was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """What to grade, and where the results go."""

    student: str
    assignment: str
    notebook: str
    folder: Path
    """Where the student's files are."""
    notebooks: tuple[str, ...]
    """The names of all notebooks of the assignment."""
    files: Path | None
    """The folder whose files student code finds beside it."""
    key: str
    """From it, and from the bytes that were handed in, the random numbers of the hidden tests are made; and with it
    the outcome is signed."""
    autograded: Path
    feedback: Path

    def to_json(self) -> dict[str, Any]:
        """As a JSON tree."""
        return {name: str(value) if isinstance(value, Path) else value for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, tree: dict[str, Any]) -> Task:
        """Read what `to_json` wrote."""
        paths = {name: Path(tree[name]) for name in ("folder", "files", "autograded", "feedback") if tree[name]}
        return cls(**{**tree, **paths, "notebooks": tuple(tree["notebooks"])})
