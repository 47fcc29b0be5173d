"""A course folder as nbgrader lays it out: assignments, notebooks, submissions, and where results go."""

from __future__ import annotations

import difflib
import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets import Float, TraitError
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString, PyFileConfigLoader

from autograder.course import beside, submissions
from autograder.course.submissions import ASSIGNMENT, STUDENT, Submission
from autograder.errors import AutograderError
from autograder.limits import Limits

CONFIG = "nbgrader_config.py"
SECRET = "chainrule.secret"
SECRET_BYTES = 32


class CourseError(AutograderError):
    """The course folder, or what was asked of it, is wrong; the message says what to do."""

    exit_code = 2


class Course:
    """The folders of one course, by its nbgrader_config.py."""

    def __init__(self, root: Path, config: Config | None = None) -> None:
        """Take the configuration that nbgrader has read, or read it.

        Raises CourseError where there is none or it can't be read.
        """
        self.root = root.resolve()
        self.config = self._read_config() if config is None else deepcopy(config)
        self.config.CourseDirectory.root = str(self.root)
        self.directory = self._read_directory()
        self.limits = self._read_limits()
        self.unsafe = self.config.Sandbox.get("unsafe", False) is True
        """May student code run where it could reach files or the network?"""

    def _read_config(self) -> Config:
        if not (self.root / CONFIG).exists():
            raise CourseError(f"there is no {CONFIG} in {self.root}; name the course folder with --course")
        if str(self.root) not in sys.path:
            sys.path.append(str(self.root))  # where nbgrader finds the course's plugins
        try:
            return PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()
        except Exception as error:
            raise CourseError(f"{self.root / CONFIG} stops with {type(error).__name__}: {error}") from None

    def _read_directory(self) -> CourseDirectory:
        try:
            directory = CourseDirectory(config=self.config)
        except TraitError as error:
            raise CourseError(f"{CONFIG}: {error}") from None
        if "?" in str(self.root) and not self.config.CourseDirectory.get("db_url"):
            raise CourseError(
                f"{self.root}: the address of the gradebook would end at the ?; rename the folder, or set "
                f"c.CourseDirectory.db_url in {CONFIG}"
            )
        return directory

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
        timeout = self.config.Execute.get("timeout") or self.config.ExecutePreprocessor.get("timeout")
        if isinstance(timeout, DeferredConfigString):  # from the command line of nbgrader
            timeout = timeout.get_value(Float())
        found = Limits(**self.config.Limits)
        if isinstance(timeout, (int, float)) and timeout > 0:  # nbgrader's own limit for a cell, a test's too
            cell = found.cell_seconds if "cell_seconds" in self.config.Limits else float(timeout)
            call = found.call_seconds if "call_seconds" in self.config.Limits else float(timeout)
            whole = "notebook_seconds" in self.config.Limits
            together = found.notebook_seconds if whole else max(found.notebook_seconds, 2 * cell)
            found = replace(found, cell_seconds=cell, call_seconds=call, notebook_seconds=together)
        return found

    def assignments(self, wanted: Iterable[str] = ()) -> list[str]:
        """The assignments that have a source folder, or the wanted ones. Raises CourseError for one that hasn't."""
        found, wanted = self._sourced(), list(wanted)
        for name in wanted:
            if name not in found:
                close = difflib.get_close_matches(name, found, 1, 0.4)
                hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(found) or 'none'}"
                raise CourseError(f"there is no assignment {name}; {hint}")
        if not found:
            raise CourseError(f"there is no assignment in {self._parent('source')}; each is a folder with notebooks")
        for name in wanted or found:
            if "+" in name:
                raise CourseError(f"{name}: nbgrader allows no + in the name of an assignment; rename its folder")
        return wanted or found

    def _sourced(self) -> list[str]:
        return sorted(path.name for path in self._parent("source").glob("*") if list(path.glob("*.ipynb")))

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
        found = submissions.find(self._submitted(), assignment, self._sourced())
        students = list(students)
        left_out = () if students else self.directory.student_id_exclude.split(",")
        found = {student: one for student, one in found.items() if student not in left_out}
        for student in students:
            if student not in found:
                missing = self.folder("submitted", assignment, student)
                raise CourseError(f"{student} has handed in nothing for {assignment}: there is no folder {missing}")
        return [found[student] for student in students] if students else list(found.values())

    def strays(self) -> list[Path]:
        """What lies among the submissions and belongs to no assignment."""
        pattern, names = self._submitted(), self._sourced()
        taken = (one for name in names for one in submissions.find(pattern, name, names).values())
        return submissions.strays(pattern, taken)

    def _submitted(self) -> Path:
        pattern = self.folder("submitted", ASSIGNMENT, STUDENT)
        if not {ASSIGNMENT, STUDENT}.issubset(pattern.parts):
            raise CourseError(f"{CONFIG}: directory_structure has student and assignment each as a folder of its own")
        return pattern

    @property
    def sizes(self) -> tuple[int, int]:
        """How many bytes of a file, and of all files of a submission, are used, by nbgrader's configuration."""
        return 1000 * self.directory.max_file_size, 1000 * self.directory.max_dir_size

    def copy_files(self, submission: Submission, target: Path) -> str | None:
        """Put the files beside the notebooks into the autograded folder; says what was too large."""
        source = self.folder("source", submission.assignment)
        keep = self.kept(submission.assignment)
        return beside.copy(submission.folder, source, target, self.directory.ignore, *self.sizes, keep)

    def kept(self, assignment: str) -> list[str]:
        """The files of a student that no file of the course takes the place of, by nbgrader's configuration."""
        return list(self.config.Autograde.get("exclude_overwriting", {}).get(assignment, ()))

    def secret(self) -> bytes:
        """The secret behind the random numbers of hidden tests, made when first needed; its owner alone reads it.

        Raises CourseError where it was not written to its end: what is made of it could be guessed.
        """
        path = self.root / SECRET
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = path.read_bytes()
            if len(secret) < SECRET_BYTES:
                raise CourseError(
                    f"{SECRET} is not whole, as when a disk is full; delete it, then grade again"
                ) from None
            return secret
        with os.fdopen(descriptor, "wb") as stream:
            secret = secrets.token_bytes(SECRET_BYTES)
            stream.write(secret)
        return secret

    def key(self, student: str, assignment: str) -> str:
        """The secret of one submission: random numbers are made from it, and its outcomes are signed with it."""
        about = f"{student}\0{assignment}".encode()
        return hmac.new(self.secret(), about, hashlib.sha256).hexdigest()

    def resources(self, assignment: str, notebook: str, student: str = ".") -> dict[str, Any]:
        """What nbgrader's preprocessors want to know about a notebook."""
        about = {"assignment": assignment, "notebook": notebook, "student": student, "db_url": self.directory.db_url}
        return {"nbgrader": about}
