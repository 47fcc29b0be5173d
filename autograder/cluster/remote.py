"""One source notebook as the cluster grades by it: packs what was handed in, and writes down what comes back.

Only the command has the course's secret, the gradebook and the journal. A worker gets the key of the one student
whose notebook it grades.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from autograder import files
from autograder.cluster import station
from autograder.cluster.parcel import pack, weight
from autograder.cluster.station import Source, about_engine
from autograder.course import notebook, options
from autograder.course.folders import Course
from autograder.course.notebook import CannotReadError
from autograder.engine.messages import Reply
from autograder.errors import CannotPrepareError
from autograder.grading.task import Task
from autograder.outcome import TriedTree, Way, ways_in

if TYPE_CHECKING:
    from autograder.cluster.client import Cluster

LEFT_OUT = (".ipynb_checkpoints", "__pycache__")


class RemoteWorker:
    """What `engine.client.Worker` is on one machine. Its methods may be called from several threads at once."""

    def __init__(self, cluster: Cluster, run: str, course: Course, source: Path, tried: TriedTree | None) -> None:
        """`run` is the name of the station that has the source; `tried` is known of it."""
        self.source = source
        self._cluster, self._run, self._sizes = cluster, run, course.sizes
        self._known = tried

    @cached_property
    def tried(self) -> TriedTree:
        """What was found out by trying the solution. Raises CannotPrepareError, and what `Cluster.call` does."""
        answer = self._cluster.call(station.tried, self._run, self.source.stem, json.dumps(self._known))
        if "tried" not in answer:
            raise CannotPrepareError(f"{self.source.name}: {answer['said']['error']}")
        return answer["tried"]

    @cached_property
    def _tried(self) -> str:
        """The same as it goes with each notebook, without the stubs, which the source has."""
        return json.dumps({name: found for name, found in self.tried.items() if name != "stubs"})

    @property
    def ways(self) -> dict[str, Way]:
        """How each test of the notebook is run, by grade_id. Raises what `tried` does."""
        return ways_in(self.tried)

    def grade(self, task: Task) -> Reply:
        """Grade a notebook and write the results.

        Raises what `tried` does, and OSError where the results can't be written.
        """
        about = {name: getattr(task, name) for name in ("student", "assignment", "notebook", "notebooks", "key")}
        kept, large = files.bounded(task.folder, *self._sizes)
        with self._cluster.load.of(weight(task.folder, kept)):
            try:
                parcel = pack(task.folder, kept, large, f"{task.notebook}.ipynb")
            except CannotReadError as error:
                return {"error": str(error)}
            answer = self._cluster.call(station.grade, self._run, json.dumps(about), self._tried, parcel)
        for step, path in {"autograded": task.autograded, "feedback": task.feedback}.items():
            if step in answer.get("written", {}):
                files.write(path, answer["written"][step].decode())
            elif "done" in answer["said"]:  # of what was not handed in, there is no autograded notebook
                path.unlink(missing_ok=True)
        return answer["said"]

    def close(self) -> None:
        """Leave the machines."""
        self._cluster.leave(self._run)


def source_of(course: Course, assignment: str, books: Mapping[Path, NotebookNode]) -> Source:
    """The source of an assignment, as it travels."""
    folder, stubs = course.folder("source", assignment), options.of_stubs(course.config)
    one, together = course.sizes
    about = {
        "notebooks": {path.stem: {"book": book, "stubs": notebook.stubs(book, stubs)} for path, book in books.items()},
        "limits": asdict(course.limits),
        "unsafe": course.unsafe,
        "files": {"ignore": list(course.directory.ignore), "keep": list(course.kept(assignment))},
        "sizes": {"one": one, "together": together},
        "grader": about_engine(),
    }
    plain = {os.fsencode(path) for path in files.below(folder)}
    found = dict(_contents(folder))
    linked = {name: data for name, data in found.items() if name not in plain}
    return Source(assignment, {name: found[name] for name in plain & found.keys()}, linked, json.dumps(about))


def _contents(folder: Path) -> list[tuple[bytes, bytes]]:
    """All files of a source folder, by their paths below it; links are followed, as they are its author's."""
    found = []
    for here, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name not in LEFT_OUT]
        paths = [Path(here, name) for name in names]
        found += [(os.fsencode(path.relative_to(folder)), path.read_bytes()) for path in paths if path.is_file()]
    return found
