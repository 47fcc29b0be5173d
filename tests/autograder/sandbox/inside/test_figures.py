"""Figures that a student draws are shown, also where the course loads no matplotlib and nothing is warmed up for it."""

from __future__ import annotations

import pytest

from autograder.limits import Limits
from autograder.sandbox.outside.link import ZygoteSandbox
from tests.autograder.sandbox.room import room

COLD = Limits(cell_seconds=60.0, call_seconds=5.0, notebook_seconds=200.0)
SEEN = "import sys\nprint('matplot' + 'lib' in sys.modules)"


def shown(sandbox: ZygoteSandbox, *cells: str) -> list[set[str]]:
    """The kinds of output of each cell."""
    sandbox.limits = COLD
    with room(sandbox, *cells) as it:
        runs = [it.session.cells[i] for i in range(len(cells))]
        return [{kind for output in run.outputs for kind in output.get("data", [output.get("name")])} for run in runs]


def test_nothing_of_it_is_there_before_it_is_named(sandbox: ZygoteSandbox) -> None:
    with room(sandbox, SEEN) as it:
        assert it.session.cells[0].outputs[0]["text"] == "False\n"


@pytest.mark.parametrize(
    "cells",
    [
        ("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",),
        ("%matplotlib inline\nfrom pylab import *\nplot([1, 2]);",),
        ("import matplotlib\nmatplotlib.use('TkAgg')\nimport matplotlib.pyplot as plt", "fig, ax = plt.subplots()"),
        ("import matplotlib.pyplot as plt\ndef draw():\n    plt.plot([1, 2])", "draw()"),
        ("import matplotlib.pyplot as plt\nplt.switch_backend('QtAgg')", "a = plt.plot([1, 2])"),
    ],
)
def test_a_figure_is_shown_below_the_cell_that_draws_it(sandbox: ZygoteSandbox, cells: tuple[str, ...]) -> None:
    *before, last = shown(sandbox, *cells)
    assert "image/png" in last
    assert not any("image/png" in kinds or "stderr" in kinds for kinds in before)


def test_it_is_shown_once_and_not_with_the_next_cell(sandbox: ZygoteSandbox) -> None:
    first, second = shown(sandbox, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "print(1)")
    assert "image/png" in first and second == {"stdout"}
