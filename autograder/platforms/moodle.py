"""Moodle's zip of an assignment's submissions, its grading worksheet, and its zip of feedback files.

A name is `Full Name_<participant>_assignsubmission_file/<path>`; before Moodle 4.1 with another _ at the folder's end,
and `…_file_<name>` where the files don't lie in folders. A group's name may stand before it, with a hyphen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.platforms.archive import Entry
from autograder.platforms.handed_in import Download, HandedIn, Sender

NAME = re.compile(r"(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_(file|onlinetext)(_/|_|/)(?P<file>.+)")
PARTICIPANT = re.compile(r"\D*(\d+)")
FEEDBACK = "{name}_{participant}_assignsubmission_file_{file}"
"""By this Moodle knows whose a feedback file is: five parts between underscores."""
WORKSHEET = ("Identifier", "Full name", "Email address", "Grade", "Maximum grade")


def read(entries: Iterable[Entry]) -> Download | None:
    """Whose each file is; None where no name is of Moodle's form."""
    found: dict[str, HandedIn] = {}
    strays = []
    for entry in entries:
        match = NAME.fullmatch(str(entry.name)) or NAME.fullmatch("/".join(entry.name.parts[1:]))
        if not match:
            strays.append(entry)
            continue
        sender = Sender(name=match["name"], participant=match["participant"])
        one = found.setdefault(sender.participant, HandedIn((sender,)))
        one.files[PurePosixPath(match["file"])] = entry
        one.when = max(filter(None, (one.when, entry.when)), default=None)
    return Download("moodle", list(found.values()), strays) if found else None


def feedback_name(name: str, participant: str, file: str) -> str:
    """What a feedback file is called in the zip that Moodle takes back."""
    return FEEDBACK.format(name=name.replace("_", " ").replace("/", " "), participant=participant, file=file)


def participant_of(identifier: str) -> str:
    """The number in `Participant 1234`, in any language."""
    match = PARTICIPANT.fullmatch(identifier.strip())
    return match[1] if match else ""
