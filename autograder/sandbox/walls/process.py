"""What a process of the grader's near to student code takes on or is given, whatever layers there are."""

from __future__ import annotations

import os
import signal
import sys

from autograder.sandbox.walls import linux


def keep_private() -> None:
    """Let no other process of this user read this one's memory (Linux)."""
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """End this process when its parent ends, however that comes about (Linux)."""
    if sys.platform == "linux":
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_environment(home: str) -> dict[str, str]:
    """An environment without the grader's tokens; one thread for linear algebra; matplotlib's list of fonts."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "SYSTEMROOT") if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    own = {"HOME": home, "TMPDIR": home, "IPYTHONDIR": home, "MPLBACKEND": "Agg", "MALLOC_ARENA_MAX": "2"}
    caches = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))
    own["NBGRADER_EXECUTION"] = "autograde"  # as nbgrader says it to notebooks that ask
    return kept | threads | own | {"XDG_CACHE_HOME": caches, "PYTHONDONTWRITEBYTECODE": "1"}
