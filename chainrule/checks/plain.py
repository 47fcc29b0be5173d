"""Plain data: the one table of the values that may leave a process.

Known results in a file and values on the sandbox's wire are both written with this table. A value
becomes a JSON tree; arrays go where the caller puts them (`put_array`), and whatever the table does
not know goes to `other`. Nothing is ever unpickled, and reading trusts neither a size nor a name.

| value | written as |
|---|---|
| None, bool, str, int of up to 53 bits, finite float | themselves |
| other numbers | `{"int": hex}`, `{"float": hex}`, `{"complex": [hex, hex]}` |
| `...`, bytes, slice, range | `{"ellipsis": 0}`, `{"bytes": hex}`, `{"slice": [...]}`, `{"range": [...]}` |
| list, tuple, set, frozenset, dict | `{"list": [...]}` and so on; a dict as a list of pairs |
| NumPy array, NumPy number | `{"array": [dtype, shape, place]}`, `{"number": [dtype, [], place]}` |
| a subclass of the NumPy array | `{"subclass": [its name, dtype, shape, place]}` |
| NumPy random generator | `{"generator": [name of its bit generator, state]}` |
"""

from __future__ import annotations

import collections
import json
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Json = Any
"""A JSON tree: None, bool, int, float, str, lists and dicts with str keys."""

DTYPES = frozenset(["|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"])
MAX_DEPTH = 32
MAX_NODES = 100_000
MAX_INT_DIGITS = 2_000
"""Hexadecimal digits of an int."""
MUTABLE = (list, tuple, dict, set, np.ndarray, np.random.Generator)
"""What can be changed in place, or may hold such a thing."""

BIT_GENERATORS = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937, "Philox": np.random.Philox}
CONTAINERS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}


class NotPlainError(ValueError):
    """The value cannot travel, or the tree is not one that `encode` writes."""


class SubclassedArray(np.ndarray):
    """An array that came as a subclass of the NumPy array (np.matrix, say): `claimed` is its name."""

    claimed = "a subclass of np.ndarray"


def encode(
    value: object,
    put_array: Callable[[NDArray[Any]], Json],
    other: Callable[[object], Json],
    depth: int = 0,
) -> Json:
    """Write a value as a JSON tree.

    Types are compared exactly: a subclass of float or list is not plain, for it may lie about itself.
    Raises NotPlainError where the value is nested deeper than MAX_DEPTH (a list in itself, say).
    """
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"float": value.hex()}  # type: ignore[arg-type, attr-defined]
    if kind is int:
        return value if -(2**53) < value < 2**53 else {"int": hex(value)}  # type: ignore[operator, arg-type]
    if depth > MAX_DEPTH:
        raise NotPlainError("nested too deep")

    def sub(x: object) -> Json:
        return encode(x, put_array, other, depth + 1)

    value = _without_frills(value)
    kind = type(value)
    if kind is complex:
        return {"complex": [value.real.hex(), value.imag.hex()]}  # type: ignore[attr-defined]
    if value is ...:
        return {"ellipsis": 0}
    if kind is bytes:
        return {"bytes": value.hex()}  # type: ignore[attr-defined]
    if kind is slice or kind is range:
        return {kind.__name__: [sub(value.start), sub(value.stop), sub(value.step)]}  # type: ignore[attr-defined]
    if kind is set or kind is frozenset:
        # in an order of their own: that of a set is another in each process
        return {kind.__name__: sorted(map(sub, value), key=json.dumps)}  # type: ignore[call-overload]
    if kind is list or kind is tuple:
        return {kind.__name__: [sub(x) for x in value]}  # type: ignore[attr-defined]
    if kind is dict:
        return {"dict": [[sub(k), sub(x)] for k, x in value.items()]}  # type: ignore[attr-defined]
    if isinstance(value, np.random.Generator) and type(value.bit_generator).__name__ in BIT_GENERATORS:
        return {"generator": [type(value.bit_generator).__name__, sub(value.bit_generator.state)]}
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(value, put_array, other, depth)
    return other(value)


def _without_frills(value: object) -> object:
    """The plain container under one of the standard library's: defaultdict, Counter, OrderedDict, namedtuple."""
    if type(value) in (collections.defaultdict, collections.OrderedDict, collections.Counter):
        return dict(value)  # type: ignore[call-overload]
    if isinstance(value, tuple) and type(value).__bases__ == (tuple,) and hasattr(type(value), "_fields"):
        return tuple(value)
    return value


