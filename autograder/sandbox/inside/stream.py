"""What stands in the place of stdout and stderr."""

from __future__ import annotations

import io
from collections.abc import Callable


class Stream(io.TextIOBase):
    """Hands on each text that is written to it, with its own name."""

    def __init__(self, add: Callable[[str, str], None], name: str) -> None:
        self._add, self._name = add, name

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Hand a text on; gives its length, as every stream does."""
        self._add(self._name, text)
        return len(text)
