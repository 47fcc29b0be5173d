"""The working folder of a student process: filled, bounded, removed, whatever student code has made of it."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress

MAX_FILES = 1_000
"""Files and folders in it."""
BLOCK = 4096
"""What a file takes at least, and a folder."""


def copy(folder: int, owner: int | None, size: int) -> None:
    """Copy the plain files below an open folder into the working folder; notebooks, links and the rest stay out.

    What there is no room for is left out too: a tenth of MAX_FILES and of `size` bytes is for what the code writes.
    """
    files, room = MAX_FILES * 9 // 10, size * 9 // 10
    for path, folders, names, descriptor in os.fwalk(".", dir_fd=folder):
        files, room = files - len(folders), room - len(folders) * BLOCK
        for name in names:
            if not name.endswith(".ipynb") and files > 0:
                took = _copy_file(descriptor, name, path, room)
                if took is not None:
                    files, room = files - 1, room - took
        if owner:
            for copied, _, copies in os.walk(path):
                for name in (".", *copies):
                    os.chown(os.path.join(copied, name), owner, owner)


def _copy_file(descriptor: int, name: str, path: str, room: int) -> int | None:
    """Copy a file from an open folder into the folder `path`: what it takes, or None where it stays out."""
    with suppress(OSError):
        os.makedirs(path, exist_ok=True)
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
        with open(opened, "rb") as source:
            found = os.fstat(opened)
            takes = -(-found.st_size // BLOCK) * BLOCK
            if stat.S_ISREG(found.st_mode) and takes <= room:
                with open(os.path.join(path, name), "xb") as target:
                    shutil.copyfileobj(source, target)
                return takes
    return None


def overflows(folder: str, size: int) -> bool:
    """Is there more in it than MAX_FILES files, or than `size` bytes?"""
    waiting, files = [folder], 0
    while waiting and size >= 0 and files <= MAX_FILES:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                files += 1
                size -= entry.stat(follow_symlinks=False).st_blocks * 512
                if files > MAX_FILES or size < 0:
                    break
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return size < 0 or files > MAX_FILES


def remove_aside(folder: str) -> None:
    """Remove a folder in a fork that nobody waits for: student code can make files that take minutes to remove.

    What lies too deep stays until the run ends.
    """
    if os.fork():
        return
    with suppress(OSError, RecursionError):
        for path, folders, _ in os.walk(folder):
            for name in folders:
                os.chmod(os.path.join(path, name), 0o700, follow_symlinks=False)
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
