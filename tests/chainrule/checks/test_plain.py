"""Plain data: what is written is read back the same, and what was not written by us is refused."""

from __future__ import annotations

import io
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

from chainrule.checks import library, plain
from chainrule.checks.arrays import DTYPES as ALL_DTYPES
from chainrule.checks.plain import NotPlainError
from tests.chainrule.checks.plain_wire import read, written

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


@pytest.mark.parametrize("many", [list, tuple])
@pytest.mark.parametrize("number", [0.5, 7])
def test_a_long_list_of_numbers_comes_back_as_it_was(many: type, number: float) -> None:
    value = many([number] * 150_000)
    assert there_and_back(value) == value
    assert set(map(type, there_and_back(value))) == {type(number)}


def test_a_long_list_of_all_sorts_comes_back_as_it_was() -> None:
    for value in ([1, True] * 2_000, [1, 2.0] * 2_000, [2**80] * 2_000, ["a"] * 200_000):
        assert same(there_and_back(value), value)


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
