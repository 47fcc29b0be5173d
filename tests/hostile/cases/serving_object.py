"""The object that serves the submission, found by the garbage collector or along the frames, and turned around."""

from __future__ import annotations

from tests.hostile.corpus import gains_nothing, spoils_only

FRAMES = """
import sys
frame = sys._getframe()
while "self" not in frame.f_locals or type(frame.f_locals["self"]).__name__ != "Student":
    frame = frame.f_back
found = frame.f_locals["self"]
found._do = lambda *_: {"value": 7.0}
"""
EAVESDROPPER = """
student = type(server())
old = student._answer
heard = []
def answer(self, request, body):
    heard.append(json.dumps(request))
    print(request)
    return old(self, request, body)
student._answer = answer
"""
UNSEALED = """
import autograder.sandbox.inside.student as student
student.silence = lambda: None
student.Student._seal = lambda *_, **__: {}
def f(x):
    print(x)
    os.write(1, str(x).encode())
    os.write(2, str(x).encode())
    return -1.0
"""
LATER_OUTPUT = """
# what a cell has shown is sent when it ends; this one goes on writing into it
outputs = server()._shell.transcript.outputs
class Growing(list):
    def __iter__(self): return iter([{"output_type": "stream", "name": "stdout", "text": str(vars(server()))}])
server()._shell.transcript.outputs = Growing()
"""
OTHER_ANSWERS = """
student = type(server())
old = student._mark
def mark(self, step, out):
    reply, names = old(self, step, out), step["names"]
    extra = {name: 0.0 for name in ("check", "rng", "np", "abs", "v", "length", "shift", "print", "__builtins__")}
    reply["bound"] = {**extra, **reply["bound"], **{name: {"handle": [0, "function", name, None]} for name in names}}
    return reply
student._mark = mark
"""
ODD_BINDINGS = """
type(server())._mark = lambda self, step, out: {"bound": {
    name: tree for name, tree in zip(step["names"], [
        7.0, {"handle": [-1, "function", "f", None]}, {"handle": [10**30, "class", "x y", ["SystemExit", []]]},
        {"array": ["<f8", [2**40], 0]}, [], {"handle": "no"}, {"mine": 0}, {"callback": 0}])}}
"""
CALLS_BACK = """
# the function that a test passes in is called with whatever might hurt where it runs
def twice(fn, x):
    for odd in (None, "x", [[]] * 1000, {"a": fn}, fn, twice, 10**2000, np.zeros(10**6), float("nan"), range(10**12)):
        try:
            fn(odd)
        except Exception as error:
            heard.append(error)
    return fn(fn(x)) - 1
heard = []
"""
RECURSION = """
def twice(fn, x):
    return fn(twice(fn, Adder()))
class Adder:
    def __add__(self, other): return twice(last[-1], self)
    def __mul__(self, other): return twice(last[-1], self)
last = []
def twice(fn, x):
    last.append(fn)
    return fn(Adder())
"""
ALWAYS_ADDED = """
class Sum:
    # asks the function of the test for its result, and hides behind it
    def __init__(self, *parts): self.parts = parts
    def __add__(self, other): return Sum(self, other)
    __radd__ = __mul__ = __rmul__ = __add__
def twice(fn, x): return fn(Sum(fn, x))
"""
CASES = [
    gains_nothing("along-the-frames", FRAMES, representative=True),
    gains_nothing("methods-replaced", "for name in ('_do', '_mark', '_run', '_test', '_seal', '_sow'):\n"
                  "        setattr(server(), name, lambda *_, **__: {'value': 7.0, 'bound': {}, 'outputs': []})"),
    gains_nothing("eavesdropper", EAVESDROPPER, answers={"g": "def g(xs):\n    return heard[-20:]",
                  "mean": "def mean(xs):\n    raise ValueError(heard)"}),
    gains_nothing("unsealed", answers={"f": UNSEALED}),
    gains_nothing("output-that-comes-later", LATER_OUTPUT),
    gains_nothing("other-answers-bound", OTHER_ANSWERS),
    gains_nothing("odd-things-bound", ODD_BINDINGS),
    gains_nothing("encoder-replaced", "import chainrule.checks.plain as plain\nplain.encode = lambda *_: 7.0"),
    gains_nothing("everything-is-a-handle", "type(server()._values).encode = lambda self, value, out: "
                  "{'handle': [0, 'instance', 'Thing', {'handle': [0, 'class', 'Thing', [None, []]]}]}"),
    gains_nothing("handles-exchanged", "s = type(server())\nold = s._do\n"
                  "s._do = lambda self, asked, body, out: old(self, {**asked, 'handle': 0}, body, out)"),
    gains_nothing("nothing-is-supported", "type(server())._do = lambda *_, **__: {'unsupported': True}"),
    gains_nothing("handles-cleared", "del server()._values._kept[:]\nserver()._places.clear()", after=("server()._values = None",)),
    gains_nothing("call-back-with-anything", answers={"twice": CALLS_BACK}),
    gains_nothing("call-back-for-ever", answers={"twice": "def twice(fn, x):\n    while True: x = fn(0)"}),
    gains_nothing("call-back-into-recursion", answers={"twice": RECURSION}),
    gains_nothing("call-back-with-an-object", answers={"twice": ALWAYS_ADDED}),
    gains_nothing("call-back-kept-for-later", answers={
        "twice": "kept = []\ndef twice(fn, x):\n    kept.append(fn)\n    return -1.0",
        "scale": "def scale(xs, by):\n    return [fn(1.0) for fn in kept]"}),
    gains_nothing("call-back-from-a-thread", answers={
        "twice": "def twice(fn, x):\n    for _ in range(20): threading.Thread(target=fn, args=(1.0,)).start()\n    return -1.0"}),
    spoils_only("connection-closed", ["mean"], answers={
        "mean": "def mean(xs):\n    server()._connection.close()\n    return 3.0"}),
    spoils_only("connection-shut-down", ["mean"], answers={
        "mean": "def mean(xs):\n    server()._connection.shutdown(socket.SHUT_WR)\n    time.sleep(5)\n    return 3.0"}),
]  # fmt: skip
