"""What limits a sandbox: memory, CPU time, file size, open files; and a grader that can't be read.

These are the limits of the operating system for one process. They stop accidents and greed.
They do not keep student code from reading files or using the network; docs/security.md says so.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds, sizes in bytes."""

    cell_seconds: float = 10.0
    call_seconds: float = 5.0
    notebook_seconds: float = 60.0
    memory: int = 1 << 30
    output: int = 1 << 20
    disk: int = 32 << 20
    calls: int = 5_000
    """Calls of answers in one test cell."""


def limit_this_process(limits: Limits) -> None:
    """Give up, for good, what this process must not have. Call it before any student code runs."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.disk)
    _lower(resource.RLIMIT_NOFILE, 64)
    _lower(resource.RLIMIT_CPU, int(limits.notebook_seconds) + 1)
    limit_memory(limits.memory)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    keep_private()


def limit_memory(extra: int) -> None:
    """Let this process use `extra` bytes of address space more than it has (Linux; elsewhere no limit)."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + extra)


def keep_private() -> None:
    """Let no other process of this user read this one's memory (Linux)."""
    _prctl(PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """End this process when its parent ends, however that comes about (Linux)."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_environment(home: str) -> dict[str, str]:
    """An environment without the grader's tokens; one thread for linear algebra; matplotlib's list of fonts."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    own = {"HOME": home, "TMPDIR": home, "IPYTHONDIR": home, "MPLBACKEND": "Agg", "MALLOC_ARENA_MAX": "2"}
    caches = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    return kept | threads | own | {"XDG_CACHE_HOME": caches, "PYTHONDONTWRITEBYTECODE": "1"}


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
