"""Submissions from what was downloaded of a platform into submitted/, with their times; nothing of it is lost."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder import files
from autograder.commands import senders
from autograder.commands.recognising import Recogniser
from autograder.course import beside
from autograder.course.beside import TIMESTAMP, UnknownTimeError
from autograder.course.folders import Course, CourseError
from autograder.course.notebook import MAX_FILE
from autograder.gradebook import people as table
from autograder.platforms import archive, canvas, folder, gradescope, moodle
from autograder.platforms import people as roster
from autograder.platforms.archive import Entry
from autograder.platforms.handed_in import Download, HandedIn
from autograder.platforms.people import People, Person

ROSTER = "roster.csv"
UNMATCHED, REPLACED = "unmatched", "replaced"
"""Folders of the course: what is nobody's yet, and what a later submission has taken the place of."""


@dataclass
class Collected:
    """What became of the files of one archive."""

    platform: str
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Students and assignments that are in submitted/ now."""
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    """What could not be matched, and why."""


def collect(course: Course, path: Path, assignment: str | None = None) -> Collected:
    """Put the submissions of one zip or folder into submitted/.

    The assignment is told by the cells of the notebooks where it isn't named. Raises ArchiveError, RosterError,
    CourseError, GradebookError: then nothing has changed.
    """
    people = People(_people(course))
    download = read(path)
    collecting = _Collecting(course, people, Recogniser(course), download, path)
    collecting.run(assignment)
    return collecting.found


def read(path: Path) -> Download:
    """What was downloaded, by whichever platform's names fit. Raises ArchiveError."""
    entries = archive.entries(path)
    return gradescope.read(entries) or moodle.read(entries) or canvas.read(entries) or folder.read(entries)


def enrol(course: Course, path: Path) -> tuple[int, int]:
    """Put the students of a table into the gradebook: how many there are, and how many are new."""
    people = roster.read(path)
    return len(people), table.write(course, people)


def _people(course: Course) -> list[Person]:
    """The students of the gradebook, and of roster.csv, which knows groups and numbers too."""
    path = course.root / ROSTER
    known = {person.id: person for person in table.read(course)}
    if path.exists():
        people = roster.read(path)
        table.write(course, people)
        known |= {person.id: person for person in people}
    if not known:
        raise CourseError(
            f"no student is known: put {ROSTER} into {course.root}, with a column id and names or e-mails"
        )
    return list(known.values())


