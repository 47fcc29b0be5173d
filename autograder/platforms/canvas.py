"""Canvas's zip of an assignment's submissions, and its gradebook as a table.

A name is `<last and first name>[_LATE]_<user>_<attachment>_<name>`; `[LATE_]anon_<id>_<attachment>_<name>` where
grading is anonymous, and then nobody can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.platforms.archive import Entry
from autograder.platforms.handed_in import Download, HandedIn, Sender

NAME = re.compile(r"(?P<name>[^_/]+)_(?:(?P<late>LATE)_)?(?P<user>\d+)_(?P<attachment>\d+)_(?P<file>[^/]+)")
ANONYMOUS = re.compile(r"(?:(?P<late>LATE)_)?anon_(?P<user>[^_/]+)_(?P<attachment>\d+)_(?P<file>[^/]+)")
AGAIN = re.compile(r"-\d+(?=\.[^.]+$)")
"""What Canvas puts before a file's ending when it is handed in again."""
TABLE = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
"""The first cell of the row below the titles, in which the points of each assignment stand."""


def read(entries: Iterable[Entry]) -> Download | None:
    """Whose each file is; None where no name is of Canvas's form."""
    found: dict[str, HandedIn] = {}
    strays = []
    for entry in entries:
        match = ANONYMOUS.fullmatch(entry.name.name) or NAME.fullmatch(entry.name.name)
        if not match:
            strays.append(entry)
            continue
        known = match.re is NAME
        sender = Sender(match["name"], match["user"]) if known else Sender(name=f"anon_{match['user']}")
        one = found.setdefault(match["user"], HandedIn((sender,)))
        one.late |= match["late"] is not None
        name = PurePosixPath(AGAIN.sub("", match["file"]))
        one.files[name if name not in one.files else PurePosixPath(match["file"])] = entry
    return Download("canvas", list(found.values()), strays) if found else None
