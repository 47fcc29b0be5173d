"""From solutions/ to notebooks/: records known results, lets nbgrader generate the students' notebooks.

Everything is made and looked at in a temporary folder, by the one run that nbgrader has; what students have is
replaced, the whole folder at once, when all of it is right and the gradebook knows it.
"""

from __future__ import annotations

import filecmp
import glob
import re
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import Config

from autograder import files
from autograder.commands.batch import start_worker
from autograder.course import notebook, options, sources
from autograder.course.folders import CONFIG, Course
from autograder.course.misconceptions import FILE_NAME as MISCONCEPTIONS
from autograder.course.notebook import grade_id, role
from autograder.course.same_values import FILE_NAME as SAME_VALUES
from autograder.course.variants import FILE_NAME as VARIANTS
from autograder.course.variants import WRONG_FILE_NAME as WRONG_ANSWERS
from autograder.engine.client import Engine
from autograder.errors import AutograderError, CannotPrepareError
from autograder.gradebook import cells
from autograder.outcome import Way
from chainrule.checks.known_results import FILE_NAME as KNOWN_RESULTS
from chainrule.checks.known_results import merge

MARKERS = tuple(f"{word} {kind}" for kind in sources.KINDS for word in ("BEGIN", "END"))
MARKER = re.compile(r"\s*###+\s*(BEGIN|END)\b")
MAX_KNOWN = 200_000
"""Bytes of known results for each notebook."""
GENERATING = threading.Lock()
"""Several assignments may be made at once; nbgrader's applications are one to a process."""


class ReleaseError(AutograderError):
    """An assignment can't be released; each line of the message says what is wrong and where."""


Ways = dict[str, dict[str, Way]]
"""How each test is run: by notebook, by grade_id."""


def release(course: Course, assignment: str) -> Ways:
    """Make the students' notebooks of an assignment: how each test will be run, by notebook.

    Raises ReleaseError, and then nothing has changed.
    """
    with tempfile.TemporaryDirectory(prefix="chainrule-release-") as folder:
        trial, ways = make(course, assignment, Path(folder))
        books = sources.read_all(course.sources(assignment), course.config)
        cells.prepare(course, assignment, books, anew=True)
        known = trial.folder("source", assignment) / KNOWN_RESULTS
        files.replace_folder(trial.folder("release", assignment), course.folder("release", assignment))
        files.write(course.folder("source", assignment) / KNOWN_RESULTS, known.read_text("utf-8"))
        for path in course.sources(assignment):
            files.write(path, notebook.as_jupyter_stores_it(path))
    return ways


def record(course: Course, assignment: str) -> None:
    """Record what the checks of an assignment compare with, if it has checks. Raises ReleaseError, CannotReadError."""
    paths = course.sources(assignment)
    if any("chainrule" in cell.source for path in paths for cell in notebook.read(path).cells):
        known = _merged(course, assignment, {})
        files.write(course.folder("source", assignment) / KNOWN_RESULTS, known)


def drift(course: Course, assignment: str) -> list[str]:
    """The files that a release would change, each with how; changes nothing. Raises ReleaseError."""
    with tempfile.TemporaryDirectory(prefix="chainrule-release-") as folder:
        trial, _ = make(course, assignment, Path(folder))
        found = _differences(trial.folder("release", assignment), course.folder("release", assignment), course.root)
        known = course.folder("source", assignment) / KNOWN_RESULTS
        fresh = trial.folder("source", assignment) / KNOWN_RESULTS
        if not known.exists() or known.read_text("utf-8") != fresh.read_text("utf-8"):
            found.append(f"{known.relative_to(course.root)} is not what the solutions give now")
        return found + [
            f"{path.relative_to(course.root)} is not as Jupyter stores it, so that a save would change all of it"
            for path in course.sources(assignment)
            if path.read_text("utf-8") != notebook.as_jupyter_stores_it(path)
        ]


def strays(course: Course) -> list[str]:
    """What lies in the release folder and belongs to no assignment."""
    folder = course.folder("release", "x").parent
    known = {course.folder("release", name) for name in course.assignments()}
    found = [path for path in folder.iterdir() if path not in known and not path.name.startswith(".")]
    return [f"{path.relative_to(course.root)} belongs to no assignment" for path in sorted(found)]


def make(course: Course, assignment: str, folder: Path) -> tuple[Course, Ways]:
    """Release an assignment into an empty folder, as a course of its own. Raises ReleaseError."""
    shutil.copyfile(course.root / CONFIG, folder / CONFIG)
    trial = Course(folder)
    trial.config.merge(options.anchored(course.config, course.root))
    ignore = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    shutil.copytree(course.folder("source", assignment), trial.folder("source", assignment), ignore=ignore)
    problems = [problem for path in trial.sources(assignment) for problem in _of_source(path, course.config)]
    if problems:
        raise ReleaseError("\n".join(problems))
    ways: Ways = {}
    files.write(trial.folder("source", assignment) / KNOWN_RESULTS, _merged(trial, assignment, ways))
    with GENERATING:
        _generate(trial, assignment)
    made = trial.folder("release", assignment).glob("*.ipynb")
    problems = [problem for path in made for problem in _of_release(path, course.config)]
    problems += [
        f"{assignment}: {name} would reach students; add it to CourseDirectory.ignore"
        for name in (MISCONCEPTIONS, VARIANTS, WRONG_ANSWERS, SAME_VALUES)
        if (trial.folder("release", assignment) / name).exists()
    ]
    if problems:
        raise ReleaseError("\n".join(problems))
    return trial, ways


