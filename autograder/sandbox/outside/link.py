"""The worker's link to its zygote: what modules to import, who may fork student processes, and the forking itself."""

from __future__ import annotations

import itertools
import json
import os
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from autograder.errors import AutograderError
from autograder.limits import Limits
from autograder.sandbox import wire
from autograder.sandbox.messages import End, Fork

T = TypeVar("T")


class SandboxError(AutograderError):
    """There is no sandbox to run student code in; the message says why."""


class _NothingFree(Exception):
    """There was no process for a student just now."""


MOMENT = 0.1
"""Seconds until a process is asked for again."""


def when_free(fork: Callable[[], T], refusal: type[Exception]) -> T:
    """Fork. Where the machine has no process left, it is asked again for a while; then its last refusal is raised."""
    deadline = time.monotonic() + wire.SECONDS_TO_START
    while True:
        try:
            return fork()
        except refusal:
            if time.monotonic() > deadline:
                raise
            time.sleep(MOMENT)


class Link:
    """The worker's end. Start it early: others can work while the zygote isolates itself."""

    def __init__(self, control: socket.socket, modules: Iterable[str]) -> None:
        self._control = control
        control.send(json.dumps({"modules": list(modules)}).encode())

    def wait(self) -> dict[str, str]:
        """Wait until student processes can be forked: the layers that are missing here, and why.

        Raises SandboxError.
        """
        reply = self._control.recv(wire.MAX_COMMAND)
        if not reply:
            raise SandboxError("the sandbox could not be started; its own message stands above")
        missing: dict[str, str] = json.loads(reply)["missing"]
        return missing

    def close(self) -> None:
        """Let the zygote end."""
        self._control.close()

    def open(self, limits: Limits) -> ZygoteSandbox:
        """A client of the zygote, for one submission: its students end when it does."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._control, [b"client"], [theirs.fileno()])
        return ZygoteSandbox(ours, limits)


class ZygoteSandbox:
    """Forks student processes for one submission, and ends them."""

    def __init__(self, zygote: socket.socket, limits: Limits) -> None:
        self.limits = limits
        self._zygote = zygote
        self._numbers = itertools.count()

    def fork(self, files: Path | None) -> tuple[int, socket.socket]:
        """A fresh process for student code, which finds a copy of the folder `files`: its number, its connection.

        Where the machine has no process left, it is asked again for a while. Raises SandboxError.
        """
        try:
            return when_free(lambda: self._fork(files), _NothingFree)
        except _NothingFree:
            raise SandboxError("a sandbox did not start: the machine has no process or memory left") from None

    def _fork(self, files: Path | None) -> tuple[int, socket.socket]:
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        descriptors = [theirs.fileno()]
        if files is not None:
            descriptors.append(os.open(files, os.O_RDONLY | os.O_DIRECTORY))
        command: Fork = {"do": "fork", "student": number, "limits": asdict(self.limits)}
        try:
            socket.send_fds(self._zygote, [json.dumps(command).encode()], descriptors)
        except OSError:
            raise SandboxError("the process that starts sandboxes has ended") from None
        finally:
            theirs.close()
            for descriptor in descriptors[1:]:
                os.close(descriptor)
        try:
            ready, _ = wire.receive(ours, time.monotonic() + wire.SECONDS_TO_START)
        except wire.Broken as broken:
            ours.close()
            self.end(number)
            if broken.why == "gone":
                raise _NothingFree from None
            raise SandboxError(f"a sandbox did not start ({broken.why})") from None
        if ready.get("ready") is not True:
            raise SandboxError(f"a sandbox could not be closed: {ready.get('why')}")
        return number, ours

    def end(self, student: int) -> None:
        """End a student process and all that it started."""
        command: End = {"do": "end", "student": student}
        self._zygote.send(json.dumps(command).encode())

    def close(self) -> None:
        """End all student processes of this submission."""
        self._zygote.close()
