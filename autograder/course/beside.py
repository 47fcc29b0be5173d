"""What lies beside a notebook that was handed in: the files that student code may use, and when it came.

All of it is a student's: sizes are bounded before anything is read, and whatever a file says stays with its submission.
"""

from __future__ import annotations

import datetime
import fnmatch
import os
import re
import shutil
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import dateutil.parser
from nbgrader.utils import parse_utc

from autograder.errors import AutograderError
from autograder.files import below, bounded
from chainrule.checks.known_results import FILE_NAME as KNOWN_RESULTS

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 200
NOT_COPIED = ("*.ipynb", TIMESTAMP, KNOWN_RESULTS)
"""What stays where it is of the files beside a notebook: known results tell what a prediction should be."""
ACTIVE = (".html", ".htm", ".shtml", ".xhtml", ".xht", ".svg", ".svgz", ".xml", ".xsl", ".xslt", ".mht", ".mhtml")
"""Files that a browser would run beside the pages of the grader."""
PLACE = re.compile(r"(^|\s)[/:.~]|\.\.")
"""What makes a name of a time zone the path of a file."""
SHOWN = 3
"""Files that are named."""


class UnknownTimeError(AutograderError):
    """When it was handed in can't be read; the message says why."""


def copy(
    submission: Path,
    source: Path,
    target: Path,
    ignore: Iterable[str],
    one: int,
    together: int,
    keep: Collection[str] = (),
) -> str | None:
    """Put the files beside the notebooks into the autograded folder: the student's, then the course's over them.

    Of the files in `keep` the student's stays. Says what was too large.
    """
    too_large = copy_from_student(submission, target, ignore, one, together)
    ignored = (*NOT_COPIED, *ignore)
    for path in below(source):
        if not _is_ignored(path, ignored) and not (str(path) in keep and (target / path).exists()):
            for above in (target / path, *(target / path).parents[: len(path.parts) - 1]):
                if above.is_dir() is (above == target / path) and os.path.lexists(above):
                    shutil.rmtree(above) if above.is_dir() else above.unlink()
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            _replace(source / path, target / path)
    with suppress(UnknownTimeError):
        if timestamp(submission):
            _replace(submission / TIMESTAMP, target / TIMESTAMP)
    return too_large


def copy_from_student(here: Path, there: Path, ignore: Iterable[str], one: int, together: int) -> str | None:
    """Put a student's files beside the notebooks into another folder. Says what was too large.

    Links are left out, for they could lead to any file of the grader's; so are names that are ignored, pages with
    script, and what is larger than `one` file or all `together` may be, in bytes.
    """
    there.mkdir(parents=True, exist_ok=True)
    ignored = (*NOT_COPIED, *ignore)
    kept, left_out = bounded(here, one, together)
    for path in kept:
        if path.suffix.lower() not in ACTIVE and not _is_ignored(path, ignored):
            with suppress(OSError):  # a file that can't be read, or is named as a folder of the course
                (there / path).parent.mkdir(parents=True, exist_ok=True)
                _replace(here / path, there / path)
    return _too_large([path for path in left_out if not _is_ignored(path, ignored)])


def _is_ignored(path: Path, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(part, pattern) for part in path.parts for pattern in patterns)


def _too_large(paths: list[Path]) -> str | None:
    if not paths:
        return None
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return f"left out, for there is no room for so much beside a notebook: {', '.join(map(str, paths[:SHOWN]))}{more}"


def timestamp(folder: Path) -> datetime.datetime | None:
    """When a folder was handed in, in UTC, by the file that nbgrader writes; None where there is no such file.

    Raises UnknownTimeError where the file names no day.
    """
    path = folder / TIMESTAMP
    if not os.path.lexists(path):
        return None
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_TIMESTAMP:
            raise ValueError("no short text")
        text = path.read_text("utf-8").strip()
        if not text:
            return None  # as nbgrader has it
        if PLACE.search(text) or _day(text, 1) != _day(text, 2):
            raise ValueError("no day")
        return parse_utc(text)
    except Exception:  # what dateutil raises on some text is written nowhere, and one text must not stop the others
        raise UnknownTimeError(f"{TIMESTAMP} says no time, so see for yourself whether it was late") from None


def _day(text: str, rest: int) -> datetime.date:
    """The day that a text names; what it leaves out is taken from `rest`."""
    words = text.split(" ")
    without_zone = " ".join(words[:2]) if len(words) == 3 else text
    default = datetime.datetime(2000 + rest, rest, rest)
    return dateutil.parser.parse(without_zone, default=default, ignoretz=True).date()


def _replace(source: Path, target: Path) -> None:
    """Copy over a file that nbgrader may have made read-only."""
    if os.path.lexists(target):
        target.unlink()
    shutil.copyfile(source, target, follow_symlinks=False)
