"""The working folder of the course's own cells and of tests that run apart: a copy of the source's folder.

What the solution has written must not be there for a test that looks whether the student's code has written it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from autograder.files import below

PREFIX = "course-"
LEFT_OUT = shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", "__pycache__")


def enter_copy(source: Path) -> None:
    """Go into a fresh copy of a folder, without its notebooks. It lies where temporary files lie."""
    copy = tempfile.mkdtemp(prefix=PREFIX)
    _fill(copy, source)
    os.chdir(copy)


@contextmanager
def in_copy(source: Path) -> Iterator[None]:
    """Be in such a copy for a while; then it is removed."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as copy:
        _fill(copy, source)
        with chdir(copy):
            yield


def _fill(copy: str, source: Path) -> None:
    shutil.copytree(source, copy, ignore=LEFT_OUT, dirs_exist_ok=True, ignore_dangling_symlinks=True)


def state() -> list[tuple[Path, int, int]]:
    """What tells whether a file of the working folder was written: names, sizes, times."""
    found = [(path, path.stat()) for path in below(Path())]
    return [(path, about.st_size, about.st_mtime_ns) for path, about in found]
