"""One submission as a platform gives it out: who sent it, when, and its files."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.platforms.archive import Entry


@dataclass(frozen=True)
class Sender:
    """What a platform says of who sent something; what it doesn't say is empty."""

    name: str = ""
    """As it stands in a file's name: "Ada Lovelace" with Moodle, "lovelaceada" with Canvas."""
    platform_id: str = ""
    """Canvas's user id."""
    participant: str = ""
    """Moodle's number of a participant in one assignment."""
    number: str = ""
    """The institution's own number of a student."""
    email: str = ""

    @property
    def shown(self) -> str:
        """How a person would recognise them."""
        return self.name or self.email or self.number or self.platform_id or self.participant


@dataclass
class HandedIn:
    """Files that one sender, or a group, has handed in together."""

    senders: tuple[Sender, ...]
    files: dict[PurePosixPath, Entry] = field(default_factory=dict)
    """By their names in the submission."""
    when: datetime.datetime | None = None
    """In UTC where a zone is known."""
    late: bool = False
    """Does the platform say that it came late?"""


@dataclass
class Download:
    """What was found in one archive."""

    platform: str
    handed_in: list[HandedIn]
    strays: list[Entry]
    """Files that are nobody's, by their names."""
