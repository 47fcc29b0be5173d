"""The warm process: everything a notebook needs is imported here once, then forked for each submission.

It is started with exec, never forked from the grader, so that nothing of the grader is in its memory.
It sees no submission, no test and no gradebook: only commands over a socket,
`fork` (with the child's connection) and `end` (a child, or all of them).
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any

from autograder.sandbox import isolation
from autograder.sandbox.shell import Shell
from autograder.sandbox.student import Student


def main(control: socket.socket, modules: list[str]) -> None:
    """Import modules, then serve fork and end commands until the grader closes the control socket."""
    isolation.die_with_parent()
    isolation.keep_private()
    shell = Shell()
    for module in modules:
        with contextlib.suppress(ImportError):  # it may be a name in a module; a notebook will say what is missing
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError):  # the worker may have given up meanwhile
        control.send(json.dumps({"ready": os.getpid()}).encode())
    children: set[int] = set()
    while True:
        data, ancillary, _, _ = control.recvmsg(1 << 16, socket.CMSG_SPACE(16))
        if not data:
            break
        command = json.loads(data)
        if command["do"] == "fork":
            descriptors = array.array("i")
            for _, _, raw in ancillary:
                descriptors.frombytes(raw[: len(raw) - len(raw) % descriptors.itemsize])
            child = os.fork()
            if child == 0:
                _become_student(control, socket.socket(fileno=descriptors[0]), shell, command)
            os.close(descriptors[0])
            children.add(child)
            control.send(json.dumps({"child": child, "number": command["number"]}).encode())
        else:
            ended = children if command["child"] is None else children & {command["child"]}
            for child in list(ended):
                _end(child)
            children -= ended
            control.send(json.dumps({"ended": len(ended), "number": command["number"]}).encode())
    for child in children:
        _end(child)


def _become_student(control: socket.socket, connection: socket.socket, shell: Shell, command: dict[str, Any]) -> None:
    """In the fork: take on the limits, then serve. Never returns."""
    try:
        control.close()
        isolation.die_with_parent()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 4096)
        folder = command["folder"]
        os.chdir(folder)
        os.environ.update(HOME=folder, TMPDIR=folder)
        isolation.limit_this_process(isolation.Limits(**command["limits"]))
        Student(connection, shell).serve()
    finally:
        os._exit(0)


def _end(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
