"""Idioms of objects: classes, generators, decorators, errors, threads."""

from __future__ import annotations

from tests.autograder.course.idioms import Idiom

IDIOMS = [
    Idiom(
        "inheritance",
        """class Animal:
    def __init__(self, name):
        self.name = name
    def speak(self):
        raise NotImplementedError
class Dog(Animal):
    def speak(self):
        return f'{self.name} says woof'""",
        """d = Dog('Rex')
assert isinstance(d, Animal) and issubclass(Dog, Animal)
assert d.speak() == 'Rex says woof'
assert Dog.__mro__[1] is Animal
assert 'speak' in Dog.__dict__
try:
    Animal('x').speak()
    assert False
except NotImplementedError:
    pass""",
    ),
    Idiom(
        "property-setter",
        """class Temperature:
    def __init__(self, celsius=0):
        self.celsius = celsius
    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32
    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9""",
        """t = Temperature(100)
assert t.fahrenheit == 212
t.fahrenheit = 32
assert t.celsius == 0
assert isinstance(Temperature.fahrenheit, property)
assert type(t).__name__ == 'Temperature'""",
    ),
    Idiom(
        "read-only-property",
        """class Circle:
    def __init__(self, r):
        self._r = r
    @property
    def area(self):
        return 3 * self._r ** 2""",
        """c = Circle(2)
assert c.area == 12
try:
    c.area = 5
    raise RuntimeError('area can be set')
except AttributeError:
    pass""",
    ),
    Idiom(
        "operators",
        """class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, o): return Vec(self.x + o.x, self.y + o.y)
    def __mul__(self, k): return Vec(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __neg__(self): return Vec(-self.x, -self.y)
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** 0.5
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __lt__(self, o): return abs(self) < abs(o)
    def __bool__(self): return bool(self.x or self.y)
    def __len__(self): return 2
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __iter__(self): return iter((self.x, self.y))
    def __contains__(self, v): return v in (self.x, self.y)
    def __call__(self): return 'called'
    def __hash__(self): return hash((self.x, self.y))
    def __repr__(self): return f'Vec({self.x}, {self.y})'""",
        """a, b = Vec(3, 4), Vec(1, 2)
assert a + b == Vec(4, 6)
assert a * 2 == Vec(6, 8) == 2 * a
assert -b == Vec(-1, -2)
assert abs(a) == 5 and b < a and sorted([a, b])[0] == b
assert bool(Vec(0, 0)) is False and len(a) == 2 and a[0] == 3
assert list(a) == [3, 4] and 4 in a and a() == 'called'
assert {a, Vec(3, 4)} == {a}
x, y = a
assert (x, y) == (3, 4)
assert repr(a) == 'Vec(3, 4)' and f'{a}' == 'Vec(3, 4)'
assert max([a, b], key=abs) is a""",
    ),
    Idiom(
        "abstract-class",
        """from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2""",
        """from abc import ABC
assert issubclass(Shape, ABC)
assert Square(3).area() == 9
try:
    Shape()
    assert False, 'Shape is not abstract'
except TypeError:
    pass
assert 'area' in Shape.__abstractmethods__""",
    ),
    Idiom(
        "dataclass-order",
        """from dataclasses import dataclass, field
@dataclass(order=True)
class Card:
    rank: int
    suit: str = field(default='spades', compare=False)
    tags: list = field(default_factory=list, compare=False)""",
        """from dataclasses import fields, replace, astuple
assert Card(2) < Card(3)
assert sorted([Card(5), Card(1)])[0].rank == 1
assert [f.name for f in fields(Card)] == ['rank', 'suit', 'tags']
assert astuple(Card(2)) == (2, 'spades', [])
assert replace(Card(2), rank=4) == Card(4)
assert Card(1).tags is not Card(1).tags""",
    ),
    Idiom(
        "intenum-flag",
        """from enum import IntEnum, Flag, auto
class Level(IntEnum):
    LOW = 1
    HIGH = 2
class Perm(Flag):
    R = auto()
    W = auto()""",
        """assert Level.LOW < Level.HIGH and Level(2).name == 'HIGH'
assert Level.HIGH + 1 == 3
assert (Perm.R | Perm.W) & Perm.W == Perm.W
assert len(Level) == 2 and Level['LOW'] is Level.LOW
assert isinstance(Level.LOW, int)""",
    ),
    Idiom(
        "class-and-static-methods",
        """class Bank:
    rate = 0.1
    accounts = 0
    def __init__(self, balance=0):
        self.__balance = balance
        Bank.accounts += 1
    @classmethod
    def rich(cls): return cls(10 ** 6)
    @staticmethod
    def interest(x): return x * Bank.rate
    def balance(self): return self.__balance""",
        """before = Bank.accounts
b = Bank.rich()
assert b.balance() == 10 ** 6 and Bank.accounts == before + 1
assert Bank.interest(100) == 10
assert not hasattr(b, '__balance') and b._Bank__balance == 10 ** 6
Bank.rate = 0.5
assert Bank.interest(100) == 50
Bank.rate = 0.1
assert callable(Bank.rich) and isinstance(Bank.__dict__['interest'], staticmethod)""",
    ),
    Idiom(
        "slots",
        """class Slim:
    __slots__ = ('a',)
    def __init__(self, a): self.a = a""",
        """s = Slim(1)
assert s.a == 1 and Slim.__slots__ == ('a',)
try:
    s.b = 2
    assert False
except AttributeError:
    pass""",
    ),
    Idiom(
        "setattr-getattr",
        """class Bag:
    pass""",
        """b = Bag()
b.x = 5
setattr(b, 'y', [1])
b.y.append(2)
assert b.x == 5 and getattr(b, 'y') == [1, 2] and getattr(b, 'z', None) is None
del b.x
assert not hasattr(b, 'x')""",
    ),
    Idiom(
        "linked-list",
        """class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next
class LinkedList:
    def __init__(self): self.head = None
    def push(self, v): self.head = Node(v, self.head)
    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next
    def __len__(self): return sum(1 for _ in self)""",
        """ll = LinkedList()
for v in 'abc':
    ll.push(v)
assert list(ll) == ['c', 'b', 'a'] and len(ll) == 3
assert ll.head.value == 'c' and ll.head.next.next.next is None
ll.head.next.value = 'z'
assert ''.join(ll) == 'cza'""",
    ),
    Idiom(
        "subclass-by-the-test",
        """class Base:
    def template(self):
        return 'a' + self.hook() + 'c'
    def hook(self):
        return '?'""",
        """class Mine(Base):
    def hook(self):
        return 'b'
assert Mine().template() == 'abc'
assert Base().template() == 'a?c'""",
    ),
    Idiom(
        "isinstance-builtin-subclass",
        """class Stack(list):
    def push(self, x): self.append(x)
    def peek(self): return self[-1]""",
        """s = Stack()
s.push(1); s.push(2)
assert s.peek() == 2 and s == [1, 2] and isinstance(s, list) and s.pop() == 2 and len(s) == 1""",
    ),
    Idiom(
        "dict-subclass",
        """class Default(dict):
    def __missing__(self, key): return key * 2""",
        """d = Default(a=1)
assert d['a'] == 1 and d['b'] == 'bb' and 'b' not in d and isinstance(d, dict)""",
    ),
    Idiom(
        "iterator-class",
        """class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n + 1""",
        """assert list(Countdown(3)) == [3, 2, 1]
it = iter(Countdown(1))
assert next(it) == 1
assert next(it, 'end') == 'end'
assert sum(Countdown(4)) == 10
assert [a * b for a, b in zip(Countdown(2), Countdown(2))] == [4, 1]""",
    ),
    Idiom(
        "generator-send",
        """def averager():
    total, n, mean = 0, 0, None
    while True:
        x = yield mean
        total += x
        n += 1
        mean = total / n""",
        """g = averager()
next(g)
assert g.send(10) == 10
assert g.send(20) == 15
g.close()""",
    ),
    Idiom(
        "infinite-generator",
        """def naturals():
    n = 0
    while True:
        yield n
        n += 1""",
        """from itertools import islice, takewhile
assert list(islice(naturals(), 4)) == [0, 1, 2, 3]
assert list(takewhile(lambda x: x < 3, naturals())) == [0, 1, 2]
import inspect
assert inspect.isgeneratorfunction(naturals) and inspect.isgenerator(naturals())""",
    ),
    Idiom(
        "lazy-generator",
        """def squares_of(xs):
    for x in xs:
        yield x * x""",
        """def source():
    for i in range(3):
        pulled.append(i)
        yield i
pulled = []
g = squares_of(source())
assert pulled == []
assert next(g) == 0 and pulled == [0]
assert list(g) == [1, 4]""",
    ),
    Idiom(
        "context-manager",
        """class Opened:
    def __init__(self): self.events = []
    def __enter__(self):
        self.events.append('in')
        return self
    def __exit__(self, kind, value, trace):
        self.events.append('out')
        return kind is ValueError""",
        """o = Opened()
with o as same:
    assert same is o
    raise ValueError
assert o.events == ['in', 'out']""",
    ),
    Idiom(
        "contextlib-manager",
        """from contextlib import contextmanager
@contextmanager
def tag(name, out):
    out.append(f'<{name}>')
    yield out
    out.append(f'</{name}>')""",
        """out = []
with tag('b', out) as o:
    o.append('hi')
assert out == ['<b>', 'hi', '</b>']""",
    ),
    Idiom(
        "decorator-with-args",
        """import functools
def repeat(n):
    def deco(f):
        @functools.wraps(f)
        def wrapper(*a, **k):
            return [f(*a, **k) for _ in range(n)]
        return wrapper
    return deco""",
        """@repeat(3)
def hi(name='x'):
    '''Say hi.'''
    return 'hi ' + name
assert hi('bo') == ['hi bo'] * 3
assert hi.__name__ == 'hi' and hi.__doc__ == 'Say hi.'""",
    ),
    Idiom(
        "memo-decorator",
        """def memoize(f):
    cache = {}
    def g(x):
        if x not in cache:
            cache[x] = f(x)
        return cache[x]
    return g""",
        """calls = []
@memoize
def slow(x):
    calls.append(x)
    return x * 2
assert [slow(2), slow(2), slow(3)] == [4, 4, 6]
assert calls == [2, 3]""",
    ),
    Idiom(
        "lru-cache",
        """from functools import lru_cache
@lru_cache(maxsize=None)
def fibo(n):
    return n if n < 2 else fibo(n - 1) + fibo(n - 2)""",
        """assert fibo(80) == 23416728348467685
assert fibo.cache_info().hits > 0
fibo.cache_clear()
assert fibo.cache_info().currsize == 0""",
    ),
    Idiom(
        "closure-state",
        """def make_counter():
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    return count""",
        """c, d = make_counter(), make_counter()
assert (c(), c(), d()) == (1, 2, 1)
assert c.__closure__ is not None and c.__code__.co_freevars == ('n',)""",
    ),
    Idiom(
        "partial-and-compose",
        """from functools import partial, reduce
def compose(*fs):
    return reduce(lambda f, g: lambda x: f(g(x)), fs)
add5 = partial(lambda a, b: a + b, 5)""",
        """assert compose(lambda x: x + 1, lambda x: x * 2)(3) == 7
assert compose(str, abs, int)('-3') == '3'
assert add5(2) == 7""",
    ),
    Idiom(
        "callback",
        """def apply_twice(f, x):
    return f(f(x))
def my_filter(pred, xs):
    return [x for x in xs if pred(x)]""",
        """assert apply_twice(lambda x: x + 3, 1) == 7
assert my_filter(str.isupper, ['A', 'b']) == ['A']
seen = []
assert apply_twice(lambda x: seen.append(x) or x, 5) == 5
assert seen == [5, 5]""",
    ),
    Idiom(
        "comparison-function",
        """def shorter_first(a, b):
    return len(a) - len(b)""",
        """from functools import cmp_to_key
assert sorted(['ccc', 'a', 'bb'], key=cmp_to_key(shorter_first)) == ['a', 'bb', 'ccc']""",
    ),
    Idiom(
        "exception-chain",
        """class TooSmall(Exception):
    def __init__(self, value, limit):
        super().__init__(f'{value} < {limit}')
        self.value, self.limit = value, limit
def check_size(v):
    try:
        return 1 / (v > 3)
    except ZeroDivisionError as e:
        raise TooSmall(v, 3) from e""",
        """try:
    check_size(2)
except TooSmall as e:
    caught = e
assert caught.value == 2 and caught.limit == 3 and str(caught) == '2 < 3'
assert isinstance(caught.__cause__, ZeroDivisionError)
assert TooSmall.__bases__ == (Exception,) and issubclass(TooSmall, Exception)
assert check_size(4) == 1""",
    ),
    Idiom(
        "exception-hierarchy",
        """class AppError(Exception): pass
class NotFound(AppError, KeyError): pass
def find(d, k):
    if k not in d: raise NotFound(k)
    return d[k]""",
        """for kind in (NotFound, AppError, KeyError, LookupError, Exception):
    try:
        find({}, 'x')
        assert False
    except kind as e:
        assert e.args == ('x',)
assert find({'a': 1}, 'a') == 1""",
    ),
    Idiom(
        "else-finally",
        """def log_all(f):
    log = []
    try:
        f()
    except ValueError:
        log.append('value')
    else:
        log.append('fine')
    finally:
        log.append('end')
    return log""",
        """def bad(): raise ValueError
assert log_all(bad) == ['value', 'end']
assert log_all(lambda: None) == ['fine', 'end']
try:
    log_all(lambda: 1 / 0)
    assert False
except ZeroDivisionError:
    pass""",
    ),
    Idiom(
        "threads-and-lock",
        """import threading
class Safe:
    def __init__(self):
        self.n, self.lock = 0, threading.Lock()
    def add(self):
        with self.lock:
            self.n += 1""",
        """import threading
s = Safe()
threads = [threading.Thread(target=s.add) for _ in range(5)]
[t.start() for t in threads]; [t.join() for t in threads]
assert s.n == 5""",
    ),
    Idiom(
        "queue",
        """import queue
def drain(q):
    out = []
    while not q.empty():
        out.append(q.get())
    return out""",
        """import queue
q = queue.Queue()
for i in range(3): q.put(i)
assert drain(q) == [0, 1, 2] and q.empty()""",
    ),
    Idiom(
        "asyncio-gather",
        """import asyncio
async def both(f, g):
    return await asyncio.gather(f(), g())""",
        """import asyncio
async def one(): return 1
async def two():
    await asyncio.sleep(0)
    return 2
assert await both(one, two) == [1, 2]""",
    ),
    Idiom(
        "async-generator",
        """async def ticks(n):
    for i in range(n):
        yield i""",
        """got = [i async for i in ticks(3)]
assert got == [0, 1, 2]""",
    ),
    Idiom(
        "protocols",
        """class Seq:
    def __len__(self): return 3
    def __getitem__(self, i):
        if i >= 3: raise IndexError(i)
        return i * 10""",
        """from collections.abc import Sized, Iterable, Callable, Hashable
assert isinstance(Seq(), Sized) and not isinstance(Seq(), Callable)
assert list(Seq()) == [0, 10, 20] and Seq()[1] == 10 and 20 in Seq() and list(reversed(Seq())) == [20, 10, 0]""",
    ),
    Idiom(
        "copy-deepcopy",
        """class Tree:
    def __init__(self, kids=()): self.kids = list(kids)
    def size(self): return 1 + sum(k.size() for k in self.kids)
    def __eq__(self, o): return self.kids == o.kids""",
        """import copy
t = Tree([Tree(), Tree([Tree()])])
u = copy.deepcopy(t)
u.kids.append(Tree())
assert t.size() == 4 and u.size() == 5 and t != u and copy.copy(t) == t""",
    ),
    Idiom(
        "pickle-roundtrip",
        """class Point3:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x""",
        """import pickle
assert pickle.loads(pickle.dumps(Point3(3))) == Point3(3)""",
    ),
    Idiom(
        "game-of-objects",
        """class Account:
    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.history = owner, balance, []
    def transfer(self, other, amount):
        if amount > self.balance: raise ValueError('insufficient')
        self.balance -= amount
        other.balance += amount
        self.history.append((other.owner, amount))
    def __str__(self): return f'{self.owner}: {self.balance}'""",
        """a, b = Account('a', 10), Account('b')
a.transfer(b, 4)
assert (a.balance, b.balance) == (6, 4) and a.history == [('b', 4)] and str(b) == 'b: 4'
try:
    a.transfer(b, 100)
    assert False
except ValueError as e:
    assert str(e) == 'insufficient'
assert a.balance == 6""",
    ),
    Idiom(
        "course-class-handed-in",
        """def total_area(shapes):
    return sum(s.area() for s in shapes)""",
        """class Rect:
    def __init__(self, w, h): self.w, self.h = w, h
    def area(self): return self.w * self.h
assert total_area([Rect(1, 2), Rect(3, 4)]) == 14""",
    ),
    Idiom(
        "module-type",
        """import types
ns_t = types.SimpleNamespace(a=1, b=[2])""",
        """assert ns_t.a == 1 and ns_t.b == [2]
ns_t.c = 3
assert vars(ns_t) == {'a': 1, 'b': [2], 'c': 3}""",
    ),
]
