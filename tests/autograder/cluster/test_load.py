"""However many large submissions wait for the workers, no more than some of their bytes are read at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from autograder.cluster import station
from autograder.cluster.client import Cluster
from autograder.cluster.load import Load
from autograder.cluster.messages import Answer
from autograder.cluster.remote import RemoteWorker
from autograder.commands.run import make_task
from autograder.course.folders import Course
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out

BESIDE = 50_000
"""Bytes of a file beside each notebook."""
SECONDS = 60


class Held:
    """Stands in the place of a cluster that answers so many notebooks together, and counts the bytes that it holds."""

    def __init__(self, most: int, together: int) -> None:
        self.load = Load(most)
        self.held: list[int] = []
        self._now, self._lock, self._others = 0, threading.Lock(), threading.Barrier(together)

    def call(self, function: Callable[..., Answer], *arguments: Any) -> Answer:
        if function is station.tried:
            return {"tried": {}}
        size = sum(map(len, arguments[-1].files.values()))
        with self._lock:
            self._now += size
            self.held.append(self._now)
        self._others.wait(SECONDS)
        with self._lock:
            self._now -= size
        return {"said": {"error": "nothing is graded here"}}


@pytest.mark.parametrize(("most", "together"), [(150_000, 2), (1_000, 1)])
def test_what_waits_is_read_where_there_is_room_and_what_is_too_large_goes_alone(
    most: int, together: int, tmp_path: Path
) -> None:
    root = maker.make_course(tmp_path / "course")
    for number in range(6):
        (maker.hand_in(root, f"s{number}", handed_out()) / "data.bin").write_bytes(bytes(BESIDE))
    course, held = Course(root), Held(most, together)
    source = course.folder("source", ASSIGNMENT) / f"{NAME}.ipynb"
    worker = RemoteWorker(cast(Cluster, held), "run", course, source, None)
    tasks = [make_task(course, submission, NAME, (NAME,)) for submission in course.submissions(ASSIGNMENT)]
    with ThreadPoolExecutor(len(tasks)) as threads:
        said = list(threads.map(worker.grade, tasks))
    assert said == 6 * [{"error": "nothing is graded here"}]
    assert BESIDE < max(held.held) < (together + 1) * BESIDE
