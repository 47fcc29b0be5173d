"""Stand-ins behave like the answers they stand for, in a real sandbox."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.outside.session import Sandbox
from tests.autograder.sandbox.room import TEST, room


def result(sandbox: Sandbox, answer: str, test: str) -> Any:
    """The value of a test's last line, with these answers."""
    with room(sandbox, answer) as it:
        return it.test(test)


VECTOR = """
class Vector:
    dimension = 2
    def __init__(self, *xs): self.xs = list(xs)
    def __add__(self, other): return Vector(*(a + b for a, b in zip(self.xs, other.xs)))
    def __radd__(self, number): return Vector(*(number + a for a in self.xs))
    def __mul__(self, number): return Vector(*(a * number for a in self.xs)) if type(number) is int else NotImplemented
    def __matmul__(self, other): return sum(a * b for a, b in zip(self.xs, other.xs))
    def __neg__(self): return Vector(*(-a for a in self.xs))
    def __eq__(self, other): return isinstance(other, Vector) and self.xs == other.xs
    def __lt__(self, other): return self @ self < other @ other
    def __len__(self): return len(self.xs)
    def __getitem__(self, i): return self.xs[i]
    def __setitem__(self, i, x): self.xs[i] = x
    def __contains__(self, x): return x in self.xs
    def __iter__(self): return iter(self.xs)
    def __call__(self, x): return [x * a for a in self.xs]
    def __repr__(self): return f'Vector{tuple(self.xs)}'
    def __float__(self): return float(self @ self) ** 0.5
    def scale(self, by=2): self.xs = [a * by for a in self.xs]; return self
    @classmethod
    def zero(cls): return cls(0, 0)
    @staticmethod
    def unit(): return Vector(1, 0)
    @property
    def norm(self): return float(self)
class Plain: pass
class Empty:
    def __len__(self): return 0
class Layer: pass
class Dense(Layer): pass
class Stack:
    def __init__(self): self.items = [3, 1]
    def __getitem__(self, i): return self.items[i]
u, v = Vector(1, 2), Vector(3, 4)
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("(u + v).xs", [4, 6]),
        ("(10 + u).xs", [11, 12]),
        ("sum([u, v]).xs", [4, 6]),
        ("(u * 3).xs", [3, 6]),
        ("u @ v", 11),
        ("(-u).xs", [-1, -2]),
        ("u == Vector(1, 2), u == v, u != v, u == 1", (True, False, True, False)),
        ("u < v, sorted([v, u])[0] == u", (True, True)),
        ("len(u), u[1], list(u), 2 in u, 9 in u", (2, 2, [1, 2], True, False)),
        ("u[0] = 7; u.xs", [7, 2]),
        ("u(2), callable(u)", ([2, 4], True)),
        ("repr(v), f'{v}', float(v)", ("Vector(3, 4)", "Vector(3, 4)", 5.0)),
        ("w = u.scale(by=3); w is u, u.xs", (True, [3, 6])),
        ("u.tag = 'new'; u.tag, hasattr(u, 'tag'), hasattr(u, 'nothing')", ("new", True, False)),
        ("u.tag = 1; del u.tag; hasattr(u, 'tag')", False),
        ("Vector.dimension, Vector.zero().xs, Vector.unit().xs, v.norm", (2, [0, 0], [1, 0], 5.0)),
        (
            "isinstance(u, Vector), isinstance(1, Vector), isinstance(Plain(), Vector), isinstance(Vector, type)",
            (True, False, False, True),
        ),
        ("type(u) is Vector, type(u).__name__, Vector.__name__", (True, "Vector", "Vector")),
        ("a, b = u; a + b", 3),
        (
            "p, q = Plain(), Plain(); p == p, p == q, p != q, p == 3, 3 == p, p == None",
            (True, False, True, False, False, False),
        ),
        ("bool(Plain()), bool(Vector()), bool(Empty()), bool(u)", (True, False, False, True)),
        ("isinstance(Dense(), Layer), issubclass(Dense, Layer), issubclass(Layer, Dense)", (True, True, False)),
        ("list(Stack()), 3 in Stack(), 4 in Stack()", ([3, 1], True, False)),
        ("class Mine(Vector):\n    def twice(self): return self + self\nMine(1, 2).twice().xs", [2, 4]),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_classes_and_their_instances_do_what_python_does(sandbox: Sandbox, test: str, expected: object) -> None:
    assert result(sandbox, VECTOR, test) == expected


@pytest.mark.parametrize(
    "test", ["u + 1.5", "u * 1.5", "u - v", "Plain() < Plain()", "len(Plain())", "u > 3", "iter(Plain())", "Plain()()"]
)
def test_what_a_class_cannot_do_raises_as_python_does(sandbox: Sandbox, test: str) -> None:
    with pytest.raises((TypeError, AttributeError)):
        result(sandbox, VECTOR, test)


def test_functions_take_and_give_all_kinds_of_arguments_and_values(sandbox: Sandbox) -> None:
    answer = "def f(a, *args, b=2, **more): return a, args, b, more\ndouble = lambda x: 2 * x\nW, s = np.eye(2), 'text'"
    assert result(sandbox, answer, "f(1, 2, b=3, c={'k': [None]})") == (1, (2,), 3, {"c": {"k": [None]}})
    assert result(sandbox, answer, "double.__name__, callable(double), double(2.5), s.upper()") == (
        "<lambda>",
        True,
        5.0,
        "TEXT",
    )
    assert type(result(sandbox, answer, "W @ double(np.ones((2, 1)))")) is np.ndarray
    assert result(sandbox, answer, "double(np.float32(0.5)).dtype") == np.float32
    assert result(sandbox, answer, "[double(x) for x in range(200)]") == list(range(0, 400, 2))


def test_generators_are_iterated_where_they_are_and_end_where_they_end(sandbox: Sandbox) -> None:
    answer = "def count(n):\n    for i in range(n): yield i * i\ng = (x for x in 'ab')"
    assert result(sandbox, answer, "list(count(4)), next(count(1)), [*g], next(g, 'over')") == (
        [0, 1, 4, 9],
        0,
        ["a", "b"],
        "over",
    )
    with pytest.raises(StopIteration):
        result(sandbox, answer, "next(count(0))")


def test_functions_of_the_test_are_called_back_and_may_call_answers_in_turn(sandbox: Sandbox) -> None:
    answer = "def apply(f, xs, key=None): return [f(x) for x in xs]\ndef twice(x): return 2 * x\n"
    answer += "def compose(f, g): return lambda x: f(g(x))"
    assert result(sandbox, answer, "apply(lambda x: x + 1, [1, 2])") == [2, 3]
    assert result(sandbox, answer, "apply(lambda x: twice(x) + 1, [1, 2])") == [3, 5]
    assert result(sandbox, answer, "apply(twice, np.arange(2.0))") == [0.0, 2.0]
    assert result(sandbox, answer, "compose(twice, lambda x: x - 1)(5)") == 8
    with pytest.raises(ZeroDivisionError):
        result(sandbox, answer, "apply(lambda x: 1 / x, [0])")


COUNTER = """
class Counter:
    def __init__(self): self.total, self._secret = 0, 7
    def add(self, x): self.total = self.total + x; return self.total
    def _hide(self): return self._secret
