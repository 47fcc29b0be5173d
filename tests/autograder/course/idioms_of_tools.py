"""Idioms of tools: what a test takes from elsewhere to look at an answer."""
# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

from tests.autograder.course.idioms import Idiom

IDIOMS = [
    Idiom(
        "testcase-in-a-cell",
        """def cube(x):
    return x ** 3""",
        """import unittest

class TestCube(unittest.TestCase):
    def test_small(self):
        self.assertEqual(cube(2), 8)
    def test_negative(self):
        self.assertEqual(cube(-3), -27)

suite = unittest.TestLoader().loadTestsFromTestCase(TestCube)
result = unittest.TextTestRunner(verbosity=0).run(suite)
assert result.wasSuccessful(), 'some tests failed'""",
    ),
    Idiom(
        "unittest-main",
        """def cube4(x):
    return x ** 3""",
        """import unittest
class TestCube4(unittest.TestCase):
    def test_small(self):
        self.assertEqual(cube4(2), 8)
ran = unittest.main(argv=['x', 'TestCube4'], exit=False, verbosity=0)
assert not ran.result.failures and not ran.result.errors""",
    ),
    Idiom(
        "testcase-methods",
        """def pair(a, b):
    return {'sum': a + b, 'list': [a, b]}""",
        """from unittest import TestCase
case = TestCase()
case.assertDictEqual(pair(1, 2), {'sum': 3, 'list': [1, 2]})
case.assertListEqual(pair(1, 2)['list'], [1, 2])
case.assertIn('sum', pair(0, 0))
case.assertAlmostEqual(pair(0.1, 0.2)['sum'], 0.3)
case.assertIsInstance(pair(1, 2), dict)
case.assertCountEqual(pair(1, 2), ['list', 'sum'])
case.assertGreater(pair(1, 2)['sum'], 2)
case.assertRaises(TypeError, pair, 1)
with case.assertRaisesRegex(TypeError, 'argument'):
    pair()""",
    ),
    Idiom(
        "numpy-testing",
        """def grid(n):
    return np.linspace(0, 1, n)""",
        """from numpy.testing import assert_allclose, assert_array_almost_equal, assert_equal, assert_raises, assert_array_less
assert_allclose(grid(3), [0, 0.5, 1])
assert_array_almost_equal(grid(5)[1:3], np.array([0.25, 0.5]))
assert_equal(grid(4).shape, (4,))
assert_raises(TypeError, grid, 'a')
assert_array_less(grid(3), 1.5)
np.testing.assert_almost_equal(grid(2)[1], 1)
np.testing.assert_approx_equal(grid(3)[1], 0.5)""",
    ),
    Idiom(
        "pytest-raises",
        """def root(x):
    if x < 0:
        raise ValueError(f'{x} is negative')
    return x ** 0.5""",
        """import pytest
with pytest.raises(ValueError):
    root(-1)
with pytest.raises(ValueError, match='is negative') as caught:
    root(-2)
assert '-2' in str(caught.value)
assert root(9) == pytest.approx(3)
assert [root(4), root(2)] == pytest.approx([2, 1.41421356])""",
    ),
    Idiom(
        "hash-of-an-answer",
        "answer_h = 42",
        """import hashlib
def h(x):
    return hashlib.sha256(str(x).encode()).hexdigest()
assert h(answer_h) == '73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049'""",
    ),
    Idiom(
        "md5-of-bytes",
        "text_h = 'spam and eggs'",
        """from hashlib import md5
assert md5(bytes(text_h, 'utf8')).hexdigest() == 'f1b7bff0cd3c8ed3b6bb5b8ea7d9b9d8' or len(text_h) == 13
assert hash(text_h) == hash('spam and eggs')""",
    ),
    Idiom(
        "hash-of-rounded",
        "value_h = [1.23456, 2.0]",
        """import hashlib
rounded = [round(v, 2) for v in value_h]
assert hashlib.md5(str(rounded).encode('utf-8')).hexdigest() == hashlib.md5(b'[1.23, 2.0]').hexdigest(), 'look at the decimals'""",
    ),
    Idiom(
        "hash-of-array",
        "array_h = np.arange(4.0)",
        """import hashlib
assert hashlib.sha1(array_h.tobytes()).hexdigest() == hashlib.sha1(np.arange(4.0).tobytes()).hexdigest()""",
    ),
    Idiom(
        "in-globals",
        "my_total = 3",
        """assert 'my_total' in globals(), 'my_total is not defined'
assert 'my_total' in locals()
assert type(globals()['my_total']) is int
assert 'my_totl' not in vars()""",
    ),
    Idiom(
        "doctest-run",
        """def mean(xs):
    \"\"\"The mean of some numbers.

    >>> mean([1, 2, 3])
    2.0
    \"\"\"
    return sum(xs) / len(xs)""",
        """import doctest
failed = doctest.run_docstring_examples(mean, {'mean': mean})
finder = doctest.DocTestFinder()
runner = doctest.DocTestRunner(verbose=False)
for test in finder.find(mean, 'mean', globs={'mean': mean}):
    runner.run(test)
assert runner.summarize(verbose=False).failed == 0
assert mean([2, 4]) == 3""",
    ),
    Idiom(
        "doctest-testmod",
        """def triple(x):
    \"\"\"Three times x.

    >>> triple(2)
    6
    \"\"\"
    return 3 * x""",
        """import doctest
found = doctest.testmod()
assert triple(3) == 9""",
    ),
    Idiom(
        "source-by-ast",
        """def total(xs):
    result = 0
    for x in xs:
        result += x
    return result""",
        """import ast, inspect, textwrap
tree = ast.parse(textwrap.dedent(inspect.getsource(total)))
assert any(isinstance(node, ast.For) for node in ast.walk(tree)), 'use a loop'
assert not any(isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'sum' for node in ast.walk(tree))
assert total([1, 2]) == 3""",
    ),
    Idiom(
        "getsource-lines",
        """def double(x):
    return 2 * x""",
        """import inspect
lines = inspect.getsource(double).strip().splitlines()
assert len(lines) <= 5
assert inspect.getdoc(double) is None
assert 'import' not in inspect.getsource(double)
assert len(inspect.getsourcelines(double)[0]) == 2
assert double(4) == 8""",
    ),
    Idiom(
        "bytecode",
        """def add1(x):
    return x + 1""",
        """import dis
names = [i.opname for i in dis.get_instructions(add1)]
assert not any('JUMP' in n for n in names)
assert 'sum' not in add1.__code__.co_names
assert add1(1) == 2""",
    ),
    Idiom(
        "history-underscore",
        """def three():
    return 3""",
        """three()
assert len(In) > 1
assert 'def three' in In[-2] or any('def three' in i for i in In)""",
    ),
    Idiom(
        "run-line-magic",
        """def sixfold(x):
    return 6 * x""",
        """ip = get_ipython()
assert ip is not None
res = ip.run_cell('v6 = sixfold(2)')
assert res.success and ip.user_ns['v6'] == 12""",
    ),
    Idiom(
        "who-ls",
        """def sevenfold(x):
    return 7 * x""",
        """found = %who_ls function
assert 'sevenfold' in found""",
    ),
    Idiom(
        "time-told",
        """def quick(n):
    return sum(range(n))""",
        """import time
start = time.perf_counter()
quick(10_000)
took = time.perf_counter() - start
assert took >= 0, f'it took {took} s'
assert quick(4) == 6""",
    ),
    Idiom(
        "timeit-module",
        """def quick2(n):
    return n * (n - 1) // 2""",
        """import timeit
took = timeit.timeit(lambda: quick2(10), number=20)
assert took > 0
assert isinstance(timeit.timeit('quick2(3)', globals=globals(), number=3), float)
assert quick2(4) == 6""",
    ),
    Idiom(
        "timeit-o",
        """def quick3(n):
    return n + 1""",
        """t = %timeit -o -n2 -r1 quick3(1)
assert (t.loops, t.repeat) == (2, 1)
assert quick3(1) == 2""",
    ),
    Idiom(
        "signal-alarm",
        """def loops(n):
    i = 0
    while i < n:
        i += 1
    return i""",
        """import signal
def handler(signum, frame):
    raise TimeoutError('too slow')
signal.signal(signal.SIGALRM, handler)
signal.alarm(5)
try:
    assert loops(10) == 10
finally:
    signal.alarm(0)""",
    ),
    Idiom(
        "thread-timeout",
        """def patient(x):
    return x""",
        """import threading
out = []
t = threading.Thread(target=lambda: out.append(patient(3)))
t.start()
t.join(5)
assert out == [3]""",
    ),
    Idiom(
        "futures",
        """def work(x):
    return x * 10""",
        """from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    assert list(pool.map(work, [1, 2, 3])) == [10, 20, 30]""",
    ),
    Idiom(
        "patch-random",
        """import random
def roll():
    return random.randint(1, 6)""",
        """from unittest import mock
with mock.patch('random.randint', return_value=4):
    assert roll() == 4""",
    ),
    Idiom(
        "patch-inputs-side-effect",
        """def read_two():
    a = int(input('a: '))
    b = int(input('b: '))
    return a + b""",
        """from unittest.mock import patch
with patch('builtins.input', side_effect=['3', '4']) as asked:
    assert read_two() == 7
assert asked.call_count == 2""",
    ),
    Idiom(
        "replace-input",
        """def shout():
    return input('? ').upper()""",
        """import builtins
saved = builtins.input
builtins.input = lambda prompt='': 'hi'
try:
    assert shout() == 'HI'
finally:
    builtins.input = saved""",
    ),
    Idiom(
        "input-in-a-name",
        """def shout2():
    return input('? ').upper()""",
        """answers = iter(['ada', 'bob'])
def input(prompt=''):
    return next(answers)
assert shout2() == 'ADA'
assert shout2() == 'BOB'
del input""",
    ),
    Idiom(
        "stdout-and-input",
        """def hello():
    name = input('Name? ')
    print(f'Hello, {name}!')""",
        """import io, sys
from contextlib import redirect_stdout
from unittest.mock import patch
buffer = io.StringIO()
with patch('builtins.input', lambda *_: 'Eve'), redirect_stdout(buffer):
    hello()
lines = buffer.getvalue().splitlines()
assert lines[-1] == 'Hello, Eve!'""",
    ),
    Idiom(
        "sys-stdout-swapped",
        """def rows(n):
    for i in range(1, n + 1):
        print('*' * i)""",
        """import io, sys
old = sys.stdout
sys.stdout = io.StringIO()
rows(3)
printed = sys.stdout.getvalue()
sys.stdout = old
assert printed == '*\\n**\\n***\\n'""",
    ),
    Idiom(
        "stderr",
        """import sys
def warn_user():
    print('careful', file=sys.stderr)""",
        """import io, contextlib
err = io.StringIO()
with contextlib.redirect_stderr(err):
    warn_user()
assert err.getvalue().strip() == 'careful'""",
    ),
    Idiom(
        "recursion-limit",
        """def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)""",
        """import sys
assert depth(50) == 50
limit = sys.getrecursionlimit()
try:
    depth(10 ** 6)
    assert False
except RecursionError:
    pass""",
    ),
    Idiom(
        "is-recursive",
        """def fact(n):
    return 1 if n < 2 else n * fact(n - 1)""",
        """original = fact
count = 0
def fact(n):
    global count
    count += 1
    return original(n)
assert fact(4) == 24
assert count == 4, 'fact is not recursive'
fact = original""",
    ),
    Idiom(
        "warnings-caught",
        """import warnings
def old():
    warnings.warn('use new()', DeprecationWarning)
    return 1""",
        """import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always')
    assert old() == 1
    assert len(w) == 1
    assert issubclass(w[-1].category, DeprecationWarning)
    assert 'use new()' in str(w[-1].message)""",
    ),
    Idiom(
        "logging",
        """import logging
def noisy():
    logging.getLogger('course').warning('low on %s', 'ink')""",
        """import logging, io
stream = io.StringIO()
handler = logging.StreamHandler(stream)
logging.getLogger('course').addHandler(handler)
noisy()
logging.getLogger('course').removeHandler(handler)
assert 'low on ink' in stream.getvalue()""",
    ),
    Idiom(
        "assert-logs",
        """import logging
def noisy2():
    logging.getLogger('course').error('bad')""",
        """import unittest
with unittest.TestCase().assertLogs('course', level='ERROR') as seen:
    noisy2()
assert seen.output == ['ERROR:course:bad']""",
    ),
    Idiom(
        "seeded-random",
        """import random
def sample(n):
    return [random.randint(0, 9) for _ in range(n)]""",
        """import random
random.seed(7)
first = sample(5)
random.seed(7)
assert sample(5) == first
random.seed(7)
assert first == [random.randint(0, 9) for _ in range(5)]""",
    ),
    Idiom(
        "seeded-numpy",
        """def noise(n):
    return np.random.normal(size=n)""",
        """np.random.seed(3)
a = noise(4)
np.random.seed(3)
assert np.array_equal(a, np.random.normal(size=4))""",
    ),
    Idiom(
        "seeded-in-the-answer",
        """np.random.seed(11)
draws = np.random.rand(3)""",
        """np.random.seed(11)
assert np.allclose(draws, np.random.rand(3))""",
    ),
    Idiom(
        "generator-handed-in",
        """def toss(rng, n):
    return rng.integers(0, 2, size=n)""",
        "assert toss(np.random.default_rng(5), 6).tolist() == np.random.default_rng(5).integers(0, 2, size=6).tolist()",
    ),
    Idiom(
        "run-magic",
        """def tenfold(x):
    return 10 * x""",
        """%run -i helper_script.py
assert from_script == 20""",
    ),
    Idiom(
        "load-ext",
        """def elevenfold(x):
    return 11 * x""",
        """%load_ext autoreload
%autoreload 2
assert elevenfold(2) == 22""",
    ),
    Idiom(
        "capture-then-look",
        """def greet3(name):
    print('Hey', name)""",
        """%%capture seen
greet3('Bo')""",
    ),
    Idiom(
        "looked-at-after-capture",
        "pass_through = 1",
        """assert seen.stdout == 'Hey Bo\\n'
assert pass_through == 1""",
    ),
    Idiom(
        "help-text",
        """def documented(x):
    \"\"\"Give x back.\"\"\"
    return x""",
        """import pydoc
text = pydoc.render_doc(documented, renderer=pydoc.plaintext)
assert 'Give x back' in text
assert documented.__doc__.strip() == 'Give x back.'
assert documented.__module__ == '__main__'""",
    ),
    Idiom(
        "type-hints",
        """from typing import Optional
def hinted(a: int, b: Optional[str] = None) -> list[int]:
    return [a]""",
        """import typing, inspect
hints = typing.get_type_hints(hinted)
assert hints['a'] is int and hints['return'] == list[int]
assert inspect.signature(hinted).parameters['b'].default is None
assert inspect.getfullargspec(hinted).args == ['a', 'b']
assert hinted(1) == [1]""",
    ),
    Idiom(
        "points-with-try",
        """def halve(x):
    return x / 2""",
        """score = 0
try:
    assert halve(4) == 2
    score += 1
except Exception:
    pass
try:
    assert halve(3) == 1.5
    score += 1
except Exception as problem:
    print('Second part:', problem)
score""",
    ),
    Idiom(
        "cases-in-a-table",
        """def grade(p):
    return 'A' if p >= 90 else 'B' if p >= 80 else 'F'""",
        """cases = [(95, 'A'), (90, 'A'), (85, 'B'), (0, 'F')]
for given, wanted in cases:
    got = grade(given)
    assert got == wanted, f'grade({given}) gave {got!r}, not {wanted!r}'
print('All tests passed!')""",
        "assert all(grade(p) == 'F' for p in range(0, 80, 7))",
    ),
    Idiom(
        "raise-in-test",
        """def ok(x):
    return x > 0""",
        """if not ok(1):
    raise Exception('ok(1) should be True')
if ok(-1):
    raise ValueError('ok(-1) should be False')""",
    ),
    Idiom(
        "exit-in-test",
        """def fine():
    return True""",
        """import sys
if fine() is not True:
    sys.exit('not fine')""",
    ),
    Idiom(
        "print-emoji",
        """def star():
    return '★'""",
        """assert star() == '★', 'no ★'
assert len(star().encode('utf-8')) == 3
print('✅ done')""",
    ),
    Idiom(
        "display-in-test",
        """def framed(x):
    return [x]""",
        """from IPython.display import display, Markdown, HTML, clear_output
display(Markdown('**Testing**'))
assert framed(2) == [2]
display(HTML('<p style="color:green">passed</p>'))
clear_output()""",
    ),
    Idiom(
        "os-environ",
        """import os
def home():
    return os.environ.get('COURSE_HOME', 'none')""",
        """import os
os.environ['COURSE_HOME'] = '/x'
assert home() == '/x'
del os.environ['COURSE_HOME']
assert home() == 'none'""",
    ),
    Idiom(
        "nbgrader-execution",
        """def plain(x):
    return x""",
        """import os
if os.environ.get('NBGRADER_EXECUTION') == 'autograde':
    assert plain(2) == 2
else:
    print('only when it is graded')""",
    ),
    Idiom(
        "importlib",
        """import math
import statistics as st""",
        """import importlib, sys
assert 'math' in sys.modules
assert st.mean([1, 2, 3]) == 2
assert math.floor(2.5) == 2
assert st.__name__ == 'statistics'""",
    ),
]
