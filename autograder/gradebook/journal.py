"""What has been graded, written down as it comes: a run that was killed goes on where it was.

Beside the gradebook, for a gradebook is written in bulk. An entry says what was graded (by fingerprint), what
came out, and whether the gradebook has it; so nothing is lost, and nothing that hasn't changed is graded twice.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from autograder.files import below
from autograder.limits import Limits
from autograder.outcome import Outcome

TABLE = """
CREATE TABLE IF NOT EXISTS graded (
    assignment TEXT, student TEXT, notebook TEXT, fingerprint TEXT, outcome TEXT, recorded INTEGER,
    PRIMARY KEY (assignment, student, notebook))
"""


class Key(NamedTuple):
    """One notebook of one student."""

    assignment: str
    student: str
    notebook: str


class Journal:
    """The journal of a course. For one thread."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)  # each statement is a transaction
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(TABLE)

    def find(self, key: Key, fingerprint: str) -> tuple[Outcome, bool] | None:
        """The outcome of a notebook that was graded as it is now, and whether the gradebook has it."""
        where = "assignment = ? AND student = ? AND notebook = ? AND fingerprint = ?"
        row = self._database.execute(
            f"SELECT outcome, recorded FROM graded WHERE {where}", (*key, fingerprint)
        ).fetchone()
        return (Outcome.from_json(json.loads(row[0])), bool(row[1])) if row else None

    def add(self, key: Key, fingerprint: str, outcome: Outcome) -> None:
        """Write down what came out, before the gradebook has it."""
        row = (*key, fingerprint, json.dumps(outcome.to_json()))
        self._database.execute("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, 0)", row)

    def recorded(self, keys: Iterable[Key]) -> None:
        """The gradebook has these now."""
        where = "assignment = ? AND student = ? AND notebook = ?"
        self._database.execute("BEGIN")
        self._database.executemany(f"UPDATE graded SET recorded = 1 WHERE {where}", keys)
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def fingerprint(folders: Iterable[Path], *more: bytes) -> str:
    """A hash of all files in some folders, with their names, and of more that the outcome depends on."""
    found = hashlib.blake2b(digest_size=16)
    for part in (*more, *_parts(folders)):
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _parts(folders: Iterable[Path]) -> Iterator[bytes]:
    for folder in folders:
        for path in below(folder):
            if ".ipynb_checkpoints" not in path.parts and "__pycache__" not in path.parts:
                yield str(path).encode("utf-8", "surrogateescape")
                try:
                    with (folder / path).open("rb") as file:
                        yield hashlib.file_digest(file, "blake2b").digest()
                except OSError as error:
                    yield str(error).encode("utf-8", "surrogateescape")


@cache
def engine() -> bytes:
    """What grades: our own code and the versions below it."""
    packages = [Path(__file__).parents[1], Path(__file__).parents[2] / "chainrule"]
    return f"{fingerprint(packages)} {platform.python_version()} {version('numpy')}".encode()


def of_limits(limits: Limits) -> bytes:
    """The limits, as a part of a fingerprint."""
    return json.dumps(asdict(limits)).encode()
