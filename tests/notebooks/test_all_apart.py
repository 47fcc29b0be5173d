"""This course's own tests all run apart from the students' code: nothing that they hand in can read one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.course.notebook import read, stubs
from autograder.engine.client import Engine, Worker
from autograder.limits import Limits

SOLUTIONS = sorted((Path(__file__).parents[2] / "solutions").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with closing(Engine()) as engine:
        yield engine


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_test_runs_apart(engine: Engine, path: Path) -> None:
    with closing(Worker(engine, path, stubs(read(path)), Limits())) as worker:
        found = {name: (way.kind, way.why) for name, way in worker.ways.items()}
    assert found
    assert set(found.values()) == {("apart", "")}
