"""What has been graded, written down as it comes: a run that was killed goes on where it was.

Beside the gradebook, for a gradebook is written in bulk. An entry says what was graded (by fingerprint), what
came out, and whether the gradebook has it; so nothing is lost, and nothing that hasn't changed is graded twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sqlite3
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from autograder.errors import AutograderError
from autograder.files import below, bounded
from autograder.limits import Limits
from autograder.outcome import Outcome, TriedTree

TABLES = """
CREATE TABLE IF NOT EXISTS graded (
    assignment TEXT, student TEXT, notebook TEXT, fingerprint TEXT, outcome TEXT, recorded INTEGER,
    PRIMARY KEY (assignment, student, notebook));
CREATE TABLE IF NOT EXISTS tried (
    assignment TEXT, notebook TEXT, fingerprint TEXT, found TEXT, PRIMARY KEY (assignment, notebook));
"""

ONE = "assignment = ? AND student = ? AND notebook = ?"
"""Of the table `graded`: a row for each `Key`."""


class Key(NamedTuple):
    """One notebook of one student."""

    assignment: str
    student: str
    notebook: str


class JournalError(AutograderError):
    """The journal can't be used; the message says why and what to do."""


class Journal:
    """The journal of a course. For one thread. Its methods raise JournalError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._said():
            self._database = sqlite3.connect(path, isolation_level=None)  # each statement is a transaction
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(TABLES)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if "locked" in str(error):
                todo = "another run uses it; wait for its end"
            else:
                todo = "if the file is broken, remove it: everything is then graded once more"
            raise JournalError(f"the journal {self._path} cannot be used: {error}; {todo}") from error

    def find(self, key: Key, fingerprint: str) -> tuple[Outcome, bool] | None:
        """The outcome of a notebook that was graded as it is now, and whether the gradebook has it."""
        query = f"SELECT outcome, recorded FROM graded WHERE {ONE} AND fingerprint = ?"
        with self._said():
            row = self._database.execute(query, (*key, fingerprint)).fetchone()
        return (Outcome.from_json(json.loads(row[0])), bool(row[1])) if row else None

    def add(self, key: Key, fingerprint: str, outcome: Outcome) -> None:
        """Write down what came out, before the gradebook has it."""
        row = (*key, fingerprint, json.dumps(outcome.to_json()))
        with self._said():
            self._database.execute("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, 0)", row)

    def forget(self, keys: Iterable[Key]) -> None:
        """Of these something else is written from now on than what came out before."""
        with self._said(), self._database:
            self._database.execute("BEGIN")
            self._database.executemany(f"DELETE FROM graded WHERE {ONE}", keys)

    def recorded(self, keys: Iterable[Key]) -> None:
        """The gradebook has these now."""
        with self._said(), self._database:
            self._database.execute("BEGIN")
            self._database.executemany(f"UPDATE graded SET recorded = 1 WHERE {ONE}", keys)

    def tried(self, assignment: str, notebook: str, fingerprint: str) -> TriedTree | None:
        """What was found out of a source notebook, by trying it as it is now."""
        query = "SELECT found FROM tried WHERE assignment = ? AND notebook = ? AND fingerprint = ?"
        with self._said():
            row = self._database.execute(query, (assignment, notebook, fingerprint)).fetchone()
        return json.loads(row[0]) if row else None

    def keep_tried(self, assignment: str, notebook: str, fingerprint: str, found: TriedTree) -> None:
        """Write down what was found out of a source notebook."""
        row = (assignment, notebook, fingerprint, json.dumps(found))
        with self._said():
            self._database.execute("INSERT OR REPLACE INTO tried VALUES (?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def fingerprint(folders: Iterable[Path], *more: bytes) -> str:
    """A hash of all files in some folders, with their names, and of more that the outcome depends on."""
    return _hashed((*more, *(part for folder in folders for path in below(folder) for part in _of(folder, path))))


def of_submission(folder: Path, one: int, together: int, *more: bytes) -> str:
    """The fingerprint of a submission. Of files that are too large for it, only size and time are looked at."""
    kept, left_out = bounded(folder, one, together)
    parts = (part for path in kept for part in _of(folder, path))
    return _hashed((*more, *(_state(folder, path) for path in left_out), *parts))


def _hashed(parts: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _of(folder: Path, path: Path) -> Iterator[bytes]:
    """A file's name and the hash of what it holds; nothing of what Jupyter and Python leave behind."""
    if ".ipynb_checkpoints" not in path.parts and "__pycache__" not in path.parts:
        yield str(path).encode("utf-8", "surrogateescape")
        try:
            with (folder / path).open("rb") as file:
                yield hashlib.file_digest(file, "blake2b").digest()
        except OSError as error:
            yield str(error).encode("utf-8", "surrogateescape")


def _state(folder: Path, path: Path) -> bytes:
    try:
        at = (folder / path).lstat()
        text = f"{path} {at.st_size} {at.st_mtime_ns}"
    except OSError as error:
        text = str(error)
    return text.encode("utf-8", "surrogateescape")


@cache
def installed() -> bytes:
    """What a source notebook finds: the system, and the packages that are installed, by when one was added last."""
    folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    return f"{platform.platform()} {[(folder, os.stat(folder).st_mtime_ns) for folder in folders]}".encode()


@cache
def engine() -> bytes:
    """What grades: our own code and the versions below it."""
    packages = [Path(__file__).parents[1], Path(__file__).parents[2] / "chainrule"]
    return f"{fingerprint(packages)} {platform.python_version()} {version('numpy')}".encode()


def of_limits(limits: Limits) -> bytes:
    """The limits, as a part of a fingerprint."""
    return json.dumps(asdict(limits)).encode()
