"""A process that takes job after job, and runs the tests of each in a process of their own.

To find, read and rebuild a notebook and to write what came out is work of our own and of libraries on a text. The
tests are run in a fork for each submission (`apart`), since they meet what a student's code gives, and may leave
anything behind. A clerk may be killed at any time; another takes its place.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from contextlib import closing, nullcontext
from typing import Any, NoReturn, cast

from autograder.engine import messages
from autograder.engine.messages import Job, Reply
from autograder.engine.prepared import Prepared
from autograder.grading import folder, handed_in
from autograder.grading.rebuilding import Rebuilt
from autograder.grading.record import Recorder
from autograder.grading.submission import grade
from autograder.grading.task import Task
from autograder.grading.verify import verify
from autograder.outcome import Outcome
from autograder.sandbox.outside.link import when_free
from autograder.sandbox.walls import process, rlimits
from chainrule.checks.known_results import to_json

DONE = b"done"
"""What a clerk says when it can take another job."""
SHARE = 8
"""Of the memory for a submission a clerk may keep one such part of what it has read: its limit is for all of it."""
Apart = Callable[[Callable[[], Outcome]], Outcome]
"""Runs tests where nothing that they leave behind stays."""


class _FailedError(Exception):
    """The tests could not be run; the message is said as it is."""


def work(jobs: socket.socket, prepared: Prepared) -> NoReturn:
    """Do jobs until there are no more, or one failed or has left much: the next shall find nothing of it."""
    process.die_with_parent()
    most = rlimits.address_space() + prepared.limits.memory // SHARE
    try:
        while True:
            kind, reply = messages.next_job(jobs)
            if reply is None:
                break
            with reply:
                if kind == "grade":  # what is recorded and verified is the course's own
                    rlimits.limit_memory(2 * prepared.limits.memory)
                said = answer(prepared, cast(Job, messages.read(reply)), apart)
                if "error" in said or rlimits.address_space() > most:
                    messages.say(reply, said)
                    break
                jobs.send(DONE)  # before it is read, or another clerk would be asked for the next job
                messages.say(reply, said)
    finally:
        os._exit(0)


def answer(prepared: Prepared, job: Job, run: Apart) -> Reply:
    """Do a job; the tests of a submission by `run`."""
    return _attempted(lambda: _do(prepared, job, run))


def _attempted(do: Callable[[], Any]) -> Reply:
    """What came of it, or why it could not be done."""
    try:
        return {"done": do()}
    except MemoryError:
        return {"error": "it needs more memory than there is for one submission; grade it by hand"}
    except Exception as error:
        own = type(error).__module__.startswith("autograder")
        return {"error": str(error) if own else f"{type(error).__name__}: {error}"}


def _do(prepared: Prepared, job: Job, run: Apart) -> Any:
    if job["do"] == "record":
        return to_json(Recorder(prepared.reference).run(), prepared.call_seconds)
    if job["do"] == "verify":
        return verify(prepared.reference, job["seeds"]).to_json()
    task = Task.from_json(job["task"])

    def tested(rebuilt: Rebuilt, seed: bytes) -> Outcome:
        return run(lambda: _test(prepared, rebuilt, seed, task))

    return handed_in.grade_file(prepared.reference, task, tested).to_json()


def _test(prepared: Prepared, rebuilt: Rebuilt, seed: bytes, task: Task) -> Outcome:
    reference = prepared.reference
    where = folder.in_copy(reference.path.parent) if reference.writes else nullcontext()
    with where, closing(prepared.link.open(prepared.limits)) as sandbox:
        return grade(reference, rebuilt, sandbox, seed, task.files)


def apart(test: Callable[[], Outcome]) -> Outcome:
    """Run tests in a fork. Raises _FailedError, with the words of what went wrong."""
    ours, theirs = os.pipe()
    try:
        child = when_free(os.fork, OSError)
    except OSError as error:
        raise _FailedError(f"the machine has no process left for it ({error.strerror}); grade it again") from None
    if child == 0:
        try:
            process.die_with_parent()
            os.close(ours)
            with open(theirs, "wb") as stream:
                stream.write(json.dumps(_attempted(lambda: test().to_json_with_outputs())).encode() + b"\n")
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as stream:
        line = stream.readline()
    os.waitpid(child, 0)
    if not line.endswith(b"\n"):
        os._exit(0)  # the job has a second chance, as whenever a process ends over it
    said = json.loads(line)
    if "error" in said:
        raise _FailedError(said["error"])
    return Outcome.from_json(said["done"])