def _merged(course: Course, assignment: str, ways: Ways) -> str:
    """The known results of an assignment; how its tests are run is added to `ways`."""
    try:
        return merge(_record(course, path, ways) for path in course.sources(assignment))
    except ValueError as error:
        raise ReleaseError(f"{assignment}: {error}") from None


def _record(course: Course, path: Path, ways: Ways) -> str:
    """The known results of a notebook; how its tests are run is added to `ways`."""
    try:
        with closing(Engine()) as engine, closing(start_worker(course, engine, path)) as worker:
            found = ways[path.name] = worker.ways
            wrong = [(name, " ".join(way.why.split())) for name, way in found.items() if way.at_fault]
            if wrong:
                said = "the solution does not pass its own test"
                raise ReleaseError("\n".join(f"{path.name}: {said} {name}. {why}" for name, why in wrong))
            known = str(worker.done({"do": "record"}))
    except CannotPrepareError as error:
        raise ReleaseError(f"{path.name}: the solution cannot be released. {error}") from None
    if len(known) > MAX_KNOWN:
        raise ReleaseError(f"{path.name}: its known results take {len(known):,} bytes; check smaller arrays visibly")
    return known


def _of_source(path: Path, config: Config) -> Iterator[str]:
    """What keeps a source notebook from being released."""
    book = options.applied(notebook.read(path), path, config)
    for problem in sources.problems(book, options.of_stubs(config)):
        yield f"{path.name}: {problem}"
    for name, count in Counter(cell.get("id") for cell in book.cells).items():
        if name is not None and count > 1:
            yield f"{path.name}: the cell id {name} stands on {count} cells; give each its own"
    for cell in book.cells:
        wrong = _of_cell(cell)
        if wrong:
            yield f"{path.name}: in the cell {grade_id(cell) or cell.get('id')} {wrong}"


def _of_cell(cell: NotebookNode) -> str | None:
    """What is wrong with the markers of a cell."""
    for line in cell.source.split("\n"):
        if MARKER.match(line) and not any(marker in line for marker in MARKERS):
            return f"stands {line.strip()}, which is no marker; is it misspelt?"
    if role(cell) == "answer" and "### BEGIN SOLUTION" not in cell.source:
        return "stands no ### BEGIN SOLUTION, so all of it would be removed"
    return None


def _of_release(path: Path, config: Config) -> Iterator[str]:
    """What must not stand in a student's notebook."""
    for cell in notebook.read(path).cells:
        for marker in (*MARKERS, *options.other_markers(config)):
            if marker in cell.source:
                where = grade_id(cell) or cell.id
                yield f"{path.name}: {marker} is left in the student's notebook, in the cell {where}"


def _generate(trial: Course, assignment: str) -> None:
    """Let nbgrader make the students' notebooks. It takes a name with [ ], * or ? for a pattern, so it gets another."""
    config = deepcopy(trial.config)
    config.GenerateAssignment.exporter_class = NotebookExporter  # what the checks compare with has been recorded
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    api = NbGraderAPI(trial.directory, config=config)
    name = "assignment" if glob.has_magic(assignment) else assignment
    trial.folder("source", assignment).rename(trial.folder("source", name))
    result = api.generate_assignment(name, force=True, create=True)
    if not result["success"]:
        raise ReleaseError(f"{assignment}: nbgrader cannot generate it.\n{result.get('log') or result.get('error')}")
    for step in ("source", "release"):
        trial.folder(step, name).rename(trial.folder(step, assignment))


def _differences(fresh: Path, current: Path, root: Path) -> list[str]:
    if not current.exists():
        return [f"{current.relative_to(root)} is missing"]
    names = {
        p.relative_to(f)
        for f in (fresh, current)
        for p in f.rglob("*")
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(f).parts)
    }
    found = []
    for name in sorted(names):
        a, b, label = fresh / name, current / name, (current / name).relative_to(root)
        if not b.exists():
            found.append(f"{label} is missing")
        elif not a.exists():
            found.append(f"{label} is no longer part of the assignment")
        elif not filecmp.cmp(a, b, shallow=False):
            found.append(f"{label} is not what the solutions give now")
    return found


def verify_source(course: Course, path: Path, seeds: int) -> dict[str, object]:
    """Verify a source notebook in a worker: a verify.Report as a JSON tree. Raises ReleaseError."""
    try:
        with closing(Engine()) as engine, closing(start_worker(course, engine, path)) as worker:
            return dict(worker.done({"do": "verify", "seeds": seeds}))
    except CannotPrepareError as error:
        raise ReleaseError(f"{path.name}: {error}") from None
