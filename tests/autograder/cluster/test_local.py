"""A cluster of this machine's own keeps its workers, also where Dask would give them up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell

from autograder.cluster.local import started
from tests.autograder import course_maker as maker
from tests.autograder.cluster.dask_processes import SECONDS, wait_for
from tests.autograder.course_maker import handed_out

CLASS = 6
SLOW = "import time\ntime.sleep(1)"
"""So a run is in its middle when the first page is there."""


def worker_of(command: int) -> psutil.Process | None:
    """The process of Dask's that grades for a command, from its first moment."""
    for one in psutil.Process(command).children():
        if "--multiprocessing-fork" in one.cmdline():
            return one
    return None


def test_a_worker_that_was_given_up_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distributed.comm.inproc.get_ip", lambda: "127.0.0.1")  # it asks for the way to the network
    with started(1) as (client, complete):
        client.retire_workers(close_workers=True)
        wait_for(lambda: not client.nthreads())

        def is_back() -> bool:
            complete()
            return bool(client.nthreads())

        wait_for(is_back)


def test_a_worker_that_is_killed_and_once_more_while_it_starts_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = maker.make_course(tmp_path / "course")
    for number in range(CLASS):
        book = handed_out()
        book.cells.append(new_code_cell(SLOW, id="slow"))
        maker.hand_in(root, f"student-{number}", book)
    monkeypatch.setenv("DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT", "0.1s")  # Dask waits no longer than that
    command = [str(Path(sys.executable).parent / "autograder"), "grade", "--scheduler", "local", "--workers", "1"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: list((root / "feedback").glob("*/*/*.html")), while_runs=process)
        for _ in range(2):
            wait_for(lambda: worker_of(process.pid), while_runs=process)
            worker = worker_of(process.pid)
            assert worker is not None
            worker.kill()
            worker.wait(SECONDS)
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert [scores["square-test"][0] for scores in maker.grades(root).values()] == CLASS * [2.0]
