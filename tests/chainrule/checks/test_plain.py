"""Plain data: what is written is read back the same, and what was not written by us is refused."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import subprocess
import sys
import threading
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox import wire
from chainrule.checks import library, plain
from chainrule.checks.arrays import DTYPES as ALL_DTYPES
from chainrule.checks.arrays import MAX_NUMBERS
from chainrule.checks.plain import NotPlainError

DTYPES = sorted(ALL_DTYPES)
numbers = st.integers() | st.floats() | st.complex_numbers()
scalars = st.none() | st.booleans() | numbers | st.text() | st.binary() | st.just(...)
arrays = st.sampled_from(DTYPES).flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, min_side=0)))
keys = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
hashable = st.recursive(keys, lambda x: st.lists(x, max_size=3).map(tuple) | st.frozensets(x, max_size=3), max_leaves=4)
moments = st.dates() | st.datetimes() | st.datetimes(timezones=st.just(UTC)) | st.times() | st.timedeltas()
tallies = st.dictionaries(hashable, st.integers(), max_size=4)
Point = namedtuple("Point", "x y", defaults=(0,))
of_the_library = (
    *(moments, st.fractions(), st.decimals(), st.builds(PurePosixPath, st.text()), st.builds(bytearray, st.binary())),
    st.builds(deque, st.lists(scalars, max_size=4), st.none() | st.integers(0, 3)),
    *(tallies.map(Counter), tallies.map(OrderedDict), tallies.map(lambda d: defaultdict(int, d))),
    *(st.builds(Point, scalars, scalars), st.sampled_from(sorted(library.KNOWN, key=str)), st.just(Point)),
)
values = st.recursive(
    scalars
    | arrays
    | st.one_of(*of_the_library)
    | st.slices(9)
    | st.builds(range, st.integers(), st.integers(), st.just(3)),
    lambda x: st.lists(x, max_size=4) | st.lists(x, max_size=4).map(tuple) | st.dictionaries(hashable, x, max_size=4),
    max_leaves=12,
)
json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(DTYPES),
    lambda x: (
        st.lists(x, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "int",
                    "float",
                    "complex",
                    "ellipsis",
                    "bytes",
                    "slice",
                    "range",
                    "list",
                    "tuple",
                    "set",
                    "frozenset",
                    "dict",
                    "generator",
                    "objects",
                    "array",
                    "number",
                    "subclass",
                    "handle",
                    "class",
                    "record",
                    "recordclass",
                    *library.BY_TAG,
                ]
            ),
            x,
            max_size=1,
        )
    ),
    max_leaves=20,
)


def refuse(value: object) -> Any:
    raise NotPlainError(type(value).__name__)


def written(value: object) -> tuple[Any, bytes]:
    """The tree after a journey through JSON, and the bytes of the arrays."""
    out = wire.Outgoing()
    frame = out.frame({"value": plain.encode(value, out.put_array, refuse)})
    size = wire.LENGTHS.size
    head, _ = wire.LENGTHS.unpack(frame[:size])
    return json.loads(frame[size : size + head])["value"], frame[size + head :]


def read(tree: object, body: bytes = b"") -> Any:
    return plain.decode(tree, wire.array_reader(body), refuse)


def there_and_back(value: object) -> Any:
    return read(*written(value))


def same(a: Any, b: Any) -> bool:
    """The same type and bits, where `==` says that nan differs from itself and -0.0 does not from 0.0."""
    if isinstance(b, Point):
        return a._fields == b._fields and all(map(same, a, b))
    if b is Point:
        return library.record_parts(a) == library.record_parts(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and bool(a.tobytes() == b.tobytes())
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a.items(), b.items(), strict=True))
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return repr(a) == repr(b) if isinstance(a, (float, complex)) else bool(repr(a) == repr(b) or a == b)


@given(values)
def test_every_plain_value_comes_back_the_same(value: object) -> None:
    assert same(there_and_back(value), value)


@pytest.mark.parametrize(
    "value", [np.float32(0.1), np.int64(-3), np.bool_(True), np.complex128(1 - 2j), np.float64(np.nan)]
)
def test_numpy_numbers_stay_numpy_numbers(value: np.generic) -> None:
    assert same(there_and_back(value), value)


def test_arrays_keep_their_values_whatever_lies_behind_them() -> None:
    base = np.arange(24.0).reshape(4, 6)
    for array in (
        base.T,
        base[::-2, 1::3],
        np.asfortranarray(base),
        base.astype(">f8"),
        np.broadcast_to(base[0], (3, 6)),
    ):
        np.testing.assert_array_equal(there_and_back(array), array)
    mixed = np.array([1, "two", None, [3.0]], dtype=object)
    assert there_and_back(mixed).tolist() == mixed.tolist()


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_a_random_generator_goes_on_where_it_was(bits: type) -> None:
    generator = np.random.Generator(bits(7))
    generator.normal(size=5)
    np.testing.assert_array_equal(there_and_back(generator).normal(size=9), generator.normal(size=9))


def test_a_subclass_of_the_array_is_said_to_be_one() -> None:
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0]])
    back = there_and_back(matrix)
    assert back.claimed == "matrix"
    assert type(back) is not np.ndarray and back.tolist() == [[1.0, 2.0]]


class Liar(float):
    def __float__(self) -> float:
        return 42.0


@pytest.mark.parametrize(
    "value",
    [Liar(1.0), object(), print, io.StringIO(), threading.Lock(), np.datetime64("2020-01-01", "7D"), Liar],
)
def test_what_is_not_in_the_table_is_left_to_the_caller(value: object) -> None:
    with pytest.raises(NotPlainError, match=type(value).__name__):
        written(value)
    assert plain.encode([value], lambda _: None, lambda x: {"seen": x is value}) == {"list": [{"seen": True}]}


def test_what_holds_itself_or_is_nested_too_deep_is_refused() -> None:
    ring: list[Any] = []
    ring.append({"ring": ring})
    chain: list[Any] = []
    for _ in range(plain.MAX_DEPTH + 1):
        chain = [chain]
    boxed = np.empty(1, dtype=object)
    boxed[0] = boxed
    for value in (ring, chain, boxed):
        with pytest.raises(NotPlainError):
            written(value)


@given(json_trees)
def test_reading_any_json_gives_a_value_or_refuses(tree: object) -> None:
    with contextlib.suppress(NotPlainError):
        plain.decode(tree, wire.array_reader(b"\0" * 64), refuse)


HUGE = 2**62
HOSTILE = {
    "a list without a tag": [1, 2],
    "two tags": {"list": [], "tuple": []},
    "an unknown tag": {"object": 1},
    "an array larger than its bytes": {"array": ["<f8", [9], 0]},
    "an array that begins before its bytes": {"array": ["<f8", [1], -8]},
    "an array that ends after its bytes": {"array": ["<f8", [1], 1]},
    "a huge shape": {"array": ["<f8", [HUGE, HUGE], 0]},
    "a huge shape whose size wraps to nothing": {"array": ["<f8", [2**32, 2**32], 0]},
    "a negative shape": {"array": ["<f8", [-1], 0]},
    "a fractional shape": {"array": ["<f8", [1.0], 0]},
    "nan for a shape": {"array": ["<f8", [math.nan], 0]},
    "a truth value for a shape": {"array": ["<f8", [True], 0]},
    "no list for a shape": {"array": ["<f8", 1, 0]},
    "hundreds of dimensions": {"array": ["<f8", [1] * 200, 0]},
    "objects by pointer": {"array": ["|O", [1], 0]},
    "an unknown dtype": {"array": ["<f9", [1], 0]},
    "a dtype of records": {"array": ["<f8,<f8", [1], 0]},
    "a dtype that is no text": {"array": [["<f8"], [1], 0]},
    "a place that is no number": {"array": ["<f8", [1], "0"]},
    "a number that is many": {"number": ["<f4", [2], 0]},
    "objects of another shape": {"objects": [[HUGE], [1]]},
    "an unknown bit generator": {"generator": ["os.system", {"dict": []}]},
    "a generator of no state": {"generator": ["PCG64", "state"]},
    "a set of lists": {"set": [{"list": []}]},
    "a dict that is no pairs": {"dict": [[1, 2, 3]]},
    "an integer that is no digits": {"int": "0xgg"},
    "a huge power": {"float": "0x1p999999999999"},
    "a complex number of one part": {"complex": ["0x1p0"]},
    "bytes that are no hex": {"bytes": "zz"},
    "a range that stands still": {"range": [0, 1, 0]},
    "text in a float": {"float": 1},
    "a fraction of nothing": {"fraction": {"tuple": [1, 0]}},
    "a fraction of a text": {"fraction": {"tuple": ["1/2", 3]}},
    "a decimal of a huge power": {"decimal": "1e999999999"},
    "a decimal of many digits": {"decimal": "1" * 9_000},
    "a day that isn't": {"date": "2020-02-31"},
    "a moment that is a number": {"datetime": 7},
    "an endless deque": {"deque": {"tuple": [{"range": [0, 2**50, 1]}, None]}},
    "an endless view of keys": {"dict_keys": {"range": [0, 2**50, 1]}},
    "an endless view of values": {"dict_values": {"range": [0, 2**50, 1]}},
    "a bytearray of a size": {"bytearray": 2**50},
    "a counter of a range": {"counter": {"range": [0, 2**50, 1]}},
    "a defaultdict that calls what it is given": {"defaultdict": {"tuple": ["print", {"dict": []}]}},
    "a class that isn't in the table": {"class": "type"},
    "a record of code": {"recordclass": ["P(tuple): pass\nimport os", [], {"list": []}]},
    "a record with a field of code": {"recordclass": ["P", ["x):pass"], {"list": []}]},
    "a record of more items than fields": {"record": ["P", ["x"], {"list": []}, [1, 2]]},
    "a record with a list for a default": {"recordclass": ["P", ["x"], {"list": [{"list": []}]}]},
    "a list of dates as an array": {"list": {"array": ["<M8[D]", [1], 0]}},
    "a list that is a number": {"list": {"number": ["<f8", [], 0]}},
    "a list of a shape that takes no bytes": {"list": {"array": ["<f8", [HUGE, 0], 0]}},
    "dates in a unit of their own": {"array": ["<M8[7D]", [1], 0]},
}


def state_of(bits: type[np.random.BitGenerator], *path: str, value: Any) -> object:
    """What would be written of a generator with something in its state replaced."""
    arrays: list[Any] = []
    state = bits(1).state  # type: ignore[call-arg]
    inner = state
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    tree = plain.encode(state, lambda array: arrays.append(array) or len(arrays) - 1, refuse)  # type: ignore[func-returns-value]
    return plain.decode({"generator": [bits.__name__, tree]}, lambda _dtype, _shape, place: arrays[place], refuse)


@pytest.mark.parametrize(
    ("bits", "path", "value"),
    [
        (np.random.MT19937, ["state", "pos"], 625),
        (np.random.MT19937, ["state", "pos"], -1),
        (np.random.MT19937, ["state", "pos"], 2**31 - 1),
        (np.random.MT19937, ["state", "pos"], 1.0),
        (np.random.MT19937, ["state", "key"], np.zeros(3, np.uint32)),
        (np.random.Philox, ["buffer_pos"], 5),
        (np.random.Philox, ["buffer_pos"], -3),
        (np.random.Philox, ["buffer"], np.zeros(1, np.uint64)),
        (np.random.Philox, ["state", "counter"], np.zeros(9, np.uint64)),
        (np.random.PCG64, ["state", "state"], 2**200),
        (np.random.PCG64, ["bit_generator"], "MT19937"),
        (np.random.PCG64, ["more"], 1),
    ],
)
def test_a_generator_outside_its_numbers_is_refused(
    bits: type[np.random.BitGenerator], path: list[str], value: object
) -> None:
    """NumPy checks none of this, and reads the memory beside the generator's."""
    with pytest.raises(NotPlainError):
        state_of(bits, *path, value=value)


