"""Landlock: which files a process may still open, also where there are no namespaces.

See the kernel's Documentation/userspace-api/landlock.rst; rights that this kernel doesn't know are left out.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from autograder.sandbox.walls.linux import system_call

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, TRUNCATE = (
    1 << bit for bit in (1, 2, 3, 4, 5, 7, 8, 14)
)
READ = READ_FILE | READ_DIR
"""Nothing may be executed."""
ALL_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
"""By version of the interface; from 5 on 16 rights."""
NETWORK, SCOPES = 0b11, 0b11
"""From version 4 on: no TCP; from 6 on: no abstract sockets and no signals to the outside."""


def version() -> int:
    """The version of Landlock that this kernel has; 0 where it has none."""
    try:
        return system_call("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


def restrict_this_process(readable: Iterable[str], writable: Iterable[str]) -> None:
    """From here on only these files and folders can be opened, and no TCP connection made. Raises OSError.

    Paths that do not exist are passed over.
    """
    known = version()
    rights = ALL_FILE_RIGHTS.get(known, (1 << 16) - 1)
    fields = [rights, NETWORK if known >= 4 else 0, SCOPES if known >= 6 else 0]
    fields = fields[: 1 if known < 4 else 2 if known < 6 else 3]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = system_call("landlock_create_ruleset", attributes, len(attributes), 0)
    write = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | (TRUNCATE if known >= 3 else 0)
    try:
        for paths, allowed in ((readable, READ), (writable, write)):
            for path in paths:
                _allow(rules, path, allowed)
        system_call("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, allowed: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            allowed &= WRITE_FILE | READ_FILE | TRUNCATE
        system_call("landlock_add_rule", rules, 1, struct.pack("=Qi", allowed, descriptor), 0)
    finally:
        os.close(descriptor)
