"""The filter of system calls, run on a small machine for BPF: what it lets pass, whatever the kernel."""

from __future__ import annotations

import errno
import platform
import struct

import pytest

from autograder.sandbox.walls import seccomp

ERRNO = 0x5_0000


def verdict(program: bytes, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What a classic BPF program returns for a system call (linux/filter.h, linux/seccomp.h)."""
    architecture = architecture or seccomp.MACHINES[platform.machine()][1]
    data = struct.pack("<iIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = [struct.unpack("=HBBI", program[i : i + 8]) for i in range(0, len(program), 8)]
    accumulator, at = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == seccomp.LOAD:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == seccomp.AND:
            accumulator &= value
        elif code == seccomp.RETURN:
            return value
        else:
            test = {
                seccomp.EQUAL: accumulator == value,
                seccomp.AT_LEAST: accumulator >= value,
                seccomp.ANY_BIT: bool(accumulator & value),
            }
            at += if_true if test[code] else if_false


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(platform, "machine", lambda: request.param)
    return str(request.param)


def number(name: str, machine: str) -> int:
    found = (seccomp.CALLS | seccomp.SPECIAL | seccomp.PROCESSES)[name][0 if machine == "x86_64" else 1]
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["read", "write", "openat", "mmap", "exit_group", "getrandom"])
def test_everyday_calls_pass(name: str, machine: str) -> None:
    assert verdict(seccomp.filter_program(1), number(name, machine)) == seccomp.ALLOW


def test_processes_do_not_start_but_threads_do(machine: str) -> None:
    program, clone = seccomp.filter_program(1), number("clone", machine)
    glibc, musl, files, user_namespace = 0x3D_0F00, 0x7D_0F00, 0x400, 0x1000_0000
    assert verdict(program, clone, glibc) == verdict(program, clone, musl) == seccomp.ALLOW
    for flags in (0x11, glibc & ~files, 0x5_0F00, glibc | user_namespace, glibc | 0x1000):  # CLONE_PIDFD
        assert verdict(program, clone, flags) == ERRNO | errno.EPERM
    assert verdict(program, number("execve", machine)) == ERRNO | errno.EPERM
    assert verdict(program, number("wait4", machine)) == ERRNO | errno.EPERM
    assert verdict(program, seccomp.CLONE3) == ERRNO | errno.ENOSYS
    assert verdict(seccomp.filter_program(1, processes=True), clone, 0x11) == seccomp.ALLOW


def test_sockets_are_pairs_of_streams_at_most(machine: str) -> None:
    program, pair = seccomp.filter_program(1), number("socketpair", machine)
    unix, internet, stream, datagram = 1, 2, 1, 2
    assert verdict(program, pair, unix, stream | 0x80000) == seccomp.ALLOW
    assert verdict(program, pair, unix, datagram) == ERRNO | errno.EPERM
    assert verdict(program, pair, internet, stream) == ERRNO | errno.EPERM
    for call in {"x86_64": (41, 42, 49, 43), "aarch64": (198, 203, 200, 202)}[machine]:  # socket, connect, bind, accept
        assert verdict(program, call) == ERRNO | errno.EPERM


def test_no_lock_or_wake_up_reaches_another_process_by_a_file_that_both_have(machine: str) -> None:
    program = seccomp.filter_program(1)
    fcntl, futex = number("fcntl", machine), number("futex", machine)
    for command in (0, 1, 2, 3, 4, 1030):  # F_DUPFD to F_SETFL, F_DUPFD_CLOEXEC
        assert verdict(program, fcntl, 5, command) == seccomp.ALLOW
    # F_GETLK to F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_SETLEASE, F_SETPIPE_SZ, F_GETPIPE_SZ, seals
    for command in (5, 6, 7, 36, 37, 1024, 1031, 1032, 1033):
        assert verdict(program, fcntl, 5, command) == ERRNO | errno.EPERM
    private, realtime, wait, wake, requeue, wait_bitset = 128, 256, 0, 1, 4, 9
    for operation in (wake | private, wait | private, wait_bitset | private | realtime, requeue | private):
        assert verdict(program, futex, 0x1000, operation) == seccomp.ALLOW
    for operation in (wait, wait_bitset, wait_bitset | realtime):  # so the C library waits for a thread: it asks again
        assert verdict(program, futex, 0x1000, operation) == ERRNO | errno.EAGAIN
    for operation in (wake, requeue, 3, 5, 10, wake | realtime):
        assert verdict(program, futex, 0x1000, operation) == ERRNO | errno.EPERM


def test_nothing_tells_of_the_machine_as_a_whole(machine: str) -> None:
    program = seccomp.filter_program(1)
    for call in {"x86_64": (99, 137, 138, 27), "aarch64": (179, 43, 44, 232)}[machine]:  # sysinfo, statfs, mincore
        assert verdict(program, call) == ERRNO | errno.EPERM
    normal, dont_need, huge_page, mergeable, cold, page_out = 0, 4, 14, 12, 20, 21
    for advice in (normal, dont_need, huge_page):
        assert verdict(program, number("madvise", machine), 0x1000, 4096, advice) == seccomp.ALLOW
    for advice in (mergeable, cold, page_out):
        assert verdict(program, number("madvise", machine), 0x1000, 4096, advice) == ERRNO | errno.EPERM


def test_signals_and_limits_are_for_the_process_itself(machine: str) -> None:
    program = seccomp.filter_program(77)
    assert verdict(program, number("tgkill", machine), 77) == seccomp.ALLOW
    assert verdict(program, number("tgkill", machine), 78) == ERRNO | errno.EPERM
    assert verdict(program, number("prlimit64", machine), 0) == seccomp.ALLOW
    assert verdict(program, number("prlimit64", machine), 78) == ERRNO | errno.EPERM
    assert verdict(program, {"x86_64": 62, "aarch64": 129}[machine], 78) == ERRNO | errno.EPERM  # kill


def test_calls_of_another_architecture_end_the_process(machine: str) -> None:
    program = seccomp.filter_program(1)
    assert verdict(program, 0, architecture=0x4000_0003) == seccomp.KILL
    assert verdict(program, 0x4000_0000 | 1) == seccomp.KILL  # the x32 calls


def test_calls_that_are_newer_than_the_list_are_said_to_be_missing(machine: str) -> None:
    assert verdict(seccomp.filter_program(1), seccomp.FIRST_UNKNOWN) == ERRNO | errno.ENOSYS
    assert verdict(seccomp.filter_program(1), 425) == ERRNO | errno.EPERM  # io_uring_setup
