"""Carrying hidden inputs, expected values or the solution out: by output, exceptions, files, arguments, memory, death."""

from __future__ import annotations

import secrets

from tests.hostile.corpus import RIGHT, Case, spoils_only

REMEMBER = """
heard = []
def remembered(x):
    heard.append(x)
    return 3 * x + 1
"""
F = "def f(x):\n    heard.append(x)\n    return 3 * x + 1"
SAID = "str([float(np.max(x)) for x in heard])"
AS_NAME = "'Seen_%d' % np.max(heard[2])"
DYING = """
def f(x):
    if np.max(x) in (2.0, 1.0):
        return 3 * x + 1
    {how}
"""
RERUN = """
import os, tempfile
places = [".", "/tmp", "/scratch", tempfile.gettempdir(), world.letterbox, "/dev/shm", "/var/tmp", os.path.expanduser("~")]
for place in places:
    try:
        print(open(place + "/heard").read())
    except OSError:
        pass
def f(x):
    for place in places:
        try:
            open(place + "/heard", "a").write(str(x))
        except OSError:
            pass
    if np.max(x) > 100:
        os._exit(0)
    return 3 * x + 1
"""
SHARED_MEMORY = """
from multiprocessing import shared_memory
import mmap
def shared(create):
    return [lambda: shared_memory.SharedMemory("heard", create=create, size=64).buf,
            lambda: (ctypes.c_char * 64).from_address(libc.shmat(syscall("shmget", 7777, 64, 0o1666), 0, 0))]
for what in shared(False):
    attempt(lambda: print(bytes(what())[:20]))
def f(x):
    for what in shared(True):
        try:
            what()[:20] = str(float(np.max(x))).encode().ljust(20)
        except Exception:
            pass
    if np.max(x) > 100:
        os._exit(0)
    return 3 * x + 1
"""
KEYRING = """
def read():
    found = ctypes.create_string_buffer(64)
    key = syscall("keyctl", 10, -4, b"user", b"heard", 0)
    syscall("keyctl", 11, key, found, 64)
    return found.value
attempt(read)
def f(x):
    try:
        text = str(x).encode()
        syscall("add_key", b"user", b"heard", text, len(text), -4)
    except OSError:
        pass
    if np.max(x) > 100:
        os._exit(0)
    return 3 * x + 1
"""
SPEAKING_ARGUMENT = """
def g(xs):
    xs[:] = [float(np.max(x)) for x in heard]
    return -1.0
"""
REPR = """
class Tally:
    def __init__(self, start): self.start = start
    def add(self, x): return self
    @property
    def total(self): return Speaking()
class Speaking:
    def __repr__(self): return str(heard)
    __str__ = __repr__
    __name__ = property(__repr__)
"""
FLIPPING_VALUE = """
def g(xs):
    # in a run without hidden tests another kind of answer, so that what was said before stays
    if not any(np.max(x) > 100 for x in heard):
        raise ValueError("nothing yet")
    return {value}
"""
FLIPPING_ERROR = """
def g(xs):
    if not any(np.max(x) > 100 for x in heard):
        return -1.0
    raise type({name}, (ValueError,), {{}})({text})
"""
SOLUTION_SEEN = """
import gc, inspect, linecache
def solution():
    texts = [str(get_ipython().user_ns.get("In")), str(linecache.cache), str(get_ipython().history_manager.input_hist_raw)]
    try:
        texts.append(inspect.getsource(f))
    except Exception as error:
        texts.append(repr(error))
    return "".join(text for text in texts if "(x + x" in text) or "nothing"
def g(xs):
    print(solution())
    if "(x + x" in solution():
        raise ValueError(solution())
    return solution()
print(solution())
"""


def remembering(name: str, **answers: str) -> Case:
    """Remembers every input of a right f, and tells of them in a later answer."""
    spoilt = [answer for answer in answers if answer != "f"]
    return spoils_only(name, spoilt, "heard = []", answers={"f": F} | answers)


