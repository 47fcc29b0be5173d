"""The cluster as the command holds it: connects, asks for one notebook after the other, and notices what has gone.

Waiting for an answer ends when the answer is there, or the cluster is not.
"""

from __future__ import annotations

import gc
import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import dask
from distributed import Client, KilledWorker
from nbformat import NotebookNode

from autograder.cluster import address as addresses
from autograder.cluster import local, station
from autograder.cluster.address import LOCAL, ClusterError
from autograder.cluster.bundles import Bundles
from autograder.cluster.load import Load
from autograder.cluster.messages import Answer, Call, Done
from autograder.cluster.remote import RemoteWorker, source_of
from autograder.cluster.station import Caretaker, Station
from autograder.course.folders import Course
from autograder.engine.client import ENDED
from autograder.errors import AutograderError, CannotPrepareError, StoppedError, UnsafeError
from autograder.outcome import TriedTree

SECONDS_TO_CONNECT = 30.0
LOOK = 2.0
"""Seconds between two looks at the cluster."""
LOOKS = 150
"""After so many looks that see no worker the run ends: after five minutes, as on a busy machine one starts slowly."""
SETTINGS = {
    "distributed.admin.low-level-log-length": 0,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
    "distributed.deploy.lost-worker-timeout": "1 day",
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
}
"""What Dask needn't do in this process, and in a cluster that is started here: keep the last thousand messages, with
the notebooks in them; look fifty times a second whether it keeps up; give up a worker that takes long to start again;
give a notebook on which a worker died to others, for that is done here; make pages that nobody looks at.
"""
DASKS_LOGS = ("distributed", "distributed.client", "tornado.application")
AHEAD = 2
"""Bundles for each worker: one that it grades, and the next, so that it needn't wait."""
KEPT = "what was graded is kept. Run it again to go on"


