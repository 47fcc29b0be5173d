"""Keeps a prepared worker for each source notebook while nbgrader goes through students one by one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from autograder.commands import batch
from autograder.course import options
from autograder.course.folders import Course
from autograder.engine.client import Engine, Worker
from autograder.gradebook.journal import Journal


class KeptWorkers:
    """The workers of a process, by source notebook."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._workers: dict[Path, tuple[object, Worker]] = {}

    def of(self, course: Course, assignment: str, source: Path) -> Worker:
        """The worker of an assignment's source notebook, as it is now, prepared."""
        files = [(path, path.stat().st_mtime_ns) for path in sorted(source.parent.iterdir())]
        state = files, course.limits, course.unsafe, options.digest(course.config)
        running = self._workers.get(source)
        if running and running[0] == state:
            return running[1]
        if running:
            running[1].close()
        self._engine = self._engine or Engine()
        with closing(Journal(course.root / batch.JOURNAL)) as notes:
            known = batch.Known(notes, course, assignment)
            worker = batch.start_worker(course, self._engine, source, known.of(source))
            self._workers[source] = state, worker
            known.keep(worker)
        return worker

    def close(self) -> None:
        """End all workers."""
        for _, worker in self._workers.values():
            worker.close()
        if self._engine:
            self._engine.close()
        self._engine, self._workers = None, {}
