"""For all tests: the files that take longest begin first, so that no worker has a long one left at the end.

No property is given up because a machine was busy.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

LONGEST = (
    "notebooks/test_full_marks.py",
    "hostile/test_hostile.py",
    "test_readme.py",
    "hostile/test_as_a_user.py",
    "autograder/course/test_idioms.py",
    "autograder/course/test_taught_before.py",
    "test_exchange.py",
    "autograder/cluster/test_killed.py",
    "autograder/commands/test_resuming.py",
    "test_instructors_day.py",
    "autograder/test_nbgrader_plugin.py",
    "autograder/course/test_other_courses.py",
    "hostile/test_through_a_cluster.py",
)
settings.register_profile("on a busy machine", deadline=None)
settings.load_profile("on a busy machine")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(HERE).as_posix(), len(LONGEST)))
