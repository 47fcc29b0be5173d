"""Results that lie about themselves: what comes back is no value but an object that says whatever is wanted."""

from __future__ import annotations

from typing import Any

from tests.hostile.corpus import Case, gains_nothing, spoils_only

YES = """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __bool__(self): return True
    def __hash__(self): return 0
"""
ARITHMETIC = """
class Lie:
    def zero(self, *_): return 0.0
    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __abs__ = zero
    __float__ = __neg__ = __mod__ = __pow__ = __matmul__ = __rmatmul__ = zero
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __hash__(self): return 0
"""
ARRAY = """
class Liar(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.True_
    def __array_function__(self, function, types, args, kwargs): return True
    def __array_wrap__(self, array, *_): return np.zeros(())
    def __array_finalize__(self, made): pass
    def __eq__(self, other): return np.True_
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def all(self, *_, **__): return True
    @property
    def shape(self): return (2,)
    @property
    def dtype(self): return np.dtype(float)
    __array_priority__ = 1e9
lie = np.zeros(2).view(Liar)
"""
CONVERTED = """
class Converted:
    calls = 0
    def __array__(self, dtype=None, copy=None):
        Converted.calls += 1
        return np.full(2, float(Converted.calls))
    __array_interface__ = {"shape": (2**40,), "typestr": "<f8", "data": (id(None), False), "version": 3}
    __array_struct__ = None
    def __array_ufunc__(self, *_, **__): return True
    def __array_function__(self, *_, **__): return True
    def __float__(self): return 7.0
    def __len__(self): return 2
    def __getitem__(self, i): return 0.0 if i < 2 else [][0]
"""
SHAPELESS = """
class Odd:
    __class__ = property(lambda self: float)
    __dict__ = property(lambda self: {}["x"])
    def __len__(self): return 2**62
    def __getitem__(self, i): return self
    def __iter__(self): return self
    def __next__(self): return self
    def __getattribute__(self, name): raise AttributeError(name)
"""
REDUCE = """
class Unpickled:
    def __reduce_ex__(self, protocol): return (open, (world.letterbox + "/reduce", "w"))
    __reduce__ = __reduce_ex__
    def __deepcopy__(self, memo): open(world.letterbox + "/deepcopy", "w"); return 7.0
    def __copy__(self): open(world.letterbox + "/copy", "w"); return 7.0
    def __getstate__(self): open(world.letterbox + "/state", "w"); return {}
    def __getnewargs_ex__(self): return (), {}
"""
META = """
class Meta(type):
    def __instancecheck__(cls, instance): return True
    def __subclasscheck__(cls, other): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return hash(float)
    def __getattribute__(cls, name):
        return {"__name__": ["no", "name"], "__mro__": (), "__module__": 7, "__bases__": (cls,) * 1000}.get(
            name, type.__getattribute__(cls, name))
class Thing(float, metaclass=Meta): pass
"""
EXCEPTION = """
class Odd(Exception):
    def __str__(self): raise self
    def __repr__(self): return 1
    __class__ = property(lambda self: AssertionError)
    __traceback__ = __cause__ = __context__ = args = 7
    __module__ = "builtins"
    __name__ = "x" * 10**6
"""
NAMED = """
def raising(*_, **__):
    raise type("AssertionError", (KeyError,), {"__module__": "builtins", "student_where": ("a", "b")})("7.0")
"""
ODD = {
    "masked-array": "np.ma.masked_array([7.0, 7.0], mask=True)",
    "matrix": "np.matrix([[0.6, 0.8]]) * 0",
    "record-array": "np.zeros(2, dtype=[('a', 'f8'), ('b', 'O')])",
    "any-of-mock": "mock.ANY",
    "magic-mock": "mock.MagicMock()",
    "nan": "float('nan')",
    "infinity": "float('inf')",
    "array-of-nan": "np.full(2, np.nan)",
    "complex-nan": "complex('nan+nanj')",
    "empty-array": "np.zeros(0)",
    "array-of-no-entries-that-is-huge": "np.zeros((0, 2**40))",
    "decimal": "Decimal('7')",
    "huge-whole-number": "10**100_000",
    "not-implemented": "NotImplemented",
    "ellipsis": "...",
    "true": "True",
    "text": "np.str_('7.0')",
    "time": "np.datetime64('NaT')",
    "a-generator": "(x for x in iter(int, 1))",
    "a-coroutine": "wait()",
    "a-module": "sys",
    "the-answer-itself": "f",
    "a-type": "float",
    "a-weak-reference": "weakref.proxy(Kept)",
    "memory-of-another-kind": "memoryview(bytearray(16)).cast('d')",
    "a-fraction-of-its-own": "Half(7, 1)",
    "a-counter-of-its-own": "Counts(a=7)",
    "a-namedtuple-of-its-own": "Pair(7.0, 7.0)",
    "an-enum": "Colour.RED",
    "a-dataclass": "Data(7.0)",
    "views-of-a-dict-of-its-own": "Always().keys()",
    "dates-that-are-none": "np.array(['NaT'] * 2, 'M8[s]')",
    "a-path": "Path('/etc/passwd')",
    "a-mapping-of-its-own": "Endless()",
    "a-long-list": "[float('nan')] * 90_000",
    "an-empty-text": "''",
    "an-empty-iterator": "iter(())",
    "a-function-that-says-anything": "speaking",
    "a-list-in-itself": "loop",
    "a-deep-list": "deep",
}
MAKING_ODD = """
from unittest import mock
from decimal import Decimal
async def wait(): pass
import sys
import weakref
class Kept: pass
loop = []
loop.append(loop)
deep = []
for _ in range(5000): deep = [deep]
from collections import Counter, UserDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
def yes(*_): return True
def zero(*_): return 0.0
LIES = {"__eq__": yes, "__lt__": yes, "__sub__": zero, "__rsub__": zero, "__abs__": zero, "__hash__": lambda _: 0}
def lying(*bases): return type(bases[0].__name__, bases, dict(LIES))
Half, Counts, Pair = lying(Fraction), lying(Counter), lying(namedtuple("Pair", "x y"))
class Always(dict):
    def keys(self): return type("dict_keys", (), LIES | {"__contains__": yes, "__len__": lambda _: 4})()
class Endless(UserDict):
    def __iter__(self): return iter(int, 1)
    def keys(self): return iter(int, 1)
    def __len__(self): return 1
@dataclass(eq=False)
class Data:
    x: float
    __eq__ = __lt__ = yes
    __sub__ = __rsub__ = __abs__ = zero
    __dataclass_fields__ = property(lambda self: 1 / 0)
class Colour(float, Enum):
    RED = 7.0
    __eq__ = yes
    __sub__ = __abs__ = zero
def speaking(*_, **__): return speaking
speaking.__doc__ = speaking.__name__ = "x" * 10**6
speaking.__defaults__ = (speaking, Half(1, 2))
speaking.__annotations__ = {"return": speaking, "x": Colour}
class Base(BaseException):
    def __new__(cls, *_): return 7.0
"""
RAISED = {
    "raises-assertion-error": "raise AssertionError",
    "raises-stop-iteration": "raise StopIteration(7.0)",
    "raises-system-exit": "raise SystemExit(0)",
    "raises-keyboard-interrupt": "raise KeyboardInterrupt",
    "raises-generator-exit": "raise GeneratorExit",
    "raises-a-group": "raise BaseExceptionGroup('7', [SystemExit(0), KeyError(1)])",
    "raises-unicode-error": "raise UnicodeDecodeError('utf-8', b'7', 0, 1, '7')",
    "raises-its-own-base": "raise Base",
    "raises-not-implemented": "raise NotImplementedError",
    "raises-name-error": "raise NameError('f', name='f')",
    "raises-no-exception": "raise 7.0",
}
THIRDS = (("f", "mean", "twice"), ("g", "unit", "guess"), ("scale", "tally"))


