"""The gradebook's table of students: their names, e-mails and ids on the platform."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from nbgrader.api import Gradebook, Student

from autograder.course.folders import Course
from autograder.gradebook import database
from autograder.platforms.people import Person

COLUMNS = ("first_name", "last_name", "email", "lms_user_id")


def read(course: Course) -> list[Person]:
    """All students. Raises GradebookError."""
    with database.opened(course) as gradebook:
        return _read(gradebook)


def _read(gradebook: Gradebook) -> list[Person]:
    rows = gradebook.db.execute(sa.select(Student.id, *(getattr(Student, name) for name in COLUMNS)))
    return [Person(key, *(value or "" for value in about)) for key, *about in rows]


def write(course: Course, people: Iterable[Person]) -> int:
    """Put students into the table, in one transaction; what is known stays where nothing else is said.

    Says how many are new. Raises GradebookError.
    """
    with database.opened(course) as gradebook:
        known = {person.id for person in _read(gradebook)}
        people = list(people)
        for person in people:
            said = {name: getattr(person, name) for name in COLUMNS if getattr(person, name)}
            if person.id in known:
                if said:
                    gradebook.db.execute(sa.update(Student).where(Student.id == person.id).values(said))
            else:
                gradebook.db.execute(sa.insert(Student).values(id=person.id, **said))
        gradebook.db.commit()
    return len({person.id for person in people} - known)
