"""What the kernel counts for a process and refuses beyond (`setrlimit`): memory, time, threads, files."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from autograder.limits import Limits

with suppress(ImportError):  # Windows has no such limits
    import resource

THREADS = 32
"""What one submission may have at once."""


def has_limits() -> bool:
    """Does this system let a process give up memory, time and disk?"""
    return "resource" in globals()


def limit_this_process(limits: Limits, baseline: int = 0) -> None:
    """Give up, for good, what student code must not have; `baseline` are bytes of address space not counted."""
    if not has_limits():
        return
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.disk)
    _lower(resource.RLIMIT_NOFILE, 64)
    _lower(resource.RLIMIT_CPU, int(limits.notebook_seconds) + 1)
    if baseline := baseline or address_space():
        _lower(resource.RLIMIT_AS, baseline + limits.memory)


def limit_memory(extra: int) -> None:
    """Let this process use `extra` bytes of address space more than it has (Linux; elsewhere no limit)."""
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, address_space() + extra)


def limit_threads(others: int = 0) -> None:
    """Let the user of this process have THREADS threads besides those of `others`."""
    _lower(resource.RLIMIT_NPROC, others + THREADS)


def threads_of_this_user() -> int:
    """How many threads the processes of this user have."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):  # it may have ended
            if process.stat().st_uid == os.getuid():
                count += len(os.listdir(process / "task"))
    return count


def address_space() -> int:
    """Bytes of address space in use (Linux; elsewhere 0)."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))
