"""Reading what isn't the student's: solutions, gradebook, secret, other submissions, /proc, the machine."""

from __future__ import annotations

from tests.hostile.corpus import Case, tries

PATHS = """
paths = [world.secret, world.source, world.gradebook, world.root + "/chainrule.secret", world.root + "/nbgrader_config.py",
         world.neighbour + "/squares.ipynb", world.root + "/.chainrule-journal.db"]
folders = [world.root, world.root + "/submitted", world.root + "/autograded", world.neighbour, world.letterbox]
"""
PROC = """
import os
for process in (1, os.getppid(), world.grader, world.victim, "self/../" + str(world.grader), "self/root/proc/1"):
    for name in ("mem", "maps", "environ", "cmdline", "status", "stat", "fd", "fdinfo", "root", "cwd", "exe", "task"):
        path = f"/proc/{process}/{name}"
        attempt(os.readlink, path)
        attempt(os.listdir, path)
        attempt(lambda: os.close(os.open(path, os.O_RDONLY)))
"""
DESCRIPTORS = """
import os, stat
own = server()._connection.fileno()
for number in range(4096):
    try:
        about = os.fstat(number)
    except OSError:
        continue
    if number > 2 and number != own and not stat.S_ISFIFO(about.st_mode):
        breach(number, oct(about.st_mode))
for number in (0, 1, 2):
    if not stat.S_ISCHR(os.fstat(number).st_mode):
        breach(number)
"""
ESCAPES = """
import os
for up in ("../" * n for n in range(1, 12)):
    attempt(os.listdir, up + world.root.lstrip("/"))
    attempt(open, up + world.secret.lstrip("/"))
os.chdir("/")
for n in range(50): os.chdir("..")
attempt(open, world.secret.lstrip("/"))
for name in ("/.oldroot", "/oldroot", "/mnt", "/proc/1/root", "/proc/self/root", "/home", "/var", "/etc/passwd"):
    attempt(os.listdir, name)
"""
LINKS = """
import os
for link in (os.symlink, os.link):
    try:
        link(world.secret, "borrowed-" + link.__name__)
    except OSError:
        pass
for name in os.listdir("."):
    if name.startswith("borrowed"):
        attempt(lambda: open(name).read())
"""
BY_HANDLE = """
handle = ctypes.create_string_buffer(struct.pack("=II", 128, 0) + bytes(128))
mount = ctypes.c_int()
attempt(syscall, "name_to_handle_at", -100, world.secret.encode(), handle, ctypes.byref(mount), 0)
attempt(syscall, "open_by_handle_at", 3, handle, 0)
attempt(syscall, "openat2", -100, world.secret.encode(), struct.pack("=QQQ", 0, 0, 0), 24)
attempt(syscall, "open_tree", -100, world.root.encode(), 1)
attempt(syscall, "fsopen", b"tmpfs", 0)
"""
MEMORY = """
size = 64
local = ctypes.create_string_buffer(size)
ours = (ctypes.c_void_p * 2)(ctypes.addressof(local), size)
theirs = (ctypes.c_void_p * 2)(id(None) & ~0xFFF, size)
for process in (world.grader, world.victim, os.getppid(), 1):
    if process not in (os.getpid(), 0):
        attempt(syscall, "process_vm_readv", process, ours, 1, theirs, 1, 0)
        attempt(syscall, "kcmp", process, os.getpid(), 0, 0, 0)
        attempt(lambda: os.close(os.open(f"/proc/{process}/mem", os.O_RDWR)))
attempt(syscall, "process_vm_writev", world.victim, ours, 1, theirs, 1, 0)
"""
TRACE = """
for process in (world.victim, world.grader):
    attempt(syscall, "ptrace", 0x4206, process, 0, 0)  # SEIZE, which doesn't stop it
    attempt(lambda: syscall("pidfd_getfd", syscall("pidfd_open", process, 0), 0, 0))
"""
LIBRARIES = """
import linecache, runpy, sqlite3, zipimport, tokenize, mmap, logging, fileinput, importlib.machinery, importlib.util
attempt(np.fromfile, world.secret, dtype="u1")
attempt(np.memmap, world.secret)
attempt(np.genfromtxt, world.secret, dtype=str)
attempt(lambda: sqlite3.connect(f"file:{world.gradebook}?mode=ro", uri=True).execute("SELECT count(*) FROM grade"))
attempt(lambda: sqlite3.connect(":memory:").execute(f"ATTACH '{world.gradebook}' AS g"))
attempt(runpy.run_path, world.secret)
attempt(lambda: [][0] if not linecache.getlines(world.secret) else linecache.getlines(world.secret))
attempt(lambda: importlib.machinery.SourceFileLoader("x", world.secret).get_source("x"))
attempt(lambda: logging.FileHandler(world.letterbox + "/log").emit)
attempt(lambda: list(fileinput.input([world.secret])))
attempt(lambda: __import__("matplotlib.image").image.imread(world.secret))
attempt(lambda: open(mmap.mmap(os.open(world.secret, os.O_RDONLY), 0)))
"""
C_LIBRARY = """
libc.fopen.restype = ctypes.c_void_p
attempt(lambda: libc.fopen(world.secret.encode(), b"r") or [][0])
attempt(lambda: checked(libc.open(world.secret.encode(), 0)))
attempt(lambda: checked(libc.access(world.secret.encode(), 0)))
attempt(lambda: checked(libc.chdir(world.root.encode())))
attempt(lambda: checked(libc.truncate(world.secret.encode(), 0)))
"""
DEVICES = """
import os
for name in ("mem", "kmem", "port", "kmsg", "vda", "sda", "nvme0n1", "loop0", "fuse", "kvm", "tty", "ptmx", "shm"):
    attempt(lambda: os.close(os.open("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK)))
attempt(syscall, "syslog", 3, ctypes.create_string_buffer(64), 64)
attempt(os.listdir, "/sys")
attempt(os.listdir, "/dev/shm")
attempt(os.listdir, "/run")
"""
SEARCH = """
import os, sys
for folder, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in ("/usr", "/proc", sys.prefix, sys.base_prefix)]
    if any(name.endswith((".ipynb", ".secret", "gradebook.db")) or "planted" in name for name in (*names, *folders)):
        if "site-packages" not in folder:
            breach(folder)
"""
SOLUTION = """
import gc, sys
markers = ("BEGIN" + " SOLUTION", "BEGIN" + " HIDDEN", "HIDDEN" + "WORDS")
for thing in gc.get_objects():
    if type(thing).__name__ in ("Reference", "Tester", "Judge", "Prepared", "Foreman", "EditedSolution", "Engine"):
        breach(type(thing))
    if type(thing) is dict:
        for value in list(thing.values()):
            if type(value) is str and any(marker in value for marker in markers) and "import sys" not in value:
                breach(value)
frame = sys._getframe()
while frame:
    for name, value in frame.f_locals.items():
        if "olution" in str(name) or type(value).__name__ in ("Reference", "Tester"):
            breach(name)
    frame = frame.f_back
"""
ENVIRONMENT = """
import os
for name, value in os.environ.items():
    if world.root in value or "TOKEN" in name or "KEY" in name or "SECRET" in name:
        breach(name)
"""
HEAP = """
import re
start = id(server()) & ~0xFFFFF
if re.search(b"424(?=242)", ctypes.string_at(start, 1 << 20)):  # written so that it doesn't find itself
    breach("found in memory")
"""


