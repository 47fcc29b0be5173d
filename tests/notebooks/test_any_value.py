"""Whatever an answer gives, each check of the course has a card for it: none ends in an error of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.checks import card, returned, slips
from chainrule.checks.known_results import KnownResults
from chainrule.checks.question import Answered, Question
from tests.notebooks.lessons import ROOT

RAGGED = [np.zeros(2), np.zeros((2, 3))]
ANYTHING: list[Any] = [
    None, "text", b"bytes", [], (), {}, set(), True, 0, 10**400, float("nan"), 1j, np.zeros(0), np.zeros((2, 0)),
    np.array(["a", "b"]), np.array([None, 1], dtype=object), np.ma.masked_array([1, 2], [0, 1]), np.float16(1),
    [[1, 2], [3]], RAGGED, tuple(RAGGED), {"a": RAGGED}, {1: 2, "b": 3}, range(3), print, int,
]  # fmt: skip


def wrong(value: Any) -> Iterator[Any]:
    """Anything, and what is near the right value: one of its entries is anything, it is packed, turned, or scaled."""
    yield from ANYTHING
    yield from ([value], (value, value), {"a": value})
    if isinstance(value, dict):
        yield from ({**value, key: other} for key in value for other in (None, RAGGED, "text"))
    elif isinstance(value, list | tuple):
        yield from (list(value)[::-1], value[:-1])
        for place in range(len(value)):
            yield from (type(value)([*value[:place], x, *value[place + 1 :]]) for x in (None, RAGGED, "text"))
    elif (array := np.asarray(value)).dtype.kind in "if":
        yield from (
            array.T,
            array.ravel(),
            array[None],
            array.tolist(),
            2 * array,
            array.astype(object),
            array * np.nan,
        )


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("folder", sorted(ROOT.glob("notebooks/*/")), ids=lambda folder: folder.name)
def test_no_value_breaks_a_card(folder: Path) -> None:
    shown, recorded = 0, KnownResults.beside(folder)
    assert recorded
    for entry in recorded._results:
        question, known = Question(entry["name"], "call", (1.0,)), recorded._known(entry)
        for value in wrong(known.value):
            answered = Answered(value)
            if returned.is_right(question, answered, known):
                continue
            slip = slips.advice(value, known.value, known.slips)
            found = returned.of_value(question, answered, known, None, slip)
            slips.among_others(value, known.value, known.slips)
            shown += "<div" in card.as_html(found)
    assert shown > 100
