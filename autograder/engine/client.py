"""The engine as the command line and nbgrader hold it: a warm process, and a worker for each source notebook.

No student code and no test runs on this side of the connections.
"""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from nbformat import NotebookNode

from autograder import files
from autograder.engine.alone import LoneWorker
from autograder.engine.messages import About, Job, Ready, Reply
from autograder.errors import CannotPrepareError, StoppedError, UnsafeError
from autograder.limits import Limits
from autograder.outcome import TriedTree, Way, ways_in
from autograder.sandbox.walls import process

if TYPE_CHECKING:
    from autograder.grading.task import Task

FOLDER = "chainrule-"
DRAWS = re.compile(rb"\bimport\b.*\b(matplotlib|pylab|seaborn|figures)\b")
MOMENT = 0.2
"""Seconds in which a process that was killed is gone."""
ENDED = "the process that runs its tests ended (out of memory?); grade it again, or by hand"


class Engine:
    """A warm process. Making one takes a second in which others can work."""

    def __init__(self, off: Collection[str] = (), *, forks: bool = sys.platform == "linux") -> None:
        """`off` are layers of isolation to leave out. Without forks, each worker is a process of its own."""
        self.closed = False
        self.forks = forks
        self._off = sorted(off)
        _sweep()
        self.home = tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-")
        if forks:
            self._start_warm_process()

    def _start_warm_process(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.engine", str(theirs.fileno()), self.home],
                pass_fds=[theirs.fileno()],
                env=process.clean_environment(self.home),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is the command line's to answer
            )

    def start(self, what: Literal["worker", "zygote"] = "worker", *, draws: bool = False) -> socket.socket:
        """Start a worker with a zygote, whose jobs go through the socket, or a zygote alone.

        Where the notebook `draws`, matplotlib is loaded once for all such workers.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = json.dumps({"what": what, "off": self._off, "draws": draws})
            socket.send_fds(self._control, [command.encode()], [theirs.fileno()])
        return ours

    def close(self) -> None:
        """End the warm process and everything that came of it, and remove what it wrote. May be called twice."""
        self.closed = True
        if self.forks:
            self._control.close()
            self._process.wait()
        files.remove(self.home)


def _sweep() -> None:
    """Remove the folders of runs that were killed."""
    if sys.platform == "win32":
        return  # asking there whether a process lives would end it
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        owner = folder.name.removeprefix(FOLDER).split("-")[0]
        if owner.isdigit():
            try:
                os.kill(int(owner), 0)
            except ProcessLookupError:
                files.remove(folder)
            except OSError:
                continue


class Worker:
    """The trusted process of one source notebook. Its methods may be called from several threads at once."""

    def __init__(
        self,
        engine: Engine,
        source: Path,
        stubs: list[str],
        limits: Limits,
        *,
        unsafe: bool = False,
        book: NotebookNode | None = None,
        tried: TriedTree | None = None,
    ) -> None:
        """`stubs` are the sources of the notebook's cells as students get them.

        `book` is the notebook where it is not, or not only, what stands in the file `source`; `tried` is what was
        found out of it before, as `self.tried` gives it.
        """
        self.source = source
        self._engine = engine
        self._about: About = {
            "source": str(source.resolve()), "stubs": stubs, "limits": asdict(limits), "unsafe": unsafe, "book": book,
            "tried": tried,
        }  # fmt: skip
        self._lock = threading.Lock()
        self._lone = None if engine.forks else LoneWorker(self._about, engine.home)
        if engine.forks:
            self._start()

    def _start(self) -> None:
        self._jobs = self._engine.start(draws=_draws(self.source))
        self._prepared: Ready | None = None
        self._preparing = self._send("prepare", self._about)

    def prepare(self) -> None:
        """Wait until the reference has run and the sandbox is closed. Raises CannotPrepareError, UnsafeError."""
        if self._lone:
            self._lone.prepare()
            return
        with self._lock:
            if self._prepared is None:
                said = cast(Ready | None, _read(self._preparing))
                self._prepared = said or {"error": f"the worker ended while it ran {self.source.name}"}
        if "unsafe" in self._prepared:
            raise UnsafeError(self._prepared["unsafe"])
        if "error" in self._prepared:
            raise CannotPrepareError(self._prepared["error"])

    @property
    def tried(self) -> TriedTree:
        """What was found out by trying the solution, and the stubs, as a JSON tree. Raises what `prepare` does."""
        self.prepare()
        prepared = self._lone.prepared if self._lone else self._prepared
        assert prepared is not None
        return {**prepared["tried"], "stubs": self._about["stubs"]}

    @property
    def ways(self) -> dict[str, Way]:
        """How each test of the notebook is run, by grade_id. Raises what `prepare` does."""
        return ways_in(self.tried)

    def grade(self, task: Task) -> Reply:
        """Grade a notebook and write the results. Raises what `ask` does."""
        return self.ask({"do": "grade", "task": task.to_json()})

    def done(self, job: Job) -> Any:
        """Do a job. Raises CannotPrepareError where the source itself is at fault, or the job can't be done."""
        reply = self.ask(job)
        if "error" in reply:
            raise CannotPrepareError(f"{self.source.name}: {reply['error']}")
        return reply["done"]

    def ask(self, job: Job) -> Reply:
        """Do a job. A process that dies on it gets a second chance.

        Raises StoppedError where the engine has been closed meanwhile.
        """
        for _ in range(2):
            reply = self._lone.ask(job) if self._lone else self._ask_worker(job)
            if reply is not None:
                return reply
            if self._engine.closed:
                raise StoppedError(f"{self.source.name} was not graded to its end")
        return {"error": ENDED}

    def _ask_worker(self, job: Job) -> Reply | None:
        """Do a job; None where a process ended over it. A worker that has ended is started anew."""
        self.prepare()
        jobs = self._jobs
        with suppress(OSError):
            reply = cast(Reply | None, _read(self._send(job["do"], job)))
            if reply is not None:
                return reply
        with self._lock, suppress(OSError):
            if jobs is self._jobs and not _is_open(jobs):
                jobs.close()
                self._start()
        return None

    def _send(self, kind: str, message: About | Job) -> socket.socket:
        """Hand a message over; the reply comes on the socket."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._jobs, [kind.encode()], [theirs.fileno()])
        ours.sendall(json.dumps(message).encode() + b"\n")
        return ours

    def close(self) -> None:
        """End the worker and everything below it."""
        if self._lone:
            self._lone.close()
        else:
            self._jobs.close()


def _draws(source: Path) -> bool:
    """Does a notebook load matplotlib, by its text? Where that is missed, it is loaded later, and more than once."""
    with suppress(OSError):  # whoever reads it for itself says so
        return DRAWS.search(source.read_bytes()) is not None
    return False


def _is_open(connection: socket.socket) -> bool:
    """Is the worker still there? One that is killed is gone a moment after the jobs that it had."""
    closed, _, _ = select.select([connection], [], [], MOMENT)
    return not closed


def _read(connection: socket.socket) -> dict[str, Any] | None:
    """The one line of JSON that comes; None where the other end is gone before it is whole."""
    with connection, connection.makefile("rb") as stream:
        try:
            line = stream.readline()
        except OSError:
            return None
    return json.loads(line) if line.endswith(b"\n") else None
