"""The trusted process of one source notebook: prepares the reference once, then forks for each submission.

Hidden tests and solutions are in this process and nowhere else; student code is in the sandbox that it
talks to. It can be killed at any time, and so can each fork, so that nothing that a test does with an
answer stops the run. `Worker` is the end that the command line and nbgrader hold.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.outcome import Outcome
from autograder.sandbox import isolation
from autograder.sandbox.isolation import Limits

GRACE = 10.0
"""Seconds that a submission's tests may take beyond the limits of its code."""
COURSE_SECONDS = 600.0
"""For recording and verifying a whole notebook."""


class CannotPrepareError(Exception):
    """The source notebook itself can't be used: its message is the first line, its traceback the rest."""


class Worker:
    """Grades submissions of one source notebook, one after the other."""

    def __init__(self, source: Path, limits: Limits) -> None:
        self.source = source
        self._limits = limits
        self._start()

    def _start(self) -> None:
        self._connection, theirs = socket.socketpair()
        with theirs:
            arguments = [str(theirs.fileno()), str(self.source.resolve()), json.dumps(asdict(self._limits))]
            environment = os.environ | {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "autograder.worker", *arguments],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
            )
        self._stream = self._connection.makefile("rwb")
        self._problem: str | None = None
        """What is wrong with the source; empty when it has run, None before."""

    def prepare(self) -> None:
        """Wait until the reference has run. Raises CannotPrepareError."""
        if self._problem is None:
            reply = self._read() or {"error": f"the worker ended while it ran {self.source.name}"}
            self._problem = str(reply.get("error", ""))
        if self._problem:
            raise CannotPrepareError(self._problem)

    def grade(self, rebuilt: NotebookNode, seed: bytes, files: Path | None = None) -> Outcome:
        """Grade one rebuilt notebook. Raises CannotPrepareError where the source itself is at fault."""
        job = {"do": "grade", "notebook": rebuilt, "seed": seed.hex(), "files": str(files) if files else None}
        reply = self._ask(job)
        return Outcome.from_json(reply["done"]) if "done" in reply else Outcome(failed=reply["error"])

    def record(self) -> str:
        """The known results of the notebook's visible checks, each as a line of JSON. Raises CannotPrepareError."""
        return str(self._done({"do": "record"}))

    def verify(self, seeds: int) -> dict[str, Any]:
        """A verify.Report as a JSON tree. Raises CannotPrepareError."""
        return dict(self._done({"do": "verify", "seeds": seeds}))

    def _done(self, job: dict[str, Any]) -> Any:
        reply = self._ask(job)
        if "error" in reply:
            raise CannotPrepareError(f"{self.source.name}: {reply['error']}")
        return reply["done"]

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        self.prepare()
        try:
            self._stream.write(json.dumps(job).encode() + b"\n")
            self._stream.flush()
            reply = self._read()
        except OSError:
            reply = None
        if reply is None:
            self.close()
            self._start()
            return {"error": "the process that grades it ended; grade it again, or by hand"}
        return reply

    def _read(self) -> dict[str, Any] | None:
        line = self._stream.readline()
        return json.loads(line) if line else None

    def close(self) -> None:
        """End the process and everything below it."""
        self._stream.close()
        self._connection.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main(connection: socket.socket, source: Path, limits: Limits) -> None:
    """Prepare, then do one job a line until the connection closes."""
    isolation.die_with_parent()
    isolation.keep_private()
    from autograder.reference import Reference
    from autograder.sandbox.session import Sandbox

    stream = connection.makefile("rwb")
    with suppress(ConnectionError), ExitStack() as stack:  # the other end may be closed at any time
        try:
            reference = Reference(source)
            sandbox = stack.enter_context(closing(Sandbox(limits, reference.modules)))
            os.chdir(source.parent)
            reference.run()  # while the sandbox warms up
            sandbox.wait_until_warm()
        except Exception as error:
            _write(stream, {"error": f"{source.name}: {type(error).__name__}: {error}"})
            return
        _write(stream, {"ready": len(reference.tests)})
        for line in stream:
            _write(stream, _in_a_fork(reference, json.loads(line), sandbox, limits))
            sandbox.end()


def _write(stream: Any, tree: dict[str, Any]) -> None:
    stream.write(json.dumps(tree).encode() + b"\n")
    stream.flush()


def _in_a_fork(reference: Any, job: dict[str, Any], sandbox: Any, limits: Limits) -> dict[str, Any]:
    """Do a job in a child that is given up when it takes too long or dies."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _do_and_exit(reference, job, sandbox, limits, writer)
    os.close(writer)
    seconds = limits.notebook_seconds + GRACE if job["do"] == "grade" else COURSE_SECONDS
    text = _read_all(reader, time.monotonic() + seconds)
    os.close(reader)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if text is None:
        return {"error": "its tests took too long and were stopped; grade it by hand"}
    try:
        return dict(json.loads(text))
    except ValueError:
        return {"error": "the process that ran its tests ended (out of memory?); grade it by hand"}


def _do_and_exit(reference: Any, job: dict[str, Any], sandbox: Any, limits: Limits, writer: int) -> None:
    try:
        isolation.die_with_parent()
        isolation.limit_memory(2 * limits.memory)
        try:
            reply = {"done": _do(reference, job, sandbox)}
        except Exception as error:
            own = type(error).__module__.startswith("autograder")
            reply = {"error": str(error) if own else f"{type(error).__name__}: {error}"}
        with os.fdopen(writer, "wb") as stream:
            stream.write(json.dumps(reply).encode())
    finally:
        os._exit(0)


def _do(reference: Any, job: dict[str, Any], sandbox: Any) -> Any:
    from autograder.grading import grade
    from autograder.record import Recorder
    from autograder.verify import verify
    from chainrule.known_results import to_json

    if job["do"] == "record":
        return to_json(Recorder(reference).run())
    if job["do"] == "verify":
        return verify(reference, job["seeds"]).to_json()
    files = Path(job["files"]) if job["files"] else None
    rebuilt = nbformat.from_dict(job["notebook"])
    return grade(reference, rebuilt, sandbox, bytes.fromhex(job["seed"]), files).to_json()


def _read_all(descriptor: int, deadline: float) -> bytes | None:
    data = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return None
        some = os.read(descriptor, 1 << 20)
        if not some:
            return bytes(data)
        data += some


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), Limits(**json.loads(sys.argv[3])))
