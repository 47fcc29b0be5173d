"""Where a wrong part belongs in another place, or lacks a factor that stands beside it, the card says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule.checks import elsewhere
from chainrule.checks.accept import Accept

A = np.array([[0.5, -1.5], [2.5, 0.75]])
B = np.array([[0.2, 0.9], [0.6, 0.7]])
D = {"f": 1.0, "den": -0.534, "exp": -0.534 * 0.37}

SAID: dict[str, tuple[Any, Any, tuple[str, ...], str]] = {
    "two lists crosswise": (
        ([None, B], [A, A]),
        ([None, A], [A, B]),
        ("Z", "A"),
        "in `Z[1]` belongs in `A[1]`",
    ),
    "two entries exchanged": ({"x": 0.3, "y": 1.7}, {"x": 1.7, "y": 0.3}, (), "What stands in 'x' belongs in 'y'"),
    "one of two alone": (B, [A, B], (), "What came is entry 1 alone, where 2 are wanted"),
    "a factor left out": (
        D | {"exp": 0.37},
        D,
        (),
        "'exp' would be right if it were multiplied by what belongs in 'den'",
    ),
}
SILENT: dict[str, tuple[Any, Any]] = {
    "whole numbers are found everywhere": ({"x": 2, "y": 1}, {"x": 1, "y": 2}),
    "and so are zeros": ([np.zeros(3), B], [A, np.zeros(3)]),
    "nothing is known of this": ({"x": 0.123, "y": 1.7}, {"x": 1.7, "y": 0.3}),
    "another number of parts": ([A], [A, B, A]),
    "not a number": ("B", [A, B]),
}


@pytest.mark.parametrize("case", SAID)
def test_where_a_part_belongs_is_said(case: str) -> None:
    got, expected, names, words = SAID[case]
    assert words in elsewhere.of(got, expected, Accept(), names)


@pytest.mark.parametrize("case", SILENT)
def test_what_may_be_chance_is_not_said(case: str) -> None:
    got, expected = SILENT[case]
    assert elsewhere.of(got, expected, Accept()) == ""


def test_beside_arrays_of_several_shapes_nothing_is_said_of_a_factor() -> None:
    gradients = [np.ones((2, 3)), np.ones(4)]
    assert elsewhere.of({"cost": 0.37, "grads": gradients}, {"cost": 0.51, "grads": gradients}, Accept()) == ""