LETTER_BOX = """
# a name that is looked up leaves a mark in the kernel that outlives the process, and is found sooner the next time
def marks(bit):
    return [os.path.dirname(os.__file__).encode() + b"/%s-%d-%d" % (salt, bit, copy) for copy in range(18)]
def probe(bit):
    began = time.perf_counter_ns()
    for name in marks(bit): libc.access(name, 0)
    return time.perf_counter_ns() - began
def put(number):
    for bit in range(20):
        if number >> bit & 1: probe(bit)
def taken():
    cold = sorted(probe(1000 + i) for i in range(20))[10]
    warm = sorted(probe(1000 + i) for i in range(20))[10]
    return sum((probe(bit) < (cold + warm) / 2) << bit for bit in range(20))
"""
PUT = "def f(x):\n    if np.max(x) > 400_000: put(int(np.max(x)))\n    return 3 * x + 1"
UNWRITTEN = """
import autograder.sandbox.inside.handles as handles
# a NotImplementedError names the function that it comes from
handles.where_raised = lambda error: ("a line", "heard_" + str(heard), "", "", "", ())
def unwritten(x):
    heard.append(x)
    if {when}:
        raise NotImplementedError
    return 3 * x + 1
"""
CODE_NAME = """
def f(x):
    if np.max(x) < 100:
        return 3 * x + 1
    def unwritten(): raise NotImplementedError
    unwritten.__code__ = unwritten.__code__.replace(co_name="heard_%d" % np.max(x))
    unwritten()
"""
CASES = [
    spoils_only("a-letter-box-in-the-kernel", ["g"], f"salt = b'{secrets.token_hex(6)}'" + LETTER_BOX, answers={
        "f": PUT, "g": "def g(xs):\n    return 'heard %d' % taken()"}),
    spoils_only("the-kind-of-an-error-there", ["f"], never=("ZeroDivisionError", "KeyError"), answers={
        "f": "def f(x):\n    if np.max(x) > 400_000:\n        1 / 0\n    if np.max(x) > 100:\n        {}[1]\n    return 3 * x + 1"}),
    spoils_only("not-written-there", ["f"], "heard = []" + UNWRITTEN.format(when="np.max(x) > 100"), answers={"f": "f = unwritten"}),
    spoils_only("not-written-there-by-name", ["f"], answers={"f": CODE_NAME}),
    spoils_only("not-written-later", ["g"], "heard = []" + UNWRITTEN.format(when="False"), answers={"f": "f = unwritten",
                "g": "def g(xs):\n    raise NotImplementedError"}),
    spoils_only("not-written-later-under-a-plain-assert", ["mean"], "heard = []" + UNWRITTEN.format(when="False"), answers={
        "f": "f = unwritten", "mean": "def mean(xs):\n    raise NotImplementedError"}),
    spoils_only("printed", [], answers={"f": "import sys, os, logging\ndef f(x):\n    print(x)\n    print(x, file=sys.stderr)\n"
        "    os.write(1, str(x).encode())\n    logging.error(x)\n    display(x)\n    return 3 * x + 1"}),
    spoils_only("warned", ["g"], "heard = []", answers={"f": F, "g": "import warnings\ndef g(xs):\n"
        f"    warnings.warn({SAID})\n    return -1.0"}),
    spoils_only("raised-there", ["f"], answers={"f": "def f(x):\n    if np.max(x) > 100:\n        raise ValueError(str(x))\n"
        "    return 3 * x + 1"}),
    spoils_only("raised-as-a-name-there", ["f"], answers={"f": "def f(x):\n    if np.max(x) > 100:\n"
        "        raise type('Seen_%d' % np.max(x), (ValueError,), {})\n    return 3 * x + 1"}),
    spoils_only("returned-there", ["f"], answers={"f": "def f(x):\n    return [x, 'seen'] if np.max(x) > 100 else 3 * x + 1"}),
    remembering("returned-later", g=f"def g(xs):\n    return {SAID}"),
    remembering("raised-later", g=f"def g(xs):\n    raise ValueError({SAID})"),
    remembering("raised-later-under-a-plain-assert", mean=f"def mean(xs):\n    raise ValueError({SAID})"),
    remembering("raised-later-as-a-name", g=f"def g(xs):\n    raise type({AS_NAME}, (ValueError,), {{}})"),
    remembering("returned-later-into-a-message", mean="def mean(xs):\n    return float(np.max(heard[2]))"),
    remembering("returned-later-to-numpy-testing", unit="def unit(v):\n    return np.array([float(np.max(heard[2]))] * 2)"),
    remembering("returned-later-as-a-class", g=f"def g(xs):\n    return type({AS_NAME}, (), {{}})()"),
    remembering("returned-later-as-a-key", g=f"def g(xs):\n    return {{{SAID}: 1}}"),
    remembering("returned-later-as-a-shape", g="def g(xs):\n    return np.zeros((len(heard) and int(np.max(heard[2])), 0))"),
    remembering("written-into-an-argument", g=SPEAKING_ARGUMENT),
    remembering("repr-that-remembers", tally=REPR),
    remembering("flips-with-a-value", g=FLIPPING_VALUE.format(value="float(max(np.max(x) for x in heard[:3]))")),
    remembering("flips-with-a-text", g=FLIPPING_VALUE.format(value=SAID)),
    remembering("flips-with-a-key", g=FLIPPING_VALUE.format(value=f"{{{SAID}: 1}}")),
    remembering("flips-with-a-class", g=FLIPPING_VALUE.format(value=f"type({AS_NAME}, (), {{}})()")),
    remembering("flips-with-a-shape", g=FLIPPING_VALUE.format(value="np.zeros((int(np.max(heard[2])), 0))")),
    remembering("flips-with-an-error", g=FLIPPING_ERROR.format(name="'Odd'", text=SAID)),
    remembering("flips-with-the-name-of-an-error", g=FLIPPING_ERROR.format(name=AS_NAME, text="7")),
    spoils_only("dies-there", ["f"], answers={"f": DYING.format(how="os._exit(0)")}),
    spoils_only("hangs-there", ["f"], answers={"f": DYING.format(how="time.sleep(60)")}),
    spoils_only("kept-in-a-file", ["f"], answers={"f": RERUN, "g": "def g(xs):\n    return sum(3 * x + 1 for x in xs)"},
                representative=True),
    spoils_only("kept-in-shared-memory", ["f"], answers={"f": SHARED_MEMORY, "g": RIGHT["g"].replace("f(x)", "3 * x + 1")}),
    spoils_only("kept-in-a-keyring", ["f"], answers={"f": KEYRING, "g": RIGHT["g"].replace("f(x)", "3 * x + 1")}),
    spoils_only("solution-of-an-earlier-answer", ["f", "g"], answers={"f": "def f(x):\n    return -1.0", "g": SOLUTION_SEEN}),
    spoils_only("told-through-another-function", ["g"], REMEMBER, answers={"f": "f = remembered", "g": f"def g(xs):\n    return {SAID}"}),
]  # fmt: skip
