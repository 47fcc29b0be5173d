"""A folder as bytes, to be sent to another machine and laid out there.

What a student hands in may be anything. Files travel within the limits of the course, all the rest by its name: so
that there, too, it can be said of a file that it is too large, or of a link that it is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from autograder.course.notebook import MAX_FILE, read_bytes
from autograder.files import MAX_FILES

NOWHERE = "link-of-a-submission"
"""Where links lead after their journey."""


@dataclass(frozen=True)
class Parcel:
    """The contents of a folder. Names are paths below it, as bytes: a student's need not be text."""

    files: dict[bytes, bytes]
    left_out: dict[bytes, int] = field(default_factory=dict)
    """The sizes of files that don't travel."""
    links: tuple[bytes, ...] = ()
    """What is neither a file nor a folder."""


def pack(folder: Path, kept: Iterable[Path], large: Iterable[Path], notebook: str) -> Parcel:
    """Read a folder, of which some files are kept and some too large, as `files.bounded` says.

    The notebook that is to be graded travels in any case. Raises CannotReadError where it is one that can't be read.
    """
    files, left_out = {}, {os.fsencode(path): _size(folder / path) for path in large}
    wanted = os.fsencode(notebook)
    for path in kept:
        name = os.fsencode(path)
        try:
            files[name] = (folder / path).read_bytes()
        except OSError:
            left_out[name] = 0
    if wanted not in files and _is_plain(folder / notebook):  # among thousands of files it may not have been met
        left_out[wanted] = _size(folder / notebook)
        if left_out[wanted] <= MAX_FILE:
            files[wanted] = read_bytes(folder / notebook)
            del left_out[wanted]
    return Parcel(files, left_out, tuple(_links(folder, wanted)))


def weight(folder: Path, kept: Iterable[Path]) -> int:
    """The bytes of the files that `pack` would read, but for a notebook that isn't among them."""
    return sum(_size(folder / path) for path in kept)


def _is_plain(path: Path) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _links(folder: Path, wanted: bytes) -> list[bytes]:
    with suppress(OSError), os.scandir(folder) as entries:
        return [
            os.fsencode(entry.name)
            for entry in islice(entries, MAX_FILES)
            if entry.is_symlink() or (os.fsencode(entry.name) == wanted and not entry.is_file())
        ]
    return []


def unpack(parcel: Parcel, folder: Path) -> None:
    """Lay a folder out. A file that was left out has its size and nothing in it, and takes no room."""
    folder.mkdir(parents=True)
    base = os.fsencode(folder)
    for name, data in parcel.files.items():
        with open(_made(base, name), "xb") as file:
            file.write(data)
    for name, size in parcel.left_out.items():
        with open(_made(base, name), "xb") as file, suppress(OSError):  # one may say of itself that it has exabytes
            file.truncate(size)
    for name in parcel.links:
        with suppress(FileExistsError):  # a folder that is called as a notebook
            os.symlink(NOWHERE, os.path.join(base, name))


def _made(base: bytes, name: bytes) -> bytes:
    path = os.path.join(base, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path