counter = Counter()
"""


def test_objects_of_the_courses_classes_are_used_by_their_public_methods_where_they_are(sandbox: Sandbox) -> None:
    answer = "def add_all(counters, x): return [c.add(x) for c in counters]\ndef same(c): return {'it': c}\n"
    answer += "class Box:\n    def __init__(self, things): self.things = things\n"
    answer += "    def sum(self): return self.things[0].add(1)"
    test = COUNTER + "add_all([counter, counter], np.ones(2)), counter.total"
    (first, second), total = result(sandbox, answer, test)
    assert [first.tolist(), second.tolist(), total.tolist()] == [[1, 1], [2, 2], [2, 2]]
    assert result(sandbox, answer, COUNTER + "Box([counter]).sum(), counter.total") == (1, 1)
    assert result(sandbox, answer, COUNTER + "same(counter)['it'] is counter")
    called = "class Double:\n    def __call__(self, x): return 2 * x\n"
    assert result(sandbox, "def apply(f, x): return f(x)", called + "apply(Double(), 4)") == 8
    for hidden in ("_hide", "_secret", "total", "__init__.__globals__"):
        with pytest.raises(AttributeError):
            result(sandbox, f"def look(c): return c.{hidden}", COUNTER + "look(counter)")


def test_an_exception_of_a_callback_can_be_handled_by_the_answer(sandbox: Sandbox) -> None:
    answer = "def safe(f):\n    try: return f()\n    except ZeroDivisionError: return 'caught'"
    assert result(sandbox, answer, "safe(lambda: 1 / 0)") == "caught"


ERRORS = """
class Mistake(ValueError): pass
class Worse(Mistake): pass
def fail(kind):
    if kind == 'next': next(iter([]))
    if kind == 'odd': raise UnicodeDecodeError('utf-8', b'x', 0, 1, 'odd')
    raise {'value': ValueError('no'), 'mine': Mistake('mine'), 'worse': Worse('worse'), 'key': KeyError('k'),
           'exit': SystemExit(0), 'interrupt': KeyboardInterrupt(), 'generator': GeneratorExit(),
           'stop': StopIteration(9), 'async': StopAsyncIteration(),
           'linalg': np.linalg.LinAlgError('singular'), 'group': ExceptionGroup('g', [ValueError()])}[kind]
