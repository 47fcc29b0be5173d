"""What is read of a student's process is a value within limits, or it is refused: nothing else comes of it."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import wire
from chainrule.checks import library, plain
from chainrule.checks.arrays import DTYPES as ALL_DTYPES
from chainrule.checks.arrays import MAX_NUMBERS
from chainrule.checks.plain import NotPlainError
from tests.chainrule.checks.plain_wire import read, refuse

DTYPES = sorted(ALL_DTYPES)
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


def test_a_list_longer_than_allowed_is_refused_before_it_is_made() -> None:
    with pytest.raises(NotPlainError):
        read({"list": {"array": ["<f8", [MAX_NUMBERS + 1], 0]}}, bytes(8 * (MAX_NUMBERS + 1)))
