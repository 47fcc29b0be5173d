"""Floods: memory, disk, descriptors, output."""

from __future__ import annotations

from tests.hostile.corpus import Case, gains_nothing, harmless, spoils_only, tries

DISK = """
written = 0
try:
    with open("flood", "wb") as file:
        for _ in range(100):
            written += file.write(bytes(1 << 20))
except OSError:
    pass
if written > 40 << 20:
    breach(written)
"""
MANY_FILES_ON_DISK = """
# no file is large: the limit for one file isn't the limit for all
written = 0
try:
    for i in range(40):
        with open(f"part-{i}", "wb") as file:
            written += file.write(bytes(2 << 20))
            file.flush()
except OSError:
    pass
if written > 40 << 20:
    breach(written)
"""
FILES = """
made = 0
try:
    for i in range(5000):
        os.close(os.open(f"file-{i}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError:
    pass
if made > 2000:
    breach(made)
"""
MEMORY = """
held = []
try:
    for _ in range(30):
        held.append(bytearray(b"x") * (64 << 20))
except MemoryError:
    pass
if len(held) * 64 > 1024:
    breach(len(held))
del held
"""
MAPPED = """
import mmap
held = 0
for flags in (mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, 0x20 | 1 | 0x4000):
    kept = []
    try:
        for _ in range(40):
            kept.append(mmap.mmap(-1, 64 << 20, flags))
    except (OSError, ValueError):
        pass
    if len(kept) * 64 > 1024:
        breach(flags, len(kept))
    kept.clear()
"""
MEMORY_FILES = """
def fill(descriptor):
    for _ in range(16):
        os.write(descriptor, bytes(64 << 20))
attempt(lambda: fill(syscall("memfd_create", b"x", 0)))
attempt(lambda: syscall("shmget", 0, 1 << 30, 0o1600))
"""
DESCRIPTORS = """
opened = []
try:
    for _ in range(2000):
        opened.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
if len(opened) > 1000:
    breach(len(opened))
"""
PIPES = """
import fcntl
pipes = []
try:
    for _ in range(500):
        pipes.append(os.pipe())
        fcntl.fcntl(pipes[-1][1], 1031, 1 << 20)
        os.set_blocking(pipes[-1][1], False)
        os.write(pipes[-1][1], bytes(1 << 20))
except OSError:
    pass
if len(pipes) > 100:
    breach(len(pipes))
"""
TRACEBACK = """
def down(n):
    if n: down(n - 1)
    else: raise ValueError("x" * 50_000_000)
try:
    down(200)
except ValueError as error:
    for i in range(200):
        try:
            raise KeyError("y" * 10_000) from error
        except KeyError as next_one:
            error = next_one
    raise error
"""
PIXELS = """
import matplotlib.pyplot as plt
for _ in range(30):
    plt.figure(figsize=(40, 40))
    plt.imshow(np.random.rand(400, 400))
plt.show()
"""
BOMB = """
import base64, struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0))
rows = chunk(b"IDAT", zlib.compress(bytes(3751)))
picture = base64.b64encode(b"\\x89PNG\\r\\n\\x1a\\n" + head + rows + chunk(b"IEND", b"")).decode()
from IPython.display import display
display({"image/png": picture, "text/plain": "x"}, raw=True)
"""
TOLD = """
calls = []
def mean(xs):
    calls.append(1)
    return 0.0 if len(calls) % 2 else "`a` $x$ " * 900_000
"""
NAMES = "for i in range(200_000): globals()[f'name_{i}'] = i"
PAGE = "a+b*c-d\n" * 3_000
DEEP = "x = " + "a+" * 12_000 + "a"
ADDED_CELLS = 60


def returns(name: str, what: str, prelude: str = "", **more: object) -> Case:
    """One answer gives back something huge; the others are right."""
    return spoils_only(name, ["mean"], prelude, answers={"mean": f"def mean(xs):\n    return {what}"}, **more)


