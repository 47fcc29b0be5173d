"""Who grades one submission after the other: what is kept between two of them, and what never is."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from autograder.engine import clerk
from autograder.engine.client import Worker
from autograder.limits import Limits
from autograder.outcome import Outcome
from tests.autograder.making import answer, checks, grade, save, source, submission, working

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is one where processes can be forked")

LIMITS = Limits(cell_seconds=20.0, call_seconds=20.0, notebook_seconds=60.0)
LEAVES = "import builtins\nassert not hasattr(builtins, 'been_here')\nbuiltins.been_here = True"
SOURCE = source(
    answer("double", "def double(x): return 2 * x"),
    checks("double-test", "assert double(3.0) == 6.0", LEAVES),
)
CHECKED = source(answer("double", "def double(x): return 2 * x"), checks("double-test", "check(double, 3.0)"))
RIGHT, WRONG = "def double(x): return x + x", "def double(x): return x * x"
SLOW = "import time\ndef double(x):\n    time.sleep(3)\n    return 2 * x"


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with working(save(SOURCE, tmp_path_factory.mktemp("source")), LIMITS) as worker:
        yield worker


def score(worker: Worker, text: str) -> float:
    return grade(worker, submission(SOURCE, double=text)).score


def clerks(worker: Worker) -> list[psutil.Process]:
    """The processes below the one that holds the hidden tests; the warm process starts its zygote before it."""
    holder = max(psutil.Process(worker._engine._process.pid).children(), key=lambda one: one.pid)
    return holder.children()


def test_what_a_test_leaves_in_its_process_the_next_submission_does_not_find(worker: Worker) -> None:
    assert [score(worker, text) for text in (RIGHT, WRONG, RIGHT, RIGHT)] == [2, 0, 2, 2]


def test_one_clerk_grades_one_submission_after_the_other(worker: Worker) -> None:
    score(worker, RIGHT)
    score(worker, RIGHT)
    before = {one.pid for one in clerks(worker)}
    for _ in range(3):
        assert score(worker, RIGHT) == 2
    assert {one.pid for one in clerks(worker)} == before


def test_what_a_submission_leaves_in_its_memory_is_no_room_that_the_others_lack(tmp_path: Path) -> None:
    limits = replace(LIMITS, memory=64 << 20)
    large = f"{RIGHT}  # \N{GRINNING FACE}{'x' * (3 << 20)}"
    with working(save(SOURCE, tmp_path), limits) as worker:
        assert [score(worker, f"{large} {number}") for number in range(14)] == 14 * [2]
        assert score(worker, RIGHT) == 2


def test_there_are_as_many_as_submissions_at_once(worker: Worker) -> None:
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda text: score(worker, text), [RIGHT, WRONG] * 6)) == [2, 0] * 6


def test_one_that_is_let_go_has_answered_before(tmp_path: Path) -> None:
    with working(save(CHECKED, tmp_path), LIMITS) as worker:  # who records knows no mistakes, and is let go
        found = [worker.done({"do": "record"}) for _ in range(20)]
    assert found == [found[0]] * 20


def test_one_that_is_killed_between_two_submissions_costs_nobody_anything(worker: Worker) -> None:
    score(worker, RIGHT)
    for one in clerks(worker):
        one.kill()
    assert score(worker, RIGHT) == 2


def test_one_that_is_killed_while_it_grades_is_replaced_and_the_submission_graded(worker: Worker) -> None:
    score(worker, RIGHT)
    killed: list[psutil.Process] = []

    def kill() -> None:
        while not killed:
            busy = [one for one in clerks(worker) if one.children()]
            for one in busy:
                one.kill()
                killed.append(one)
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    found = score(worker, SLOW)
    killer.join()
    assert killed
    assert found == 2


def test_where_there_is_no_process_for_its_tests_just_now_it_is_asked_again() -> None:
    fork, refusals = os.fork, iter([BlockingIOError(11, "Resource temporarily unavailable")] * 2)

    def often_refused() -> int:
        for refusal in refusals:
            raise refusal
        return fork()

    with patch.object(os, "fork", often_refused):
        assert clerk.apart(lambda: Outcome(notes=["done"])).notes == ["done"]


def test_the_folders_in_which_tests_ran_are_removed(tmp_path: Path) -> None:
    book = source(
        answer("save", "def save(x):\n    with open('kept.txt', 'w') as file:\n        file.write(str(x))"),
        checks("save-test", "import os\nsave(3)\nassert os.path.exists('kept.txt')"),
    )
    with working(save(book, tmp_path), LIMITS) as worker:
        home = Path(worker._engine.home)
        before = set(home.glob("**/course-*"))
        assert before
        for _ in range(2):
            grade(worker, submission(book, save="def save(x):\n    pass"))
        assert set(home.glob("**/course-*")) == before
