"""Loops without end: in cells, in calls, in what comes back; also such as nothing in Python can stop."""

from __future__ import annotations

from tests.hostile.corpus import Case, gains_nothing, harmless, spoils_only

STUBBORN = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, lambda *_: None)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True: pass
    except BaseException:
        pass
"""


def calls(name: str, text: str, prelude: str = "", **more: object) -> Case:
    """One answer never comes back; the others are right."""
    return spoils_only(name, ["mean"], prelude, answers={"mean": f"def mean(xs):\n    {text}"}, **more)


CASES = [
    harmless("in-a-cell", "while True: pass"),
    harmless("in-a-cell-ignoring-everything", STUBBORN),
    harmless("asleep-in-a-cell", "time.sleep(1000)"),
    harmless("in-a-transformer", "get_ipython().input_transformers_cleanup.append(lambda lines: [*iter(int, 1)])\n"
             "while True: pass"),
    harmless("in-an-import", "import endless", files={"endless.py": "while True: pass"}),
    harmless("waiting-for-itself", "threading.Lock().acquire()\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"),
    spoils_only("in-an-answer-cell", ["mean"], answers={"mean": "def mean(xs):\n    return 3.0\nwhile True: pass"}),
    calls("in-a-call", "while True: pass", representative=True),
    calls("in-a-call-swallowing-everything", "while True:\n        try:\n            while True: raise SystemExit\n"
          "        except BaseException:\n            continue"),
    calls("in-a-call-in-c", "return 9 ** 9 ** 9 ** 2"),
    calls("in-a-call-in-a-pattern", "return re.match('(a+)+$', 'a' * 50 + 'b')", "import re"),
    calls("asleep-in-a-call", "time.sleep(1000)\n    return sum(xs) / len(xs)"),
    calls("asleep-in-c", "libc.sleep(1000)\n    return sum(xs) / len(xs)"),
    calls("recursion-without-end", "return mean(xs)", "sys.setrecursionlimit(10**6)"),
    calls("waiting-for-a-thread", "thread = threading.Thread(target=time.sleep, args=(1000,))\n    thread.start()\n    thread.join()"),
    calls("in-a-finalizer", "class Gone:\n        def __del__(self):\n            while True: pass\n    Gone()\n    return 3.0"),
    calls("in-the-exception", "class Odd(ValueError):\n        def __str__(self):\n            while True: pass\n    raise Odd"),
    calls("just-in-time-each-time", "time.sleep(0.6)\n    return -1.0"),
    spoils_only("in-what-comes-back", ["f", "g"], answers={
        "f": "class Odd:\n    def __repr__(self):\n        while True: pass\n\ndef f(x):\n    return Odd()",
        "g": "def g(xs):\n    return -1.0"}),
    spoils_only("items-without-end", ["unit"], answers={
        "unit": "class Odd:\n    def __len__(self): return 10**9\n    def __getitem__(self, i): return 0.6\n\n"
        "def unit(v):\n    return Odd()"}),
    spoils_only("answers-only-the-first-test", ["scale"], answers={
        "scale": "times = []\ndef scale(xs, by):\n    times.append(xs)\n    while len(times) > 1: pass\n"
        "    return np.array(xs) * by"}),
    gains_nothing("at-every-place", "type(server())._mark = lambda *_, **__: time.sleep(1000)"),
    gains_nothing("at-the-seal", "type(server())._seal = lambda *_, **__: time.sleep(1000)"),
    gains_nothing("in-many-cells", *["while True: pass"] * 12),
    gains_nothing("death-in-many-cells", *["os._exit(0)"] * 12),
]  # fmt: skip
