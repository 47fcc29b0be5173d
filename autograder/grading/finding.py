"""Which of the files that were handed in is the notebook: by its name, else by the answer cells that are in it.

What is plainly meant is taken, and that is said. The rest is named and left to a person: no points are lost because
a file lies in a folder or an archive, or is called otherwise. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import os
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from nbformat import NotebookNode

from autograder.course.cells import Source
from autograder.course.notebook import MAX_FILE, CannotReadError, NotHandedInError, parse, read_bytes
from autograder.files import below
from autograder.grading.rebuilding import is_blank, shares_answers

MAX_LOOKED = 100
"""Files that are looked into, and members of an archive."""
SHOWN = 5
"""Files that are named."""
NO_WORK = frozenset({"timestamp.txt", "submission_secret.txt", "Thumbs.db", "desktop.ini", ".DS_Store"})


@dataclass(frozen=True)
class Found:
    """A file that could be the notebook."""

    name: str
    """Where it lies in the student's folder; a file in an archive as if the archive were a folder."""
    data: bytes
    note: str | None = None

    def read(self) -> NotebookNode:
        """Read it. Raises CannotReadError."""
        return parse(self.data, self.name)


@dataclass(frozen=True)
class Wanted:
    """The notebook that is looked for."""

    name: str
    source: Source
    others: frozenset[str]
    """What else lies there rightly: files of the course, the assignment's other notebooks."""

    @property
    def file(self) -> str:
        """What it is called."""
        return f"{self.name}.ipynb"


def find(folder: Path, wanted: Wanted) -> Found:
    """Find a notebook in a student's folder.

    Raises NotHandedInError where nothing lies there that could hold work, CannotReadError where something does.
    """
    there = folder / wanted.file
    others = [path for path in below(folder) if str(path) != wanted.file and not _is_known(path, wanted)]
    named = Found(wanted.file, read_bytes(there)) if os.path.isfile(there) and not os.path.islink(there) else None
    if named and (not others or _holds_work(named, wanted)):
        return Found(named.name, named.data, _copies(others, wanted))
    found = {one.data: one for one in _notebooks(folder, others) if _is_meant(one, wanted)}
    work = [one for one in found.values() if _holds_work(one, wanted)] or ([] if named else list(found.values()))
    best = [one for one in work if PurePosixPath(one.name).name.casefold() == wanted.file.casefold()]
    work = best if len(best) == 1 else work
    if len(work) == 1:
        why = "which is as it was handed out" if named else "whose answer cells it has"
        return Found(work[0].name, work[0].data, f"{work[0].name} was taken for {wanted.file}, {why}.")
    if named and not work:
        return named
    if os.path.lexists(there) and not named:
        read_bytes(there)  # says what it is, if it is no file
    _check_readable(folder)
    if not others:
        _check_for_links(folder, wanted)
        raise NotHandedInError(f"{wanted.file} was not handed in")
    names = [one.name for one in work] or [str(path) for path in others]
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    state = "is as it was handed out" if named else "is missing"
    why = "more than one could be it" if work else "none has its answer cells"
    raise CannotReadError(f"{wanted.file} {state}, and of {listed} {why}; ask for it")


def _check_for_links(folder: Path, wanted: Wanted) -> None:
    """Raise CannotReadError where nothing but links lies there: they are not followed, and may be meant as work."""
    try:
        links = sorted(entry.name for entry in os.scandir(folder) if entry.is_symlink())
    except OSError:
        return
    if links:
        raise CannotReadError(
            f"{wanted.file} is missing, and {links[0]} is no file but a link; ask for the file itself"
        )


def _check_readable(folder: Path) -> None:
    """Raise CannotReadError for a folder of which nobody knows what lies in it."""
    try:
        os.scandir(folder).close()
        os.stat(f"{folder}/.")  # its files may have names and be out of reach
    except FileNotFoundError:
        return
    except OSError as error:
        raise CannotReadError(f"{folder.name} cannot be read ({error.strerror}); look at the folder") from None


def _is_known(path: Path, wanted: Wanted) -> bool:
    """Does a file hold no work for this notebook, whatever is in it?"""
    checkpoint = path.parts[0] == ".ipynb_checkpoints" and path.name.startswith(wanted.name)
    hidden = any(part.startswith((".", "__")) for part in path.parts) and not checkpoint
    return hidden or path.name in NO_WORK or str(path) in wanted.others


def _copies(others: list[Path], wanted: Wanted) -> str | None:
    """What is to be said of files that are called nearly as the notebook that is graded."""
    beside = [path.name for path in others if len(path.parts) == 1 and path.suffix == ".ipynb"]
    copies = [name for name in beside if name.startswith(wanted.name)]
    return f"{', '.join(copies[:SHOWN])} lies beside {wanted.file}, which was graded." if copies else None


def _holds_work(one: Found, wanted: Wanted) -> bool:
    """Has something been written in it? What can't be read may hold anything."""
    try:
        return not is_blank(wanted.source, one.read())
    except CannotReadError:
        return True


def _is_meant(one: Found, wanted: Wanted) -> bool:
    try:
        return shares_answers(wanted.source, one.read())
    except CannotReadError:
        return False


def _notebooks(folder: Path, paths: list[Path]) -> Iterator[Found]:
    """What looks like a notebook among some files and in the archives among them; checkpoints are no one's work."""
    visible = [path for path in paths if path.parts[0] != ".ipynb_checkpoints"]
    for path in sorted(visible, key=_is_called_otherwise)[:MAX_LOOKED]:
        members: Iterator[tuple[str, bytes]] = iter(())
        with suppress(CannotReadError, OSError):
            if zipfile.is_zipfile(folder / path):
                members = _zipped(folder / path)
            elif tarfile.is_tarfile(folder / path):
                members = _tarred(folder / path)
            else:
                members = iter([("", read_bytes(folder / path))])
        with suppress(Exception):  # archives can be broken in more ways than their modules name
            for name, data in members:
                if _begins_as_notebook(data):
                    yield Found(f"{path}/{name}" if name else str(path), data)


def _is_called_otherwise(path: PurePath) -> bool:
    """Is it called neither a notebook nor what notebooks are packed in? Those are looked into first."""
    return not any(ending in path.name.lower() for ending in (".ipynb", ".zip", ".tar", ".tgz"))


def _begins_as_notebook(data: bytes) -> bool:
    return data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _zipped(path: Path) -> Iterator[tuple[str, bytes]]:
    left = MAX_FILE
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.infolist(), key=lambda member: _is_called_otherwise(PurePosixPath(member.filename)))
        for member in members[:MAX_LOOKED]:
            if not member.is_dir() and _is_plain(member.filename):
                with archive.open(member) as file:
                    data = file.read(left + 1)  # what a member says of its size needn't be true
                left -= len(data)
                if left < 0:
                    return
                yield member.filename, data


def _tarred(path: Path) -> Iterator[tuple[str, bytes]]:
    left = MAX_FILE
    with tarfile.open(path, "r|*") as archive:
        for _, member in zip(range(MAX_LOOKED), archive, strict=False):
            left -= member.size  # as much is unpacked even when it is passed over
            if left < 0:
                return
            file = archive.extractfile(member) if member.isreg() and _is_plain(member.name) else None
            if file:
                yield member.name, file.read()


def _is_plain(name: str) -> bool:
    """Is it the name of a file below the archive, and none that systems add?"""
    path = PurePosixPath(name)
    return not path.is_absolute() and not any(part.startswith((".", "__")) for part in path.parts)
