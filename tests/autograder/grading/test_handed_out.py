"""What students are given in an answer's cell is read off the cell as they get it."""

from __future__ import annotations

import pytest

from autograder.grading.handed_out import code_lines

HALF = '''def mean(xs,
         weights):  # of one length
    """The mean.

    Returns a number.
    """
    total = 0.0
    # YOUR CODE HERE
    return total / 2
'''


def test_lines_of_code_are_kept_as_they_stand_and_a_docstring_is_none() -> None:
    wanted = ["def mean(xs,", "         weights):  # of one length", "    total = 0.0", "    return total / 2"]
    assert code_lines(HALF) == wanted


@pytest.mark.parametrize("cell", ["", "# YOUR CODE HERE", "def mean(:", "x = (" * 2000])
def test_a_cell_without_code_gives_none(cell: str) -> None:
    assert code_lines(cell) == []
