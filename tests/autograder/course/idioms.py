"""Ordinary ways of testing, of courses that know nothing of ours: a right answer each, and the test of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """An answer cell and its test cell."""

    name: str
    right: str
    visible: str
    hidden: str = ""


IDIOMS = [
    Idiom(
        "getsource",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """import inspect
assert '**' not in inspect.getsource(square)
assert square(3) == 9""",
    ),
    Idiom(
        "signature",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """import inspect
assert list(inspect.signature(square).parameters) == ['x']
assert square(3) == 9""",
    ),
    Idiom(
        "annotations",
        """def square(x: int) -> int:
    return x * x""",
        """assert square.__annotations__ == {'x': int, 'return': int}
assert square(3) == 9""",
    ),
    Idiom(
        "doc",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """assert 'square' in square.__doc__
assert square(3) == 9""",
    ),
    Idiom(
        "name",
        "square = lambda x: x * x",
        """assert square.__name__ == '<lambda>'
assert square(3) == 9""",
    ),
    Idiom(
        "defaults",
        """def power(x, n=2):
    return x ** n""",
        """assert power.__defaults__ == (2,)
assert power(3) == 9""",
    ),
    Idiom(
        "code-varnames",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """assert square.__code__.co_argcount == 1
assert square(3) == 9""",
    ),
    Idiom(
        "functiontype",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """import types
assert isinstance(square, types.FunctionType)
assert square(3) == 9""",
    ),
    Idiom(
        "callable",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """assert callable(square)
assert square(3) == 9""",
    ),
    Idiom(
        "stdout",
        """def greet(name):
    print('Hello,', name)""",
        """import io, contextlib
out = io.StringIO()
with contextlib.redirect_stdout(out):
    greet('Ada')
assert out.getvalue() == 'Hello, Ada\\n'""",
    ),
    Idiom(
        "mock-print",
        """def greet(name):
    print('Hello,', name)""",
        """from unittest.mock import patch
with patch('builtins.print') as p:
    greet('Ada')
p.assert_called_with('Hello,', 'Ada')""",
    ),
    Idiom(
        "mock-input",
        """def ask():
    return int(input('n? ')) + 1""",
        """from unittest.mock import patch
with patch('builtins.input', return_value='41'):
    assert ask() == 42""",
    ),
    Idiom(
        "stdin-io",
        """def ask():
    return int(input()) + 1""",
        """import sys, io
sys.stdin = io.StringIO('41\\n')
assert ask() == 42""",
    ),
    Idiom(
        "mock-func",
        """def helper(x):
    return x * x

def norm(v):
    return sum(helper(x) for x in v) ** 0.5""",
        """from unittest.mock import patch
old = helper
calls = []
def helper(x):
    calls.append(x)
    return old(x)
assert norm([3, 4]) == 5
assert calls == [3, 4]
helper = old
del old""",
    ),
    Idiom(
        "print-redefined",
        """def greet(name):
    print('Hello,', name)""",
        """printed = []
old_print = print
def print(*a): printed.append(a)
greet('Ada')
assert printed == [('Hello,', 'Ada')]
print = old_print""",
    ),
    Idiom(
        "capture-magic",
        """def greet(name):
    print('Hello,', name)""",
        """%%capture out
greet('Ada')""",
    ),
    Idiom(
        "capture-utils",
        """def greet(name):
    print('Hello,', name)""",
        """from IPython.utils.capture import capture_output
with capture_output() as c:
    greet('Ada')
assert c.stdout == 'Hello, Ada\\n'""",
    ),
    Idiom(
        "async",
        """import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x * x""",
        "assert await f(3) == 9",
    ),
    Idiom(
        "async-run",
        """import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x * x""",
        """import asyncio
assert asyncio.iscoroutinefunction(f)""",
    ),
    Idiom(
        "generator",
        """def count(n):
    for i in range(n):
        yield i""",
        """assert list(count(3)) == [0, 1, 2]
g = count(2)
assert next(g) == 0 and next(g) == 1
try:
    next(g)
    raise AssertionError('no end')
except StopIteration:
    pass""",
    ),
    Idiom(
        "generatortype",
        """def count(n):
    for i in range(n):
        yield i""",
        """import types
assert isinstance(count(3), types.GeneratorType)""",
    ),
    Idiom(
        "dataclass",
        """from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int = 0""",
        """import dataclasses
