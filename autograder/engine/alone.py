"""The worker where nothing can be forked (macOS, Windows): a process of its own, one job after the other.

Written by the documentation of those systems and run on Linux only. Jobs and answers are lines of JSON on
its standard input and output. What takes too long is ended with the whole process, and another one started.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import closing, suppress
from typing import IO, Any, cast

from autograder.engine.messages import About, Job, Ready, Reply
from autograder.errors import CannotPrepareError, UnsafeError
from autograder.sandbox.walls import process

PREPARE_SECONDS = 300.0
"""For running a source notebook and all its misconceptions."""
COURSE_SECONDS = 600.0
"""For recording and verifying a whole notebook."""
GRACE = 30.0
"""Seconds that a submission may take beyond the limit of its code: processes start slowly here."""


class LoneWorker:
    """What `engine.Worker` is where there is a warm process. One job at a time, from whichever thread."""

    def __init__(self, about: About, home: str) -> None:
        self._about, self._home = about, home
        self._lock = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.engine.alone"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=process.clean_environment(self._home),
            cwd=self._home,
        )
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_collect, args=(self._process.stdout, self._replies), daemon=True).start()
        self._write(self._about)
        self.prepared: Ready | None = None
        """What it said when it was ready."""

    def _write(self, message: About | Job) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended; that is found out when nothing comes back
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def _read(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None where the process ended, or took too long and was ended."""
        try:
            line = self._replies.get(timeout=seconds)
        except queue.Empty:
            line = b""
        if not line:
            self._process.kill()
        return json.loads(line) if line else None

    def prepare(self) -> None:
        """Wait until it is ready. Raises CannotPrepareError, UnsafeError."""
        if self.prepared is None:
            said = cast(Ready | None, self._read(PREPARE_SECONDS))
            self.prepared = said or {"error": "the worker ended while it was prepared"}
        if "unsafe" in self.prepared:
            raise UnsafeError(self.prepared["unsafe"])
        if "error" in self.prepared:
            raise CannotPrepareError(self.prepared["error"])

    def ask(self, job: Job) -> Reply | None:
        """Do a job; None where the process ended over it, and another one was started."""
        with self._lock:
            self.prepare()
            self._write(job)
            assert self.prepared is not None
            limit = self.prepared["tried"]["limits"]["notebook_seconds"] + GRACE
            reply = cast(Reply | None, self._read(limit if job["do"] == "grade" else COURSE_SECONDS))
            if reply is None:
                self._start()
            return reply

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def _collect(stream: IO[bytes] | None, lines: queue.SimpleQueue[bytes]) -> None:
    assert stream is not None
    for line in stream:
        lines.put(line)
    lines.put(b"")


def main() -> None:
    """In the process: prepare, then do a job a line."""
    from autograder.engine.clerk import answer
    from autograder.engine.prepared import prepare
    from autograder.sandbox.outside.fresh import FreshLink

    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a test prints is no answer

    def reply(message: Ready | Reply) -> None:
        replies.write(json.dumps(message).encode() + b"\n")
        replies.flush()

    prepared, said = prepare(json.loads(sys.stdin.buffer.readline()), FreshLink)
    reply(said)
    if prepared:
        with closing(prepared.link):
            for line in sys.stdin.buffer:
                reply(answer(prepared, json.loads(line), lambda test: test()))


if __name__ == "__main__":
    main()