"""


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("value", ValueError), ("mine", ValueError), ("key", KeyError), ("linalg", np.linalg.LinAlgError)]
    + [("odd", UnicodeDecodeError)]
    + [(kind, RuntimeError) for kind in ("exit", "interrupt", "generator", "stop", "next", "async", "group")],
)
def test_an_answer_raises_the_nearest_builtin_exception_and_none_that_ends_the_grader(
    sandbox: Sandbox, kind: str, expected: type[Exception]
) -> None:
    with room(sandbox, ERRORS) as it:
        with pytest.raises(Exception) as error:
            it.test(f"fail({kind!r})")
        assert isinstance(error.value, expected) and not isinstance(error.value, StopIteration)
        assert it.test("1 + 1") == 2 and it.session.alive


def test_stop_iteration_in_an_answer_does_not_end_a_loop_of_the_test(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError):
        result(sandbox, ERRORS, "all(map(lambda x: fail('stop') == x, [1, 2]))")


def test_exceptions_that_an_answer_defines_are_caught_by_their_class(sandbox: Sandbox) -> None:
    caught = "try:\n    fail({!r})\nexcept {} as error:\n    said = str(error)\nsaid"
    assert result(sandbox, ERRORS, caught.format("mine", "Mistake")) == "mine"
    assert result(sandbox, ERRORS, caught.format("worse", "Mistake")) == "worse"
    assert result(sandbox, ERRORS, caught.format("value", "(Mistake, ValueError)")) == "no"


USES = """
def square(x): return x * x
def total(n): return sum(square(i) for i in range(n))
factor = 2
def scaled(x): return factor * x
"""


def test_deleting_an_answer_is_seen_by_the_others(sandbox: Sandbox) -> None:
    with room(sandbox, USES, TEST, TEST) as it:
        with pytest.raises(NameError):
            it.test("assert total(3) == 5\ndel square\ntotal(3)", 0)
        assert it.test("total(3)", 1) == 5


def test_rebinding_an_answer_is_seen_by_the_others_until_it_is_bound_back(sandbox: Sandbox) -> None:
    rebind = "kept = square\nsquare = lambda x: 10\nfirst = total(3)\nsquare = kept\nfirst, total(3)"
    assert result(sandbox, USES, rebind) == (30, 5)
    delete = "kept = square\ndel square\ntry: total(3)\nexcept NameError: pass\nsquare = kept\ntotal(3)"
    assert result(sandbox, USES, delete) == 5
    assert result(sandbox, USES, "factor = 5\nscaled(2)") == 10
    assert result(sandbox, USES, "def change():\n    global factor\n    factor = 7\nchange()\nscaled(1)") == 7


def test_a_test_sees_the_answers_as_they_were_at_its_place(sandbox: Sandbox) -> None:
    first, second = "x = 1\ndef f(): return x", "x = 2\ndef f(): return 10 * x"
    with room(sandbox, first, TEST, second, TEST) as it:
        assert [it.test("x, f()", 0), it.test("x, f()", 1), it.test("x, f()", 0)] == [(1, 1), (2, 20), (1, 1)]


def test_an_answer_that_is_not_defined_is_not_there(sandbox: Sandbox) -> None:
    with room(sandbox, "def f(): return 1", TEST, "del f", TEST) as it:
        assert it.test("f()", 0) == 1
        with pytest.raises(NameError):
            it.test("f()", 1)
