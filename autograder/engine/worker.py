"""The trusted process of one source notebook: prepares the reference once, then forks for each job.

Hidden tests and solutions are in this process and nowhere else; student code is in the sandboxes that its forks
talk to. Each fork can be killed at any time, so that nothing that a test does with an answer stops the run.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import nbformat

from autograder.engine.messages import About, Job, Ready, Reply
from autograder.grading import folder, ways
from autograder.grading.handed_in import grade_file
from autograder.grading.record import Recorder
from autograder.grading.reference import Reference
from autograder.grading.task import Task
from autograder.grading.verify import verify
from autograder.grading.ways import Tried
from autograder.limits import Limits
from autograder.sandbox.outside import canary
from autograder.sandbox.outside.fresh import FreshLink
from autograder.sandbox.outside.link import Link
from autograder.sandbox.walls import process, rlimits
from chainrule.checks.known_results import to_json

PATIENCE = 6
"""How many times longer the solution may take: what it decides is decided for everybody."""
GRACE = 10.0
"""Seconds that a submission's tests may take beyond the limits of its code."""
COURSE_SECONDS = 600.0
"""For recording and verifying a whole notebook."""
TOO_LONG = "its tests took too long and were stopped; grade it by hand"


@dataclass(frozen=True)
class Prepared:
    """What every job starts from."""

    reference: Reference
    link: Link | FreshLink
    limits: Limits
    """Those of the course, or more where its solution takes long."""
    call_seconds: float
    """What the course waits for a call. That is recorded, for it is the same on every machine."""


def main(jobs: socket.socket, zygote: socket.socket) -> None:
    """Prepare on the first job, then do the others, several at once, until the connection closes."""
    process.die_with_parent()
    process.keep_private()
    with suppress(ConnectionError):  # the other end may be gone at any time
        reply = _next(jobs)[1]
        if reply is None:
            return
        with reply:
            prepared, answer = prepare(cast(About, _read(reply)), partial(Link, zygote))
            _reply(reply, answer)
        if prepared:
            Foreman(jobs, prepared).work()


def _next(jobs: socket.socket) -> tuple[str, socket.socket | None]:
    """The kind of the next job and the connection for it; None when there are no more."""
    kind, descriptors, _, _ = socket.recv_fds(jobs, 1 << 10, 1)
    return kind.decode(), socket.socket(fileno=descriptors[0]) if descriptors else None


def _read(connection: socket.socket) -> dict[str, Any]:
    with connection.makefile("rb") as stream:
        return dict(json.loads(stream.readline()))


def _reply(connection: socket.socket, message: Ready | Reply) -> None:
    with suppress(OSError):  # nobody waits for it any more
        connection.sendall(json.dumps(message).encode() + b"\n")


def prepare(about: About, make_link: Callable[[Iterable[str]], Link | FreshLink]) -> tuple[Prepared | None, Ready]:
    """Run the reference and attack the sandbox: what jobs start from, and what is answered; None where it failed."""
    source, limits = Path(about["source"]), Limits(**about["limits"])
    rlimits.limit_memory(4 * limits.memory)
    try:
        reference = Reference(source, about["stubs"], nbformat.from_dict(about["book"]) if about["book"] else None)
        link = make_link(reference.modules)
        sys.path.append(str(source.parent))
        folder.enter_copy(source.parent)
        reference.run(PATIENCE * limits.cell_seconds)  # while the zygote isolates itself
        link.wait()
        if reference.writes:
            folder.enter_copy(source.parent)
        with closing(link.open(limits)) as sandbox:
            open_doors = canary.refusal(canary.attack(sandbox))
        tried = about["tried"]
        if tried is None:
            with closing(link.open(_patient(limits))) as sandbox:
                tried = ways.choose(reference, sandbox, limits).to_json()
        reference.ways, limits = Tried.from_json(tried)
    except Exception as error:
        return None, {"error": f"{source.name}: {type(error).__name__}: {error}"}
    if open_doors and not about["unsafe"]:
        return None, {"unsafe": open_doors}
    prepared = Prepared(reference, link, limits, about["limits"]["call_seconds"])
    return prepared, {"tried": tried}


