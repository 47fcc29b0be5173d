"""Tests say what courses say of answers everywhere: of functions, classes, exceptions, what is printed and changed."""
# ruff: noqa: E501  one case a line

from __future__ import annotations

import pytest

from autograder.sandbox.outside.session import Sandbox
from tests.autograder.sandbox.room import room

FUNCTION = '''
def power(x: float, n: int = 2, *, shift: float = 0.0) -> float:
    """A power, shifted."""
    return x ** n + shift
def count(n):
    for i in range(n): yield i
async def wait(): return 1
class Shape:
    """Something flat."""
    def area(self, scale=1):
        """Its area."""
        return 0
'''
CLASSES = """
import dataclasses, enum
from collections import Counter, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
@dataclass
class P:
    x: int
    y: int = 0
@dataclass(frozen=True)
class Q:
    x: int
class Color(enum.Enum):
    RED = 1
    BLUE = 2
class A:
    made = 0
    log = []
    def __init__(self): A.made += 1; self.a, self.b, self.w = 1, [2], np.zeros(2)
    def grow(self): self.b.append(9)
    def total(self): return sum(self.b) + self.w.sum()
class B(A): pass
class Key:
    def __init__(self, k): self.k = k
    def __hash__(self): return hash(self.k)
    def __eq__(self, other): return self.k == other.k
Pair = namedtuple('Pair', 'left right', defaults=(0,))
def pair(): return Pair(1, 2)
class MyErr(ValueError):
    limit = 3
    def __init__(self, code): super().__init__(f'code {code}'); self.code = code
    @property
    def twice(self): return 2 * self.code
def fail(code): raise MyErr(code)
def missing(d): return d['k']
def half(n): return Fraction(n, 2)
"""
PRINTS = """
import sys, warnings
def greet(name): print('Hello,', name)
def warn(x):
    warnings.warn('careful', DeprecationWarning)
    print('bad', file=sys.stderr)
    return x
def ask(): return int(input('n? ')) + 1
def talk(f): print('before'); f(); print('after')
"""
CHANGES = """
def same(x): return x
def push(xs, x): xs.append(x); return xs
def fail_late(xs): xs.clear(); raise ValueError
def call(f): return f
def fill(d, b): d.appendleft(0); b += b'x'
"""
THREADS = """
import threading
class Safe:
    def __init__(self): self.n, self.lock = 0, threading.Lock()
    def add(self, k):
        with self.lock: self.n += k
def twice(x): return 2 * x
"""


