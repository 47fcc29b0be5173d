"""What each layer of isolation stops, by switching it off; nothing is graded where files or network are open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from autograder.commands.batch import start_worker
from autograder.commands.doctor import Examined, examine
from autograder.course.folders import Course
from autograder.course.notebook import read, stubs
from autograder.engine.client import Engine, Worker
from autograder.errors import UnsafeError
from autograder.limits import Limits
from autograder.sandbox.outside.canary import ATTACKS
from autograder.sandbox.walls import isolation
from autograder.sandbox.walls.isolation import LAYERS
from tests.autograder import course_maker as maker
from tests.autograder.making import answer, checks, save, source

FILES = {"read", "list", "write", "stat", "processes"}
GETS_THROUGH: dict[tuple[str, ...], set[str]] = {
    (): set(),
    ("namespaces",): {"stat"},
    ("own processes",): set(),
    ("own user",): set(),
    ("landlock",): set(),
    ("seccomp",): {"fork", "namespace"},
    ("limits",): {"memory", "threads"},
    ("namespaces", "landlock"): FILES,
    ("namespaces", "seccomp"): {"stat", "change", "udp", "unix", "fork", "namespace"},
    tuple(LAYERS): set(ATTACKS),
}
"""By the layers that are off: what the canary gets through then."""
OPEN = ("namespaces", "landlock")
ALL_OPEN = (OPEN, ("namespaces", "seccomp"), tuple(LAYERS))


off_each = pytest.mark.parametrize("off", GETS_THROUGH, ids=lambda off: "+".join(off) or "nothing")


@cache
def examined(off: tuple[str, ...]) -> Examined:
    return examine(Limits(), off)


@off_each
def test_what_gets_through_without_some_layers_is_what_they_alone_stop(off: tuple[str, ...]) -> None:
    found = examined(off)
    # the kernel counts no threads of root's; without namespaces, it may be that only root can read Python's files
    counted = os.getuid() != 0 or "own user" not in found.missing
    assert set(found.got_through) == GETS_THROUGH[off] | (set() if counted else {"threads"})


@off_each
def test_a_sandbox_is_open_where_files_or_network_are(off: tuple[str, ...]) -> None:
    assert examined(off).is_open == (off in ALL_OPEN)


@contextmanager
def worker(folder: Path, off: tuple[str, ...], *, unsafe: bool = False) -> Iterator[Worker]:
    small = source(answer("f", "def f(x): return x"), checks("f-test", "check(f, 1.0)"))
    path = save(small, folder)
    with (
        closing(Engine(off)) as engine,
        closing(Worker(engine, path, stubs(read(path)), Limits(), unsafe=unsafe)) as one,
    ):
        yield one


def test_the_grader_refuses_where_files_are_open(tmp_path: Path) -> None:
    with worker(tmp_path, OPEN) as one, pytest.raises(UnsafeError, match="reads files of the grading user"):
        one.prepare()


def test_the_grader_refuses_where_everything_is_open(tmp_path: Path) -> None:
    with worker(tmp_path, tuple(LAYERS)) as one, pytest.raises(UnsafeError, match="makes TCP connections"):
        one.prepare()


def test_it_grades_all_the_same_when_told_to(tmp_path: Path) -> None:
    with worker(tmp_path, tuple(LAYERS), unsafe=True) as one:
        one.prepare()


LIBRARIES = Path(np.__file__).parents[1]


def test_a_folder_among_the_libraries_is_one_that_student_code_reads(tmp_path: Path) -> None:
    linked = tmp_path / "course"
    linked.symlink_to(LIBRARIES / "numpy")
    for private in (LIBRARIES / "course", LIBRARIES / "numpy" / "exchange", LIBRARIES, linked):
        assert isolation.exposed([tmp_path, private]) == private
    prefix = Path(sys.prefix)
    assert isolation.exposed([tmp_path, prefix, prefix / "course", prefix / "share" / "nbgrader" / "exchange"]) is None


@pytest.mark.parametrize("what", ["course", "exchange"])
def test_a_course_or_an_exchange_there_is_refused_unless_told_otherwise(tmp_path: Path, what: str) -> None:
    with ExitStack() as stack:
        room = Path(stack.enter_context(TemporaryDirectory(prefix="course-", dir=LIBRARIES)))
        root = maker.make_course((room if what == "course" else tmp_path) / "course")
        course = Course(root)
        if what == "exchange":
            course.config.Exchange.root = str(room)
        engine = stack.enter_context(closing(Engine()))
        with pytest.raises(UnsafeError, match=f"{room}.* lies among the libraries of Python"):
            start_worker(course, engine, maker.source_path(root))
        course.unsafe = True
        start_worker(course, engine, maker.source_path(root)).close()
