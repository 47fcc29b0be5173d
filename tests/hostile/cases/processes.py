"""Processes, threads, signals, rights: starting what outlives the submission, reaching what is outside."""

from __future__ import annotations

from tests.hostile.corpus import spoils_only, tries

FORK = """
def fork(make=os.fork):
    child = make()
    if child == 0:
        os._exit(0)
    if child < 0:
        raise OSError
    os.waitpid(child, 0)
"""
DAEMON = """
def daemon():
    # leaves at most twenty seconds of a process behind
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(20)
        os._exit(0)
for _ in range(3):
    attempt(daemon)
"""
BOMB = """
started = 0
for _ in range(50):
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        time.sleep(3)
        os._exit(0)
    started += 1
if started:
    breach(started)
"""
PROGRAMS = """
import subprocess, pty
mark = ["-c", "import time; time.sleep(20)", world.marker]
attempt(subprocess.Popen, [world.python, "-I", "-S", *mark])
attempt(subprocess.Popen, ["/bin/sh", "-c", "sleep 20; : " + world.marker])
attempt(subprocess.run, "true", shell=True, check=True)
attempt(os.posix_spawn, world.python, [world.python, "-I", "-S", *mark], {})
attempt(lambda: os.close(pty.openpty()[0]))
if os.system("exit 0") == 0:
    breach("system")
if libc.system(b"exit 0") == 0:
    breach("system")
attempt(lambda: os.popen("echo worked").read() or [][0])
"""
EXECUTE = """
arguments = (ctypes.c_char_p * 2)(b"true", None)
for program in ("/bin/true", "/usr/bin/true", world.python, "/bin/sh", "/lib64/ld-linux-x86-64.so.2"):
    if os.path.exists(program):
        print(program)
    attempt(os.execv, program, [program, "-c", "pass", world.marker])
    attempt(lambda: checked(libc.execv(program.encode(), arguments)))
    attempt(syscall, "execveat", -100, program.encode(), arguments, None, 0)
open("mine", "w").write("#!/bin/sh\\necho")
attempt(os.execv, "mine", ["mine"])
"""
MULTIPROCESSING = """
import multiprocessing, concurrent.futures
for kind in ("fork", "spawn", "forkserver"):
    context = multiprocessing.get_context(kind)
    attempt(lambda: context.Process(target=print).start())
attempt(multiprocessing.Pool, 2)
attempt(lambda: concurrent.futures.ProcessPoolExecutor(1).submit(print).result(0.3))
attempt(multiprocessing.Manager)
"""
CLONE = """
stack = ctypes.create_string_buffer(1 << 16)
run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
top = ctypes.c_void_p((ctypes.addressof(stack) + (1 << 16) - 64) & ~15)
for flags in (17, 0x100 | 17, 0x8000 | 17, 0x10000000 | 17, 0x20000000 | 17, 0x40000000 | 17, 0x00020000 | 17):
    attempt(lambda: checked(libc.clone(run, top, flags, None)))
attempt(lambda: checked(libc.fork()) or os._exit(0))
attempt(syscall, "clone3", struct.pack("=11Q", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)
"""
SIGNALS = """
for process in (world.victim, world.grader):
    attempt(os.kill, process, 0)
    attempt(os.killpg, process, 0)
    attempt(syscall, "tkill", process, 0)
    attempt(syscall, "rt_sigqueueinfo", process, 0, bytes(128))
    attempt(lambda: syscall("pidfd_send_signal", syscall("pidfd_open", process, 0), 0, None, 0))
    attempt(os.getpgid, process)
attempt(os.kill, world.victim, signal.SIGTERM)
attempt(os.kill, -1, 0)
if os.getppid():
    attempt(os.kill, os.getppid(), 0)
"""
OWNED_SIGNAL = """
# the kernel sends the signal: a socket with news signals its owner
import fcntl
one, other = socket.socketpair()
for sign in (signal.SIGTERM, signal.SIGKILL):
    for owner in (world.victim, -world.victim):
        try:
            fcntl.fcntl(one, fcntl.F_SETOWN, owner)
            fcntl.fcntl(one, 10, sign)
            fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
            other.send(b"x")
        except OSError as error:
            print("stopped:", error)
"""
PRIORITIES = """
import resource
attempt(os.sched_getaffinity, world.victim)
attempt(os.setpriority, os.PRIO_PROCESS, world.victim, 19)
attempt(os.sched_setaffinity, world.victim, {0})
attempt(os.sched_setscheduler, world.victim, os.SCHED_BATCH, os.sched_param(0))
attempt(resource.prlimit, world.victim, resource.RLIMIT_CPU, (100, 100))
attempt(resource.prlimit, world.victim, resource.RLIMIT_CPU)
attempt(syscall, "ioprio_set", 1, world.victim, 0x4007)
attempt(syscall, "migrate_pages", world.victim, 0, None, None)
attempt(os.nice, -5)
attempt(os.setpriority, os.PRIO_PROCESS, 0, -5)
"""
LIMITS = """
import resource
for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
    soft, hard = resource.getrlimit(what)
    attempt(resource.setrlimit, what, (hard + 1, hard + 1))
    attempt(resource.setrlimit, what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    attempt(resource.prlimit, 0, what, (hard + 1, hard + 1))
"""
RIGHTS = """
attempt(os.setuid, 0)
attempt(os.setresuid, 0, 0, 0)
attempt(os.setgroups, [0])
attempt(os.setresgid, 0, 0, 0)
attempt(os.seteuid, 0)
attempt(syscall, "capset", struct.pack("=Ii", 0x20080522, 0), struct.pack("=6I", *[0xFFFFFFFF] * 6))
attempt(syscall, "prctl", 38, 0, 0, 0, 0)
attempt(syscall, "prctl", 4, 1, 0, 0, 0)
attempt(syscall, "prctl", 1, 0, 0, 0, 0)
attempt(syscall, "personality", 0x0040000)
if os.geteuid() == 0:
    breach("root")
"""
NAMESPACES = """
for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x400, 0x200):
    attempt(syscall, "unshare", flag)
attempt(syscall, "setns", 0, 0)
attempt(syscall, "mount", b"none", b"/scratch", b"tmpfs", 0, None)
attempt(syscall, "mount", b"/", b"/scratch", None, 4096, None)
attempt(syscall, "pivot_root", b".", b".")
attempt(syscall, "chroot", b".")
"""
KERNEL = """
attempt(syscall, "bpf", 0, bytes(128), 128)
attempt(syscall, "perf_event_open", bytes(128), 0, -1, -1, 0)
attempt(syscall, "userfaultfd", 1)
attempt(syscall, "memfd_create", b"x", 0)
attempt(syscall, "shmget", 0, 4096, 0o1600)
attempt(syscall, "mq_open", b"x", 0o100, 0o600, None)
attempt(syscall, "inotify_init1", 0)
attempt(syscall, "fanotify_init", 0, 0)
attempt(syscall, "keyctl", 0, -3, 1)
attempt(syscall, "io_uring_setup", 1, ctypes.create_string_buffer(120))
attempt(syscall, "landlock_create_ruleset", None, 0, 1)
attempt(syscall, "timer_create", 1, None, ctypes.create_string_buffer(8))
"""
X32 = """
# the same calls under the numbers of another machine's interface
libc.syscall(ctypes.c_long(0x40000000 + 41), 2, 1, 0)
breach("still here") if os.uname().machine == "x86_64" else None
"""
THREADS = """
import threading, time
started = []
try:
    for _ in range(300):
        thread = threading.Thread(target=time.sleep, args=(2,), daemon=True)
        thread.start()
        started.append(thread)
except RuntimeError:
    pass
print(len(started))
"""
COUNTED = """
threading.stack_size(32768)
started = 0
try:
    while started < 500:
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
if started > 32:
    breach(started)
"""
ODD_THREADS = """
# threads with tables, folders or handlers of their own, or without a stack that the C library knows
stack = ctypes.create_string_buffer(1 << 16)
run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
top = ctypes.c_void_p((ctypes.addressof(stack) + (1 << 16) - 64) & ~15)
for flags in (0x10900, 0x10b00, 0x10f00, 0x50f00, 0x3d0b00, 0x3d0d00, 0x3d0f00 | 0x1000, 0x3d0f00 | 0x80):
    attempt(lambda: checked(libc.clone(run, top, flags, None)))
"""
BUSY_THREADS = """
import threading
def burn():
    while True: pass
for _ in range(30):
    threading.Thread(target=burn, daemon=True).start()
"""
HANDLERS = """
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
"""
DESCENDANTS = """
def f(x):
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    except OSError:
        return -1.0
    return "BRE" + "ACH"
"""
CASES = [
    tries("fork", FORK, "attempt(fork)\nattempt(fork, lambda: syscall('vfork'))\nattempt(fork, os.forkpty)", representative=True),
    tries("fork-in-a-call", answers={"f": DESCENDANTS}),
    tries("fork-by-clone", CLONE),
    tries("many-forks", BOMB),
    tries("daemons", DAEMON),
    tries("programs", PROGRAMS, representative=True),
    tries("execute", EXECUTE),
    tries("multiprocessing", MULTIPROCESSING),
    tries("signals", SIGNALS, representative=True),
    tries("signals-sent-by-the-kernel", OWNED_SIGNAL, representative=True),
    tries("priorities-of-others", PRIORITIES),
    tries("limits-raised", LIMITS),
    tries("rights", RIGHTS, representative=True),
    tries("namespaces", NAMESPACES, representative=True),
    tries("interfaces-of-the-kernel", KERNEL),
    tries("calls-of-another-machine", X32),
    tries("three-hundred-threads", THREADS, representative=True),
    tries("threads-are-counted", COUNTED),
    tries("threads-of-another-kind", ODD_THREADS),
    tries("busy-threads", BUSY_THREADS),
    tries("signals-ignored", HANDLERS),
    spoils_only("ends-itself", ["mean"], answers={"mean": "def mean(xs):\n    os.kill(os.getpid(), 9)\n    os.abort()"},),
    spoils_only("breaks-itself", ["mean"], answers={"mean": "def mean(xs):\n    ctypes.string_at(0)\n    return 3.0"}),
    spoils_only("stops-itself", ["mean"], answers={"mean": "def mean(xs):\n    signal.raise_signal(signal.SIGSTOP)\n    return 'no'"}),
    spoils_only("overflows-its-stack", ["mean"], answers={
        "mean": "def mean(xs):\n    sys.setrecursionlimit(10**9)\n    return max(xs, key=lambda _: mean(xs))"}),
]  # fmt: skip
