"""What keeps student code in: the layers, which of them this machine has, and the order they are taken on in.

Some are prepared once by the warm process (`Isolation`), the rest by each of its children (`confine`).
Each layer stops a part of what student code could try, and most things are stopped by more than one;
docs/security.md has the table. `canary.py` tries whether it is true.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.limits import Limits
from autograder.sandbox.walls import landlock, linux, namespaces, seccomp

with suppress(ImportError):  # Windows has no such limits
    import resource

UNUSED_USER = 64_321
"""The user that student code runs as where the grader is root: it owns nothing."""

LAYERS = {
    "namespaces": "student code sees a file system with Python alone, no network, no other process",
    "own processes": "one student's code sees and reaches no process of another's",
    "own user": "student code doesn't run as root",
    "landlock": "no file or folder but Python's own can be opened, no TCP connection made",
    "seccomp": "no sockets, no processes, no signals to others, no interfaces of the kernel",
    "limits": "memory, time, disk and open files are bounded",
}
"""The layers in the order in which they are taken on, and what each is for."""


@dataclass
class Isolation:
    """The layers of one warm process: made in the grader's folder `home`, entered once, given to each child."""

    home: str
    packages: Iterable[Path]
    """Folders that student code may read besides Python's own."""
    off: frozenset[str] = frozenset()
    """Layers left out, where a test asks what the others stop."""
    missing: dict[str, str] = field(default_factory=dict)
    """The layers that this machine doesn't have, and why."""

    def enter(self) -> None:
        """Go into the namespaces and find out about the other layers. The process goes on in a fork of itself."""
        self._baseline = _address_space()
        self._readable = namespaces.readable_paths(self.packages)
        self._pids: namespaces.ChildPids | None = None
        self._rooted = self._try("namespaces", self._enter_namespaces)
        if not self._rooted:
            self.missing["own processes"] = "it needs the namespaces"
        root = sys.platform == "linux" and os.getuid() == 0
        self._user = UNUSED_USER if root and self._try("own user", self._rehearse_user) else None
        self._landlocked = self._try("landlock", self._find_landlock)
        self._filtered = self._try("seccomp", self._find_seccomp)
        self._program = seccomp.filter_program(1) if self._filtered and self._pids else None
        if root or self._rooted:
            linux.drop_bounding_capabilities()

    def _try(self, layer: str, *steps: Callable[[], object]) -> bool:
        if layer in self.off:
            self.missing[layer] = "it was switched off"
            return False
        try:
            for step in steps:
                step()
        except (OSError, KeyError) as error:
            self.missing[layer] = str(error)
            return False
        return True

    def _enter_namespaces(self) -> None:
        # half of it can't be taken back, and on some systems the first step works and a later one is refused
        namespaces.rehearse(namespaces.unshare, lambda: namespaces.minimal_root(self._readable, self.home))
        namespaces.enter()
        self._try("own processes", self._prepare_pids)
        namespaces.minimal_root(self._readable, self.home)

    def _prepare_pids(self) -> None:
        self._pids = namespaces.ChildPids()

    def _rehearse_user(self) -> None:
        def read_python() -> None:
            _become(UNUSED_USER)
            for path in (os.__file__, shutil.__file__):
                Path(path).read_bytes()

        namespaces.rehearse(read_python)

    @staticmethod
    def _find_landlock() -> None:
        if not landlock.version():
            raise OSError(38, "the kernel is older than 5.13, or was started without Landlock")

    @staticmethod
    def _find_seccomp() -> None:
        if not (sys.platform == "linux" and seccomp.is_known_machine()):
            raise OSError(38, "there is no list of system calls for this machine")

    def fork(self) -> int:
        """As os.fork."""
        return self._pids.fork() if self._pids else os.fork()

    def confine(self, limits: Limits, files: int | None) -> None:
        """In a child, before any student code: take on all layers, for good, in a working folder of its own.

        `files` is an open folder whose contents are copied there.
        """
        die_with_parent()
        folder = self._disk(limits.disk)
        os.chdir(folder)
        if files is not None:
            _copy(files, self._user)
            os.close(files)
        os.environ.update(HOME=folder, TMPDIR=folder)
        tempfile.tempdir = None
        if self._user:
            os.chown(folder, self._user, self._user)
            _become(self._user)
            die_with_parent()  # a change of user has cleared it
        if self._user or self._rooted:
            linux.drop_capabilities()
        keep_private()
        if sys.platform == "linux":
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        if "limits" not in self.off:
            limit_this_process(limits, self._baseline)
        if self._landlocked:
            landlock.restrict_this_process(self._readable, [folder, "/dev/null"])
        if self._filtered:
            seccomp.load(self._program or seccomp.own_program())

    def _disk(self, size: int) -> str:
        if self._rooted:
            namespaces.own_disk(size)
            return namespaces.SCRATCH
        return tempfile.mkdtemp(dir=self.home)


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
    if baseline := baseline or _address_space():
        _lower(resource.RLIMIT_AS, baseline + limits.memory)


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _copy(folder: int, owner: int | None) -> None:
    """Copy the plain files below an open folder into the working folder; notebooks, links and the rest stay out.

    What the working folder has no room for is left out too.
    """
    for path, _, names, descriptor in os.fwalk(".", dir_fd=folder):
        for name in names:
            if name.endswith(".ipynb"):
                continue
            with suppress(OSError):
                os.makedirs(path, exist_ok=True)
                opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
                with open(opened, "rb") as source:
                    if stat.S_ISREG(os.fstat(opened).st_mode):
                        with open(os.path.join(path, name), "xb") as target:
                            shutil.copyfileobj(source, target)
        if owner:
            for copied, _, copies in os.walk(path):
                for name in (".", *copies):
                    os.chown(os.path.join(copied, name), owner, owner)


def _address_space() -> int:
    """Bytes of address space in use (Linux; elsewhere 0)."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def limit_memory(extra: int) -> None:
    """Let this process use `extra` bytes of address space more than it has (Linux; elsewhere no limit)."""
    if sys.platform == "linux":
        _lower(resource.RLIMIT_AS, _address_space() + extra)


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
    return kept | threads | own | {"XDG_CACHE_HOME": caches, "PYTHONDONTWRITEBYTECODE": "1"}


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))
