"""A worker, the scheduler, the command: whatever is killed in the middle, the scores are the same in the end."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from autograder.commands.batch import JOURNAL
from autograder.course.notebook import released
from tests.autograder import course_maker as maker
from tests.autograder.cluster.dask_processes import SECONDS, Processes, dask, wait_for
from tests.autograder.making import answer, checks

CLASS = 200
SOME = CLASS // 4
QUESTION = new_notebook(
    cells=[
        answer("square", "    return x * x", "def square(x):"),
        checks("square-test", "assert square(3) == 9", "assert square(-4) == 16"),
    ]
)
KILLER = """
import os
from pathlib import Path
from autograder.cluster import station
from autograder.cluster.parcel import unpack

def deadly(parcel, folder):
    if b"deadly" in parcel.files:
        with open({log!r}, "a") as log:
            log.write("killed\\n")
        os.kill(os.getpid(), 9)
    unpack(parcel, folder)

station.unpack = deadly
"""
"""What a worker runs first: submissions with a file `deadly` kill it, as when the memory of its machine is used up."""
Scores = dict[str, dict[str, tuple[float | None, ...]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("made"), QUESTION, misconceptions="")
    for number in range(CLASS):
        book = released(QUESTION)
        book.cells[0].source = f"def square(x):\n    return x * {'2' if number % 3 else 'x'}  # {number}"
        maker.hand_in(root, f"student-{number:03}", book)
    maker.course(root).secret()
    return root


@pytest.fixture(scope="module")
def undisturbed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    root = shutil.copytree(made, tmp_path_factory.mktemp("undisturbed") / "course")
    maker.grade(root)
    return maker.grades(root)


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "course")


def started(root: Path, scheduler: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).parent / "autograder"), "grade", "--scheduler", scheduler]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def in_the_middle(root: Path, cluster: Processes) -> subprocess.Popen[str]:
    """A run of which some notebooks have been graded and most have not."""
    process = started(root, cluster.address)
    wait_for(lambda: len(list((root / "feedback").glob("*/*/*.html"))) >= SOME, while_runs=process)
    return process


def finished(root: Path, scheduler: str) -> int:
    """Run to the end: how many had been graded before."""
    process = started(root, scheduler)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    before = re.search(rf"(\d+) of {CLASS} had been graded before", out)
    return int(before[1]) if before else 0


def has_everybody_once(root: Path) -> bool:
    """Is each in the journal, and was written there once? What is written again gets another number."""
    with sqlite3.connect(root / JOURNAL) as database:
        return database.execute("SELECT count(*), max(rowid) FROM graded").fetchone() == (CLASS, CLASS)


def test_a_worker_that_is_killed_costs_nobody_a_point(root: Path, undisturbed: Scores, tmp_path: Path) -> None:
    with dask(tmp_path / "dask") as cluster:
        process = in_the_middle(root, cluster)
        cluster.workers[0].kill()
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert maker.grades(root) == undisturbed
    assert has_everybody_once(root)


def kill_the_scheduler(cluster: Processes, process: subprocess.Popen[str]) -> None:
    """The run ends in a sentence."""
    address = cluster.address
    cluster.scheduler.kill()
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    said = f"autograder: the scheduler at {address} is gone; what was graded is kept. Run it again to go on\n"
    assert err == said


def kill_the_command(cluster: Processes, process: subprocess.Popen[str]) -> None:
    """It leaves no source behind."""
    assert sources_on(cluster) == len(cluster.workers)
    process.kill()
    process.communicate()
    wait_for(lambda: sources_on(cluster) == 0)


@pytest.mark.parametrize("kill", [kill_the_scheduler, kill_the_command])
def test_a_run_that_was_ended_goes_on_where_it_was(
    kill: Callable[[Processes, subprocess.Popen[str]], None], root: Path, undisturbed: Scores, tmp_path: Path
) -> None:
    with dask(tmp_path / "dask") as cluster:
        kill(cluster, in_the_middle(root, cluster))
    with dask(tmp_path / "another") as cluster:
        assert SOME <= finished(root, cluster.address) < CLASS
    assert maker.grades(root) == undisturbed
    assert has_everybody_once(root)


def sources_on(cluster: Processes) -> int:
    """How many of its workers hold a source."""
    homes = (f"chainrule-{worker.pid}-*/source" for worker in cluster.workers)
    return sum(len(list(Path(tempfile.gettempdir()).glob(home))) for home in homes)


def test_what_kills_its_worker_twice_is_refused_and_the_others_are_graded(
    root: Path, undisturbed: Scores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preload, log = tmp_path / "killer.py", tmp_path / "log"
    preload.write_text(KILLER.format(log=str(log)))
    (maker.hand_in(root, "student-005", None) / "deadly").touch()
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    with dask(tmp_path / "dask", 3, preload) as cluster:
        process = started(root, cluster.address)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert log.read_text() == 2 * "killed\n"
    assert "not graded" in out and "ended" in out
    scores = maker.grades(root)
    assert {score for score, *_ in scores.pop("student-005").values()} == {None}
    assert scores == {student: score for student, score in undisturbed.items() if student != "student-005"}
