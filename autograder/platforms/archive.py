"""What was downloaded from a platform, a zip or a folder, as files with names; nothing is unpacked to the disk.

Names are a student's: none leads out of the archive, none is a link.
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.errors import AutograderError
from autograder.files import below

FOR_SYSTEMS = (".", "__")
"""What names begin with that a system has added: .DS_Store, __MACOSX."""


class ArchiveError(AutograderError):
    """A file is no archive that can be read; the message says what to do."""


@dataclass(frozen=True)
class Entry:
    """One file."""

    name: PurePosixPath
    size: int
    """Bytes, as the archive has it."""
    when: datetime.datetime | None
    """When it was changed, by a clock of which no zone is known."""
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    def read(self, most: int) -> bytes:
        """Its first bytes, `most` of them. Raises OSError, BadZipFile and whatever else a broken archive has."""
        with self.open() as stream:
            return stream.read(most)


def entries(path: Path) -> list[Entry]:
    """The files of a zip, or of a folder and those below it, in order. Raises ArchiveError."""
    if path.is_dir():
        return [_of_folder(path, name) for name in below(path) if _is_plain(PurePosixPath(name.as_posix()))]
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}") from None
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path} is no zip that can be read ({error}); download it again") from None
    found = [_of_zip(archive, info) for info in archive.infolist() if not info.is_dir()]
    return sorted((entry for entry in found if _is_plain(entry.name)), key=lambda entry: entry.name)


def _of_folder(folder: Path, name: Path) -> Entry:
    path = folder / name
    about = path.stat()
    when = datetime.datetime.fromtimestamp(about.st_mtime)
    return Entry(PurePosixPath(name.as_posix()), about.st_size, when, lambda: path.open("rb"))


def _of_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    try:
        when = datetime.datetime(*info.date_time)
    except ValueError:
        when = None
    name = PurePosixPath(_name(info).replace("\\", "/"))
    return Entry(name, info.file_size, when, lambda: archive.open(info))


def _name(info: zipfile.ZipInfo) -> str:
    """A name in an archive. Some say nothing of its letters, and mean UTF-8."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _is_plain(name: PurePosixPath) -> bool:
    return not name.is_absolute() and not any(part == ".." or part.startswith(FOR_SYSTEMS) for part in name.parts)
