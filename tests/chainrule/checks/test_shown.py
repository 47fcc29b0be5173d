"""A value as a student reads it: short."""

from __future__ import annotations

import numpy as np

from chainrule.checks.shown import show


def test_a_long_value_is_shown_short() -> None:
    assert len(show(np.arange(1e6), 200)) <= 200
    assert len(show({f"key{i}": list(range(50)) for i in range(50)})) <= 300
    assert show(1 / 3) == "0.33333333"


def test_where_python_keeps_a_thing_is_not_shown() -> None:
    """It would be another place in each kernel, and stand between what was called and what came back."""
    assert show(np.random.default_rng(4)) == "Generator(PCG64)"
    assert show([np.random.default_rng(4), 2]) == "[Generator(PCG64), 2]"
    assert show("a text at 0x1f") == "'a text at 0x1f'"
