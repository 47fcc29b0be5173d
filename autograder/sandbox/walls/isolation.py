"""What keeps student code in: the layers, which of them this machine has, and the order they are taken on in.

Some are prepared once by the warm process (`Isolation`), the rest by each of its children (`confine`).
Each layer stops a part of what student code could try, and most things are stopped by more than one;
docs/security.md has the table. `canary.py` tries whether it is true.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import chainrule
from autograder.limits import Limits
from autograder.sandbox.walls import landlock, linux, namespaces, seccomp

with suppress(ImportError):  # Windows has no such limits
    import resource

USERS = (range(1_879_048_192, 2_147_352_576), range(60_578, 60_706))
"""Users that own nothing (systemd's UIDS-GIDS.md); the second where a container has 65,536 users at most."""
THREADS = 32
"""What one submission may have at once."""
MAX_FILES = 1_000
"""And the files in its working folder."""

LAYERS = {
    "namespaces": "student code sees a file system with Python alone and a small disk, no network, no other process",
    "own processes": "one student's code sees and reaches no process of another's",
    "own user": "student code doesn't run as root, and each submission is counted by itself",
    "landlock": "no file or folder but Python's own can be opened, no TCP connection made",
    "seccomp": "no sockets, no processes, no signals to others, no interfaces of the kernel",
    "limits": "memory, time, threads, open files and the size of each file are bounded",
}
"""The layers in the order in which they are taken on, and what each is for."""


def own_packages() -> list[Path]:
    """The folders of this project that student code may read, besides Python's own."""
    package = Path(str(chainrule.__file__)).parent
    return [package, package.parent / "data"]


def exposed(private: Iterable[Path]) -> Path | None:
    """The first of some folders that student code could read, as it lies below what Python needs."""
    readable = namespaces.readable_paths(own_packages())
    return next((one for one in private if any(one.resolve().is_relative_to(path) for path in readable)), None)


@dataclass
class Isolation:
    """The layers of one warm process: made in the grader's folder `home`, entered once, given to each child."""

    home: str
    off: frozenset[str] = frozenset()
    """Layers left out, where a test asks what the others stop."""
    missing: dict[str, str] = field(default_factory=dict)
    """The layers that this machine doesn't have, and why."""

    def enter(self) -> None:
        """Go into the namespaces and find out about the other layers. The process goes on in a fork of itself."""
        self._baseline = _address_space()
        self._readable = namespaces.readable_paths(own_packages())
        self._pids: namespaces.ChildPids | None = None
        self._rooted = self._try("namespaces", self._enter_namespaces)
        if not self._rooted:
            self.missing["own processes"] = "it needs the namespaces"
        root = sys.platform == "linux" and os.getuid() == 0
        self._users: range | None = None
        self._own_count = False
        self._try("own user", self._find_users if root else self._find_own_count)
        unshared = self._users or self._own_count or sys.platform != "linux"
        self._others = 0 if unshared else _threads_of_this_user()
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

    def _find_users(self) -> None:
        for users in USERS:
            with suppress(OSError):
                namespaces.rehearse(partial(_become, users[0]), _read_python)
                self._users = users
                return
        raise OSError(1, "no other user can read Python's files")

    def _find_own_count(self) -> None:
        if not self._rooted:
            raise OSError(1, "it needs the namespaces, or that the grader is root")

        def start_a_thread() -> None:
            namespaces.own_user()
            _lower(resource.RLIMIT_NPROC, THREADS)
            linux.drop_capabilities()
            try:
                threading.Thread(target=int).start()
            except RuntimeError as error:
                raise OSError(11, "the kernel counts all processes of a user together") from error

        namespaces.rehearse(start_a_thread)
        self._own_count = True

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

    def make_folder(self) -> str:
        """A working folder for a child; `remove_folder` takes it away when the child has ended."""
        return namespaces.SCRATCH if self._rooted else tempfile.mkdtemp(dir=self.home)

    def remove_folder(self, folder: str) -> None:
        """Remove the working folder of a child, where it isn't gone with the child."""
        if not self._rooted:
            namespaces.rehearse(lambda: _remove_aside(folder))

    @property
    def watches_disks(self) -> bool:
        """Has somebody to ask whether a working folder `overflows`? A disk of its own has its limits itself."""
        return not self._rooted and "limits" not in self.off

    def overflows(self, folder: str, size: int) -> bool:
        """Is there more in the working folder of a child than its disk may hold?"""
        waiting, files = [folder], 0
        while waiting and size >= 0 and files <= MAX_FILES:
            with suppress(OSError), os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    files += 1
                    size -= entry.stat(follow_symlinks=False).st_blocks * 512
                    if files > MAX_FILES or size < 0:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        return size < 0 or files > MAX_FILES

    def confine(self, limits: Limits, folder: str, files: int | None) -> None:
        """In a child, before any student code: take on all layers, for good, in its working folder.

        `files` is an open folder whose contents are copied there.
        """
        die_with_parent()
        os.setsid()  # so the processors are shared out between submissions, however many threads each has
        if self._rooted:
            namespaces.own_disk(limits.disk, MAX_FILES)
        os.chdir(folder)
        user = secrets.choice(self._users) if self._users else None
        if files is not None:
            _copy(files, user)
            os.close(files)
        os.environ.update(HOME=folder, TMPDIR=folder)
        tempfile.tempdir = None
        if user:
            os.chown(folder, user, user)
            _become(user)
        if self._own_count:
            namespaces.own_user()
        die_with_parent()  # a change of user has cleared it
        if user or self._rooted:
            linux.drop_capabilities()
        keep_private()
        if sys.platform == "linux":
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        if "limits" not in self.off:
            limit_this_process(limits, self._baseline)
            if user or self._own_count:
                _lower(resource.RLIMIT_NPROC, THREADS)
            elif self._others:
                _lower(resource.RLIMIT_NPROC, self._others + THREADS)
        if self._landlocked:
            landlock.restrict_this_process(self._readable, [folder, "/dev/null"])
        if self._filtered:
            seccomp.load(self._program or seccomp.own_program())


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


def _read_python() -> None:
    for path in (os.__file__, shutil.__file__):
        Path(path).read_bytes()


def _threads_of_this_user() -> int:
    """How many threads the processes of this user have."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):  # it may have ended
            if process.stat().st_uid == os.getuid():
                count += len(os.listdir(process / "task"))
    return count


def _remove_aside(folder: str) -> None:
    """Remove a folder in a fork that nobody waits for: student code can make files that take minutes to remove.

    What lies too deep stays until the run ends.
    """
    if os.fork():
        return
    with suppress(OSError, RecursionError):
        for path, folders, _ in os.walk(folder):
            for name in folders:
                os.chmod(os.path.join(path, name), 0o700, follow_symlinks=False)
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)


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
    own["NBGRADER_EXECUTION"] = "autograde"  # as nbgrader says it to notebooks that ask
    return kept | threads | own | {"XDG_CACHE_HOME": caches, "PYTHONDONTWRITEBYTECODE": "1"}


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))
