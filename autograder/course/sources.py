"""A source notebook, looked at before anything is made of it: what nbgrader's formats ask of it, in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from jsonschema import Draft4Validator
from nbformat import NotebookNode
from nbgrader.nbgraderformat import SCHEMA_VERSION, MetadataValidator
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.config import Config

from autograder.course import notebook, options
from autograder.course.notebook import CannotReadError, grade_id
from autograder.errors import CannotPrepareError

KINDS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")


def read(path: Path, config: Config, *, known: bool = False) -> NotebookNode:
    """Read a source notebook of a course, with its options applied.

    One that is `known` was read before, as it is now and with these options, and nothing was wrong with it: to ask
    nbgrader again would take a quarter of a second. Raises CannotPrepareError where it can be neither released nor
    graded by.
    """
    try:
        source = options.applied(notebook.read(path), path, config)
    except CannotReadError as error:
        raise CannotPrepareError(f"{path.parent.name}: {error}") from None
    found = [] if known else list(problems(source, options.of_stubs(config)))
    if found:
        more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
        raise CannotPrepareError(f"{path.parent.name}/{path.name}: {found[0]}{more}")
    return source


def read_all(paths: Iterable[Path], config: Config) -> dict[Path, NotebookNode]:
    """Read the source notebooks of an assignment. Raises what `read` does."""
    return {path: read(path, config) for path in paths}


def problems(source: NotebookNode, stubs: Config | None = None) -> Iterator[str]:
    """What is wrong with a source notebook, each with the cell and what to do.

    `stubs` is what nbgrader's configuration says of what students get in the place of answers.
    """
    versions = {cell.metadata.nbgrader.get("schema_version", 0) for cell in _marked(source)}
    if versions - {SCHEMA_VERSION}:
        yield _version(versions - {SCHEMA_VERSION})
        return
    ids = Counter(grade_id(cell) for cell in _marked(source) if _counts(cell))
    for name, count in ids.items():
        if name and count > 1:
            yield f"the grade_id {name} stands on {count} cells; give each its own"
    validator, cleared = Draft4Validator(MetadataValidator().schema), _cleared(source, source.cells, stubs) is None
    for number, cell in enumerate(source.cells, 1):
        problem = _of_metadata(cell, validator) or (None if cleared else _of_markers(source, cell, stubs))
        if problem:
            yield f"in the cell {grade_id(cell) or cell.get('id') or number} {problem}"


def _marked(source: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in source.cells if "nbgrader" in cell.metadata]


def _counts(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell))


def _version(versions: set[object]) -> str:
    found = ", ".join(sorted(map(str, versions)))
    return (
        f"its cells have version {found} of nbgrader's metadata, and {SCHEMA_VERSION} is read; "
        "make a copy of the folder, then run `nbgrader update` on it"
    )


def _of_metadata(cell: NotebookNode, validator: Draft4Validator) -> str | None:
    if "nbgrader" not in cell.metadata:
        return None
    if is_grade(cell) or is_task(cell):
        points = cell.metadata.nbgrader.get("points")
        number = isinstance(points, (int, float)) and not isinstance(points, bool)
        if not number or not 0 <= points < math.inf:
            stand = "no points" if points is None else f"{points!r} as its points"
            return f"stand {stand}; give it a number, 0 or more"
    error = next(validator.iter_errors(cell.metadata.nbgrader), None)
    if error:
        return f"stand nbgrader's metadata wrongly ({error.message}); set its type and ID anew in Create Assignment"
    return None


def _cleared(source: NotebookNode, cells: list[NotebookNode], stubs: Config | None) -> Exception | None:
    """What keeps nbgrader from taking out what stands between the markers of some cells."""
    try:
        notebook.released(NotebookNode(source, cells=cells), stubs)
    except Exception as error:  # RuntimeError here, ValueError there
        return error
    return None


def _of_markers(source: NotebookNode, cell: NotebookNode, stubs: Config | None) -> str | None:
    error = _cleared(source, [cell], stubs)
    if error is None:
        return None
    for kind in KINDS:
        if cell.source.count(f"BEGIN {kind}") != cell.source.count(f"END {kind}"):
            return f"BEGIN {kind} and END {kind} don't pair; mend the markers"
    if "BEGIN SOLUTION" in cell.source and not is_solution(cell):
        return "stands a solution, but it is no answer cell; make it one, or take the markers out"
    return f"stand markers that nbgrader refuses ({error}); mend them"
