"""A course folder as nbgrader lays it out: assignments, notebooks, submissions, and where results go."""

from __future__ import annotations

import datetime
import difflib
import fnmatch
import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import AutograderError
from autograder.files import below
from autograder.limits import Limits

CONFIG = "nbgrader_config.py"
SECRET = "chainrule.secret"
TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 200
NOT_COPIED = ("*.ipynb", TIMESTAMP)


class CourseError(AutograderError):
    """The course folder, or what was asked of it, is wrong; the message says what to do."""

    exit_code = 2


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment."""

    student: str
    assignment: str
    folder: Path


class Course:
    """The folders of one course, by its nbgrader_config.py."""

    def __init__(self, root: Path) -> None:
        """Read the configuration. Raises CourseError where there is none or it can't be read."""
        self.root = root.resolve()
        self.config = self._read_config()
        self.config.CourseDirectory.root = str(self.root)
        self.directory = CourseDirectory(config=self.config)
        self.limits = self._read_limits()
        self.unsafe = self.config.Sandbox.get("unsafe", False) is True
        """May student code run where it could reach files or the network?"""

    def _read_config(self) -> Config:
        if not (self.root / CONFIG).exists():
            raise CourseError(f"there is no {CONFIG} in {self.root}; name the course folder with --course")
        try:
            return PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()
        except Exception as error:
            raise CourseError(f"{self.root / CONFIG} stops with {type(error).__name__}: {error}") from None

    def _read_limits(self) -> Limits:
        """The limits, with those that the configuration sets: `c.Limits.cell_seconds = 20`."""
        known = {field.name: field.type for field in fields(Limits)}
        for name, value in self.config.Limits.items():
            if name not in known:
                raise CourseError(f"{CONFIG}: there is no limit {name}; there are {', '.join(known)}")
            whole = known[name] == "int" and not isinstance(value, int)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0 or whole:
                kind = "whole number" if known[name] == "int" else "number"
                raise CourseError(f"{CONFIG}: Limits.{name} is a {kind} above 0, not {value!r}")
        return Limits(**self.config.Limits)

    def assignments(self, wanted: Iterable[str] = ()) -> list[str]:
        """The assignments that have a source folder, or the wanted ones. Raises CourseError for one that hasn't."""
        found = sorted(path.name for path in self._parent("source").glob("*") if list(path.glob("*.ipynb")))
        wanted = list(wanted)
        for name in wanted:
            if name not in found:
                close = difflib.get_close_matches(name, found, 1, 0.4)
                hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(found) or 'none'}"
                raise CourseError(f"there is no assignment {name}; {hint}")
        if not found:
            raise CourseError(f"there is no assignment in {self._parent('source')}; each is a folder with notebooks")
        return wanted or found

    def _parent(self, step: str) -> Path:
        return self.folder(step, "x").parent

    def folder(self, step: str, assignment: str, student: str = ".") -> Path:
        """The folder of an assignment at one of nbgrader's steps: source, release, submitted, autograded, feedback."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(name, student, assignment)))

    def sources(self, assignment: str) -> list[Path]:
        """The source notebooks of an assignment."""
        return sorted(self.folder("source", assignment).glob("*.ipynb"))

    def submissions(self, assignment: str, students: Iterable[str] = ()) -> list[Submission]:
        """What was handed in for an assignment. Raises CourseError for a wanted student without a submission."""
        pattern = self.folder("submitted", assignment, "*")
        place = len(pattern.parts) - 1 - pattern.parts[::-1].index("*")
        folders = sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))
        found = {
            path.parts[place]: Submission(path.parts[place], assignment, path) for path in folders if path.is_dir()
        }
        students = list(students)
        for student in students:
            if student not in found:
                missing = str(pattern).replace("*", student)
                raise CourseError(f"{student} has handed in nothing for {assignment}: there is no folder {missing}")
        return [found[student] for student in students] if students else list(found.values())

    def copy_files(self, submission: Submission, target: Path) -> None:
        """Put the files beside the notebooks into the autograded folder: the student's, then the course's over them.

        A student's links are left out: they could lead to any file of the grader's; so are files that are larger
        than nbgrader allows (`c.CourseDirectory.max_file_size`, 100 MB).
        """
        target.mkdir(parents=True, exist_ok=True)
        ignored = (*NOT_COPIED, *self.directory.ignore)
        for path in below(submission.folder):
            if not any(fnmatch.fnmatch(part, pattern) for part in path.parts for pattern in ignored):
                with suppress(OSError):  # a file that can't be read, or is named as a folder of the course
                    if (submission.folder / path).stat().st_size > 1000 * self.directory.max_file_size:
                        continue
                    (target / path).parent.mkdir(parents=True, exist_ok=True)
                    _replace(str(submission.folder / path), str(target / path))
        source = self.folder("source", submission.assignment)
        for path in below(source):
            if not any(fnmatch.fnmatch(part, pattern) for part in path.parts for pattern in ignored):
                for above in (target / path, *(target / path).parents[: len(path.parts) - 1]):
                    if above.is_dir() is (above == target / path) and os.path.lexists(above):
                        shutil.rmtree(above) if above.is_dir() else above.unlink()
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                _replace(str(source / path), str(target / path))
        if self.timestamp(submission):
            _replace(str(submission.folder / TIMESTAMP), str(target / TIMESTAMP))

    @staticmethod
    def timestamp(submission: Submission) -> datetime.datetime | None:
        """When it was handed in, in UTC, by the file that nbgrader writes; None where there is none that says it."""
        path = submission.folder / TIMESTAMP
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_TIMESTAMP:
                return None
            text = path.read_text("utf-8").strip()
            found = parse_utc(text) if text else None
            return found if isinstance(found, datetime.datetime) else None
        except (ValueError, OverflowError, OSError):
            return None

    def secret(self) -> bytes:
        """The secret behind the random numbers of hidden tests, made when first needed; its owner alone reads it."""
        path = self.root / SECRET
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as stream:
            secret = secrets.token_bytes(32)
            stream.write(secret)
        return secret

    def resources(self, assignment: str, notebook: str, student: str = ".") -> dict[str, Any]:
        """What nbgrader's preprocessors want to know about a notebook."""
        about = {"assignment": assignment, "notebook": notebook, "student": student, "db_url": self.directory.db_url}
        return {"nbgrader": about}


def _replace(source: str, target: str) -> str:
    """Copy over a file that nbgrader may have made read-only."""
    if os.path.lexists(target):
        os.unlink(target)
    return str(shutil.copyfile(source, target, follow_symlinks=False))
