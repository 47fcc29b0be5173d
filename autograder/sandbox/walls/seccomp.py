"""seccomp: which system calls a process may still make.

An allow-list as a classic BPF program: reading, writing, memory, time, threads, files (which Landlock and
the namespaces confine). Not on it: sockets, other processes, signals to others, mounts, kernel interfaces, and what
tells of the machine as a whole (sysinfo, statfs), where one submission could see what another does.
What the list doesn't know fails with EPERM, or with ENOSYS where the C library then falls back on something older.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from autograder.sandbox.walls.linux import system_call

# By name: the number on x86_64 and on aarch64; None where a machine doesn't have the call.
CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65), "writev": (20, 66),
    "access": (21, None), "pipe": (22, None), "select": (23, None), "sched_yield": (24, 124), "mremap": (25, 216),
    "msync": (26, 227), "dup": (32, 23), "dup2": (33, None), "nanosleep": (35, 101),
    "getitimer": (36, 102), "setitimer": (38, 103), "getpid": (39, 172), "sendto": (44, 206), "recvfrom": (45, 207),
    "shutdown": (48, 210), "exit": (60, 93), "uname": (63, 160), "fsync": (74, 82),
    "fdatasync": (75, 83), "ftruncate": (77, 46), "getdents": (78, None), "getcwd": (79, 17), "chdir": (80, 49),
    "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None), "unlink": (87, None), "readlink": (89, None),
    "umask": (95, 166), "gettimeofday": (96, 169), "getrlimit": (97, None), "getrusage": (98, 165),
    "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175),
    "getegid": (108, 177), "getppid": (110, 173), "getpgrp": (111, None), "getgroups": (115, 158),
    "rt_sigtimedwait": (128, 137), "sigaltstack": (131, 132),
    "gettid": (186, 178), "time": (201, None), "sched_getaffinity": (204, 123),
    "epoll_create": (213, None), "getdents64": (217, 61), "restart_syscall": (219, 128), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "exit_group": (231, 94), "epoll_wait": (232, None),
    "epoll_ctl": (233, 21), "openat": (257, 56), "mkdirat": (258, 34), "newfstatat": (262, 79), "unlinkat": (263, 35),
    "renameat": (264, 38), "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73),
    "set_robust_list": (273, 99), "epoll_pwait": (281, 22), "eventfd2": (290, 19), "epoll_create1": (291, 20),
    "dup3": (292, 24), "pipe2": (293, 59), "getcpu": (309, 168), "renameat2": (316, 276), "getrandom": (318, 278),
    "membarrier": (324, 283), "statx": (332, 291), "rseq": (334, 293), "close_range": (436, 436),
    "faccessat2": (439, 439),
}  # fmt: skip
SPECIAL: dict[str, tuple[int, int]] = {
    "clone": (56, 220), "ioctl": (16, 29), "socketpair": (53, 199), "tgkill": (234, 131), "prlimit64": (302, 261),
    "fcntl": (72, 25), "futex": (202, 98), "madvise": (28, 233),
}  # fmt: skip
PROCESSES = {"fork": (57, None), "vfork": (58, None), "wait4": (61, 260), "execve": (59, 221)}
"""Allowed only where a test asks what the other layers stop."""
CLONE3, FIRST_UNKNOWN = 435, 452

MACHINES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}
"""Column in the tables, and AUDIT_ARCH of linux/audit.h."""
HARMLESS_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX."""
PLAIN_FCNTLS = (0, 1, 2, 3, 4, 1030)
"""Descriptors and their flags: no locks, by which two sandboxes could speak over a file of Python's, and no sizes of
pipes, of which all processes of a user have so much together."""
ADVICE = (0, 1, 2, 3, 4, 8, 14, 15)
"""MADV_NORMAL to MADV_DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE: for memory of one's own. Not PAGEOUT, by which a page of
a library is gone for everybody, nor MERGEABLE, which looks for the same page in other processes."""
FUTEX_PRIVATE, FUTEX_OPERATION, FUTEX_WAIT, FUTEX_WAIT_BITSET = 128, 127, 0, 9
NEW_NAMESPACES = 0x7E02_0080
THREAD = 0x3D_0F00
"""The flags with which the C library clones a thread. Without CLONE_FILES, say, each would have a table of 64 files of
its own, and the kernel's memory behind them is in no limit."""
DETACHED = 0x40_0000
"""What musl adds, and the kernel ignores."""

