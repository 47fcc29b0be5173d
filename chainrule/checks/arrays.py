"""NumPy's values that travel: arrays, numbers, random generators, and long lists of numbers as arrays.

`plain.py` writes and reads the trees around them. Whoever reads believes neither a type nor a size in them: for
what `encode` does not give, `decode`, `numbers` and `generator` raise ValueError, TypeError or LookupError.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

DTYPES = frozenset(["|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"])
UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")
TIMES = frozenset(f"<{kind}8[{unit}]" for kind in "mM" for unit in UNITS)
MAX_DIMENSIONS = 120
MAX_NUMBERS = 2_000_000
"""Of a long list that comes as an array."""
TAGS = ("array", "number", "subclass")
"""Of what `decode` reads."""

BIT_GENERATORS = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937, "Philox": np.random.Philox}
MAX_POSITIONS = {"MT19937": 624, "Philox": 4}
"""Where in its numbers a bit generator is at most: NumPy takes any other for good, and reads memory there."""


class SubclassedArray(np.ndarray):
    """An array that came as a subclass of the NumPy array (np.matrix, say): `claimed` is its name."""

    claimed = "a subclass of np.ndarray"


def of_numbers(items: list[Any] | tuple[Any, ...]) -> NDArray[Any] | None:
    """Floats only, or ints of 64 bits only, as an array; None where it is anything else."""
    kinds = set(map(type, items))
    if kinds == {float}:
        return np.array(items)
    if kinds == {int} and min(items) >= -(2**63) and max(items) < 2**63:
        return np.array(items, np.int64)
    return None


def numbers(array: Any) -> list[Any]:
    """The numbers of a long list, which came as an array."""
    if type(array) is not np.ndarray or array.dtype.str not in ("<f8", "<i8") or not array.size <= MAX_NUMBERS:
        raise ValueError("not a list of numbers")
    found: list[Any] = array.ravel().tolist()
    return found


def encode(
    value: NDArray[Any] | np.generic,
    put_array: Callable[[NDArray[Any]], Any],
    sub: Callable[[object], Any],
    other: Callable[[object], Any],
) -> Any:
    """Write an array or a number of NumPy's; `sub` writes an item of it, `other` what isn't plain."""
    if type(value) is np.ndarray and value.dtype.str in DTYPES and value.flags.c_contiguous:  # nearly always
        return {"array": [value.dtype.str, list(value.shape), put_array(value)]}
    array = np.ascontiguousarray(np.asarray(value)).reshape(np.shape(value))
    if array.dtype in (np.longdouble, np.clongdouble):
        array = array.astype(np.float64 if array.dtype.kind == "f" else np.complex128)
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if array.dtype.kind == "U" and isinstance(value, np.generic):
        return sub(str(value))
    if array.dtype.kind in "OU":
        # an array of Python objects or of strings: plain when its items are
        return {"objects": [list(array.shape), [sub(x) for x in array.ravel().tolist()]]}
    if array.dtype.str not in DTYPES and array.dtype.str not in TIMES:
        return other(value)
    tree = [array.dtype.str, list(array.shape), put_array(array)]
    if isinstance(value, np.generic):
        return {"number": tree}
    if type(value) is not np.ndarray:
        return {"subclass": [type(value).__name__[:80], *tree]}
    return {"array": tree}


def decode(tag: str, body: Any, get_array: Callable[[str, tuple[int, ...], Any], NDArray[Any]]) -> Any:
    """Read what `encode` wrote by one of `TAGS`; `get_array` finds the numbers, as in `plain.decode`."""
    claimed, (dtype, shape, place) = ("", body) if tag != "subclass" else (str(body[0])[:80], body[1:])
    if dtype not in DTYPES and dtype not in TIMES:
        raise ValueError("an array of an unknown kind of number")
    array = get_array(dtype, _shape(shape), place)
    if tag == "number":
        return array.reshape(())[()]
    if tag == "subclass":
        subclassed = array.view(SubclassedArray)
        subclassed.claimed = claimed
        return subclassed
    return array


def of_objects(shape: Any, trees: Any, sub: Callable[[Any], Any]) -> NDArray[Any]:
    """An array of Python objects, each of which `sub` reads."""
    checked, items = _shape(shape), np.empty(len(trees), dtype=object)
    for i, tree in enumerate(trees):
        items[i] = sub(tree)
    return items.reshape(checked)


def generator(name: str, state: Any) -> np.random.Generator:
    """A generator in a state whose positions lie inside it, and whose arrays are of the right size."""
    bits = BIT_GENERATORS[name]()
    positions = [part["pos"] for part in (state["state"],) if name == "MT19937"]
    positions += [state["buffer_pos"]] if name == "Philox" else []
    if any(type(position) is not int or not 0 <= position <= MAX_POSITIONS[name] for position in positions):
        raise ValueError("a random generator that is outside its numbers")
    if not _alike(state, bits.state):
        raise ValueError("not the state of a random generator")
    bits.state = state
    return np.random.Generator(bits)


def _alike(state: Any, example: Any) -> bool:
    """Has a state the same keys, kinds and sizes as another?"""
    if type(state) is not type(example):
        return False
    if isinstance(example, dict):
        return state.keys() == example.keys() and all(_alike(state[key], example[key]) for key in example)
    if isinstance(example, np.ndarray):
        return bool(state.shape == example.shape and state.dtype == example.dtype)
    return not isinstance(example, str) or state == example


def _shape(shape: Any) -> tuple[int, ...]:
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError("not a shape")
    return tuple(shape)
