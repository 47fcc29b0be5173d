"""Who is who: the students of roster.csv and of the gradebook, found by whatever a platform says of them.

roster.csv is any table with a row for each student and titles that are understood: a platform's own will do.
"""

from __future__ import annotations

import csv
import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from autograder.errors import AutograderError
from autograder.platforms.handed_in import Sender

TITLES = {
    "id": ("id", "student id", "student_id", "username", "sis login id", "login id"),
    "first_name": ("first_name", "first name", "given name", "vorname"),
    "last_name": ("last_name", "last name", "surname", "family name", "nachname"),
    "name": ("name", "full name", "full_name", "student"),
    "email": ("email", "email address", "e-mail", "e-mail address"),
    "lms_user_id": ("lms_user_id", "canvas id", "canvas_id", "user id", "moodle id"),
    "number": ("number", "sid", "sis user id", "id number", "student number", "matrikelnummer"),
    "group": ("group", "groups", "gruppe"),
}
"""Titles of columns, by what they hold; in small letters."""
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"}


class RosterError(AutograderError):
    """The table of students can't be used; the message says where and why."""


@dataclass(frozen=True)
class Person:
    """A student."""

    id: str
    """By which nbgrader knows them; their folder's name."""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    number: str = ""
    group: str = ""

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


def read(path: Path) -> list[Person]:
    """The students of a table. Raises RosterError where a column or an id is missing, or an id stands twice."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RosterError(f"{path} is not UTF-8; save it as “CSV UTF-8”") from None
    lines = text.splitlines()
    separator = max(",;\t", key=(lines or [""])[0].count)
    rows = list(csv.DictReader(lines, delimiter=separator))
    if not rows:
        raise RosterError(f"{path} has no row below its titles")
    columns = _columns(list(rows[0]), path)
    people = [_person(row, columns, path, number) for number, row in enumerate(rows, 2) if any(row.values())]
    people = [person for person in people if person.id]
    for person, same in itertools.groupby(sorted(people, key=lambda p: p.id), key=lambda p: p.id):
        if len(list(same)) > 1:
            raise RosterError(f"{path}: the id {person} stands twice")
    return people


def _columns(titles: list[str], path: Path) -> dict[str, str]:
    plain = {(title or "").strip().lower(): title for title in titles}
    found = {}
    for what, words in TITLES.items():
        title = next((plain[word] for word in words if word in plain), None)
        if title is not None:
            found[what] = title
    if "id" in found and found["id"].strip().lower() == "id" and "sis login id" in plain:  # Canvas's own table
        found |= {"lms_user_id": found["id"], "id": plain["sis login id"]}
    if "id" not in found:
        found["id"] = found.get("number") or found.get("email", "")
    if not found["id"]:
        raise RosterError(f"{path} has no column for the student's id; its titles are {', '.join(titles)}")
    return found


def _person(row: dict[str, str], columns: dict[str, str], path: Path, number: int) -> Person:
    got = {what: (row.get(title) or "").strip() for what, title in columns.items()}
    name = got.pop("name", "")
    if name and not got.get("last_name"):
        last, comma, first = name.partition(",")
        got["first_name"], got["last_name"] = (first.strip(), last.strip()) if comma else _split(name)
    if got["id"] and ("/" in got["id"] or got["id"] in (".", "..") or "+" in got["id"]):
        raise RosterError(f"{path}, line {number}: {got['id']} can't be the name of a folder; give another id")
    return Person(**{field.name: got.get(field.name, "") for field in fields(Person)})


def _split(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return first, last


class People:
    """The students of a course, to be found by what a platform says."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.all = {person.id: person for person in people}
        self._by: dict[str, dict[str, set[str]]] = {}
        for person in self.all.values():
            for kind, key in _keys(person):
                self._by.setdefault(kind, {}).setdefault(key, set()).add(person.id)

    def find(self, sender: Sender) -> tuple[Person | None, str]:
        """Who sent something; or nobody, and why not: the surest of what the platform says decides."""
        wanted = [
            ("lms_user_id", sender.platform_id),
            ("number", sender.number),
            ("email", sender.email.casefold()),
            ("id", sender.name.casefold()),
            ("name", plain(sender.name)),
            ("name", plain(sender.name.rpartition("-")[2])),
        ]
        for kind, key in wanted:
            found = self._by.get(kind, {}).get(key, set()) if key else set()
            if len(found) == 1:
                return self.all[next(iter(found))], ""
            if found:
                return None, f"{sender.shown} could be {' or '.join(sorted(found))}"
        return None, f"{sender.shown} is not among the students"

    def group_of(self, person: Person) -> list[Person]:
        """All of a person's group, themselves included."""
        return [
            other
            for other in self.all.values()
            if other.id == person.id or (person.group and person.group == other.group)
        ]


def _keys(person: Person) -> Iterator[tuple[str, str]]:
    yield "id", person.id.casefold()
    for kind in ("lms_user_id", "number"):
        if key := getattr(person, kind):
            yield kind, key
    if person.email:
        yield "email", person.email.casefold()
    for order in ((person.first_name, person.last_name), (person.last_name, person.first_name)):
        for spelt in {_spelt(" ".join(order), umlauts=umlauts) for umlauts in (True, False)}:
            if spelt:
                yield "name", spelt
        bare = "".join(c for c in " ".join(order).casefold() if c.isascii() and c.isalnum())
        if bare:
            yield "name", bare  # as a platform that drops other letters has it


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, without marks."""
    return _spelt(name, umlauts=False)


def _spelt(name: str, *, umlauts: bool) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    if umlauts:
        text = "".join(UMLAUTS.get(char, char) for char in text)
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isalnum())
