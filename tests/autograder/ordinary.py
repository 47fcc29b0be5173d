"""Runs a part of a test without root's rights, for which no folder is closed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = 12_345


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that an ordinary user can reach: pytest's own are for their owner only."""
    with tempfile.TemporaryDirectory(prefix="open-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@contextmanager
def rights() -> Iterator[None]:
    """Only the rights of an ordinary user inside the block."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(USER)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@contextmanager
def closed(path: Path, mode: int) -> Iterator[None]:
    """A file or folder with other rights inside the block."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)
