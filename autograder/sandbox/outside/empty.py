"""What holds nothing: a test that only looks at what is in it passes."""

from __future__ import annotations

from collections import deque
from collections.abc import ItemsView, KeysView, ValuesView

import numpy as np

from chainrule.checks import frames

CONTAINERS = (list, tuple, set, frozenset, dict, str, bytes, bytearray, range, deque, KeysView, ValuesView, ItemsView)


def is_empty(value: object) -> bool:
    """Is it an array or a container with nothing in it?"""
    if isinstance(value, np.ndarray) or frames.is_table(value):
        return bool(value.size == 0)  # type: ignore[attr-defined]
    return isinstance(value, CONTAINERS) and len(value) == 0
