"""Who carries out what a test does to a stand-in, as the stand-ins know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Hung(Exception):
    """The student's code took too long, or ended its process, and was stopped."""


class Doer(Protocol):
    """Carries out what is done to a stand-in, where the student's code is."""

    def do(self, what: str, handle: int, generation: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Do something to what is behind a handle. Raises Hung, or what the student's code raises."""

    def calculates(self, kind: str, what: str, other: object) -> bool:
        """Is a class of this name one with which the course calculates so (`__add__`), with such another value?"""
