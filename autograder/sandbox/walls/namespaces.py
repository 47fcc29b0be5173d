"""Namespaces: a file system with nothing in it but Python, no network, no other processes, a small disk.

The warm process enters once; each of its children gets a process namespace and a disk of its own.
"""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path

from autograder.sandbox.walls import linux

SCRATCH = "/scratch"
SYSTEM = (
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/fonts", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/dev/urandom", "/dev/null", "/dev/zero",
)  # fmt: skip
"""What Python and its libraries read besides their own folders; what a machine lacks is left out."""


def readable_paths(packages: Iterable[Path]) -> list[str]:
    """The files and folders that student code may read: Python's libraries, its packages, fonts, and `packages`.

    Not all that is below Python's prefix: a course may lie there, nbgrader's exchange, Jupyter's settings.
    """
    found = {*SYSTEM, *map(str, packages)}
    found |= {f"{prefix}/{folder}" for prefix in {sys.prefix, sys.base_prefix} for folder in ("lib", "lib64", "fonts")}
    found |= {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    found |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    found = {os.path.realpath(path) for path in found if os.path.exists(path)}
    return sorted(path for path in found if not any(path.startswith(f"{other}/") for other in found))


def rehearse(*steps: Callable[[], object]) -> None:
    """Take steps in a child that is thrown away. Raises the OSError that one of them raises there."""
    child = os.fork()
    if child == 0:
        try:
            for step in steps:
                step()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 255)
        finally:
            os._exit(255)
    failed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if failed:
        raise OSError(failed, os.strerror(failed) if failed < 255 else "the rehearsal failed")


def enter() -> None:
    """Go into new namespaces, and go on there as the first process, in a fork. Raises OSError.

    When that process ends, the kernel ends everything that it started.
    """
    unshare()
    child = os.fork()
    if child:
        os.closerange(0, 4096)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)


def unshare() -> None:
    """Leave the namespaces that this process shares with others. Raises OSError."""
    user, group = os.getuid(), os.getgid()
    kinds = linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWPID
    linux.unshare(kinds if user == 0 else kinds | linux.CLONE_NEWUSER)
    if user:
        linux.prctl(linux.PR_SET_DUMPABLE, 1)  # the files of a process that can't be dumped are root's
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)


def minimal_root(readable: list[str], root: str) -> None:
    """Leave a root that holds the readable paths, read-only, and SCRATCH, which is small. Raises OSError.

    `root` is an empty folder to mount it on.
    """
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("root", root, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=1m,mode=755")
    for path in readable:
        target = root + path
        if os.path.isdir(path):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.close(os.open(target, os.O_CREAT))
        linux.mount(path, target, None, linux.MS_BIND | linux.MS_REC)
        if not path.startswith("/dev/"):
            linux.make_read_only(target, below=True)
    for link in ("/lib", "/lib64", "/bin"):
        if os.path.islink(link) and not os.path.lexists(root + link):
            os.symlink(os.readlink(link), root + link)
    for folder in (SCRATCH, "/tmp"):
        os.makedirs(root + folder, exist_ok=True)
    linux.mount("scratch", root + SCRATCH, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=4m,mode=755")
    linux.change_root(root)
    linux.make_read_only("/", below=False)  # or it would be a letter box between children


def own_disk(size: int, files: int) -> None:
    """Give this process an empty SCRATCH of its own, of so many bytes and files, gone when it ends. Raises OSError."""
    linux.unshare(linux.CLONE_NEWNS)
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("scratch", SCRATCH, "tmpfs", flags, f"size={size},nr_inodes={files},mode=777")


def own_user() -> None:
    """Let this process be counted by itself, as a user of its own that no user outside is mapped to. Raises OSError."""
    linux.unshare(linux.CLONE_NEWUSER)
    linux.drop_bounding_capabilities()


class ChildPids:
    """Gives each child a process namespace of its own: it sees, and can signal, nobody else."""

    def __init__(self) -> None:
        """Raises OSError where the kernel doesn't allow it."""
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._next()
        self._back()

    def _next(self) -> None:
        linux.unshare(linux.CLONE_NEWPID)

    def _back(self) -> None:
        linux.setns(self._own, linux.CLONE_NEWPID)

    def fork(self) -> int:
        """As os.fork; the child is process 1 of a new namespace."""
        self._next()
        child = None
        try:
            child = os.fork()
        finally:
            if child != 0:
                self._back()
        return child
