"""What holds nothing: a test that only looks at what is in it passes."""

from __future__ import annotations

from collections import deque
from collections.abc import ItemsView, KeysView, ValuesView

import numpy as np

CONTAINERS = (list, tuple, set, frozenset, dict, str, bytes, bytearray, range, deque, KeysView, ValuesView, ItemsView)


def is_empty(value: object) -> bool:
    """Is it an array or a container with nothing in it?"""
    return value.size == 0 if isinstance(value, np.ndarray) else isinstance(value, CONTAINERS) and len(value) == 0