p = P(1, 2)
assert p.x == 1 and P(1).y == 0
assert p == P(1, 2)
assert dataclasses.is_dataclass(P)
assert dataclasses.asdict(p) == {'x': 1, 'y': 2}
assert repr(p) == 'P(x=1, y=2)'""",
    ),
    Idiom(
        "class-ops",
        """class V:
    def __init__(self, x): self.x = x
    def __add__(self, o): return V(self.x + (o.x if isinstance(o, V) else o))
    __radd__ = __add__
    def __eq__(self, o): return isinstance(o, V) and self.x == o.x
    def __repr__(self): return f'V({self.x})'""",
        """a = V(1) + V(2)
assert a.x == 3
assert (1 + V(1)).x == 2
assert a == V(3)
assert isinstance(a, V)
assert str(a) == 'V(3)'
assert sum([V(1), V(2)]).x == 3""",
    ),
    Idiom(
        "class-subclass",
        """class A:
    def f(self): return 1
class B(A):
    def f(self): return super().f() + 1""",
        """assert issubclass(B, A)
assert isinstance(B(), A)
assert B().f() == 2
assert hasattr(B(), 'f') and not hasattr(B(), 'g')
assert B.__name__ == 'B' and B.__bases__ == (A,)""",
    ),
    Idiom(
        "class-dict",
        """class C:
    def __init__(self): self.a = 1; self.b = [2]""",
        """c = C()
assert vars(c) == {'a': 1, 'b': [2]}
assert c.__dict__['a'] == 1
c.b.append(3)
assert c.b == [2, 3]""",
    ),
    Idiom(
        "class-method-count",
        """class C:
    n = 0
    def inc(self): C.n += 1; return self""",
        """C().inc().inc()
assert C.n == 2
assert C.inc.__doc__ is None
assert 'inc' in dir(C)""",
    ),
    Idiom(
        "own-exception",
        """class MyErr(ValueError):
    def __init__(self, code): super().__init__(f'code {code}'); self.code = code
def f():
    raise MyErr(7)""",
        """try:
    f()
    assert False
except MyErr as e:
    assert e.code == 7 and str(e) == 'code 7'""",
    ),
    Idiom(
        "exception-message",
        """def f(x):
    if x < 0: raise ValueError('negative')
    return x""",
        """try:
    f(-1)
    assert False
except ValueError as e:
    assert e.args == ('negative',) and 'negative' in str(e)""",
    ),
    Idiom(
        "keyerror",
        """def f(d):
    return d['k']""",
        """try:
    f({})
    assert False, 'no error'
except KeyError as e:
    assert e.args[0] == 'k'""",
    ),
    Idiom(
        "unittest",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """import unittest
t = unittest.TestCase()
t.assertEqual(square(3), 9)
with t.assertRaises(TypeError):
    square('a')""",
    ),
    Idiom(
        "mutates",
        """def push(xs, x):
    xs.append(x)""",
        """xs = [1]
push(xs, 2)
assert xs == [1, 2]""",
    ),
    Idiom(
        "identity",
        """def same(x):
    return x""",
        """xs = [1]
assert same(xs) is xs""",
    ),
    Idiom(
        "copy-not-identity",
        """def cp(xs):
    return xs[:]""",
        """xs = [1]
ys = cp(xs)
assert ys == xs and ys is not xs""",
    ),
    Idiom(
        "global-counter",
        """counter = 0
def inc():
    global counter
    counter += 1""",
        """counter = 0
inc(); inc()
assert counter == 2""",
    ),
    Idiom(
        "global-var-set-by-test",
        """rate = 0.5
def f(x):
    return rate * x""",
        """assert f(2) == 1
rate = 2
assert f(2) == 4""",
    ),
    Idiom(
        "closure",
        """def adder(n):
    return lambda x: x + n""",
        """add3 = adder(3)
assert add3(4) == 7
assert adder(1)(adder(2)(3)) == 6""",
    ),
    Idiom(
        "decorator",
        """def twice(f):
    def g(*a):
        return f(f(*a))
    return g""",
        """@twice
def inc(x): return x + 1
assert inc(1) == 3""",
    ),
    Idiom(
        "kwargs-varargs",
        """def f(*a, **k):
    return len(a), sorted(k)""",
        "assert f(1, 2, z=1, y=2) == (2, ['y', 'z'])",
    ),
    Idiom(
        "returns-set",
        """def f(xs):
    return set(xs)""",
        """assert f([1, 1, 2]) == {1, 2}
assert isinstance(f([]), set)""",
    ),
    Idiom(
        "returns-dictview",
        """def f(d):
    return d.keys()""",
        """assert set(f({'a': 1})) == {'a'}
