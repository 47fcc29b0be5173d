"""What a class has understood, for its instructor: pages and tables, unnamed mistakes, answers that are alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from autograder import files
from autograder.course import misconceptions, notebook, sources
from autograder.course.cells import cells_of
from autograder.course.folders import Course
from autograder.insight import graded, numbers, pages, similar, tables, unnamed
from autograder.insight.graded import Class
from autograder.insight.pages import Names
from autograder.insight.similar import Pair
from autograder.insight.unnamed import Group

FOLDER = "reports"
"""Below the course, where everything is written that is told here."""


def report(course: Course, known: Iterable[Class], *, anonymous: bool) -> Path:
    """Write the pages of some assignments and of the course, with CSV and JSON beside; says where the course's is."""
    known = list(known)
    folder, named = course.root / FOLDER, names(course, known, anonymous=anonymous)
    reports = [numbers.of_class(one) for one in known]
    for found in reports:
        files.write(folder / f"{found.assignment}.html", pages.assignment(found, named, anonymous=anonymous))
        files.write(folder / f"{found.assignment}.csv", tables.as_csv(found))
        files.write(folder / f"{found.assignment}.json", tables.as_json(found, named))
    files.write(folder / "course.html", pages.course(reports, named, anonymous=anonymous))
    return folder / "course.html"


def names(course: Course, known: Iterable[Class], *, anonymous: bool) -> Names:
    """What students are called: name and id; or numbers, the same each time, that only this course leads back."""
    everybody = {student: name for one in known for student, name in one.students.items()}
    if not anonymous:
        return lambda student: f"{everybody[student]} ({student})" if everybody.get(student) else student
    secret = course.secret()
    order = sorted(everybody, key=lambda student: hmac.digest(secret, f"name {student}".encode(), hashlib.sha256))
    numbered = {student: f"student {i}" for i, student in enumerate(order, 1)}
    return lambda student: numbered.get(student, "a student")


def mistakes(course: Course, assignment: str) -> tuple[list[Group], Path]:
    """The groups of wrong answers without a name, and where entries for misconceptions.toml stand, ready but for words.

    Raises GradebookError.
    """
    found = unnamed.groups(graded.read(course, assignment))
    path = course.root / FOLDER / f"{assignment}-misconceptions.toml"
    files.write(path, unnamed.entries(found))
    return found, path


def alike(course: Course, assignment: str) -> tuple[list[Pair], Path]:
    """The pairs of submissions that are alike beyond chance, and the page that shows them side by side.

    Raises GradebookError.
    """
    known = graded.read(course, assignment)
    answers: dict[str, list[str]] = {}
    for one in known.notebooks:
        answers.setdefault(one.student, []).extend(one.answers.values())
    books = sources.read_all(course.sources(assignment), course.config).values()
    given = [cell.source for book in books for each in (book, notebook.released(book)) for cell in each.cells]
    folder = course.folder("source", assignment)
    given += [edited.source for book in books for edited in misconceptions.load(folder, cells_of(book))]
    found = similar.pairs({student: "\n\n".join(texts) for student, texts in answers.items()}, given)
    page = pages.environment(names(course, [known], anonymous=False)).get_template("similar.html")
    path = course.root / FOLDER / f"{assignment}-similar.html"
    title = f"{assignment}: answers that are alike"
    files.write(path, files.printable(page.render(title=title, assignment=assignment, pairs=found)))
    return found, path
