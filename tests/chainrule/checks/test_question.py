"""A question as it is told."""

from __future__ import annotations

import numpy as np

from chainrule.checks.question import Question


def test_a_call_is_told_as_it_is_typed() -> None:
    assert Question("f", "call", (1.0, [2]), {"h": 0.5}).call_text() == "f(1, [2], h=0.5)"


def test_of_a_long_call_the_keyword_arguments_are_told_too() -> None:
    thetas = [np.arange(12.0).reshape(3, 4)] * 2
    told = Question("cost", "call", (thetas, np.ones((7, 3))), {"lam": 0.3, "kind": "softmax"}).call_text()
    assert told.startswith("cost(")
    assert told.endswith(", lam=0.3, kind='softmax')")
    assert "\n" not in told