def reading(name: str, *cells: str, **more: object) -> Case:
    """Tries to read in a cell, and again in a call."""
    inside = {"mean": "def mean(xs):\n    return {**globals(), 'xs': xs}['look']()\n\ndef look():\n    return -1.0"}
    return tries(name, PATHS, *cells, answers=inside, **more)


CASES = [
    reading("files", "for path in paths: attempt(lambda: open(path, 'rb').read())", representative=True),
    reading("folders", "import os\nfor path in folders: attempt(os.listdir, path)"),
    reading("what-files-there-are", "import os\nfor path in paths + folders:\n    attempt(os.stat, path)\n    attempt(os.lstat, path)\n"
            "    attempt(os.access, path, os.F_OK) if os.access(path, os.F_OK) else None", representative=True),
    reading("everything-below-the-root", SEARCH),
    reading("ways-up", ESCAPES),
    reading("links", LINKS),
    reading("handles", BY_HANDLE),
    reading("the-c-library", C_LIBRARY),
    reading("through-libraries", LIBRARIES),
    reading("devices", DEVICES),
    reading("proc", PROC, representative=True),
    reading("descriptors", DESCRIPTORS, representative=True),
    reading("memory-of-others", MEMORY, representative=True),
    reading("tracing-others", TRACE),
    reading("solution-in-memory", SOLUTION, representative=True),
    reading("memory-around", HEAP),
    reading("environment", ENVIRONMENT),
    tries("in-a-call", PATHS, answers={
        "g": "def g(xs):\n    for path in paths:\n        try:\n            return open(path, 'rb').read()\n"
        "        except OSError:\n            pass\n    return -1.0"}),
    tries("magics", *(f"%{magic} {{world.source}}" for magic in ("run", "load", "pycat", "pfile", "edit", "cd")),
                  "%%script cat\nx", "%%writefile $world.letterbox/written\nx", "%store"),
    tries("writing", PATHS, "import os\nfor path in paths:\n    attempt(lambda: open(path, 'ab').close())\n"
                  "    attempt(os.chmod, path, 0o666)\n    attempt(os.utime, path)\n    attempt(os.truncate, path, 0)\n"
                  "    attempt(os.chown, path, 64321, 64321)\n    attempt(os.setxattr, path, 'user.mine', b'1')\n"
                  "for folder in folders:\n    attempt(lambda: open(folder + '/written', 'w').close())\n"
                  "    attempt(os.mkdir, folder + '/made')\n    attempt(os.symlink, '/', folder + '/link')\n"
                  "    attempt(os.mkfifo, folder + '/pipe')", representative=True),
    tries("replacing", PATHS, "import os\nopen('mine', 'w').close()\nfor path in paths:\n"
                  "    attempt(os.rename, 'mine', path)\n    attempt(os.unlink, path)\n    attempt(os.rename, path, 'mine')\n"
                  "for folder in folders:\n    attempt(os.rename, folder, folder + '-gone')\n    attempt(os.rmdir, folder)"),
    tries("packages-changed", "import numpy, chainrule, os\nfor module in (numpy, chainrule, os):\n"
                  "    attempt(lambda: open(module.__file__, 'a').close())"),
]  # fmt: skip