@pytest.mark.parametrize("tree", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_tree_is_refused(tree: object) -> None:
    with pytest.raises(NotPlainError):
        read(tree, b"\0" * 8)


def test_a_tree_too_deep_or_too_large_is_refused_however_deep_it_is() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = {"list": [deep]}
    with pytest.raises(NotPlainError):
        read(deep)
    with pytest.raises(NotPlainError):
        read({"list": [None] * (plain.MAX_NODES + 1)})


def test_a_huge_range_costs_nothing() -> None:
    assert len(read({"range": [0, {"int": hex(2**62)}, 1]})) == 2**62


def test_an_integer_of_more_digits_than_allowed_is_refused_not_shortened() -> None:
    digits = "f" * (plain.MAX_INT_DIGITS + 1)
    with pytest.raises(NotPlainError):
        read({"int": "0x" + digits})


@pytest.mark.parametrize("many", [list, tuple])
@pytest.mark.parametrize("number", [0.5, 7])
def test_a_long_list_of_numbers_comes_back_as_it_was(many: type, number: float) -> None:
    value = many([number] * 150_000)
    assert there_and_back(value) == value
    assert set(map(type, there_and_back(value))) == {type(number)}


def test_a_long_list_of_all_sorts_comes_back_as_it_was() -> None:
    for value in ([1, True] * 2_000, [1, 2.0] * 2_000, [2**80] * 2_000, ["a"] * 200_000):
        assert same(there_and_back(value), value)


def test_a_list_longer_than_allowed_is_refused_before_it_is_made() -> None:
    with pytest.raises(NotPlainError):
        read({"list": {"array": ["<f8", [MAX_NUMBERS + 1], 0]}}, bytes(8 * (MAX_NUMBERS + 1)))


@pytest.mark.parametrize("view", ["keys", "values", "items"])
def test_a_view_of_a_dict_stays_one(view: str) -> None:
    back = there_and_back(getattr({"a": 1, "b": [2]}, view)())
    assert type(back) is type(getattr({}, view)())
    assert list(back) == list(getattr({"a": 1, "b": [2]}, view)())


def test_a_namedtuple_is_of_the_class_that_came_before_it() -> None:
    kind = there_and_back(Point)
    assert isinstance(there_and_back(Point(1)), kind)
    assert (kind(3).y, kind._fields, there_and_back(Point(1, 2)).x) == (0, ("x", "y"), 1)


def test_a_namedtuple_with_methods_is_not_plain() -> None:
    class Named(Point):
        pass

    class Typed(NamedTuple):
        x: int

        def twice(self) -> int:
            return 2 * self.x

    for value in (Named(1), Typed(1), Typed):
        with pytest.raises(NotPlainError):
            written(value)


def test_dates_in_arrays_come_back_as_they_were() -> None:
    for value in (np.datetime64("2020-01-01"), np.timedelta64(3, "h"), np.array(["2020-01-01", "NaT"], "M8[s]")):
        assert same(there_and_back(value), value)


def test_a_set_is_written_in_the_same_order_in_every_process() -> None:
    script = "from chainrule.checks import plain; print(plain.encode({'b', 'a', 'c', 'dd'}, None, None))"
    orders = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert orders == {"{'set': ['a', 'b', 'c', 'dd']}\n"}
