"""What keeps student code in: the layers, which of them this machine has, and the order they are taken on in.

Some are prepared once by the warm process (`Isolation`), the rest by each of its children (`confine`).
Each layer stops a part of what student code could try, and most things are stopped by more than one;
docs/security.md has the table. `canary.py` tries whether it is true.
"""

from __future__ import annotations

import os
import secrets
import shutil
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
from autograder.sandbox.walls import landlock, linux, namespaces, process, rlimits, seccomp, working_folder

USERS = (range(1_879_048_192, 2_147_352_576), range(60_578, 60_706))
"""Users that own nothing (systemd's UIDS-GIDS.md); the second where a container has 65,536 users at most."""
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
        self._baseline = rlimits.address_space()
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
        self._others = 0 if unshared else rlimits.threads_of_this_user()
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
            rlimits.limit_threads()
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
            namespaces.rehearse(lambda: working_folder.remove_aside(folder))

    @property
    def watches_disks(self) -> bool:
        """Has somebody to ask whether a `working_folder.overflows`? A disk of its own has its limits itself."""
        return not self._rooted and "limits" not in self.off

    def confine(self, limits: Limits, folder: str, files: int | None) -> None:
        """In a child, before any student code: take on all layers, for good, in its working folder.

        `files` is an open folder whose contents are copied there.
        """
        process.die_with_parent()
        os.setsid()  # so the processors are shared out between submissions, however many threads each has
        if self._rooted:
            namespaces.own_disk(limits.disk, working_folder.MAX_FILES)
        os.chdir(folder)
        user = secrets.choice(self._users) if self._users else None
        if files is not None:
            working_folder.copy(files, user, limits.disk)
            os.close(files)
        os.environ["HOME"] = os.environ["TMPDIR"] = folder
        tempfile.tempdir = None
        if user:
            os.chown(folder, user, user)
            _become(user)
        if self._own_count:
            namespaces.own_user()
        process.die_with_parent()  # a change of user has cleared it
        if user or self._rooted:
            linux.drop_capabilities()
        process.keep_private()
        if sys.platform == "linux":
            linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        if "limits" not in self.off:
            rlimits.limit_this_process(limits, self._baseline)
            if user or self._own_count:
                rlimits.limit_threads()
            elif self._others:
                rlimits.limit_threads(self._others)
        if self._landlocked:
            landlock.restrict_this_process(self._readable, [folder, "/dev/null"])
        if self._filtered:
            seccomp.load(self._program or seccomp.own_program())


def _read_python() -> None:
    for path in (os.__file__, shutil.__file__):
        Path(path).read_bytes()


def _become(user: int) -> None:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
