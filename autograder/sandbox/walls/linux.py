"""Linux system calls that Python's standard library lacks, by ctypes: namespaces, mounts, capabilities, filters.

Each raises OSError with its own name in it where the kernel refuses. Numbers are those of the kernel's headers
(include/uapi/asm-generic/unistd.h and arch/x86/entry/syscalls/syscall_64.tbl).
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38

NUMBERS = {
    "x86_64": {"pivot_root": 155, "seccomp": 317},
    "aarch64": {"pivot_root": 41, "seccomp": 277},
}
EVERYWHERE = {
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}


def system_call(name: str, *arguments: int | bytes | None) -> int:
    """Make a system call that the C library has no function for. Raises OSError."""
    number = EVERYWHERE.get(name) or NUMBERS.get(platform.machine(), {}).get(name)
    if LIBC is None or number is None:
        raise OSError(38, f"{name} is not known on {sys.platform} {platform.machine()}")
    # varargs: whole numbers must be passed as long, or their upper half is undefined
    passed = [ctypes.c_long(x) if isinstance(x, int) else x for x in arguments]
    return _checked(LIBC.syscall(ctypes.c_long(number), *passed), name)


def _checked(result: int, name: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _call(name: str, *arguments: Any) -> int:
    if LIBC is None:
        raise OSError(38, f"{name} is not known on {sys.platform}")
    return _checked(getattr(LIBC, name)(*arguments), name)


def prctl(option: int, value: int) -> None:
    """Change a property of this process."""
    _call("prctl", *(ctypes.c_ulong(x) for x in (option, value, 0, 0, 0)))


def unshare(flags: int) -> None:
    """Put this process (or, for PIDs, its next children) into new namespaces."""
    _call("unshare", flags)


def setns(descriptor: int, kind: int) -> None:
    """Put this process (or, for PIDs, its next children) into the namespace behind a descriptor."""
    _call("setns", descriptor, kind)


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system."""
    _call("mount", source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), options.encode())


def make_read_only(target: str, *, below: bool) -> None:
    """Make a mount, with all `below` it or not, read-only and without set-uid programs and devices."""
    flags = MS_RDONLY | MS_NOSUID | MS_NODEV if below else MS_RDONLY
    attributes = struct.pack("=QQQQ", flags, 0, 0, 0)
    system_call("mount_setattr", -100, target.encode(), 0x8000 if below else 0, attributes, len(attributes))


def change_root(folder: str) -> None:
    """Make a mounted folder the root of this mount namespace; nothing outside it can be reached any more."""
    os.chdir(folder)
    system_call("pivot_root", b".", b".")
    _call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def drop_bounding_capabilities() -> None:
    """No program that this process starts can ever have a capability."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            return  # past the last one that this kernel knows


def drop_capabilities() -> None:
    """Give up all capabilities of this process."""
    header = struct.pack("=Ii", 0x2008_0522, 0)
    _call("capset", header, bytes(24))