def _encode_array(
    value: NDArray[Any] | np.generic,
    put_array: Callable[[NDArray[Any]], Json],
    other: Callable[[object], Json],
    depth: int,
) -> Json:
    array = np.ascontiguousarray(np.asarray(value)).reshape(np.shape(value))
    if array.dtype in (np.longdouble, np.clongdouble):
        array = array.astype(np.float64 if array.dtype.kind == "f" else np.complex128)
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    if array.dtype.kind == "U" and isinstance(value, np.generic):
        return encode(str(value), put_array, other, depth)
    if array.dtype.kind in "OU":
        # an array of Python objects or of strings: plain when its items are
        items = [encode(x, put_array, other, depth + 1) for x in array.ravel().tolist()]
        return {"objects": [list(array.shape), items]}
    if array.dtype.str not in DTYPES:
        return other(value)
    tree = [array.dtype.str, list(array.shape), put_array(array)]
    if isinstance(value, np.generic):
        return {"number": tree}
    if type(value) is not np.ndarray:
        return {"subclass": [type(value).__name__[:80], *tree]}
    return {"array": tree}


def decode(
    tree: Json,
    get_array: Callable[[str, tuple[int, ...], Json], NDArray[Any]],
    other: Callable[[dict[str, Json]], object],
) -> Any:
    """Read a tree that `encode` wrote; every shape, name and size in it is checked before use.

    `get_array(dtype, shape, place)` finds an array's numbers and must check that the shape fits them.
    Raises NotPlainError for anything that is not such a tree.
    """
    budget = [MAX_NODES]
    try:
        return _decode(tree, get_array, other, 0, budget)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise NotPlainError(f"not plain data: {type(error).__name__}: {str(error)[:200]}") from error


def _decode(
    tree: Json,
    get_array: Callable[[str, tuple[int, ...], Json], NDArray[Any]],
    other: Callable[[dict[str, Json]], object],
    depth: int,
    budget: list[int],
) -> Any:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        raise NotPlainError("too large or too deep")
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    if type(tree) is not dict or len(tree) != 1:
        raise NotPlainError("neither a number, nor a text, nor a tagged value")

    def sub(x: Json) -> Any:
        return _decode(x, get_array, other, depth + 1, budget)

    ((tag, body),) = tree.items()
    if tag == "int":
        if len(body) > MAX_INT_DIGITS:
            raise NotPlainError("too large a whole number")
        return int(body, 16)
    if tag == "float":
        return float.fromhex(body)
    if tag == "complex":
        return complex(float.fromhex(body[0]), float.fromhex(body[1]))
    if tag == "ellipsis":
        return ...
    if tag == "bytes":
        return bytes.fromhex(body)
    if tag in ("slice", "range"):
        return (slice if tag == "slice" else range)(*(sub(x) for x in body))
    if tag in CONTAINERS:
        return CONTAINERS[tag](sub(x) for x in body)
    if tag == "dict":
        return {sub(k): sub(x) for k, x in body}
    if tag == "generator":
        bits = BIT_GENERATORS[body[0]]()
        bits.state = sub(body[1])
        return np.random.Generator(bits)
    if tag == "objects":
        shape, items = _shape(body[0]), np.empty(len(body[1]), dtype=object)
        for i, item in enumerate(body[1]):
            items[i] = sub(item)
        return items.reshape(shape)
    if tag in ("array", "number", "subclass"):
        claimed, (dtype, shape, place) = ("", body) if tag != "subclass" else (str(body[0])[:80], body[1:])
        if dtype not in DTYPES:
            raise NotPlainError("an array of an unknown kind of number")
        array = get_array(dtype, _shape(shape), place)
        if tag == "number":
            return array.reshape(())[()]
        if tag == "subclass":
            subclassed = array.view(SubclassedArray)
            subclassed.claimed = claimed
            return subclassed
        return array
    return other(tree)


def _shape(shape: Json) -> tuple[int, ...]:
    if type(shape) is not list or len(shape) > MAX_DEPTH or any(type(n) is not int or n < 0 for n in shape):
        raise NotPlainError("not a shape")
    return tuple(shape)
