"""Grading without forks, as on macOS and Windows: fresh processes, and an open sandbox that is said to be open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.course.notebook import read, stubs
from autograder.engine.client import Engine, Worker
from autograder.errors import UnsafeError
from autograder.limits import Limits
from autograder.sandbox.walls.isolation import LAYERS
from tests.autograder.making import answer, checks, grade, save, source, submission

LIMITS = Limits(cell_seconds=4.0, call_seconds=1.0, notebook_seconds=40.0)
SOURCE = source(
    answer("double", "def double(x): return 2 * x"),
    checks("double-test", "check(double, 3.0)", "check(double, 1234.5)"),
    answer("draw", "def draw(n): return np.random.normal(size=n)"),
    checks("draw-test", "check(draw, 3)"),
)
RIGHT = {"double": "def double(x): return x + x", "draw": "def draw(n): return np.random.normal(size=n)"}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    path = save(SOURCE, tmp_path_factory.mktemp("source"))
    with (
        closing(Engine(forks=False)) as engine,
        closing(Worker(engine, path, stubs(read(path)), LIMITS, unsafe=True)) as worker,
    ):
        worker.prepare()
        yield worker


def test_a_submission_is_graded_as_everywhere(worker: Worker) -> None:
    assert grade(worker, submission(SOURCE, **RIGHT)).score == 4
    assert grade(worker, submission(SOURCE, **RIGHT | {"double": "def double(x): return 3 * x"})).score == 2


def test_what_hangs_or_ends_its_process_is_left_out(worker: Worker) -> None:
    for text in ("while True: pass", "import os\nos._exit(0)", "def double(x):\n    while True: pass"):
        assert grade(worker, submission(SOURCE, **RIGHT | {"double": text})).score == 2


def test_a_worker_that_is_killed_is_started_again(worker: Worker) -> None:
    assert worker._lone is not None
    os.kill(worker._lone._process.pid, 9)
    assert grade(worker, submission(SOURCE, **RIGHT)).score == 4


def test_nothing_is_graded_there_unless_told_to(tmp_path: Path) -> None:
    path = save(SOURCE, tmp_path)
    with (
        closing(Engine(forks=False)) as engine,
        closing(Worker(engine, path, stubs(read(path)), LIMITS)) as worker,
        pytest.raises(UnsafeError, match="the sandbox of this machine is open: student code here reads files"),
    ):
        worker.prepare()


def test_the_layers_that_are_missing_are_named() -> None:
    from autograder.sandbox.outside.fresh import FreshLink

    with closing(FreshLink([])) as link:
        assert set(link.wait()) == set(LAYERS) - {"limits"}
