"""Marks and feedback as a platform takes them back: its own columns, and for Moodle a zip of feedback files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder import files
from autograder.commands import senders
from autograder.commands.collect import ROSTER
from autograder.commands.rendering import Pages
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError
from autograder.gradebook import database
from autograder.gradebook import people as table
from autograder.gradebook.database import Total
from autograder.platforms import canvas, moodle, spreadsheet
from autograder.platforms import people as roster
from autograder.platforms.handed_in import Sender
from autograder.platforms.people import People, Person
from autograder.platforms.spreadsheet import SpreadsheetError, Table
from autograder.results.autograded import NotGradedError

Platform = Literal["moodle", "canvas", "gradescope", "csv"]
FOLDER = "exports"
"""Below the course, where everything is written that goes back."""


@dataclass
class Exported:
    """What was written."""

    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Whose marks are not in it, and why."""


def export(course: Course, assignment: str, platform: Platform, into: Path | None = None) -> Exported:
    """Write the marks of an assignment for a platform; `into` is the platform's own table, to be filled in.

    What waits to be graded by hand has no mark yet, and is named. Raises SpreadsheetError, RosterError, GradebookError:
    then nothing is written.
    """
    marks = _Marks(course, assignment)
    written = Exported(notes=[f"{student} waits to be graded by hand: no mark is given" for student in marks.waiting])
    make = {"moodle": _moodle, "canvas": _canvas, "gradescope": _gradescope, "csv": _plain}[platform]
    text = _filled(marks, spreadsheet.read(into), platform, written) if into else make(marks, written)
    path = course.root / FOLDER / f"{assignment}-{platform}.csv"
    files.write(path, text)
    written.files.append(path)
    if platform == "moodle":
        written.files += _feedback(course, marks, written)
    return written


class _Marks:
    """Who has how many points for an assignment."""

    def __init__(self, course: Course, assignment: str) -> None:
        known = {person.id: person for person in table.read(course)}
        if (course.root / ROSTER).exists():
            known |= {person.id: person for person in roster.read(course.root / ROSTER)}
        self.assignment, self.people = assignment, People(known.values())
        self.totals: dict[str, Total] = {total.student: total for total in database.totals(course, assignment)}
        self.points = next((total.max_score for total in self.totals.values()), 0.0)
        self.waiting = [student for student, total in self.totals.items() if total.manual]
        self.senders = senders.of_assignment(course, assignment)

    def of(self, student: str) -> float | None:
        """The points of a student, less what lateness cost; None where they aren't known yet."""
        total = self.totals.get(student)
        return None if total is None or total.manual else max(0.0, total.score)

    def graded(self) -> Iterator[tuple[Person, float]]:
        """Everybody who has a mark."""
        for student in self.totals:
            points = self.of(student)
            if points is not None:
                yield self.people.all.get(student, Person(student)), points


def _plain(marks: _Marks, written: Exported) -> str:
    titles = ("id", "first_name", "last_name", "email", "lms_user_id", "points", "max_points", "late_penalty", "waits")
    rows: list[list[str | float]] = []
    for student, total in marks.totals.items():
        person, points = marks.people.all.get(student, Person(student)), marks.of(student)
        about = (person.id, person.first_name, person.last_name, person.email, person.lms_user_id)
        late, waits = total.penalty, "yes" if total.manual else "no"
        rows.append([*about, "" if points is None else points, marks.points, late, waits])
    return spreadsheet.text(titles, rows)


def _moodle(marks: _Marks, written: Exported) -> str:
    rows: list[list[str | float]] = []
    for person, points in marks.graded():
        participant = marks.senders.get(person.id, {}).get("participant")
        if participant:
            name = marks.senders[person.id]["name"]
            rows.append([f"Participant {participant}", name, person.email, points, marks.points])
        else:
            written.notes.append(f"{person.id}: not in Moodle's download, so their number is not known; name --into")
    return spreadsheet.text(moodle.WORKSHEET, rows)


