"""For all tests: the files that take longest begin first, so that no worker has a long one left at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

LONGEST = (
    "hostile/test_hostile.py",
    "hostile/test_as_a_user.py",
    "notebooks/test_full_marks.py",
    "test_readme.py",
    "test_exchange.py",
    "autograder/commands/test_resuming.py",
    "autograder/cluster/test_killed.py",
    "hostile/test_through_a_cluster.py",
    "autograder/course/test_idioms.py",
    "autograder/test_nbgrader_plugin.py",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.relative_to(HERE).as_posix(), len(LONGEST)))
