"""What a command costs with all its processes: CPU time, wall time, memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
SAMPLING = 0.2
"""Seconds between two looks at the memory of processes."""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds, and bytes of memory."""

    user: float
    system: float
    wall: float
    main: int = 0
    """The most that the command itself held."""
    fork: int = 0
    """The most private memory of one process that runs student code."""

    @property
    def cpu(self) -> float:
        """User and system time."""
        return self.user + self.system

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.user - other.user, self.system - other.system, self.wall - other.wall, self.main, self.fork)

    def __add__(self, other: Cost) -> Cost:
        most = max(self.main, other.main), max(self.fork, other.fork)
        return Cost(self.user + other.user, self.system + other.system, self.wall + other.wall, *most)

    def __mul__(self, times: float) -> Cost:
        return Cost(self.user * times, self.system * times, self.wall * times, self.main, self.fork)


def run(course: Path, *command: str) -> Cost:
    """Run a command in a course's folder. Raises SystemExit, with what it said, where it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    main = fork = 0
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=course, env=ENVIRONMENT, stdout=log, stderr=log)
        while not _ends(process):
            a, b = _memory(process.pid)
            main, fork = max(main, a), max(fork, b)
        wall = time.perf_counter() - began
        if process.returncode:
            log.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read()[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, wall, main, fork)


def _ends(process: subprocess.Popen[bytes]) -> bool:
    """Does it end before it is time for another look?"""
    try:
        process.wait(SAMPLING)
    except subprocess.TimeoutExpired:
        return False
    return True


def _memory(pid: int) -> tuple[int, int]:
    """Bytes that a process holds, and the most private bytes of a student's process below it.

    That is four steps down: the warm process, the way into the namespaces, the zygote, its forks.
    """
    try:
        command = psutil.Process(pid)
        students = [command]
        for _ in range(4):
            students = [child for parent in students for child in parent.children()]
        return command.memory_info().rss, max((p.memory_full_info().uss for p in students), default=0)
    except psutil.Error:
        return 0, 0