class _Collecting:
    """One archive on its way."""

    def __init__(self, course: Course, people: People, recogniser: Recogniser, download: Download, path: Path) -> None:
        self._course, self._people, self._recogniser, self._download = course, people, recogniser, download
        self._path = path
        everybody = (sender for one in download.handed_in for sender in one.senders)
        self._sent = {person.id for sender in everybody if (person := people.find(sender)[0])}
        self.found = Collected(download.platform)
        self._senders: senders.Senders = {}

    def run(self, assignment: str | None) -> None:
        """Take what is plainly somebody's for an assignment; keep the rest beside, and say why."""
        known = [(one, self._recogniser.look(one.files)) for one in self._download.handed_in]
        of_all = assignment or _majority(recognised.assignment for _, recognised in known)
        for one, recognised in known:
            name = assignment or recognised.assignment or of_all
            people, why = self._whose(one)
            if not people:
                self._keep(one.files, why)
            elif name is None:
                self._keep(one.files, f"{one.senders[0].shown}: no notebook in it has a cell of an assignment; name it")
            else:
                for person in people:
                    self._take(one, person, name, recognised.names if recognised.assignment == name else {})
        self._keep({entry.name: entry for entry in self._download.strays}, "its name is not of the platform's form")
        senders.remember(self._course, self._senders)

    def _whose(self, one: HandedIn) -> tuple[list[Person], str]:
        """Everybody whose work it is, with those of their group who sent nothing; or nobody, and why."""
        known = [person for sender in one.senders if (person := self._people.find(sender)[0])]
        unknown = [why for person, why in map(self._people.find, one.senders) if person is None]
        if not known:
            return [], "; ".join(unknown) or "it doesn't say whose it is"
        self.found.notes += unknown
        mates = [mate for person in known for mate in self._people.group_of(person)]
        silent = [mate for mate in mates if mate.id not in self._sent]
        return list({person.id: person for person in (*known, *silent)}.values()), ""

    def _take(self, one: HandedIn, person: Person, assignment: str, names: dict[PurePosixPath, str]) -> None:
        """Put it into the student's folder, at once and whole; what lay there is kept."""
        target = self._course.folder("submitted", assignment, person.id)
        with tempfile.TemporaryDirectory(prefix="chainrule-collect-") as name:
            fresh = Path(name) / "fresh"
            left_out = self._write(one.files, fresh, names)
            when = _utc(one.when)
            if when:
                (fresh / TIMESTAMP).write_text(when, "utf-8")
            if one.late and not when:
                self.found.notes.append(f"{person.id}: the platform says that it came late, not when")
            self.found.notes += [f"{person.id}: {note}" for note in left_out]
            if _is_same(fresh, target):
                self.found.unchanged += 1
            elif when and _newer(target, fresh):
                self._keep(one.files, f"{person.id} has a later submission in {target}")
                return
            else:
                if target.exists():
                    kept = self._course.root / REPLACED / person.id / f"{assignment} {_now()}"
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copytree(target, kept)
                    self.found.notes.append(
                        f"{person.id}: what was there before is in {kept.relative_to(self._course.root)}"
                    )
                files.replace_folder(fresh, target)
        self.found.taken.append((person.id, assignment))
        sender = one.senders[0]
        about = {"platform": self._download.platform, "name": sender.name, "participant": sender.participant}
        self._senders.setdefault(assignment, {})[person.id] = about | {"user": sender.platform_id}

    def _write(self, some: dict[PurePosixPath, Entry], target: Path, names: dict[PurePosixPath, str]) -> list[str]:
        """Unpack files, those that were recognised under their right names; says what was left out."""
        target.mkdir(parents=True)
        left_out = []
        for path, entry in some.items():
            place = target / names.get(path, str(path))
            try:
                data = entry.read(MAX_FILE + 1)
                if len(data) > MAX_FILE:
                    raise OSError("it is too large")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            except Exception as error:  # a broken archive has many ways to say so
                left_out.append(f"{path} is left out: {error}")
        return left_out

    def _keep(self, some: dict[PurePosixPath, Entry], why: str) -> None:
        """Put files beside, where a person finds them, and say why."""
        if not some:
            return
        base = self._course.root / UNMATCHED / self._path.stem
        for entry in some.values():
            place = base / entry.name
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(entry.read(MAX_FILE))
            except Exception as error:
                self.found.notes.append(f"{entry.name} cannot be unpacked: {error}")
        first = next(iter(some.values())).name
        more = f" and {len(some) - 1} more" if len(some) > 1 else ""
        self.found.unmatched.append(f"{first}{more}: {why}")


def _majority(assignments: Iterable[str | None]) -> str | None:
    """What an archive is of, where its notebooks agree: then the others in it, broken ones say, are of that too."""
    counts = Counter(name for name in assignments if name)
    return next(iter(counts)) if len(counts) == 1 else None


def _utc(when: datetime.datetime | None) -> str | None:
    """A time as nbgrader writes it. Where no zone is known it is this machine's."""
    return None if when is None else f"{when.astimezone(datetime.UTC).replace(tzinfo=None)} UTC"


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H.%M.%S.%f")


def _is_same(fresh: Path, target: Path) -> bool:
    return target.is_dir() and _held(fresh) == _held(target)


def _held(folder: Path) -> dict[str, bytes]:
    return {str(path): (folder / path).read_bytes() for path in _below(folder)}


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in files.below(folder) if path.name != TIMESTAMP)


def _newer(target: Path, fresh: Path) -> bool:
    """Is what lies there of later date?"""
    try:
        there, here = beside.timestamp(target), beside.timestamp(fresh)
    except UnknownTimeError:
        return False
    return there is not None and here is not None and there > here
