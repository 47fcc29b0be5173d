"""What a call changes: its arguments, random numbers; and what a call gives back that lies about itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.outside.session import Sandbox
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from tests.autograder.sandbox.room import room

CHANGES = """
def fill(x): x[...] = 7
def sort(xs): xs.sort()
def grow(xs): xs.append(9); xs[0] = -1
def step(params, by=0.5):
    for p in params: p -= by
def step_dict(params):
    params['W'] -= 1; params['n'] = 3; params.pop('old', None)
def only_read(x): return x + 0
def changes_two(a, b): a += 1; b.clear()
def update(pair): pair[0][...] += 1
def draw(g): return g.normal()
"""


def result(sandbox: Sandbox, answer: str, test: str) -> Any:
    with room(sandbox, answer) as it:
        return it.test(test)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("x = np.zeros(2); fill(x); x.tolist()", [7, 7]),
        ("x = np.zeros((2, 2)); fill(x[0]); x.tolist()", [[7, 7], [0, 0]]),
        ("xs = [3, 1, 2]; ys = xs; sort(xs); ys", [1, 2, 3]),
        ("xs = [3]; grow(xs); xs", [-1, 9]),
        (
            "a = np.ones(2); ps = [a, np.zeros(1)]; step(ps, by=1); a.tolist(), ps[1].tolist(), ps[0] is a",
            ([0, 0], [-1], True),
        ),
        (
            "d = {'W': np.ones(2), 'old': 1}; e = d; step_dict(params=d); e['W'].tolist(), e['n'], 'old' in e",
            ([0, 0], 3, False),
        ),
        ("W = np.ones(2); d = {'W': W}; step_dict(d); W.tolist(), d['W'] is W", ([0, 0], True)),
        ("a = np.ones(1); pair = (a, 1); update(pair); a.tolist()", [2]),
        ("a, b = np.ones(1), {1, 2}; changes_two(a, b); a.tolist(), b", ([2], set())),
        ("x = np.ones(2); only_read(x); x.tolist()", [1, 1]),
        (
            "g, h = np.random.default_rng(1), np.random.default_rng(1); [draw(g), draw(g)] == [h.normal(), h.normal()]",
            True,
        ),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_an_answer_changes_in_place_is_changed_for_the_test(sandbox: Sandbox, test: str, expected: object) -> None:
    assert result(sandbox, CHANGES, test) == expected


RANDOM = "import random\ndef draw(): return np.random.rand()\ndef roll(): return random.random()"


def test_seeds_set_in_a_test_reach_the_answer(sandbox: Sandbox) -> None:
    expected = np.random.RandomState(42).rand()
    with room(sandbox, RANDOM) as it:
        assert it.test("np.random.seed(42); draw()") == expected
        assert it.test("np.random.seed(42); a = draw(); np.random.seed(42); a == draw()")
        assert it.test(
            "import random; random.seed(3); a = roll(); random.seed(3); a == roll() == random.Random(3).random()"
        )
        assert it.test("np.random.seed(42); draw() != draw()")
        assert it.test("state = np.random.get_state(); a = draw(); np.random.set_state(state); a == draw()")


LIARS = """
class Nine(float):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __float__ = __abs__ = lambda self, *_: 0.0
class Always:
    __class__ = float
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __len__(self): return 3
    def __getitem__(self, i): return 9.0
    def __iter__(self): return iter([9.0] * 3)
    __array_priority__ = 1e9
    def __array__(self, *_, **__): return np.full(3, 9.0)
class Items(list):
    def __iter__(self): return iter([9.0])
    def __eq__(self, other): return True
class Endless:
    def __len__(self): return 2**62
    def __getitem__(self, i): return 0.0
class Broken:
    def __getattribute__(self, name): raise SystemExit
class Lost(Exception):
    def __str__(self): raise KeyError('no text')
def nine(): return Nine(1)
def always(): return Always()
def items(): return Items([1.0])
def endless(): return Endless()
def broken(): return Broken()
def lost(): raise Lost()
def fine(): return 9.0
def matrix(): return np.matrix([[9.0]])
def kinds(): return [np.ma.masked_array([9.0], [True]), np.rec.array([(9.0,)])]
"""


@pytest.mark.parametrize("name", ["nine", "always", "items", "endless"])
@pytest.mark.parametrize("expected", [9.0, np.full(3, 9.0), [9.0] * 3, "9", {"a": 9.0}, None, True], ids=str)
def test_an_object_that_lies_about_itself_is_no_right_value(sandbox: Sandbox, name: str, expected: object) -> None:
    with room(sandbox, LIARS) as it:
        value = it.test(f"{name}()")
        assert difference(value, expected, Accept(types="any", shape="any")) is not None
        assert it.test("fine()") == 9.0


def test_an_object_that_fails_at_a_touch_is_an_exception(sandbox: Sandbox) -> None:
    with room(sandbox, LIARS) as it:
        with pytest.raises(RuntimeError):
            it.test("broken()")
        assert it.test("fine()") == 9.0


@pytest.mark.parametrize("name", ["nine", "always", "items"])
def test_an_object_that_equals_everything_does_not_equal_a_plain_value(sandbox: Sandbox, name: str) -> None:
    with room(sandbox, LIARS) as it:
        assert not it.test(f"{name}() == 4.5")
        assert not it.test(f"4.5 == {name}()")


def test_a_failing_exception_is_an_exception(sandbox: Sandbox) -> None:
    with room(sandbox, LIARS) as it:
        with pytest.raises(Exception) as error:
            it.test("lost()")
        assert it.session.alive, repr(error.value)
        assert it.test("fine()") == 9.0


def test_a_subclass_of_the_array_is_said_to_be_one(sandbox: Sandbox) -> None:
    with room(sandbox, LIARS) as it:
        found = difference(it.test("matrix()"), np.array([[9.0]]), Accept())
        assert found is not None and found.what == "type" and "matrix" in found.text
        for value in it.test("kinds()"):
            assert type(value) is not np.ndarray


RARE = """
from collections import OrderedDict, defaultdict, namedtuple, Counter
def ordered(): return OrderedDict(dx=1.0)
def default():
    d = defaultdict(float); d['dx'] += 1.0; return d
def counter(): return Counter(dx=1.0)
def pair(): return namedtuple('Pair', 'a b')(1.0, 2.0)
def wide(): return np.longdouble(1.5)
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ordered()", {"dx": 1.0}),
        ("default()", {"dx": 1.0}),
        ("counter()", {"dx": 1.0}),
        ("pair()", (1.0, 2.0)),
        ("wide()", 1.5),
    ],
)
def test_what_is_right_in_the_students_kernel_is_right_here(sandbox: Sandbox, call: str, expected: object) -> None:
    own: dict[str, Any] = {"np": np}
    exec(RARE, own)
    accept = Accept(types="any")
    assert difference(eval(call, own), expected, accept) is None
    assert difference(result(sandbox, RARE, call), expected, accept) is None