@pytest.mark.parametrize(
    ("answer", "test"),
    [
        (FUNCTION, "power.__doc__ == 'A power, shifted.' and power.__defaults__ == (2,)"),
        (FUNCTION, "power.__kwdefaults__ == {'shift': 0.0} and power.__annotations__['n'] is int"),
        (FUNCTION, "import inspect\nstr(inspect.signature(power)) == '(x: float, n: int = 2, *, shift: float = 0.0) -> float'"),
        (FUNCTION, "import inspect\nlist(inspect.signature(Shape().area).parameters) == ['scale']"),
        (FUNCTION, "import inspect\n'x ** n' in inspect.getsource(power) and inspect.getdoc(power) == 'A power, shifted.'"),
        (FUNCTION, "power.__code__.co_argcount == 2 and power.__code__.co_varnames[:2] == ('x', 'n')"),
        (FUNCTION, "import types\nisinstance(power, types.FunctionType) and isinstance(count(1), types.GeneratorType)"),
        (FUNCTION, "import asyncio\nasyncio.iscoroutinefunction(wait) and not asyncio.iscoroutinefunction(power)"),
        (FUNCTION, "Shape.__doc__ == 'Something flat.' and Shape.area.__doc__ == 'Its area.' and 'area' in dir(Shape)"),
        (FUNCTION, "power.__module__ == Shape.__module__ == '__main__' and hasattr(power, '__code__')"),
        (CLASSES, "import dataclasses\ndataclasses.is_dataclass(P) and dataclasses.asdict(P(1, 2)) == {'x': 1, 'y': 2}"),
        (CLASSES, "import dataclasses\n[(f.name, f.default) for f in dataclasses.fields(P(1))][1] == ('y', 0)"),
        (CLASSES, "repr(P(1)) == 'P(x=1, y=0)' and P(1) == P(1, 0) and P(1) != P(2)"),
        (CLASSES, "import dataclasses\ntry: Q(1).x = 2\nexcept dataclasses.FrozenInstanceError: caught = True\ncaught"),
        (CLASSES, "Color(2) is Color.BLUE and Color['RED'] == Color.RED and [c.name for c in Color] == ['RED', 'BLUE']"),
        (CLASSES, "len(Color) == 2 and Color.RED.value == 1 and isinstance(Color.RED, Color)"),
        (CLASSES, "A(), A()\nA.made == 2 and B.__bases__ == (A,) and A.__bases__ == (object,) and B.__name__ == 'B'"),
        (CLASSES, "c = A()\nvars(c)['a'] == 1 and c.__dict__['b'] == [2] and sorted(vars(c)) == ['a', 'b', 'w']"),
        (CLASSES, "c = A()\nc.b.append(3); c.w[0] = 1\nc.total() == 6 and c.b == [2, 3]"),
        (CLASSES, "c = A()\nb = c.b\nc.grow()\nb == [2, 9]"),
        (CLASSES, "A.log.append(1)\nA.log == [1]"),
        (CLASSES, "A.made = 5\nA()\nA.made == 6"),
        (CLASSES, "len({Key(1), Key(1), Key(2)}) == 2 and {Key(1): 'a'}[Key(1)] == 'a'"),
        (CLASSES, "isinstance(pair(), Pair) and pair() == (1, 2) and pair()._replace(left=5) == Pair(5, 2) and Pair(1).right == 0"),
        (CLASSES, "try: fail(7)\nexcept MyErr as e: got = e.code, e.twice, str(e), e.args, MyErr.limit\ngot == (7, 14, 'code 7', ('code 7',), 3)"),
        (CLASSES, "e = MyErr(3)\ntry: raise e\nexcept ValueError as f: same = f is e and f.code == 3\nsame"),
        (CLASSES, "try: missing({})\nexcept KeyError as e: got = e.args\ngot == ('k',)"),
        (CLASSES, "half(3) == Fraction(3, 2) and half(1) + 1 == 1.5"),
        (PRINTS, "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out: greet('Ada')\nout.getvalue() == 'Hello, Ada\\n'"),
        (PRINTS, "from unittest.mock import patch\nwith patch('builtins.print') as p: greet('Ada')\np.assert_called_with('Hello,', 'Ada')\nTrue"),
        (PRINTS, "from unittest.mock import patch\nwith patch('builtins.input', return_value='41'): n = ask()\nn == 42"),
        (PRINTS, "import sys, io\nold, sys.stdin = sys.stdin, io.StringIO('41\\n')\nn = ask()\nsys.stdin = old\nn == 42"),
        (PRINTS, "said, old = [], print\ndef print(*a): said.append(a)\ngreet('Ada')\nprint = old\nsaid == [('Hello,', 'Ada')]"),
        (PRINTS, "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out: talk(lambda: print('between'))\nout.getvalue().split() == ['before', 'between', 'after']"),
        (PRINTS, "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    warn(1)\n[(x.category.__name__, str(x.message)) for x in w] == [('DeprecationWarning', 'careful')]"),
        ("import warnings\nwarnings.filterwarnings('error')\n" + PRINTS, "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    same = warn(3) == 3\nsame and len(w) == 1"),
        (CHANGES, "xs, f = [1], lambda: 1\nsame(xs) is xs and push(xs, 2) is xs and xs == [1, 2] and call(f) is f and call(same) is same"),
        (CHANGES, "xs = [1]\ntry: fail_late(xs)\nexcept ValueError: pass\nxs == []"),
        (CHANGES, "from collections import deque\nd, b = deque([1], 3), bytearray(b'a')\nfill(d, b)\n(list(d), b) == ([0, 1], b'ax')"),
        (THREADS, "import threading\ns = Safe()\nts = [threading.Thread(target=s.add, args=(2,)) for _ in range(60)]\n[t.start() for t in ts]; [t.join() for t in ts]\ns.n == 120"),
        (THREADS, "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as pool: got = list(pool.map(twice, range(200)))\ngot == list(range(0, 400, 2))"),
    ],
    ids=lambda text: text.replace("\n", "; ") if len(text) < 200 else "",
)  # fmt: skip
def test_an_ordinary_test_of_an_answer_passes(sandbox: Sandbox, answer: str, test: str) -> None:
    with room(sandbox, answer) as it:
        assert it.test(test) is True