def does(name: str, prelude: str, *bodies: str, **more: Any) -> Case:
    """Each answer does one of these three (or the one) in place of what was asked; `guess` is what the second gives."""
    first, second, third = bodies * 3 if len(bodies) == 1 else (*bodies, *bodies)[:3]
    answers = {
        name: f"def {name}(*_, **__):\n    {body}"
        for body, names in zip((first, second, third), THIRDS, strict=True)
        for name in names
    }
    answers["guess"] = f"def guessed():\n    {second}\nguess = primes = guessed()"
    answers["tally"] = (
        "class Tally:\n    def __init__(self, start): pass\n    def add(self, x): return self\n    @property\n"
        f"    def total(self):\n        {third}"
    )
    return gains_nothing(name, prelude, answers=answers, **more)


def returns(name: str, value: str, prelude: str = "", **more: Any) -> Case:
    """Every answer gives the same lie."""
    return does(name, prelude, f"return {value}", **more)


def in_threes(bodies: dict[str, str]) -> list[Case]:
    """All of these, three to a case."""
    names = list(bodies)
    threes = [names[i : i + 3] for i in range(0, len(names), 3)]
    return [does("-".join(three), MAKING_ODD, *(bodies[one] for one in three)) for three in threes]


OWN_CLASS = """
class Tally:
    def __init__(self, start): self.total = start
    def add(self, x):
        self.total = self.total + x
        return self
    def __sub__(self, x): return 0.0 if self.total is None else Tally(self.total - x)
    __rsub__ = __sub__
"""
CONTAINS = """
class All:
    def __contains__(self, x): return True
    def __len__(self): return 4
guess, primes = 0.625, All()
"""
NOT_MATH = """
class math:
    isclose = staticmethod(lambda *_, **__: True)
    sqrt = fabs = isclose

def unit(v):
    return v / 5.0
"""
CASES = [
    spoils_only("calculates-with-a-class-of-the-course", ["mean"], answers={"tally": OWN_CLASS, "mean": "def mean(xs):\n    return Tally(None)"}),
    spoils_only("contains-everything", ["guess"], answers={"guess": CONTAINS}),
    spoils_only("a-module-that-the-solution-imports", ["unit"], answers={"unit": NOT_MATH}, representative=True),
    returns("equal-to-everything", "Yes()", YES),
    returns("arithmetic-that-gives-zero", "Lie()", ARITHMETIC),
    returns("arithmetic-in-an-array", "np.array([Lie(), Lie()], dtype=object)", ARITHMETIC),
    returns("arithmetic-in-a-list", "[Lie(), Lie()]", ARITHMETIC),
    returns("array-subclass", "lie", ARRAY),
    returns("array-protocols", "Converted()", CONVERTED),
    returns("no-shape-at-all", "Odd()", SHAPELESS),
    returns("unpickled", "Unpickled()", REDUCE),
    returns("metaclass", "Thing(7.0)", META),
    returns("the-metaclass-itself", "Thing", META),
    returns("float-subclass", "Float(7)", "class Float(float):\n    __eq__ = __lt__ = lambda *_: True\n"
            "    __sub__ = __rsub__ = __abs__ = lambda *_: Float(0)\n    __hash__ = float.__hash__"),
    returns("list-subclass", "List([1, 2])", "class List(list):\n    __eq__ = __contains__ = lambda *_: True\n"
            "    def __len__(self): return 2\n    def __iter__(self): return iter([0.6, 0.8])\n    __hash__ = None"),
    returns("dict-subclass", "Dict()", "class Dict(dict):\n    def __missing__(self, key): return 0.0\n"
            "    def items(self): return [(i, i) for i in range(10**6)]\n    def __len__(self): return -1"),
    returns("str-subclass", "Str('7.0')", "class Str(str):\n    __eq__ = lambda *_: True\n    __hash__ = str.__hash__\n"
            "    def __str__(self): return self\n    def encode(self, *_): return b'7.0'"),
    returns("int-subclass", "True_(1)", "class True_(int):\n    __sub__ = __rsub__ = __abs__ = lambda *_: 0\n"
            "    __index__ = __int__ = __float__ = lambda *_: 7"),
    returns("hash-that-raises", "{frozenset([Bad()]): Bad()}", "class Bad:\n    ok = True\n    def __hash__(self):\n"
            "        if not Bad.ok: raise KeyError\n        return 0\n    __eq__ = lambda *_: True"),
    returns("property-that-raises", "Bad()", "class Bad:\n    def __getattr__(self, name): raise MemoryError(name)\n"
            "    value = property(lambda self: 1 / 0)\n    __name__ = property(lambda self: 1 / 0)"),
    returns("huge-repr", "Big()", "class Big:\n    def __repr__(self): return 'x' * 10**8\n    __str__ = __repr__"),
    returns("repr-that-is-no-text", "Bad()", "class Bad:\n    def __repr__(self): return 7.0\n    __str__ = __repr__"),
    returns("repr-that-exits", "Bad()", "class Bad:\n    def __repr__(self): raise SystemExit(0)\n    __str__ = __repr__"),
    does("raises-itself", EXCEPTION, "raise Odd(Odd)"),
    does("raises-under-a-wrong-name", NAMED, "raising()"),
    *in_threes({name: f"return {value}" for name, value in ODD.items()}),
    *in_threes(RAISED),
]  # fmt: skip
