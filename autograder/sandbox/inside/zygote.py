"""Where student processes come from: a warm process in its isolation, forked for each submission.

It has never seen a submission, a test or a gradebook; its memory is that of `warm.py` when nothing was loaded.
It takes commands over sockets: on the first one the worker introduces its clients (the processes that grade
one submission each); a client forks and ends students. A client that is gone takes its students with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from autograder.limits import Limits
from autograder.sandbox import wire
from autograder.sandbox.inside.shell import Shell
from autograder.sandbox.inside.student import Student
from autograder.sandbox.messages import Begun, End, Fork
from autograder.sandbox.walls import process, working_folder
from autograder.sandbox.walls.isolation import Isolation

MOMENT = 0.01
"""Seconds between two looks at working folders that have no limit of their own."""


class Zygote:
    """Serves the clients of one worker."""

    def __init__(self, control: socket.socket, shell: Shell, isolated: Isolation) -> None:
        self._control, self._shell, self._isolated = control, shell, isolated
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._students: dict[tuple[int, int], tuple[int, str, int]] = {}
        """Process numbers, working folders and their sizes, by client and by the client's own number for it."""

    def serve(self) -> None:
        """Take commands until the worker is gone; then everything here ends."""
        while True:
            watched = self._students and self._isolated.watches_disks
            for key, _ in self._selector.select(MOMENT if watched else None):
                connection: Any = key.fileobj
                try:
                    text, descriptors, _, _ = socket.recv_fds(connection, wire.MAX_COMMAND, 2)
                except OSError:
                    text = b""
                if connection is self._control:
                    if not text:
                        return
                    self._selector.register(socket.socket(fileno=descriptors[0]), selectors.EVENT_READ)
                elif text:
                    self._do(connection, json.loads(text), descriptors)
                else:
                    self._dismiss(connection)
            if watched:
                self._watch_disks()

    def _watch_disks(self) -> None:
        for child, folder, size in self._students.values():
            if working_folder.overflows(folder, size):
                os.kill(child, signal.SIGKILL)  # its client notices, and ends it

    def _do(self, client: socket.socket, command: Fork | End, descriptors: list[int]) -> None:
        student = client.fileno(), command["student"]
        if command["do"] == "end":
            self._end(student)
            return
        try:
            folder = self._isolated.make_folder()
            child = self._isolated.fork()
            if child == 0:
                _become_student(self._isolated, self._shell, Limits(**command["limits"]), folder, *descriptors)
            self._students[student] = child, folder, command["limits"]["disk"]
        except OSError:
            pass  # nothing is free now; the client is told by the connection that closes, and asks again
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _dismiss(self, client: socket.socket) -> None:
        for student in [student for student in self._students if student[0] == client.fileno()]:
            self._end(student)
        self._selector.unregister(client)
        client.close()

    def _end(self, student: tuple[int, int]) -> None:
        child, folder, _ = self._students.pop(student, (None, "", 0))
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with contextlib.suppress(OSError):
                self._isolated.remove_folder(folder)


def _become_student(
    isolated: Isolation, shell: Shell, limits: Limits, folder: str, link: int, files: int | None = None
) -> None:
    """In the fork: take on the layers, say so, then serve. Never returns."""
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        _close_all_but(link, files)
        connection = socket.socket(fileno=link)
        try:
            isolated.confine(limits, folder, files)
            ready: Begun = {"ready": True}
        except OSError as error:
            ready = {"ready": False, "why": str(error)}
        wire.send(connection, wire.Outgoing().frame(ready), time.monotonic() + wire.SECONDS_TO_START)
        if ready["ready"]:
            Student(connection, shell).serve()
    finally:
        os._exit(0)


def _close_all_but(*kept: int | None) -> None:
    edges = [2, *sorted(descriptor for descriptor in kept if descriptor is not None), 1 << 12]
    for below, above in itertools.pairwise(edges):
        os.closerange(below + 1, above)


def main(control: socket.socket, shell: Shell, home: Path, off: frozenset[str]) -> None:
    """Learn from the worker which modules its notebook imports, isolate this process, say what is missing, serve."""
    process.die_with_parent()
    process.keep_private()
    asked = control.recv(wire.MAX_COMMAND)
    if not asked:
        return
    for module in json.loads(asked)["modules"]:
        with contextlib.suppress(Exception):  # it may be a name in a module; a notebook will say what is missing
            importlib.import_module(module)
    if "matplotlib" in sys.modules:
        shell.load_figures()
    gc.collect()
    gc.freeze()
    isolated = Isolation(str(home), off)
    isolated.enter()
    with contextlib.suppress(BrokenPipeError):  # the worker may have given up meanwhile
        control.send(json.dumps({"missing": isolated.missing}).encode())
        Zygote(control, shell, isolated).serve()
