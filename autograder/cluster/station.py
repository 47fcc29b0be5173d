"""What a worker of the cluster holds of one run: the source of an assignment, and an engine that grades by it.

Dask brings a station to each worker process, those that join later among them, and takes it away when the command
is done or gone. Solution and hidden tests are then on that machine, below the folder of its engine.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from distributed import Reschedule, Scheduler, SchedulerPlugin, WorkerPlugin, get_worker
from distributed import Worker as DaskWorker

from autograder.cluster.messages import Answer, Call, Done
from autograder.cluster.parcel import Parcel, unpack
from autograder.course import beside
from autograder.engine.client import Engine, Worker
from autograder.errors import AutograderError, CannotPrepareError, StoppedError, UnsafeError
from autograder.files import FOR_ALL
from autograder.gradebook import journal
from autograder.grading.task import Task
from autograder.limits import Limits
from autograder.outcome import TriedTree
from autograder.sandbox.walls import isolation


@dataclass(frozen=True)
class Source:
    """The source of an assignment, as it travels."""

    assignment: str
    files: dict[bytes, bytes]
    """By path below its folder."""
    linked: dict[bytes, bytes]
    """Those that links lead to. Tests find them, and students' code doesn't: there, too, they are links."""
    about: str
    """JSON: by notebook its cells and stubs; limits; what of the files beside a notebook is used; who grades."""


def about_engine() -> dict[str, str]:
    """Who grades: what has to be the same on all machines, for outcomes to be the same."""
    versions = f"chainrule {version('chainrule')}, Python {platform.python_version()}, NumPy {version('numpy')}"
    return {"versions": versions, "engine": journal.engine().decode()}


class Station(WorkerPlugin):
    """The engine of one worker process for one run."""

    def __init__(self, name: str, source: Source) -> None:
        """`name` is the run's."""
        self.name, self._source = name, source

    def setup(self, worker: DaskWorker) -> None:
        """Start the engine; its warm process lives as long as the thread that starts it, which is Dask's main one."""
        self._about = json.loads(self._source.about)
        self._lock = threading.Lock()
        self._workers: dict[str, Worker] = {}
        self._engine = Engine()
        self._folder = Path(self._engine.home) / "source" / self._source.assignment
        unpack(Parcel(self._source.files), self._folder)
        linked = Path(self._engine.home) / "linked"
        unpack(Parcel(self._source.linked), linked)
        for path in map(Path, map(os.fsdecode, self._source.linked)):
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / path).symlink_to(linked / path)

    def teardown(self, worker: DaskWorker) -> None:
        """End the engine and remove all that was on this machine."""
        for one in self._workers.values():
            one.close()
        self._engine.close()

    def tried(self, notebook: str, known: TriedTree | None) -> TriedTree:
        """What trying the solution of a notebook has found out, or is known. Raises CannotPrepareError, UnsafeError."""
        return self._worker(notebook, known).tried

    def grade(self, task: dict[str, Any], tried: TriedTree, submitted: Parcel) -> Answer:
        """Grade a notebook. Raises what `tried` does."""
        worker = self._worker(task["notebook"], tried)
        worker.prepare()
        with tempfile.TemporaryDirectory(dir=self._engine.home, ignore_cleanup_errors=True) as name:
            here = Path(name)
            unpack(submitted, here / self._source.assignment)
            folder, used = here / self._source.assignment, here / "files"
            beside.copy(folder, self._folder, used, **self._about["files"], **self._about["sizes"])
            paths = {"folder": folder, "files": used}
            results = {"autograded": here / "autograded.ipynb", "feedback": here / "feedback.html"}
            said = worker.grade(Task.from_json({**task, **paths, **results}))
            return {"said": said, "written": {k: path.read_bytes() for k, path in results.items() if path.exists()}}

    def _worker(self, notebook: str, tried: TriedTree | None) -> Worker:
        with self._lock:
            if notebook not in self._workers:
                self._check()
                one, path = self._about["notebooks"][notebook], self._folder / f"{notebook}.ipynb"
                self._workers[notebook] = Worker(
                    *(self._engine, path, one["stubs"], Limits(**self._about["limits"])),
                    unsafe=self._about["unsafe"],
                    book=nbformat.from_dict(one["book"]),
                    tried=tried,
                )
            return self._workers[notebook]

    def _check(self) -> None:
        here, there = about_engine(), self._about["grader"]
        if here != there:
            differ = f"{here['versions']}, the command {there['versions']}"
            same = f"the same versions as the command ({here['versions']}) and another code"
            raise CannotPrepareError(
                f"it has {differ if here['versions'] != there['versions'] else same}; install the same in both places"
            )
        exposed = isolation.exposed([self._folder])
        if exposed and not self._about["unsafe"]:
            raise UnsafeError(f"{exposed} lies among the libraries of Python; set TMPDIR to another folder there")


class Caretaker(SchedulerPlugin):
    """Takes a station away from all workers when its command has gone, however that ended."""

    def __init__(self, name: str, client: str) -> None:
        """Watch over the station of that name, for as long as that client is connected."""
        self.name, self._client = f"{name}-caretaker", client
        self._station = name

    def remove_client(self, scheduler: Scheduler, client: str) -> None:
        """Dask's; called when a client has gone."""
        if client == self._client and self._station in scheduler.worker_plugins:
            scheduler.loop.add_callback(scheduler.unregister_worker_plugin, None, self._station)
            scheduler.remove_plugin(self.name)


def several(calls: list[Call]) -> Done:
    """On a worker: answer some calls, one after the other; what goes wrong with one is told of it alone."""
    begun = time.perf_counter()
    return [_answer(*call) for call in calls], time.perf_counter() - begun


def _answer(function: Callable[..., Answer], arguments: tuple[Any, ...]) -> Answer:
    try:
        return function(*arguments)
    except Reschedule:
        raise
    except Exception as error:
        return {"said": {"error": f"{type(error).__name__}: {error}"}}


def tried(run: str, notebook: str, known: str) -> Answer:
    """On a worker: what was found out by trying a solution. What is `known` of it is JSON."""
    try:
        return {"tried": _station(run).tried(notebook, json.loads(known))}
    except AutograderError as error:
        return _refusal(error)


def grade(run: str, task: str, tried: str, submitted: Parcel) -> Answer:
    """On a worker: grade a notebook. What is asked is JSON."""
    try:
        return _station(run).grade(json.loads(task), json.loads(tried), submitted)
    except StoppedError:  # this worker is about to leave
        raise Reschedule from None
    except AutograderError as error:
        return _refusal(error)
    except OSError as error:
        if error.errno not in FOR_ALL:
            raise
        return _refusal(error)


def _station(run: str) -> Station:
    station = get_worker().plugins[run]
    assert isinstance(station, Station)
    return station


def _refusal(error: Exception) -> Answer:
    return {"refused": f"on {socket.gethostname()}: {error}", "unsafe": isinstance(error, UnsafeError)}
