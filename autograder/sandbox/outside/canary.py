"""The canary: attacks the sandbox at the start of a run, and says what it got through.

Flags lie, effects do not: what a layer claims to stop is tried from inside, with the student's means.
"""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from autograder.sandbox import wire
from autograder.sandbox.outside.session import Sandbox, Session
from autograder.sandbox.outside.steps import Step
from autograder.sandbox.walls.rlimits import THREADS
from chainrule.checks import plain

CELL = """
import ctypes, os, signal, socket, subprocess, sys, threading
path, port, name = {path!r}, {port!r}, {name!r}
c = ctypes.CDLL(None, use_errno=True)

def fork():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)

def execute():
    child = os.fork()
    if not child:
        try:
            os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", "pass"])
        finally:
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        raise OSError("not started")

def connect(kind, address):
    with socket.socket(*kind) as s:
        s.settimeout(1)
        s.connect(address)
        s.send(b"x")

def signal_parent():
    if os.getppid() == 0:
        raise OSError("nobody there")
    os.kill(os.getppid(), 0)

def allocate():
    bytearray({memory} + (256 << 20))

def start_threads():
    done, started = threading.Event(), []
    try:
        for _ in range({threads} + 1):
            thread = threading.Thread(target=done.wait)
            thread.start()
            started.append(thread)
    finally:
        done.set()
        for thread in started:
            thread.join()

def call(number, *arguments):
    if c.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "")

def mount():
    if c.unshare(0x10020000) < 0:
        raise OSError(ctypes.get_errno(), "")

attacks = dict(
    read=lambda: open(path + "/secret").read(),
    list=lambda: os.listdir(path),
    write=lambda: open(path + "/written", "w").close(),
    change=lambda: os.chmod(path + "/secret", 0o600),
    stat=lambda: os.stat(path + "/secret"),
    processes=lambda: os.listdir("/proc/1"),
    tcp=lambda: connect((socket.AF_INET,), ("127.0.0.1", port)),
    udp=lambda: connect((socket.AF_INET, socket.SOCK_DGRAM), ("127.0.0.1", port)),
    unix=lambda: connect((socket.AF_UNIX,), path + "/socket"),
    abstract=lambda: connect((socket.AF_UNIX,), "\\0" + name),
    fork=fork,
    execute=execute,
    signal=signal_parent,
    memory=allocate,
    namespace=mount,
    threads=start_threads,  # last: a process that has had threads may make no namespace for a while
)
got_through = []
for attack in attacks:
    try:
        attacks[attack]()
        got_through.append(attack)
    except BaseException:
        pass
"""

FILL = """
import time
for part in range(2):
    with open(f"part-{{part}}", "wb") as file:
        for _ in range({disk} >> 20):
            file.write(bytes(1 << 20))
time.sleep(0.1)
filled = ["disk"]
"""
"""Done last and by itself: it may be ended over it."""

FILES = {
    "read": "reads files of the grading user",
    "list": "lists folders of the grading user",
    "write": "writes files of the grading user",
    "change": "changes rights of files of the grading user",
}
NETWORK = {
    "tcp": "makes TCP connections",
    "udp": "sends over UDP",
    "unix": "talks to services of this machine over Unix sockets",
    "abstract": "talks to services of this machine over abstract sockets",
}
OTHER = {
    "stat": "sees which files exist, how large and how old they are",
    "processes": "sees the other processes of this machine",
    "fork": "starts processes",
    "execute": "starts programs",
    "signal": "signals the grader's processes",
    "memory": "takes more memory than the limit",
    "threads": "starts threads without end, so that others get less of the processors",
    "disk": "fills the disk with many files, each below the limit",
    "namespace": "makes namespaces of its own, where more of the kernel can be reached",
}
ATTACKS = FILES | NETWORK | OTHER
"""What student code does where an attack gets through."""


def attack(sandbox: Sandbox) -> list[str]:
    """The attacks that got through, by name in ATTACKS; all of them where the canary gave no answer."""
    # the path of a socket has room for a hundred characters, so it can't be just anywhere
    with tempfile.TemporaryDirectory(prefix="chainrule-canary-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        secret = Path(folder, "secret")
        secret.write_text("for nobody")
        secret.chmod(0o644)
        name = os.path.basename(folder)
        with (
            closing(socket.create_server(("127.0.0.1", 0))) as tcp,
            closing(_listening(f"{folder}/socket")),
            closing(_listening(f"\0{name}")),
        ):
            port = tcp.getsockname()[1]
            limits = {"memory": sandbox.limits.memory, "threads": THREADS}
            cell = CELL.format(path=folder, port=port, name=name, **limits)
            got_through = _run(sandbox, cell, FILL.format(disk=sandbox.limits.disk))
    return [name for name in ATTACKS if got_through is None or name in got_through]


def _listening(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    return listener


def _run(sandbox: Sandbox, cell: str, last: str) -> list[str] | None:
    """Run the canary's cells; the names they found, or None where the first was stopped before it could say them."""
    steps = [Step(0, cell), Step(1, names=("got_through",)), Step(2, last), Step(3, names=("filled",))]
    with closing(Session(sandbox, steps, None, time.monotonic() + 2 * sandbox.limits.cell_seconds)) as session:
        session.ensure()
        found, filled = _said(session, 1, "got_through"), _said(session, 3, "filled")
    return None if found is None else found + (filled or [])


def _said(session: Session, place: int, name: str) -> list[str] | None:
    tree, body = session.bound.get(place, ({}, b""))
    found = tree.get(name)
    names = plain.decode(found, wire.array_reader(body), lambda _: None) if found is not None else None
    return names if isinstance(names, list) else None


def refusal(got_through: list[str]) -> str:
    """Why nothing may be graded in such a sandbox; empty where files and network are closed."""
    doors = [words for name, words in (FILES | NETWORK).items() if name in got_through]
    if not doors:
        return ""
    return (
        f"the sandbox of this machine is open: student code here {', '.join(doors)}. "
        "Run `autograder doctor` to see what is missing, or grade in a container made for it; "
        "`--unsafe` grades all the same"
    )


def explain(missing: Mapping[str, str], layer: str) -> str:
    """What an instructor can do about a missing layer."""
    advice = {
        "namespaces": "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or on Ubuntu "
        "kernel.apparmor_restrict_unprivileged_userns=0), or grade as root in a container of its own",
        "own user": f"let every user read the folder that Python is in ({os.path.dirname(os.__file__)})",
        "landlock": "use Linux 5.13 or later, with landlock in the list of the boot option lsm=",
        "seccomp": "grade on Linux on an x86_64 or aarch64 machine",
    }
    return advice.get(layer, "") if layer in missing else ""
