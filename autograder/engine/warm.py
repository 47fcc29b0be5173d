"""The warm process: imports everything once, then forks itself into what grades.

It is started with exec, with a clean environment, and never reads a notebook. So the sandboxes that come of it
have nothing of the grader in their memory, and a worker is ready in the time of a fork.

command line, nbgrader           this process                      its forks, one pair for each source notebook
Engine, Worker (engine.py) ────► "start": a connection, a job ───► worker.py          prepares the reference, grades
                                                              └──► sandbox/zygote.py  forks student processes
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from autograder.engine import worker
from autograder.results import feedback
from autograder.sandbox.inside import zygote
from autograder.sandbox.inside.shell import Shell
from autograder.sandbox.walls import process

MAX_COMMAND = 1 << 20
SECONDS_TO_END = 2.0


def main(control: socket.socket, home: Path) -> None:
    """Start a worker and its zygote for each command, until the other end closes."""
    process.die_with_parent()
    process.keep_private()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command line's to answer
    shell = Shell()
    feedback.warm_up()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)  # most forks end before they would look for garbage once
    gc.enable()
    while True:
        text, descriptors, _, _ = socket.recv_fds(control, MAX_COMMAND, 1)
        if not text:
            return _wait_for_all()
        command = json.loads(text)
        connection = socket.socket(fileno=descriptors[0])
        if command["draws"]:
            shell.load_figures()
            gc.freeze()
        if command["what"] == "zygote":
            _fork(zygote.main, connection, shell, _folder(home), frozenset(command["off"]), close=[control])
        else:
            theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            mine = [control, connection, ours]
            _fork(zygote.main, theirs, shell, _folder(home), frozenset(command["off"]), close=mine)
            theirs.close()
            _fork(worker.main, connection, ours, close=[control])
            ours.close()
        connection.close()


def _wait_for_all() -> None:
    """Let the forks end, each when its own connection closes; those that don't are ended."""
    deadline = time.monotonic() + SECONDS_TO_END
    with suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)


def _folder(home: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=home))


def _fork(function: Callable[..., None], *arguments: object, close: list[socket.socket]) -> None:
    """Go on in a fork with a function, without some connections."""
    if os.fork():
        return
    try:
        for connection in close:
            connection.close()
        function(*arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)
