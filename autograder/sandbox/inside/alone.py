"""A student process that was started afresh: where forking a warm one is not safe (outside/fresh.py)."""

from __future__ import annotations

import importlib
import json
import socket
import sys
import time
from contextlib import suppress

from autograder.limits import Limits
from autograder.sandbox import wire
from autograder.sandbox.inside.shell import Shell
from autograder.sandbox.inside.student import Student
from autograder.sandbox.walls import rlimits


def main() -> None:
    """Import, wait to be wanted, take on what limits there are, serve."""
    told = json.loads(sys.stdin.buffer.readline())
    shell = Shell()
    for module in told["modules"]:
        with suppress(ImportError):
            importlib.import_module(module)
    if "matplotlib" in sys.modules:
        shell.load_figures()
    wanted = sys.stdin.buffer.readline()
    if not wanted:
        return
    connection = socket.create_connection(("127.0.0.1", told["port"]))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.send(connection, told["token"].encode(), time.monotonic() + wire.SECONDS_TO_START_AFRESH)
    sys.stdin.close()
    rlimits.limit_this_process(Limits(**json.loads(wanted)["limits"]))
    Student(connection, shell).serve()


if __name__ == "__main__":
    main()
