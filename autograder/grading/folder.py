"""The working folder of the course's own cells and of tests that run apart: a copy of the source's folder.

What the solution has written must not be there for a test that looks whether the student's code has written it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from autograder.files import below

LEFT_OUT = shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", "__pycache__")


def enter_copy(source: Path) -> None:
    """Go into a fresh copy of a folder, without its notebooks. It lies where temporary files lie."""
    copy = tempfile.mkdtemp(prefix="course-")
    shutil.copytree(source, copy, ignore=LEFT_OUT, dirs_exist_ok=True, ignore_dangling_symlinks=True)
    os.chdir(copy)


def state() -> list[tuple[Path, int, int]]:
    """What tells whether a file of the working folder was written: names, sizes, times."""
    found = [(path, path.stat()) for path in below(Path())]
    return [(path, about.st_size, about.st_mtime_ns) for path, about in found]
