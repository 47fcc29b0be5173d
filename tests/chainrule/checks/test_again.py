"""A value made again from other values: by the cells that have set it, and in nothing but a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chainrule.checks import known_results
from chainrule.checks.again import from_cells
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Question
from tests.chainrule.kernel import Kernel

GIVEN = "a, b = 3.0, 4.0"
KNOWN = [
    (Question("c", "value"), KnownResult(12.0)),
    (Question("c", "again", kwargs={"a": 2.0, "b": 5.0}), KnownResult(10.0)),
    (Question("d", "value"), KnownResult(24.0, uses=("c",))),
    (Question("d", "again", kwargs={"a": 2.0, "b": 5.0}), KnownResult(20.0, uses=("c",))),
]


def made_again(name: str, *cells: str, **given: Any) -> Any:
    """Run cells as a notebook does, then make a value again."""
    names: dict[str, Any] = {}
    for cell in (GIVEN, *cells):
        exec(cell, names)
    before = dict(names)
    try:
        return from_cells(name, (GIVEN, *cells), names)(**given)
    finally:
        assert names == before


@pytest.mark.parametrize(
    "cells",
    [
        ["c = a * b"],
        ["t = a + 0", "c = t * b"],
        ["c = a", "c *= b"],
        ["c = 7.0", "c = a * b"],
        ["def twice():\n    return a * b", "c = twice()"],
        ["t = {}\nt['c'] = a * b", "c = t['c']"],
        ["c = a * b\nraise_it = 0", "def later():\n    return c"],
        ["for i in range(2):\n    c = a * b * i"],
    ],
)
def test_every_cell_on_the_way_runs_once_more(cells: list[str]) -> None:
    assert made_again("c", *cells, a=2.0, b=5.0) == 10.0


@pytest.mark.parametrize("cells", [["c = 12.0"], ["c = 12.0", "t = a * b"], ["t = 12.0", "c = t"]])
def test_what_is_typed_in_stays(cells: list[str]) -> None:
    assert made_again("c", *cells, a=2.0, b=5.0) == 12.0


def test_a_name_that_is_given_is_not_worked_out() -> None:
    assert made_again("c", "t = a * b", "c = 2 * t", t=1.0) == 2.0


def test_what_a_cell_adds_to_is_a_copy() -> None:
    assert made_again("c", "seen = []", "seen.append(a)\nc = len(seen) * a", a=2.0) == 4.0  # the second time it's there


def test_the_line_that_was_handed_out_may_still_stand_there() -> None:
    cells = (GIVEN, "c = a * b\nraise NotImplementedError()")
    assert from_cells("c", cells, {"c": 12.0})(a=2.0, b=5.0) == 10.0


def test_a_line_for_ipython_is_left_out_and_what_is_no_python_is_passed_over() -> None:
    cells = (GIVEN, "%time t = 1\n!ls\nc = a * b", "c = (")
    assert from_cells("c", cells, {"c": 12.0})(a=2.0, b=5.0) == 10.0


def test_what_a_cell_prints_is_not_shown_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert made_again("c", "c = a * b\nimport sys\nsys.stdout.flush()", a=2.0) == 8.0
    cells = (GIVEN, "print('here')\nc = a * b")
    assert from_cells("c", cells, {})(a=2.0, b=5.0) == 10.0
    assert capsys.readouterr().out == ""


def test_what_a_cell_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        made_again("c", "c = b / (a - 2)", a=2.0)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder: Path = tmp_path_factory.mktemp("notebook")
    (folder / known_results.FILE_NAME).write_text(known_results.to_json(KNOWN), "utf-8")
    with Kernel(folder) as kernel:
        kernel.run(f"from chainrule import check\n{GIVEN}")
        yield kernel


def asked(kernel: Kernel, cell: str, name: str = "c") -> Any:
    """Run an answer cell, then the checks of what it sets."""
    kernel.run(cell)
    return kernel.run(f"check({name!r})\ncheck.again({name!r}, a=2.0, b=5.0)")


def test_a_value_that_follows_is_right(kernel: Kernel) -> None:
    shown = asked(kernel, "c = a * b")
    assert shown.error is None
    assert shown.text == "Right: c"  # then the card says of how many checks
    assert kernel.run("print(a, b, c)").printed == "3.0 4.0 12.0\n"


def test_of_a_number_that_is_typed_in_the_card_says_that_it_stays(kernel: Kernel) -> None:
    shown = asked(kernel, "c = 12.0")
    assert shown.error == "CheckFailed"
    assert "c is right with the values that this notebook has, but not with others." in shown.text
    assert "a = 2, b = 5" in shown.text
    assert "the number stays what it was. Is it typed in" in shown.text


def test_of_what_is_right_by_coincidence_it_shows_the_other_point(kernel: Kernel) -> None:
    shown = asked(kernel, "c = 4 * a")
    assert [line.split()[-1] for line in shown.text.split("\n")[1:4]] == ["5", "8", "10"]
    assert "fits one point only" in shown.text
    assert "stays what it was" not in shown.text


def test_what_is_right_on_a_number_typed_in_before_is_sent_there(kernel: Kernel) -> None:
    asked(kernel, "c = 12.0")
    shown = asked(kernel, "d = 2 * c", "d")
    assert "Is it typed in, here or in a step before?" in shown.text
    assert "`c` is used here, and its own check has not passed: put that right first." in shown.text
