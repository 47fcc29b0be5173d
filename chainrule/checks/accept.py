"""What a check takes for right, and what is said of a result that isn't."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Accept:
    """What a check takes for right.

    Numbers agree when |got - expected| <= atol + rtol |expected|, entry by entry. `shape="any"`
    accepts the same numbers in another shape, `types="any"` in another container (a list for an
    array) or in single precision. `changes="none"` accepts no call that changes its arguments where
    the solution's doesn't.
    """

    rtol: float = 1e-6
    atol: float = 1e-12
    shape: Literal["exact", "any"] = "exact"
    types: Literal["exact", "any"] = "exact"
    changes: Literal["any", "none"] = "any"
    extra: Literal["any", "none"] = "any"
    """May a dict hold more than was asked for?"""


class Difference:
    """How a result differs: `what` is "value", "shape", "type" or "keys"; `text` says it in a sentence.

    Words are found when they are asked for: the grader compares far more often than it tells.
    """

    def __init__(self, what: str, text: str | Callable[[], str], pattern: str | Callable[[], str] = "") -> None:
        self.what = what
        self._text, self._pattern = text, pattern

    @property
    def text(self) -> str:
        """The difference in a sentence."""
        return self._text if isinstance(self._text, str) else self._text()

    @property
    def pattern(self) -> str:
        """A plain pattern that explains every wrong number: the sign, one factor, an overflow."""
        return self._pattern if isinstance(self._pattern, str) else self._pattern()
