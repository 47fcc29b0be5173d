"""Which notebook of which assignment a file is: by the ids of its cells, whatever it is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from nbformat import NotebookNode

from autograder.course import notebook, sources
from autograder.course.folders import Course
from autograder.course.notebook import MAX_FILE, CannotReadError, grade_id
from autograder.platforms.archive import Entry


@dataclass(frozen=True)
class Recognised:
    """What one submission is."""

    assignment: str | None
    """None where no notebook in it is of one, or they are of several."""
    names: dict[PurePosixPath, str] = field(default_factory=dict)
    """What files should be called that are called otherwise."""


class Recogniser:
    """Knows the cells of all notebooks of a course."""

    def __init__(self, course: Course) -> None:
        self._cells = {
            (assignment, path.stem): frozenset(_ids(sources.read(path, course.config)))
            for assignment in course.assignments()
            for path in course.sources(assignment)
        }

    def look(self, files: Mapping[PurePosixPath, Entry]) -> Recognised:
        """Recognise the notebooks of one submission."""
        found = {path: known for path, entry in files.items() if (known := self._of_file(path, entry))}
        assignments = {assignment for assignment, _ in found.values()}
        if len(assignments) != 1:
            return Recognised(None)
        times = Counter(found.values())
        names = {path: f"{name}.ipynb" for path, (_, name) in found.items() if times[found[path]] == 1}
        taken = {str(path) for path in files if str(path) in names.values()}
        renamed = {path: name for path, name in names.items() if str(path) != name and name not in taken}
        return Recognised(assignments.pop(), renamed)

    def _of_file(self, path: PurePosixPath, entry: Entry) -> tuple[str, str] | None:
        """The notebook whose cells a file has most of, if there is one."""
        if path.suffix.lower() not in (".ipynb", ".json", ".txt") or entry.size > MAX_FILE:
            return None
        try:
            ids = set(_ids(notebook.parse(entry.read(MAX_FILE), path.name)))
        except CannotReadError:
            return None
        except Exception:  # a broken archive has many ways to say so
            return None
        shared = Counter({known: len(ids & cells) for known, cells in self._cells.items() if ids & cells})
        (first, most), *others = [*shared.most_common(2), (None, 0)][:2]
        return first if most and not (others and others[0][1] == most) else None


def _ids(book: NotebookNode) -> Iterable[str]:
    """The names of a notebook's cells, nbgrader's and Jupyter's."""
    for cell in book.cells:
        for name in (grade_id(cell), cell.get("id")):
            if isinstance(name, str):
                yield name
