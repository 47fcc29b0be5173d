"""Honest bad luck: what students do in good faith costs no point."""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode

from tests.autograder.making import cell_of
from tests.hostile.corpus import harmless, spoils_only


def _copied_answer(book: NotebookNode) -> None:
    again = deepcopy(cell_of(book, "f"))
    again.id = "again"
    again.source = "def f(x):\n    return 'a first try'"
    book.cells.insert(book.cells.index(cell_of(book, "f")), again)


def _copied_test(book: NotebookNode) -> None:
    again = deepcopy(cell_of(book, "mean-test"))
    again.id = "again"
    book.cells.append(again)


def _old_format(book: NotebookNode) -> None:
    book.nbformat_minor = 2
    for cell in book.cells:
        del cell["id"]


def _saved_by_colab(book: NotebookNode) -> None:
    book.metadata["colab"] = {"provenance": [], "collapsed_sections": []}
    for cell in book.cells:
        cell.metadata["id"] = f"colab-{cell.id}"
        cell.metadata["executionInfo"] = {"user": {"displayName": "Someone"}, "elapsed": 12}


LONG = (
    "def f(x):\n"
    + "\n".join(f"    total = {i}" if i % 5 == 0 else f"    # {i}" for i in range(5000))
    + "\n    return 3 * x + 1"
)
IN_PLACE = "def g(xs):\n    for i, x in enumerate(xs):\n        xs[i] = f(x)\n    return sum(xs)"
SLOTS = """
class Метро̃(type):
    def __call__(cls, *args):
        return super().__call__(*args)

class _ß__Ⅷ(metaclass=Метро̃):
    __slots__ = ("_é", "__weakref__")
    @property
    def total(self): return self._é

class Tally(_ß__Ⅷ):
    __slots__ = ()
    __qualname__ = "Some.<locals>.Where"
    def __init__(self, start): self._é = start
    def add(self, x, /, *_, **__):
        self._é += x
        return self
    def __sub__(self, x): return type(self)(self.total - x)
    def __repr__(self): return 42
"""
PLOT = """
import matplotlib.pyplot as plt

def mean(xs):
    plt.plot(xs)
    plt.show()
    return sum(xs) / len(xs)

mean([1, 2])
"""
DEEP = """
def mean(xs):
    def down(n):
        return 0.0 if n == 0 else down(n - 1)
    return sum(xs) / len(xs) + down(700)
"""
MEMO = """
calls = 0
seen = {}

def f(x):
    global calls
    calls += 1
    key = np.asarray(x).tobytes()
    if key not in seen:
        seen[key] = 3 * x + 1
    return seen[key]
"""
CASES = [
    harmless("copied-answer", edit=_copied_answer),
    harmless("copied-test", edit=_copied_test),
    harmless("old-format-without-cell-ids", edit=_old_format),
    harmless("metadata-of-another-editor", edit=_saved_by_colab),
    harmless("a-warning", answers={"f": "import warnings\ndef f(x):\n    warnings.warn('slow')\n    return 3 * x + 1"}),
    harmless(
        "a-print-in-every-function",
        answers={
            "f": "def f(x):\n    print('f of', x)\n    return 3 * x + 1",
            "g": "def g(xs):\n    print(xs)\n    return sum(f(x) for x in xs)",
            "mean": "def mean(xs):\n    print(*xs, sep='\\n')\n    return sum(xs) / len(xs)",
            "twice": "def twice(fn, x):\n    print(fn, flush=True)\n    return fn(fn(x))",
        },
    ),
    harmless(
        "float32-where-it-is-accepted",
        answers={"scale": "def scale(xs, by):\n    return np.array(xs, dtype=np.float32) * np.float32(by)"},
    ),
    harmless("a-list-for-an-array", answers={"scale": "def scale(xs, by):\n    return [x * by for x in xs]"}),
    harmless("numpy-numbers", answers={"mean": "mean = np.mean", "guess": "guess = np.float64(0.625)\nprimes = np.array([2, 3, 5, 7])"}),
    harmless("a-class-with-odd-names", answers={"tally": SLOTS}),
    harmless(
        "a-class-whose-repr-raises",
        answers={
            "tally": "class Tally:\n    def __init__(self, start): self.total = start\n"
            "    def add(self, x):\n        self.total += x\n        return self\n"
            "    def __sub__(self, x): return Tally(self.total - x)\n    def __repr__(self): return self.name\n    def __eq__(self, other): return self.name == other.name"
        },
    ),
    spoils_only(
        "an-object-with-a-broken-repr-for-a-number",
        ["f", "g"],
        answers={
            "f": "class Number:\n    def __repr__(self):\n        return self.name\n\ndef f(x):\n    return Number()",
            "g": "def g(xs):\n    return [f(x) for x in xs]",
        },
    ),
    harmless("a-plot-in-an-answer", answers={"mean": PLOT}),
    spoils_only(
        "input-in-an-answer", ["mean"], answers={"mean": "def mean(xs):\n    n = int(input('How many? '))\n    return n"}
    ),
    harmless("input-in-a-cell", "name = input('Your name? ')", after=("input()",)),
    spoils_only(
        "a-breakpoint-in-an-answer", ["mean"], answers={"mean": "def mean(xs):\n    breakpoint()\n    return 3.0"}
    ),
    harmless(
        "stray-magics",
        "%matplotlib inline",
        "%config InlineBackend.figure_format = 'retina'",
        "%load_ext autoreload\n%autoreload 2",
        "%%time\nx = 1",
        "%pip install numpy",
        "%no_such_magic at all",
        "%%no_such_magic\nat all",
        "%cd ..",
        answers={"f": "%matplotlib inline\n%time 1 + 1\ndef f(x):\n    return 3 * x + 1"},
    ),
    harmless(
        "stray-commands",
        "!pip install numpy",
        "files = !ls",
        "%%bash\necho hello",
        "!!date",
        "ls",
        answers={"mean": "!echo hello\ndef mean(xs):\n    !echo inside\n    return sum(xs) / len(xs)"},
    ),
    harmless("stray-help", "np.mean?", "?np.mean", "help(np.mean)", "np.mean??", "%pinfo np"),
    spoils_only("a-syntax-error-in-one-cell", ["mean"], answers={"mean": "def mean(xs):\n    return sum(xs / len(xs)"}),
    harmless("a-syntax-error-in-an-added-cell", "def broken(:", "for"),
    harmless(
        "unicode-names",
        answers={
            "f": "def f(x):\n    дельта, 変数, ﬁ = 3, 1, None  # “quotes” — and a dash\n    return дельта * x + 変数",
            "mean": "def mean(μ):\n    Σ = sum(μ)\n    return Σ / len(μ)",
            "explain": "Weil ∂L/∂x = Σᵢ ∂L/∂yᵢ · ∂yᵢ/∂x. 🎉 שלום\u202e",
        },
    ),
    harmless("an-answer-of-5000-lines", answers={"f": LONG}),
    harmless("an-answer-that-changes-its-argument", answers={"g": IN_PLACE}),
    harmless(
        "an-answer-that-changes-its-array",
        answers={"unit": "import math\n\ndef unit(v):\n    v /= np.linalg.norm(v)\n    return v"},
    ),
    harmless("global-state", answers={"f": MEMO}),
    harmless(
        "seeds-set-by-the-student",
        "import random\nnp.random.seed(0)\nrandom.seed(0)\nrng = np.random.default_rng(0)",
        answers={"f": "np.random.seed(1)\ndef f(x):\n    np.random.seed(1)\n    return 3 * x + 1"},
    ),
    harmless("seterr-raise", "np.seterr(all='raise')\nnp.set_printoptions(precision=2, threshold=5)"),
    harmless("warnings-as-errors", "import warnings\nwarnings.simplefilter('error')"),
    harmless("deep-recursion-that-ends", answers={"mean": DEEP}),
    harmless(
        "a-background-thread-left-running",
        "import threading, time\ndef tick():\n    while True:\n        time.sleep(0.05)\n"
        "threading.Thread(target=tick, daemon=True).start()\nthreading.Thread(target=tick).start()",
    ),
    harmless("a-busy-thread-left-running", "import threading\ndef burn():\n    while True: pass\nthreading.Thread(target=burn).start()"),
    harmless("asyncio-in-a-cell", "import asyncio\nawait asyncio.sleep(0.01)\nasyncio.get_event_loop()"),
    harmless("a-cell-that-takes-too-long", "while True: pass"),
    harmless("a-cell-that-ends-python", "exit()", "quit()", "import sys\nsys.exit(1)", "raise KeyboardInterrupt"),
    harmless("a-module-that-is-not-there", "import torch", "from google.colab import drive\ndrive.mount('/content')"),
    harmless("everything-deleted-at-the-end", after=("del f, g, Tally, mean\nnp = None", "%reset -f")),
    harmless("builtins-overwritten-by-accident", "list = [1, 2]\nsum_ = sum\nstr = 'text'\ninput = 3\nid = 7\ntype = 'a'"),
    harmless("names-of-the-course-overwritten", after=("check = rng = None", "import numpy as f")),
    harmless(
        "half-a-surrogate-pair-printed",
        "print('\\ud83d half an emoji')\nprint(b'\\xff\\xfe'.decode('utf-8', 'surrogateescape'))",
        "'\\ud83d'",
    ),
    spoils_only(
        "half-a-surrogate-pair-raised",
        ["mean"],
        answers={"mean": "def mean(xs):\n    raise ValueError(b'caf\\xe9'.decode('utf-8', 'surrogateescape'))"},
    ),
    harmless("odd-characters-printed", "print('\\x00 \\x07 \\x1b[31mred\\x1b[0m \\u202e \\ufeff')\nprint(b'\\xff')\n'\\x00'"),
    harmless("a-file-of-their-own", "open('mine.txt', 'w').write('1')\nassert open('data.txt').read() == '7'", files={"data.txt": "7"}),
    harmless("a-folder-where-the-course-has-a-file", files={"given.txt/readme.md": "mine"}),
    harmless("a-file-where-the-course-has-a-folder", files={"tables": "mine"}),
    harmless("a-timestamp-that-is-none", files={"timestamp.txt": "last Tuesday, I think"}),
    harmless("a-timestamp-that-is-no-text", files={"timestamp.txt": b"\xff\xfe\x00\x01"}),
    harmless("a-timestamp-that-is-a-folder", files={"timestamp.txt/when": "now"}),
    harmless("a-timestamp-beyond-the-calendar", files={"timestamp.txt": "999999-99-99 99:99:99 UTC"}),
    harmless("odd-file-names", files={"-rf *; $(echo) 'a\" \n.txt": "1", "été \udcff.txt": "2", "x" * 255: "3"}),
    harmless("a-second-notebook", files={"squares (1).ipynb": "{}", ".ipynb_checkpoints/squares-checkpoint.ipynb": "{}"}),
]  # fmt: skip