assert 'a' in f({'a': 1})
assert len(f({'a': 1})) == 1""",
    ),
    Idiom(
        "returns-dictitems",
        """def f(d):
    return d.items()""",
        """assert ('a', 1) in f({'a': 1})
assert sorted(f({'b': 2, 'a': 1})) == [('a', 1), ('b', 2)]""",
    ),
    Idiom(
        "returns-range",
        """def f(n):
    return range(n)""",
        """assert f(3) == range(3)
assert 2 in f(3) and list(f(2)) == [0, 1]""",
    ),
    Idiom(
        "returns-map",
        """def f(xs):
    return map(str, xs)""",
        "assert list(f([1, 2])) == ['1', '2']",
    ),
    Idiom(
        "returns-zip",
        """def f(a, b):
    return zip(a, b)""",
        "assert dict(f('ab', [1, 2])) == {'a': 1, 'b': 2}",
    ),
    Idiom(
        "fraction",
        """from fractions import Fraction
def f(a, b):
    return Fraction(a, b)""",
        """from fractions import Fraction
assert f(1, 2) == Fraction(1, 2)
assert f(1, 2) + 1 == Fraction(3, 2)
assert f(1,2) == 0.5""",
    ),
    Idiom(
        "decimal",
        """from decimal import Decimal
def f(a):
    return Decimal(a)""",
        """from decimal import Decimal
assert f('1.5') == Decimal('1.5')
assert f('1.5') * 2 == 3""",
    ),
    Idiom(
        "datetime",
        """import datetime
def f(y):
    return datetime.date(y, 1, 1)""",
        """import datetime
assert f(2020) == datetime.date(2020, 1, 1)
assert f(2020).year == 2020""",
    ),
    Idiom(
        "deque",
        """from collections import deque
def f(xs):
    return deque(xs)""",
        """from collections import deque
assert f([1]) == deque([1])
assert list(f([1, 2])) == [1, 2]""",
    ),
    Idiom(
        "counter",
        """from collections import Counter
def f(s):
    return Counter(s)""",
        """from collections import Counter
assert f('aab') == Counter('aab')
assert f('aab').most_common(1) == [('a', 2)]
assert f('aab')['z'] == 0""",
    ),
    Idiom(
        "defaultdict",
        """from collections import defaultdict
def f():
    return defaultdict(list)""",
        """d = f()
d['x'].append(1)
assert d['x'] == [1]""",
    ),
    Idiom(
        "namedtuple",
        """from collections import namedtuple
P = namedtuple('P', 'x y')
def f():
    return P(1, 2)""",
        """assert f().x == 1
assert f() == (1, 2)
assert f()._asdict() == {'x': 1, 'y': 2}""",
    ),
    Idiom(
        "ordereddict",
        """from collections import OrderedDict
def f():
    return OrderedDict(a=1)""",
        """d = f()
d.move_to_end('a')
assert list(d) == ['a']""",
    ),
    Idiom(
        "enum",
        """import enum
class Color(enum.Enum):
    RED = 1
    BLUE = 2""",
        """assert Color.RED.value == 1
assert Color(2) is Color.BLUE
assert [c.name for c in Color] == ['RED', 'BLUE']
assert Color['RED'] == Color.RED""",
    ),
    Idiom(
        "regex",
        """import re
pattern = re.compile(r'a+')""",
        """assert pattern.match('aaa').group() == 'aaa'
assert not pattern.match('b')""",
    ),
    Idiom(
        "path",
        """from pathlib import Path
p = Path('a') / 'b.txt'""",
        """from pathlib import Path
assert p == Path('a/b.txt')
assert p.suffix == '.txt'""",
    ),
    Idiom(
        "writes-file",
        """def save(xs):
    with open('out.txt', 'w') as f:
        f.write(','.join(map(str, xs)))""",
        """save([1, 2])
assert open('out.txt').read() == '1,2'""",
    ),
    Idiom(
        "reads-file",
        """def load(path):
    return open(path).read().split()""",
        """with open('in.txt', 'w') as f: f.write('a b')
assert load('in.txt') == ['a', 'b']""",
    ),
    Idiom(
        "np-array-attr",
        "x = np.arange(6).reshape(2, 3)",
        """assert x.shape == (2, 3)
assert x.dtype == int
assert isinstance(x, np.ndarray)
np.testing.assert_array_equal(x[1], [3, 4, 5])""",
    ),
    Idiom(
        "np-structured",
        "x = np.array([(1, 2.0)], dtype=[('a', int), ('b', float)])",
        """assert x['a'][0] == 1
