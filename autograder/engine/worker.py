"""The trusted process of one source notebook: prepares the reference once, then gives each job to a clerk.

Hidden tests and solutions are in this process and in those that come of it, and nowhere else; student code is in the
sandboxes that they talk to. Each can be killed at any time, so that nothing that a test does with an answer stops
the run.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

from autograder.engine import clerk, messages
from autograder.engine.messages import About
from autograder.engine.prepared import Prepared, prepare
from autograder.sandbox.outside.link import Link
from autograder.sandbox.walls import process

GRACE = 10.0
"""Seconds that a submission's tests may take beyond the limits of its code."""
COURSE_SECONDS = 600.0
"""For recording and verifying a whole notebook."""
MAX_JOBS = 200
"""After so many a clerk is let go, with whatever has gathered in its memory."""
TOO_LONG = "it took too long to be read and tested, and was stopped; grade it by hand"


def main(jobs: socket.socket, zygote: socket.socket) -> None:
    """Prepare on the first job, then do the others, several at once, until the connection closes."""
    process.die_with_parent()
    process.keep_private()
    with suppress(ConnectionError):  # the other end may be gone at any time
        reply = messages.next_job(jobs)[1]
        if reply is None:
            return
        with reply:
            prepared, answer = prepare(cast(About, messages.read(reply)), partial(Link, zygote))
            messages.say(reply, answer)
        if prepared:
            Foreman(jobs, prepared).work()


@dataclass
class _Clerk:
    """A process that does one job at a time (clerk.py)."""

    process: int
    jobs: socket.socket
    knows_mistakes: bool
    """Does it know what the solution with each mistake gives?"""
    taken: int = 0
    """How many jobs it has been given."""
    reply: socket.socket | None = None
    """Where the answer to its job is waited for."""
    deadline: float = 0.0

    def take(self, kind: str, reply: socket.socket, deadline: float) -> None:
        """Give it a job. Raises OSError where it is gone."""
        socket.send_fds(self.jobs, [kind.encode()], [reply.fileno()])
        self.reply, self.deadline, self.taken = reply, deadline, self.taken + 1

    def close(self) -> None:
        """Close what this process has of it."""
        self.jobs.close()
        if self.reply:
            self.reply.close()


class Foreman:
    """Gives jobs to clerks, as many at once as come, and ends those that take too long."""

    def __init__(self, jobs: socket.socket, prepared: Prepared) -> None:
        self._jobs, self._prepared = jobs, prepared
        self._selector = selectors.DefaultSelector()
        self._selector.register(jobs, selectors.EVENT_READ)
        self._clerks: list[_Clerk] = []
        self._knows_mistakes = False
        gc.freeze()

    def work(self) -> None:
        """Take jobs until the connection closes."""
        while True:
            now = time.monotonic()
            deadlines = [one.deadline - now for one in self._clerks if one.reply]
            ready = self._selector.select(max(0, min(deadlines)) if deadlines else None)
            for key, _ in ready:
                if key.fileobj is not self._jobs:
                    self._hear(key.data)
            if any(key.fileobj is self._jobs for key, _ in ready) and not self._start():
                break
            for one in [one for one in self._clerks if one.reply and time.monotonic() > one.deadline]:
                assert one.reply
                messages.say(one.reply, {"error": TOO_LONG})
                self._end(one)
        for one in list(self._clerks):
            self._end(one)

    def _start(self) -> bool:
        kind, reply = messages.next_job(self._jobs)
        if reply is None:
            return False
        runs = 2 if self._prepared.reference.tests_that_run("inside") else 1  # each with time of its own
        seconds = runs * self._prepared.limits.notebook_seconds + GRACE if kind == "grade" else COURSE_SECONDS
        while True:
            idle = next((one for one in self._clerks if one.reply is None), None)
            try:
                one = idle or self._hire(reply)
            except OSError as error:
                why = f"the machine has no process left for it ({error.strerror}); grade it again"
                messages.say(reply, {"error": why})
                reply.close()
                return True
            try:
                one.take(kind, reply, time.monotonic() + seconds)
                break
            except OSError:  # it has ended meanwhile
                self._end(one)
        if kind == "grade" and not self._knows_mistakes:
            self._prepared.reference.prepare()  # while the first submission is graded, which does without
            self._knows_mistakes = True
        return True

    def _hire(self, reply: socket.socket) -> _Clerk:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                child = os.fork()
            except OSError:
                ours.close()
                raise
            if child == 0:
                for connection in (self._jobs, ours, reply):
                    connection.close()
                for other in self._clerks:  # or nobody would learn when another clerk ends
                    other.close()
                clerk.work(theirs, self._prepared)
        one = _Clerk(child, ours, self._knows_mistakes)
        self._clerks.append(one)
        self._selector.register(ours, selectors.EVENT_READ, one)
        return one

    def _hear(self, one: _Clerk) -> None:
        """A clerk has done its job, or has ended."""
        done = False
        with suppress(ConnectionResetError):  # it has ended with a job that it had not begun
            done = one.jobs.recv(len(clerk.DONE)) == clerk.DONE
        if not done:
            self._end(one)
        elif not one.knows_mistakes or one.taken >= MAX_JOBS:
            one.jobs.shutdown(socket.SHUT_WR)  # it ends when it has answered; until then it isn't idle
        elif one.reply:
            one.reply.close()
            one.reply = None

    def _end(self, one: _Clerk) -> None:
        os.kill(one.process, signal.SIGKILL)
        os.waitpid(one.process, 0)
        self._clerks.remove(one)
        self._selector.unregister(one.jobs)
        one.close()
