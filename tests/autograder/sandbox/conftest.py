from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.outside.session import Sandbox
from tests.autograder.sandbox.room import warm


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from warm()
