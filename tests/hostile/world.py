"""A course on a machine with things worth attacking, and what was done to them."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT
from tests.hostile.corpus import MISCONCEPTIONS, SOURCE

Kept = dict[str, tuple[str, bytes]]


@dataclass(repr=False)
class World:
    """What a submission may aim at."""

    folder: Path
    victim: subprocess.Popen[bytes]
    """A process of the grader's user that has nothing to do with grading."""
    listeners: dict[str, tuple[socket.socket, Any]] = field(default_factory=dict)
    """By name: sockets that nobody may reach, and their addresses."""
    words: str = field(default_factory=lambda: f"planted-{secrets.token_hex(8)}")
    """What stands in the planted files."""
    marker: str = field(default_factory=lambda: f"marked-{secrets.token_hex(8)}")
    """What stands in the command line of programs that attacks start."""

    @property
    def root(self) -> Path:
        """The course."""
        return self.folder / "course"

    @property
    def secret(self) -> Path:
        """A file that everybody on this machine may read."""
        return self.folder / "planted" / "secret.txt"

    @property
    def letterbox(self) -> Path:
        """A folder that everybody on this machine may write to."""
        return self.folder / "planted" / "letterbox"

    def facts(self) -> dict[str, Any]:
        """What attackers are told: everything but the contents of files."""
        paths = {"root": self.root, "secret": self.secret, "letterbox": self.letterbox, "gradebook": self.gradebook}
        addresses = {name: address for name, (_, address) in self.listeners.items()}
        known = {"victim": self.victim.pid, "grader": os.getpid(), "marker": self.marker, "python": sys.executable}
        more = {"source": str(maker.source_path(self.root)), "neighbour": str(self.submitted("0000-honest"))}
        return {name: str(path) for name, path in paths.items()} | addresses | known | more

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    def submitted(self, student: str) -> Path:
        return self.root / "submitted" / student / ASSIGNMENT

    def kept(self) -> Kept:
        """What no submission may change: rights, owner, size, age and contents of files (but for the gradebook's)."""
        folders = [self.root / "solutions", self.root / "submitted", self.folder / "planted"]
        return {path: _state(path) for folder in folders for path in _below(str(folder))}

    def heard(self) -> dict[str, bytes]:
        """What came in on the listening sockets."""
        found = {}
        for name, (listener, _) in self.listeners.items():
            with suppress(BlockingIOError):
                found[name] = _connected(listener) if listener.type == socket.SOCK_STREAM else listener.recv(100)
        return found

    def running(self) -> dict[str, str]:
        """Processes that attacks have started, or that belong to an engine of this process, by their numbers."""
        marks = (self.marker, f"chainrule-{os.getpid()}-")
        return {number: line for number, line in _command_lines() if any(mark in line for mark in marks)}

    def left_over(self, before: Collection[str]) -> list[str]:
        """What is still running that was not before.

        The kernel has a minute to end what was of an engine that is closed: there may be many, and a machine busy.
        """
        for _ in range(600):
            found = [line for number, line in self.running().items() if number not in before]
            if not found:
                return []
            time.sleep(0.1)
        return found

    def harm(self, before: Kept, running: Collection[str]) -> list[str]:
        """What was done to it since, in words; `running` are the numbers of processes that ran before."""
        after = self.kept()
        harm = [f"{name} came or went" for name in sorted(after.keys() ^ before.keys())]
        harm += [f"{name} was changed" for name in after.keys() & before.keys() if after[name] != before[name]]
        harm += [f"{name} heard {said!r}" for name, said in self.heard().items()]
        harm += [f"still running: {line[:200]}" for line in self.left_over(running)]
        return harm + (["the victim was ended"] if self.victim.poll() is not None else [])


def _below(folder: str) -> Iterator[str]:
    """Everything below a folder, however deep it is; links are not followed."""
    folders = [folder]
    while folders:
        for entry in os.scandir(folders.pop()):
            yield entry.path
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)


def _state(path: str) -> tuple[str, bytes]:
    about = os.lstat(path)
    contents = b""
    if stat.S_ISREG(about.st_mode) and about.st_size < 100 << 20:
        with suppress(PermissionError), open(path, "rb") as file:
            contents = hashlib.sha256(file.read()).digest()
    return f"{about.st_mode:o} {about.st_uid} {about.st_size} {about.st_mtime_ns}", contents


def _command_lines() -> Iterator[tuple[str, str]]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.parent.name, path.read_bytes().replace(b"\0", b" ").decode(errors="replace")


@contextmanager
def world() -> Iterator[World]:
    """A course that everybody may read, planted files, listeners on every kind of socket, a process to kill."""
    with ExitStack() as stack:
        # the path of a socket has room for a hundred characters
        folder = Path(tempfile.mkdtemp(prefix="hostile-", dir=_short_folder()))
        # shutil.rmtree doesn't go as deep as some folders that are handed in
        stack.callback(subprocess.run, ["rm", "-rf", str(folder)], check=True)
        folder.chmod(0o755)
        # `sleep` adds up what it is given; as the victim bears no mark, it isn't taken for what an attack started
        victim = subprocess.Popen(["sleep", "86400"], stdin=subprocess.DEVNULL, start_new_session=True)
        stack.callback(_end, victim)
        there = World(folder, victim)
        maker.make_course(there.root, SOURCE, MISCONCEPTIONS)
        given = there.root / "solutions" / ASSIGNMENT
        (given / "given.txt").write_text("of the course")
        (given / "tables").mkdir()
        (given / "tables" / "one.csv").write_text("1,2\n")
        there.letterbox.mkdir(parents=True)
        there.letterbox.chmod(0o777)
        there.secret.write_text(there.words)
        for name, (kind, address) in _addresses(folder).items():
            listener = stack.enter_context(closing(socket.socket(*kind)))
            listener.bind(address)
            if listener.type == socket.SOCK_STREAM:
                listener.listen(100)
            listener.setblocking(False)
            there.listeners[name] = listener, listener.getsockname()
        for name in ("unix", "unix_datagram"):
            (folder / name).chmod(0o777)
        yield there


def _short_folder() -> str | None:
    return None if len(tempfile.gettempdir()) < 50 else "/tmp"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def _addresses(folder: Path) -> dict[str, tuple[tuple[int, ...], Any]]:
    internet = {
        "tcp": ((socket.AF_INET, socket.SOCK_STREAM), ("127.0.0.1", 0)),
        "udp": ((socket.AF_INET, socket.SOCK_DGRAM), ("127.0.0.1", 0)),
    }
    if Path("/proc/net/if_inet6").exists():
        internet |= {
            "tcp6": ((socket.AF_INET6, socket.SOCK_STREAM), ("::1", 0)),
            "udp6": ((socket.AF_INET6, socket.SOCK_DGRAM), ("::1", 0)),
        }
    return internet | {
        "unix": ((socket.AF_UNIX, socket.SOCK_STREAM), str(folder / "unix")),
        "unix_datagram": ((socket.AF_UNIX, socket.SOCK_DGRAM), str(folder / "unix_datagram")),
        "abstract": ((socket.AF_UNIX, socket.SOCK_STREAM), f"\0{folder.name}"),
        "abstract_datagram": ((socket.AF_UNIX, socket.SOCK_DGRAM), f"\0{folder.name}-datagram"),
    }


def _connected(listener: socket.socket) -> bytes:
    """That somebody has connected, and what they sent."""
    connection, _ = listener.accept()
    with closing(connection), suppress(OSError):
        connection.settimeout(0.2)
        return b"connected: " + connection.recv(100)
    return b"connected"