def _canvas(marks: _Marks, written: Exported) -> str:
    rows: list[list[str | float]] = [[canvas.POINTS_POSSIBLE, "", "", "", "", marks.points]]
    for person, points in marks.graded():
        user = person.lms_user_id or marks.senders.get(person.id, {}).get("user", "")
        if user:
            rows.append([f"{person.last_name}, {person.first_name}", user, person.number, person.id, "", points])
        else:
            written.notes.append(f"{person.id}: their id on Canvas is not known; name --into, or put it into {ROSTER}")
    return spreadsheet.text((*canvas.TABLE, marks.assignment), rows)


def _gradescope(marks: _Marks, written: Exported) -> str:
    titles = ("First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status")
    rows: list[list[str | float]] = [
        [person.first_name, person.last_name, person.number or person.id, person.email, points, marks.points, "Graded"]
        for person, points in marks.graded()
    ]
    return spreadsheet.text(titles, rows)


def _filled(marks: _Marks, known: Table, platform: Platform, written: Exported) -> str:
    """The platform's own table with the marks in it; everything else stays as it is."""
    target = known.column("Grade", "Total Score", marks.assignment)
    if target is None:
        target = _of_assignment(known, marks.assignment)
    found: set[str] = set()
    for row in known.rows:
        person, why = _whose(marks, known, row)
        if person is None:
            if why and not row[0].strip().casefold().startswith("points possible"):
                written.notes.append(why)
            continue
        points = marks.of(person.id)
        found.add(person.id)
        if points is not None:
            row[target] = f"{round(points, 4):g}"
    written.notes += [f"{student}: no row of the table is theirs" for student in marks.totals if student not in found]
    return spreadsheet.text(known.titles, known.rows, known.separator)


def _of_assignment(known: Table, assignment: str) -> int:
    """The column of an assignment in Canvas's table: its title and, in brackets, its id."""
    plain = _letters(assignment)
    alike = [i for i, title in enumerate(known.titles) if _letters(re.sub(r"\(\d+\)\s*$", "", title)) == plain]
    if len(alike) != 1:
        titles = ", ".join(known.titles)
        raise SpreadsheetError(f"no column, or more than one, is called {assignment}; there are: {titles}")
    return alike[0]


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _whose(marks: _Marks, known: Table, row: list[str]) -> tuple[Person | None, str]:
    """Whose row of a platform's table it is."""

    def cell(*names: str) -> str:
        place = known.column(*names)
        return row[place].strip() if place is not None else ""

    participant = moodle.participant_of(cell("Identifier"))
    for student, about in marks.senders.items():
        if participant and about.get("participant") == participant:
            return marks.people.all.get(student, Person(student)), ""
    login = cell("SIS Login ID", "Username")
    if login in marks.people.all:
        return marks.people.all[login], ""
    name = cell("Full name", "Name") or f"{cell('First Name')} {cell('Last Name')}".strip() or cell("Student")
    number = cell("SID", "ID number", "SIS User ID")
    return marks.people.find(Sender(name, cell("ID"), "", number, cell("Email address", "Email")))


def _feedback(course: Course, marks: _Marks, written: Exported) -> Iterable[Path]:
    """A zip of feedback pages, as the gradebook is now, named so that Moodle knows whose they are."""
    path = course.root / FOLDER / f"{marks.assignment}-moodle-feedback.zip"
    known = {s: about for s, about in sorted(marks.senders.items()) if about["participant"] and marks.of(s) is not None}
    if not known:
        written.notes.append("no mark of a student with a number on Moodle is there, so there is no zip of feedback")
        return []
    partial = path.with_suffix(".part")
    with database.opened(course) as gradebook, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        pages = Pages(course, gradebook, marks.assignment, known)
        for student, about in known.items():
            for source in course.sources(marks.assignment):
                name = moodle.feedback_name(about["name"], about["participant"], f"{source.stem}.html")
                try:
                    archive.writestr(name, pages.html(student, source.stem))
                except (CannotReadError, NotGradedError) as error:
                    written.notes.append(f"{student}: no feedback on {source.stem}: {error}")
    partial.replace(path)
    return [path]