assert x.dtype.names == ('a', 'b')""",
    ),
    Idiom(
        "np-datetime",
        "d = np.datetime64('2020-01-01')",
        """assert d == np.datetime64('2020-01-01')
assert d + 1 == np.datetime64('2020-01-02')""",
    ),
    Idiom(
        "np-masked",
        "m = np.ma.masked_less([1, 2, 3], 2)",
        """assert m.count() == 2
assert m.mean() == 2.5""",
    ),
    Idiom(
        "np-poly",
        "p = np.poly1d([1, 0, -1])",
        """assert p(2) == 3
assert sorted(p.roots) == [-1, 1]""",
    ),
    Idiom(
        "np-str",
        "s = np.array(['a', 'bb'])",
        """assert s[1] == 'bb'
assert list(s) == ['a', 'bb']""",
    ),
    Idiom(
        "np-rng",
        """g = np.random.default_rng(0)
x = g.normal()""",
        "assert x == np.random.default_rng(0).normal()",
    ),
    Idiom(
        "seed-legacy",
        """def draw():
    return np.random.rand()""",
        """np.random.seed(1)
assert draw() == 0.417022004702574""",
    ),
    Idiom(
        "scipy-sparse",
        """import scipy.sparse as sp
m = sp.eye(3)""",
        """assert m.shape == (3, 3)
assert (m.toarray() == np.eye(3)).all()
assert m.nnz == 3""",
    ),
    Idiom(
        "fig",
        """import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([1, 2], [3, 4])
ax.set_xlabel('x')""",
        """assert ax.get_xlabel() == 'x'
assert len(ax.lines) == 1
assert list(ax.lines[0].get_ydata()) == [3, 4]""",
    ),
    Idiom(
        "plt-gca",
        """import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.title('T')""",
        "assert True",
    ),
    Idiom(
        "sklearn",
        """from sklearn.linear_model import LinearRegression
model = LinearRegression().fit([[0], [1]], [0, 1])""",
        """assert abs(model.coef_[0] - 1) < 1e-9
assert abs(model.predict([[2]])[0] - 2) < 1e-9
from sklearn.linear_model import LinearRegression
assert isinstance(model, LinearRegression)""",
    ),
    Idiom("module-answer", "import math as m", "assert m.pi > 3"),
    Idiom(
        "hidden-helper-def",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        "",
        """def ref(x): return x ** 2
for i in range(5):
    assert square(i) == ref(i)""",
    ),
    Idiom(
        "del-and-rerun",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """try:
    square
except NameError:
    raise AssertionError('no square')
assert square(2) == 4""",
    ),
    Idiom(
        "in-dir",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """assert 'square' in globals()
assert 'square' in dir()
assert 'square' in locals()""",
    ),
    Idiom(
        "eval-name",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """assert eval('square')(3) == 9
assert globals()['square'](2) == 4""",
    ),
    Idiom(
        "user-ns",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        "assert get_ipython().user_ns['square'](3) == 9",
    ),
    Idiom(
        "In-history",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        "assert any('def square' in c for c in In)",
    ),
    Idiom(
        "timing",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """import time
t = time.time(); square(2); assert isinstance(time.time() - t, float)""",
    ),
    Idiom(
        "magic-in-test",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """%timeit -n1 -r1 square(3)
assert square(3) == 9""",
    ),
    Idiom(
        "bang-in-test",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """!echo hello
assert square(3) == 9""",
    ),
    Idiom(
        "big-int",
        """def fact(n):
    return 1 if n < 2 else n * fact(n - 1)""",
        """assert fact(100) % 97 == 0
assert fact(500) > 10**1000""",
    ),
    Idiom(
        "huge-int",
        """def fact(n):
    r = 1
    for i in range(2, n + 1): r *= i
    return r""",
        "assert fact(3000) % 7 == 0",
    ),
    Idiom(
        "deep-list",
        """def nest(n):
    x = []
    for _ in range(n): x = [x]
    return x""",
        """x = nest(40)
for _ in range(40): x = x[0]
assert x == []""",
    ),
    Idiom(
        "linkedlist",
        """class Node:
    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
def build(xs):
    h = None
    for x in reversed(xs): h = Node(x, h)
    return h""",
        """h = build([1, 2, 3])
found = []
while h:
    found.append(h.v); h = h.nxt