class Cluster:
    """A Dask cluster that grades."""

    most_at_once = 1_000

    def __init__(self, address: str, workers: int | None = None, *, plain_tcp: bool = False) -> None:
        """Connect to a scheduler, or start a cluster here, of so many workers (by default one for each processor).

        Raises ClusterError.
        """
        for name in DASKS_LOGS:  # what matters is said here, in one sentence
            logging.getLogger(name).setLevel(logging.CRITICAL)
        dask.config.set(SETTINGS)
        self._address, self._workers = address, workers
        self._may_be_anywhere = plain_tcp or address == LOCAL
        self._end: Future[None] = Future()
        """Done when nothing more will come, with the reason."""
        with ExitStack() as stack:
            if address == LOCAL:
                self._client, self._complete = stack.enter_context(local.started(workers))
            else:
                self._client, self._complete = stack.enter_context(self._connected()), _as_they_come
            try:
                self._client.wait_for_workers(1, timeout=SECONDS_TO_CONNECT)
            except TimeoutError:
                raise ClusterError(f"the cluster at {address} has no worker; start some with `dask worker`") from None
            self._count()
            self._stack = stack.pop_all()
        self.load = Load()
        self._suspects = threading.Lock()
        self._executor = self._client.get_executor(pure=False)
        self._bundles = Bundles(self._start, lambda: AHEAD * self._graders)
        threading.Thread(target=self._watch, daemon=True).start()

    def _connected(self) -> Client:
        addresses.check(self._address)
        addresses.check_certified(self._address)
        if not self._may_be_anywhere:
            addresses.check_private([self._address])
        try:
            return Client(self._address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
        except Exception as error:
            why = f"the scheduler at {self._address} cannot be reached: {error}"
        gc.collect()  # a client that has begun in part and lives to the end of the process holds that up for a minute
        raise ClusterError(why)

    def _count(self) -> None:
        threads = self._client.nthreads()
        if not self._may_be_anywhere:
            addresses.check_private(threads)
        self._threads = sum(threads.values())

    @property
    def at_once(self) -> int:
        """Notebooks that are graded at the same time, or wait in a bundle with one that is."""
        return self._graders * self._bundles.size

    @property
    def _graders(self) -> int:
        return max(1, min(self._threads, self._workers or self._threads))

    def _watch(self) -> None:
        """Look at the cluster for as long as it is used: workers come and go."""
        empty = 0
        while not wait([self._end], timeout=LOOK).done:
            try:
                self._complete()
                self._count()
            except ClusterError as error:
                self._stop(error)
            except Exception:
                self._stop(self._gone())
            empty = 0 if self._threads else empty + 1
            if empty > LOOKS:
                self._stop(ClusterError(f"the cluster at {self._address} has no worker any more; {KEPT}"))

    def _gone(self) -> ClusterError:
        return ClusterError(f"the scheduler at {self._address} is gone; {KEPT}")

    def _stop(self, why: Exception) -> None:
        with suppress(Exception):  # the first reason stands
            self._end.set_exception(why)

    def workers(
        self,
        course: Course,
        assignment: str,
        books: Mapping[Path, NotebookNode],
        tried: Mapping[Path, TriedTree | None],
    ) -> list[RemoteWorker]:
        """Bring the source of an assignment to all machines; what grades each of its notebooks there.

        `tried` is what is known of them. Raises CannotPrepareError, ClusterError.
        """
        run, source = f"chainrule-{uuid.uuid4().hex}", source_of(course, assignment, books)
        try:
            self._client.register_plugin(Caretaker(run, self._client.id))
            self._client.register_plugin(Station(run, source))
        except Exception as error:
            raise ClusterError(
                f"a machine of the cluster cannot hold the source ({type(error).__name__}: {error}); has each the "
                "same chainrule[cluster,instructor] installed, and room for temporary files?"
            ) from None
        return [RemoteWorker(self, run, course, path, tried[path]) for path in books]

    def leave(self, run: str) -> None:
        """Take the source of a run away from all machines; the scheduler does so too, when this client is gone."""
        with suppress(Exception):  # it is gone already
            if not self._end.done():
                self._client.unregister_worker_plugin(run)

    def _start(self, calls: list[Call]) -> Future[Done]:
        if self._end.done():
            self._end.result()
        return self._executor.submit(station.several, calls)

    def call(self, function: Callable[..., Answer], *arguments: Any) -> Answer:
        """Call a function on a worker. One that ends over it gets a second chance, as on one machine.

        Dask blames what waits for a worker like what runs there: so what is suspected is tried again one by one, and
        nothing is refused with another. Raises UnsafeError or CannotPrepareError where the machine or the source is
        at fault, ClusterError where the cluster is gone, StoppedError where it was closed.
        """
        with suppress(KilledWorker):
            return self._said(self._bundles.add(function, *arguments))
        with self._suspects, suppress(KilledWorker):
            return self._said(Bundles(self._start, lambda: 1).add(function, *arguments))
        return {"said": {"error": ENDED}}

    def _said(self, answer: Future[Answer]) -> Answer:
        either: list[Future[Any]] = [answer, self._end]
        wait(either, return_when=FIRST_COMPLETED)
        if not answer.done():
            self._end.result()
        try:
            said = answer.result()
        except CancelledError:
            self._stop(self._gone())
            self._end.result()
            raise
        except (KilledWorker, AutograderError):
            raise
        except Exception as error:
            return {"said": {"error": f"{type(error).__name__}: {error}"}}
        if "refused" in said:
            raise (UnsafeError if said["unsafe"] else CannotPrepareError)(said["refused"])
        return said

    def close(self) -> None:
        """Leave the cluster, and end one that was started here. May be called twice."""
        self._stop(StoppedError("the run was stopped before its end"))
        with suppress(Exception):  # where the scheduler is gone there is nothing to leave
            self._stack.close()


def _as_they_come() -> None:
    """Who has started the workers of a cluster starts them again."""
