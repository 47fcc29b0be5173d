"""Writes files and folders whole or not at all, and finds those that were handed in."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

MAX_DEPTH = 20
MAX_FILES = 2_000
"""Files, and likewise folders, that are looked at below one."""
RENAME_EXCHANGE = 2
HERE = -100
"""AT_FDCWD: paths are what they are for every other call."""
FOR_ALL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""Errors that are not about one submission: no room, no right to write anywhere, too many open files."""
CONTROLS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of what is no letter but an order, and of what is nothing at all."""


def write(path: Path, text: str) -> None:
    """Write a text file so that a reader sees either the old one or the new one, even after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def replace_folder(fresh: Path, target: Path) -> None:
    """Put a folder in the place of another, which may not be there: a reader sees the old one or the new one.

    They are exchanged at once where the system can do that. Where it can't, the old one stands aside for a moment,
    and comes back if the new one cannot take its place. Raises OSError, and then the old one is where it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.", ignore_cleanup_errors=True) as name:
        beside, old = Path(name) / "new", Path(name) / "old"
        shutil.copytree(fresh, beside)
        if not target.exists():
            beside.rename(target)
        elif not _exchanged(beside, target):
            try:
                target.rename(old)
            except OSError:  # a file system of its own, or a layer below that cannot be moved
                _refill(target, beside, old)
                return
            try:
                beside.rename(target)
            except BaseException:
                old.rename(target)
                raise


def _refill(folder: Path, fresh: Path, old: Path) -> None:
    """Put other contents into a folder that stays; what was in it is first copied to `old`, and back on an error."""
    shutil.copytree(folder, old, symlinks=True)
    try:
        _empty(folder)
        shutil.copytree(fresh, folder, dirs_exist_ok=True)
    except BaseException:
        _empty(folder)
        shutil.copytree(old, folder, symlinks=True, dirs_exist_ok=True)
        raise


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _exchanged(a: Path, b: Path) -> bool:
    """Have two folders changed places? They can't everywhere."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None).renameat2
    except AttributeError:  # a C library from before 2018
        return False
    return rename(HERE, os.fsencode(a), HERE, os.fsencode(b), RENAME_EXCHANGE) == 0


def remove(folder: str | Path) -> None:
    """Remove a folder that student code may have filled, as far as it can be removed."""
    if shutil.which("rm"):  # rmtree calls itself for each level, and student code makes thousands
        for command in (["rm", "-rf"], ["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            if os.path.lexists(folder):
                _run_silently([*command, "--", str(folder)])
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _run_silently(command: list[str]) -> None:
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def below(folder: Path) -> Iterator[Path]:
    """The plain files below a folder, in order, relative to it: no links, pipes or devices.

    What lies deeper than MAX_DEPTH, or comes after MAX_FILES files or folders, is left out.
    """
    waiting, count, folders = [(folder, 0)], 0, 0
    while waiting and folders < MAX_FILES:
        here, depth = waiting.pop()
        folders += 1
        try:
            entries = sorted(islice(os.scandir(here), 2 * MAX_FILES), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                waiting.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False) and count < MAX_FILES:
                count += 1
                yield Path(entry.path).relative_to(folder)


def bounded(folder: Path, one: int, together: int) -> tuple[list[Path], list[Path]]:
    """The plain files below a folder, relative to it: those that are kept, and those that are too large.

    A file may have `one` bytes. The smallest are kept, as long as they have no more than `together`: by what they
    say of their size, for a file can be made that says terabytes and takes no room.
    """
    sizes = {}
    for path in below(folder):
        with suppress(OSError):
            sizes[path] = os.lstat(folder / path).st_size
    small, total = set(), 0
    for path in sorted(sizes, key=lambda path: sizes[path]):
        total += sizes[path]
        if sizes[path] > one or total > together:
            break
        small.add(path)
    return [path for path in sizes if path in small], [path for path in sizes if path not in small]


def printable(text: str) -> str:
    """A text that can be written, stored and printed: half a surrogate pair can't, and no database takes a NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def visible(text: str) -> str:
    """A text as one line for a terminal: what would control it, or the order of letters, is spelt out."""
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in CONTROLS else c for c in text)
