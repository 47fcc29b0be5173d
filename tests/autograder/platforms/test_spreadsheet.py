"""A spreadsheet shows marks, and carries nothing out."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.platforms import spreadsheet


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("http://x.example")', "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "  =1"]
)
def test_a_cell_is_never_a_formula(cell: str) -> None:
    (_, row) = csv.reader(io.StringIO(spreadsheet.text(["name"], [[cell]])))
    assert row == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["Ada", "-", "-3.5", "+4", "Müller, Jürgen", 'a "b"', "a\nb"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    (_, row) = csv.reader(io.StringIO(spreadsheet.text(["name"], [[cell]])))
    assert row == [cell]


def test_numbers_are_numbers() -> None:
    assert spreadsheet.text(["a", "b"], [[12.0, 1 / 3]]).splitlines()[1] == "12,0.3333"