def _patient(limits: Limits) -> Limits:
    times = {name: PATIENCE * getattr(limits, name) for name in ("cell_seconds", "call_seconds", "notebook_seconds")}
    return replace(limits, **times)


class Foreman:
    """Gives each job to a fork, and ends those that take too long."""

    def __init__(self, jobs: socket.socket, prepared: Prepared) -> None:
        self._jobs, self._prepared = jobs, prepared
        self._selector = selectors.DefaultSelector()
        self._selector.register(jobs, selectors.EVENT_READ)
        self._running: dict[int, tuple[int, float, socket.socket]] = {}
        """By the pipe that closes when a fork ends: its process number, its deadline, its connection."""
        self._knows_mistakes = False

    def work(self) -> None:
        """Take jobs until the connection closes."""
        while True:
            now = time.monotonic()
            deadlines = [deadline - now for _, deadline, _ in self._running.values()]
            for key, _ in self._selector.select(max(0, min(deadlines)) if deadlines else None):
                if key.fileobj is not self._jobs:
                    self._end(key.fd)
                elif not self._start():
                    return
            for pipe, (_, deadline, reply) in list(self._running.items()):
                if time.monotonic() > deadline:
                    _reply(reply, {"error": TOO_LONG})
                    self._end(pipe)

    def _start(self) -> bool:
        kind, reply = _next(self._jobs)
        if reply is None:
            return False
        pipe, held = os.pipe()
        try:
            child = os.fork()
        except OSError as error:
            _reply(reply, {"error": f"the machine has no process left for it ({error.strerror}); grade it again"})
            for descriptor in (pipe, held):
                os.close(descriptor)
            reply.close()
            return True
        if child == 0:
            os.close(pipe)
            self._do_and_exit(reply, kind)
        os.close(held)
        runs = 2 if self._prepared.reference.tests_that_run("inside") else 1  # each with time of its own
        seconds = runs * self._prepared.limits.notebook_seconds + GRACE if kind == "grade" else COURSE_SECONDS
        self._running[pipe] = child, time.monotonic() + seconds, reply
        self._selector.register(pipe, selectors.EVENT_READ)
        if kind == "grade" and not self._knows_mistakes:
            self._prepared.reference.prepare()  # while the first submission is graded, which does without
            self._knows_mistakes = True
        return True

    def _end(self, pipe: int) -> None:
        child, _, reply = self._running.pop(pipe)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reply.close()
        self._selector.unregister(pipe)
        os.close(pipe)

    def _do_and_exit(self, reply: socket.socket, kind: str) -> None:
        try:
            process.die_with_parent()
            self._jobs.close()
            if kind == "grade":  # what is recorded and verified is the course's own
                rlimits.limit_memory(2 * self._prepared.limits.memory)
            _reply(reply, answer(self._prepared, cast(Job, _read(reply))))
        finally:
            os._exit(0)


def answer(prepared: Prepared, job: Job) -> Reply:
    """Do a job."""
    try:
        return {"done": _do(prepared, job)}
    except MemoryError:
        return {"error": "it needs more memory than there is for one submission; grade it by hand"}
    except Exception as error:
        own = type(error).__module__.startswith("autograder")
        return {"error": str(error) if own else f"{type(error).__name__}: {error}"}


def _do(prepared: Prepared, job: Job) -> Any:
    if job["do"] == "record":
        return to_json(Recorder(prepared.reference).run(), prepared.call_seconds)
    if job["do"] == "verify":
        return verify(prepared.reference, job["seeds"]).to_json()
    if prepared.reference.writes:
        folder.enter_copy(prepared.reference.path.parent)
    with closing(prepared.link.open(prepared.limits)) as sandbox:
        return grade_file(prepared.reference, sandbox, Task.from_json(job["task"])).to_json()