ALLOW, KILL = 0x7FFF_0000, 0x8000_0000
EPERM, ENOSYS, ENOTTY, EAGAIN = (
    0x5_0000 | number for number in (errno.EPERM, errno.ENOSYS, errno.ENOTTY, errno.EAGAIN)
)
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN, AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16


def is_known_machine() -> bool:
    """Is there a list for this kind of processor?"""
    return platform.machine() in MACHINES


def filter_program(pid: int, *, processes: bool = False) -> bytes:
    """The filter as BPF code for the process `pid`, which may signal and limit itself alone."""
    column, architecture = MACHINES[platform.machine()]
    special = {name: numbers[column] for name, numbers in SPECIAL.items()}
    program = [
        _step(LOAD, ARCHITECTURE), _step(EQUAL, architecture, 1, 0), _step(RETURN, KILL),
        _step(LOAD, NUMBER), _step(AT_LEAST, 0x4000_0000, 0, 1), _step(RETURN, KILL),  # the x32 calls of x86_64
    ]  # fmt: skip
    no_namespace = [_argument(0), _step(ANY_BIT, NEW_NAMESPACES, 0, 1), _step(RETURN, EPERM), _step(RETURN, ALLOW)]
    a_thread = [
        _argument(0),
        _step(AND, ~DETACHED & 0xFFFF_FFFF),
        _step(EQUAL, THREAD, 1, 0),
        _step(RETURN, EPERM),
        _step(RETURN, ALLOW),
    ]
    program += _when(special["clone"], *(no_namespace if processes else a_thread))
    program += _when(special["ioctl"], *_one_of(1, HARMLESS_IOCTLS, ENOTTY))
    # a pair of streams is what asyncio makes; datagrams would reach named sockets past Landlock
    unix = [_argument(0), _step(EQUAL, 1, 1, 0), _step(RETURN, EPERM)]
    stream = [_argument(1), _step(AND, 0xFF), _step(EQUAL, 1, 1, 0), _step(RETURN, EPERM)]
    program += _when(special["socketpair"], *unix, *stream, _step(RETURN, ALLOW))
    program += _when(special["tgkill"], *_one_of(0, (pid,), EPERM))
    program += _when(special["prlimit64"], *_one_of(0, (0, pid), EPERM))
    program += _when(special["fcntl"], *_one_of(1, PLAIN_FCNTLS, EPERM))
    # A shared futex wakes whoever maps the same file, and so does the end of a thread, which no filter sees: so
    # nobody may wait for one. The C library does for a thread's end; told EAGAIN, it asks again.
    waits = [_step(AND, FUTEX_OPERATION), _step(EQUAL, FUTEX_WAIT, 2, 0), _step(EQUAL, FUTEX_WAIT_BITSET, 1, 0)]
    private = [_argument(1), _step(ANY_BIT, FUTEX_PRIVATE, len(waits) + 2, 0)]
    otherwise = [_step(RETURN, EPERM), _step(RETURN, EAGAIN), _step(RETURN, ALLOW)]
    program += _when(special["madvise"], *_one_of(2, ADVICE, EPERM))
    program += _when(special["futex"], *private, *waits, *otherwise)
    allowed = CALLS | (PROCESSES if processes else {})
    for number in sorted(n for numbers in allowed.values() if (n := numbers[column]) is not None):
        program += _when(number, _step(RETURN, ALLOW))
    program += _when(CLONE3, _step(RETURN, ENOSYS))
    program += [_step(AT_LEAST, FIRST_UNKNOWN, 0, 1), _step(RETURN, ENOSYS), _step(RETURN, EPERM)]
    return b"".join(program)


def load(program: bytes) -> None:
    """Put a filter on this process, all its threads and whatever comes of them, for good. Raises OSError."""
    code = ctypes.create_string_buffer(program)
    system_call("seccomp", 1, 0, struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code)))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _argument(position: int) -> bytes:
    """Load the lower half of an argument (both machines are little-endian)."""
    return _step(LOAD, FIRST_ARGUMENT + 8 * position)


def _when(number: int, *steps: bytes) -> list[bytes]:
    return [_step(EQUAL, number, 0, len(steps)), *steps]


def _one_of(position: int, values: tuple[int, ...], otherwise: int) -> list[bytes]:
    tests = [_step(EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_argument(position), *tests, _step(RETURN, otherwise), _step(RETURN, ALLOW)]


def own_program(*, processes: bool = False) -> bytes:
    """The filter for this process."""
    return filter_program(os.getpid(), processes=processes)
