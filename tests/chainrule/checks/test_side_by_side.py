"""What came back and what was expected, side by side."""

import numpy as np

from chainrule.checks.accept import Accept
from chainrule.checks.side_by_side import rows

COST = 0.5
GRADIENTS = [np.ones((2, 3)), np.ones(4)]


def test_single_values_stand_in_a_table_by_name():
    ((label, table),) = rows({"cost": 0.25, "steps": 3}, {"cost": COST, "steps": 3}, Accept())
    assert label == "By name"
    assert [line.endswith("✗") for line in table.splitlines()] == [False, True, False]


def test_arrays_of_several_shapes_under_one_name_are_shown_as_they_are():
    for several in (GRADIENTS, tuple(GRADIENTS)):
        wrong = {"cost": 2 * COST, "gradients": several}
        shown = rows(wrong, {"cost": COST, "gradients": several}, Accept())
        assert [label for label, _ in shown] == ["Came back", "Expected"]
