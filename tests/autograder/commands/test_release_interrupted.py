"""A release that fails or is killed at any step leaves students the old notebooks or the new ones, whole."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from autograder.commands import release as releases
from autograder.course.folders import Course
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT

STEPS = [(os, name) for name in ("mkdir", "replace", "rename", "fsync", "chmod", "unlink", "rmdir")] + [
    (shutil, name) for name in ("copyfile", "copytree")
]
"""What changes files and folders: each call is a step at which a disk may be full, or the process killed."""
MOST = 200


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a release, of which another one is made with other given numbers; and that other one, aside."""
    root = maker.make_course(tmp_path_factory.mktemp("interrupted") / "course")
    releases.release(Course(root), ASSIGNMENT)
    source = maker.source_path(root)
    source.write_text(source.read_text("utf-8").replace("3.0]", "3.0, 4.0]"), "utf-8")
    (root.parent / "trial").mkdir()
    releases.make(Course(root), ASSIGNMENT, root.parent / "trial")
    return root


@pytest.fixture
def courses(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Fresh copies of the course, whose release is made already."""

    def make(course: Course, assignment: str, folder: Path) -> tuple[Course, releases.Ways]:
        return Course(made.parent / "trial"), {}

    monkeypatch.setattr(releases, "make", make)
    return (shutil.copytree(made, tmp_path / str(number)) for number in range(MOST))


def interrupted(monkeypatch: pytest.MonkeyPatch, root: Path, at: int, by: Callable[[], Any]) -> bool:
    """Release a course, and call `by` in place of a step; was there such a step?"""
    count = 0

    def instead(step: Callable[..., Any]) -> Callable[..., Any]:
        def do(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            return by() if count == at else step(*args, **kwargs)

        return do

    with monkeypatch.context() as patch, suppress(OSError):
        for module, name in STEPS:
            patch.setattr(module, name, instead(getattr(module, name)))
        releases.release(Course(root), ASSIGNMENT)
    return count >= at


def look(made: Path, root: Path) -> str:
    """Which release do students have?"""
    now = maker.tree(root / "notebooks" / ASSIGNMENT)
    kinds = {"old": made / "notebooks" / ASSIGNMENT, "new": made.parent / "trial" / "notebooks" / ASSIGNMENT}
    return next((kind for kind, folder in kinds.items() if maker.tree(folder) == now), "torn")


@pytest.mark.parametrize("exchange", [True, False])
def test_a_full_disk_at_any_step(
    made: Path, courses: Iterator[Path], monkeypatch: pytest.MonkeyPatch, *, exchange: bool
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if not exchange:
        monkeypatch.setattr("autograder.files._exchanged", lambda a, b: False)
    found = []
    for at, root in enumerate(courses, start=1):
        if not interrupted(monkeypatch, root, at, full):
            break
        found.append(look(made, root))
    assert len(found) > 5
    assert set(found) == {"old", "new"}


def test_a_kill_at_any_step(made: Path, courses: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for at, root in enumerate(courses, start=1):
        child = os.fork()
        if not child:
            interrupted(monkeypatch, root, at, lambda: os._exit(1))
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
        found.append(look(made, root))
    assert len(found) > 5
    assert set(found) == {"old", "new"}
    releases.release(Course(root), ASSIGNMENT)
    assert look(made, root) == "new"
