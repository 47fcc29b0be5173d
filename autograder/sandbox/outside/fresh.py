"""Student processes where forking a warm one is not safe (macOS) or not possible (Windows): fresh ones.

Written by the documentation of those systems and run on Linux only. Of the layers there is what `resource`
gives (macOS: CPU time, file size, open files; Windows: nothing), so files and the network are open: the canary
finds that out, and nothing is graded without --unsafe. A process is started ahead, for it takes a second.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from autograder import files
from autograder.limits import Limits
from autograder.sandbox import wire
from autograder.sandbox.outside.link import SandboxError
from autograder.sandbox.walls import process, rlimits
from autograder.sandbox.walls.isolation import LAYERS

WHY_MISSING = "this system has nothing of the kind that is used here; a virtual machine with Linux, or WSL 2, has"


class FreshLink:
    """What `link.Link` is where there is a zygote: makes sandboxes, and says which layers are missing."""

    def __init__(self, modules: Iterable[str]) -> None:
        self._modules = list(modules)
        self._ahead = _Started(self._modules)

    def wait(self) -> dict[str, str]:
        """The layers that are missing."""
        there = {"limits"} if rlimits.has_limits() else set()
        return {name: WHY_MISSING for name in LAYERS if name not in there}

    def open(self, limits: Limits) -> FreshSandbox:
        """A maker of student processes for one submission."""
        return FreshSandbox(self, limits)

    def take(self) -> _Started:
        """The process that was started ahead; another one is started."""
        taken, self._ahead = self._ahead, _Started(self._modules)
        return taken

    def close(self) -> None:
        """End the process that nobody has used."""
        self._ahead.end()


class _Started:
    """A Python process that imports what notebooks need, then waits for a connection and a folder."""

    def __init__(self, modules: list[str]) -> None:
        self.folder = tempfile.mkdtemp(prefix=f"chainrule-{os.getpid()}-")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._token = secrets.token_hex(32)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "autograder.sandbox.inside.alone"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=process.clean_environment(self.folder),
            cwd=self.folder,
        )
        self._say({"port": self._listener.getsockname()[1], "token": self._token, "modules": modules})

    def _say(self, tree: dict[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(tree).encode() + b"\n")
        self._process.stdin.flush()

    def connect(self, limits: Limits, files: Path | None) -> socket.socket:
        """Let it serve one student, in a copy of the folder `files`. Raises SandboxError."""
        if files is not None:
            ignore = shutil.ignore_patterns("*.ipynb")
            shutil.copytree(files, self.folder, dirs_exist_ok=True, symlinks=True, ignore=ignore)
        try:
            self._say({"limits": asdict(limits)})
            self._listener.settimeout(wire.SECONDS_TO_START_AFRESH)
            connection, _ = self._listener.accept()
            connection.settimeout(wire.SECONDS_TO_START_AFRESH)
            if not hmac.compare_digest(connection.recv(len(self._token)), self._token.encode()):
                raise SandboxError("something else connected in the place of a sandbox")
        except OSError as error:
            raise SandboxError(f"a sandbox did not start ({error})") from None
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def end(self) -> None:
        """End it, and remove its folder."""
        self._process.kill()
        self._process.wait()
        self._listener.close()
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()
        files.remove(self.folder)


class FreshSandbox:
    """What `link.ZygoteSandbox` is where there is a zygote."""

    def __init__(self, link: FreshLink, limits: Limits) -> None:
        self.limits = limits
        self._link = link
        self._students: list[_Started] = []

    def fork(self, files: Path | None) -> tuple[int, socket.socket]:
        """A process for student code: its number, its connection. Raises SandboxError."""
        started = self._link.take()
        self._students.append(started)
        return len(self._students) - 1, started.connect(self.limits, files)

    def end(self, student: int) -> None:
        """End a student process."""
        self._students[student].end()

    def close(self) -> None:
        """End all student processes of this submission."""
        for started in self._students:
            started.end()
