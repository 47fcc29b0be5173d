"""Two submissions that are graded at the same time can't tell each other anything: hidden inputs, say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from autograder.engine.client import Engine
from autograder.sandbox.outside.link import Link
from tests.autograder.sandbox.room import LIMITS, room

COMMON = """
import ctypes, fcntl, mmap, os, platform, socket, struct, threading, time
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == "aarch64"
both = os.open(os.__file__, os.O_RDONLY)
def syscall(numbers, *arguments):
    return libc.syscall(ctypes.c_long(numbers[arm]), *arguments)
def word():
    libc.mmap.restype = ctypes.c_void_p
    return ctypes.c_void_p(libc.mmap(None, 4096, mmap.PROT_READ, mmap.MAP_SHARED, both, 0))
def wait_at(at):
    value, half_a_second = ctypes.c_uint.from_address(at.value).value, struct.pack("qq", 0, 500_000_000)
    return syscall((202, 98), at, 0, ctypes.c_uint(value), half_a_second, None, 0) == 0
def can_start(number):
    done = threading.Event()
    try:
        return all([threading.Thread(target=done.wait, daemon=True).start() is None for _ in range(number)])
    except RuntimeError:
        return False
    finally:
        done.set()
def is_locked(command):
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0)
    return struct.unpack("hhqqi4x", fcntl.fcntl(both, command, asked))[0] != fcntl.F_UNLCK
"""
WAYS = {
    "files": (
        "for f in ('.', '/tmp', '/scratch', '/dev/shm', '/var/tmp', os.path.dirname(os.__file__)):\n"
        "    try: open(f + '/word', 'w').close()\n    except OSError: pass",
        "any(os.path.exists(f + '/word') for f in ('.', '/tmp', '/scratch', '/dev/shm', '/var/tmp'))",
    ),
    "sockets": (
        "s = socket.socket(socket.AF_UNIX)\ns.bind('\\0word')\ns.listen()",
        "socket.socket(socket.AF_UNIX).connect('\\0word') is None",
    ),
    "shared-memory": (
        "made = syscall((29, 194), 4711, 4096, 0o1666)",
        "syscall((29, 194), 4711, 4096, 0) >= 0",
    ),
    "keyring": (
        "syscall((248, 217), b'user', b'word', b'x', 1, -4)",
        "syscall((250, 219), 10, -4, b'user', b'word', 0) >= 0",
    ),
    "locks": ("fcntl.lockf(both, fcntl.LOCK_SH, 1, 0)", "is_locked(fcntl.F_GETLK)"),
    "locks-of-descriptions": (
        "fcntl.fcntl(both, 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 1, 0))",
        "is_locked(36)",
    ),
    "locks-of-files": (
        "fcntl.flock(both, fcntl.LOCK_EX)",
        "libc.flock(both, fcntl.LOCK_EX | fcntl.LOCK_NB) != 0 and ctypes.get_errno() == 11",
    ),
    "waiting-at-a-shared-page": (
        "at = word()\nvalue = ctypes.c_uint.from_address(at.value).value\n"
        "wait = lambda: syscall((202, 98), at, 0, ctypes.c_uint(value), None, None, 0)\n"
        "threading.Thread(target=wait, daemon=True).start()\ntime.sleep(0.2)",
        "syscall((202, 98), word(), 1, 100, None, None, 0) > 0",
    ),
    # the kernel says that a thread has ended by waking whoever waits at an address that the thread was begun with
    "the-end-of-a-thread": (
        "at = word()\nstack = ctypes.create_string_buffer(1 << 16)\n"
        "top = ctypes.c_void_p((ctypes.addressof(stack) + (1 << 16) - 64) & ~15)\n"
        "flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x200000\n"
        "def thread():\n    libc.clone(ctypes.cast(libc.getppid, ctypes.c_void_p), top, flags, None, None, None, at)\n"
        "say = lambda: [(thread(), time.sleep(0.05)) for _ in range(40)]\n"
        "threading.Thread(target=say, daemon=True).start()",
        "wait_at(word())",
    ),
    "free-memory": ("held = bytearray(b'x') * (100 << 20)", "libc.sysinfo(ctypes.create_string_buffer(200)) == 0"),
    "free-blocks": (
        "open('word', 'wb').write(bytes(1 << 20))",
        "any(libc.statfs(path, ctypes.create_string_buffer(200)) == 0 for path in (b'/', b'.', os.__file__.encode()))",
    ),
    "sizes-of-pipes": (
        "held = [os.pipe() for _ in range(20)]\n[fcntl.fcntl(one[0], 1031, 1 << 20) for one in held]",
        "fcntl.fcntl(os.pipe()[0], 1032) > 0",
    ),
    "counts-of-threads": (
        "[threading.Thread(target=time.sleep, args=(5,), daemon=True).start() for _ in range(30)]",
        "not can_start(25)",
    ),
    "pages-that-are-gone": (
        "page = mmap.mmap(both, 0, prot=mmap.PROT_READ)\npage.madvise(21)",
        "mmap.mmap(both, 0, prot=mmap.PROT_READ).madvise(21) is None",
    ),
    "process-numbers": ("mine = os.getpid()", "any(os.path.exists(f'/proc/{n}') for n in range(1, 100))"),
    "signals": ("signalled = os.getpid()", "any(not libc.kill(n, 0) for n in range(2, 2000))"),
}
"""How one submission would say a word, and how another would hear it."""
HEARING = """
def hear():
    try:
        return bool({heard})
    except OSError:
        return False
heard = hear()
"""


@pytest.fixture(scope="module")
def link() -> Iterator[Link]:
    with closing(Engine()) as engine, closing(engine.start("zygote")) as control:
        link = Link(control, [])
        link.wait()
        yield link


@pytest.mark.parametrize("way", WAYS)
def test_what_one_submission_says_another_does_not_hear(link: Link, way: str) -> None:
    say, heard = WAYS[way]
    with closing(link.open(LIMITS)) as one, closing(link.open(LIMITS)) as other:
        listening = COMMON + HEARING.format(heard=heard)
        with room(other, listening) as room_before:
            assert room_before.test("heard") is False, "there is nothing to hear yet"
        with room(one, COMMON + f"try:\n    exec({say!r})\nexcept OSError: pass"), room(other, listening) as hearing:
            assert hearing.test("heard") is False