assert found == [1, 2, 3]""",
    ),
    Idiom(
        "micrograd",
        """class Value:
    def __init__(self, d, ch=()): self.data, self.grad, self._prev, self._backward = d, 0.0, set(ch), lambda: None
    def __add__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        out = Value(self.data + o.data, (self, o))
        def b(): self.grad += out.grad; o.grad += out.grad
        out._backward = b
        return out
    def __mul__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        out = Value(self.data * o.data, (self, o))
        def b(): self.grad += o.data * out.grad; o.grad += self.data * out.grad
        out._backward = b
        return out
    __rmul__ = __mul__; __radd__ = __add__
    def backward(self):
        topo, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for c in v._prev: build(c)
                topo.append(v)
        build(self); self.grad = 1.0
        for v in reversed(topo): v._backward()""",
        """a, b = Value(2.0), Value(-3.0)
c = a * b + a
c.backward()
assert c.data == -4.0 and a.grad == -2.0 and b.grad == 2.0
d = 2 * a + 1
assert d.data == 5.0
assert isinstance(d, Value)
assert a in c._prev or a in [p for q in c._prev for p in q._prev]""",
    ),
    Idiom(
        "many-calls",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """for i in range(6000):
    assert square(i) == i * i""",
    ),
    Idiom(
        "many-calls-4900",
        """def square(x):
    \"\"\"Return the square.\"\"\"
    return x * x""",
        """for i in range(4900):
    assert square(i) == i * i""",
    ),
    Idiom(
        "big-array",
        """def z(n):
    return np.zeros((n, n))""",
        "assert z(2000).shape == (2000, 2000)",
    ),
    Idiom(
        "long-list",
        """def f(n):
    return list(range(n))""",
        "assert sum(f(200_000)) == 199999 * 100000",
    ),
    Idiom(
        "long-string",
        """def f(n):
    return 'a' * n""",
        "assert len(f(3_000_000)) == 3_000_000",
    ),
    Idiom(
        "nested-dict-big",
        """def f(n):
    return {i: [i, str(i)] for i in range(n)}""",
        "assert len(f(50_000)) == 50_000",
    ),
    Idiom(
        "time-magic-over-a-test",
        """def square(x):
    return x * x""",
        """%%time
assert square(3) == 9""",
        "assert square(5) == 25",
    ),
    Idiom(
        "timeit-line-in-a-test",
        """def square(x):
    return x * x""",
        """%timeit -n1 -r1 square(3)
assert square(3) == 9""",
    ),
    Idiom(
        "await-in-a-test",
        """def square(x):
    return x * x""",
        """import asyncio
await asyncio.sleep(0)
assert square(3) == 9""",
    ),
    Idiom(
        "half-of-the-points",
        """def square(x):
    return x * x""",
        "1 if square(3) == 9 else 0",
    ),
    Idiom(
        "points-counted",
        """def square(x):
    return x * x""",
        "earned = 0",
        """for i in range(4):
    earned += 0.5 * (square(i) == i * i)
earned""",
    ),
    Idiom(
        "a-helper-of-the-test-above",
        """def square(x):
    return x * x""",
        """def right(x):
    return square(x) == x * x
assert right(2)""",
    ),
    Idiom(
        "it-is-used-below",
        """def cube(x):
    return x ** 3""",
        "assert right(4)",
        "assert cube(2) == 8",
    ),
    Idiom(
        "module-beside",
        """from geometry import area
def double_area(r):
    return 2 * area(r)""",
        """import geometry
assert double_area(1) == 2 * geometry.area(1)""",
    ),
    Idiom(
        "data-beside",
        """def total():
    return sum(map(int, open('numbers.txt').read().split()))""",
        "assert total() == 6",
    ),
    Idiom("course-cell-uses-an-answer", "base = 41", "assert one_more == 42"),
    Idiom("changes-an-array-of-the-course", "board[0, 0] = 1", "assert board[0, 0] == 1 and board.sum() == 1"),
    Idiom(
        "own-file-written-by-a-magic",
        """%%writefile noted.txt
42""",
        "assert '42' in open('noted.txt').read()",
    ),
    Idiom(
        "negative-number-last",
        """def square(x):
    return x * x""",
        """assert square(3) == 9
square(0)""",
    ),
]
GIVEN = {
    "course-cell-uses-an-answer": ("after", "one_more = base + 1"),
    "changes-an-array-of-the-course": ("before", "board = np.zeros((3, 3))"),
}
"""Cells of the course above or below an answer."""
