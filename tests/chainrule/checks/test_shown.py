"""A value as a student reads it: short."""

from __future__ import annotations

import numpy as np

from chainrule.checks.shown import show


def test_a_long_value_is_shown_short() -> None:
    assert len(show(np.arange(1e6), 200)) <= 200
    assert len(show({f"key{i}": list(range(50)) for i in range(50)})) <= 300
    assert show(1 / 3) == "0.33333333"