COMPILED = "".join("    " * i + "try: x\n" + "    " * i + "finally:\n" for i in range(19)) + "    " * 19 + "x\n"
"""Each level doubles what the compiler makes of it."""
SOCKETS = """
import threading
held = []
def fill():
    try:
        while True:
            pair = socket.socketpair()
            held.append(pair)
            for end in pair:
                end.setblocking(False)
                while end.send(bytes(1 << 16)): pass
    except OSError:
        pass
for _ in range(100):
    try: threading.Thread(target=fill, daemon=True).start()
    except RuntimeError: break
    fill()
if len(held) > 32:
    breach(len(held))
"""
CASES = [
    harmless("compiled-for-ever", after=(COMPILED,)),
    tries("socket-pairs", SOCKETS),
    tries("memory", MEMORY, representative=True),
    returns("memory-in-a-call", "len(bytearray(b'x') * (4 << 30))"),
    returns("memory-in-small-pieces", "len([[i] for i in range(10**8)])"),
    tries("memory-mapped", MAPPED),
    tries("disk", DISK),
    tries("disk-in-many-files", MANY_FILES_ON_DISK, representative=True),
    tries("files", FILES, representative=True),
    tries("sparse-file", "attempt(lambda: os.truncate(open('flood', 'wb').fileno(), 1 << 40))"),
    tries("deep-folders", "for _ in range(3000):\n    os.mkdir('down')\n    os.chdir('down')"),
    tries("descriptors", DESCRIPTORS),
    tries("pipes", PIPES),
    harmless("printed-at-once", "print('flood ' * 17_000_000)"),
    harmless("printed-in-lines", "for i in range(100_000): print('flood', i)"),
    harmless("printed-as-an-error", "sys.stderr.write('flood ' * 17_000_000)", "sys.stdout.writelines('x' for _ in range(10**6))"),
    harmless("printed-in-an-answer", answers={"mean": "def mean(xs):\n    print('x' * 2 * 10**7)\n    return sum(xs) / len(xs)"}),
    harmless("displayed-100000-times", "for i in range(100_000): get_ipython().display_pub.publish({'text/plain': 'x'})"),
    harmless("huge-value-of-a-cell", "'x' * 10**8", "list(range(10**6))", "{i: 'x' * 1000 for i in range(1000)}"),
    harmless("huge-traceback", TRACEBACK),
    harmless("huge-warning", "import warnings\nwarnings.warn('x' * 10**7)\nfor i in range(5000): warnings.warn(str(i))"),
    harmless("huge-figures", PIXELS),
    harmless("picture-of-gigabytes", BOMB),
    spoils_only("huge-value-in-a-message", ["mean"], answers={"mean": TOLD}),
    harmless("output-in-every-cell", *["print('flood ' * 200_000)"] * ADDED_CELLS),
    gains_nothing("output-past-its-limit", "server()._shell.transcript.add_text = lambda *_: None\n"
                  "server()._shell.transcript.outputs = [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 7_900_000}]"),
    harmless("names-by-the-thousand", NAMES),
    returns("huge-array", "np.zeros(30_000_000)"),
    returns("huge-text", "'x' * 7_900_000"),
    returns("huge-list", "list(range(90_000))"),
    spoils_only("huge-exception", ["mean"], answers={"mean": "def mean(xs):\n    raise ValueError('x' * 10**7)"}),
    spoils_only("argument-that-grows", ["g"], answers={
        "g": "def g(xs):\n    xs += list(range(1_000_000))\n    return -1.0"}),
    gains_nothing("page-full-of-marks", answers=dict.fromkeys(("f", "g", "h", "tally", "guess", "mean", "unit", "twice", "scale"), PAGE)),
    spoils_only("source-nested-deep", ["mean"], answers={"mean": DEEP}),
    spoils_only("source-nested-deep-in-other-ways", ["mean", "unit", "twice", "scale"], answers={
        "mean": "x = " + "-" * 50_000 + "1", "unit": "x = a" + ".b" * 50_000, "twice": "x = " + "lambda: " * 5_000 + "1",
        "scale": "\n".join(" " * i + "if x:" for i in range(99)) + "\n" + " " * 99 + "x" + "[0]" * 50_000}),
    gains_nothing("blank-lines-by-the-thousand", answers=dict.fromkeys(("f", "g", "mean", "unit", "tally"), "x = 1\n" + " \n" * 9_500)),
    spoils_only("source-in-brackets", ["mean"], answers={"mean": "x = " + "(" * 5000 + ")" * 5000}),
    gains_nothing("page-full-of-formulas", answers={"explain": "$x_1^{2}$ `y` " * 1400 + "$" + "{" * 900 + "}" * 900 + "$"}),
    gains_nothing("page-full-of-results", answers={name: f"def {name}(*_):\n    return {{f'{{i}}' * 300: 'y' * 300 for i in range(300)}}"
                  for name in ("f", "g", "mean", "unit", "twice", "scale")}),
    gains_nothing("answers-by-the-megabyte", answers=dict.fromkeys(("f", "g", "mean"), "x = '" + "<&>" * 1_000_000 + "'")),
]  # fmt: skip
