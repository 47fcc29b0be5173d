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
| a long list or tuple of floats, or of ints of 64 bits | `{"list": {"array": [dtype, shape, place]}}` |
| Fraction, Decimal, dates and times, deque, Counter, views of a dict... | their parts: the table of `library.py` |
| a class of Python's (int, list, Fraction...) | `{"class": its name}` |
| a namedtuple | `{"record": [name, fields, defaults, items]}` |
| the class of one | `{"recordclass": [name, fields, defaults]}` |
| NumPy array, NumPy number, also of dates | `{"array": [dtype, shape, place]}`, `{"number": [dtype, [], place]}` |
| a subclass of the NumPy array | `{"subclass": [its name, dtype, shape, place]}` |
| NumPy random generator | `{"generator": [name of its bit generator, state]}` |
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import library

Json = Any
"""A JSON tree: None, bool, int, float, str, lists and dicts with str keys."""

DTYPES = frozenset(["|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"])
UNITS = ("Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns")
TIMES = frozenset(f"<{kind}8[{unit}]" for kind in "mM" for unit in UNITS)
MAX_DEPTH = 120
MAX_NODES = 500_000
MAX_NUMBERS = 2_000_000
"""Of a long list that comes as an array."""
LONG = 1_000
"""From so many numbers on a list is written as an array."""
MAX_INT_DIGITS = 50_000
"""Hexadecimal digits of an int."""
MUTABLE = (list, tuple, dict, set, bytearray, deque, np.ndarray, np.random.Generator)
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
        numbers = _as_array(value) if len(value) >= LONG else None  # type: ignore[arg-type]
        items = [sub(x) for x in value] if numbers is None else sub(numbers)  # type: ignore[attr-defined]
        return {kind.__name__: items}
    if kind is dict:
        return {"dict": [[sub(k), sub(x)] for k, x in value.items()]}  # type: ignore[attr-defined]
    if isinstance(value, np.random.Generator) and type(value.bit_generator).__name__ in BIT_GENERATORS:
        return {"generator": [type(value.bit_generator).__name__, sub(value.bit_generator.state)]}
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(value, put_array, other, depth)
    return _encode_library(value, sub, other)


def _as_array(numbers: list[Any] | tuple[Any, ...]) -> NDArray[Any] | None:
    """Floats only, or ints of 64 bits only, as an array; None where it is anything else."""
    kinds = set(map(type, numbers))
    if kinds == {float}:
        return np.array(numbers)
    if kinds == {int} and min(numbers) >= -(2**63) and max(numbers) < 2**63:
        return np.array(numbers, np.int64)
    return None


def _encode_library(value: object, sub: Callable[[object], Json], other: Callable[[object], Json]) -> Json:
    known = library.KINDS.get(type(value))
    parts = known.parts(value) if known else None
    if known and type(parts) is known.of:
        return {known.tag: sub(parts)}
    if isinstance(value, tuple) and library.is_record(type(value)):
        name, fields, defaults = library.record_parts(type(value))
        return {"record": [name, fields, sub(defaults), [sub(x) for x in value]]}
    if library.is_known(value):
        return {"class": value.__name__}  # type: ignore[attr-defined]
    if isinstance(value, type) and library.is_record(value):
        name, fields, defaults = library.record_parts(value)
        return {"recordclass": [name, fields, sub(defaults)]}
    return other(value)


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
    if array.dtype.str not in DTYPES and array.dtype.str not in TIMES:
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
    except (TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
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
        return CONTAINERS[tag](_numbers(sub(body)) if type(body) is dict else (sub(x) for x in body))
    if tag == "dict":
        return {sub(k): sub(x) for k, x in body}
    if tag == "generator":
        return _generator(body[0], sub(body[1]))
    if tag == "objects":
        shape, items = _shape(body[0]), np.empty(len(body[1]), dtype=object)
        for i, item in enumerate(body[1]):
            items[i] = sub(item)
        return items.reshape(shape)
    if tag in ("array", "number", "subclass"):
        claimed, (dtype, shape, place) = ("", body) if tag != "subclass" else (str(body[0])[:80], body[1:])
        if dtype not in DTYPES and dtype not in TIMES:
            raise NotPlainError("an array of an unknown kind of number")
        array = get_array(dtype, _shape(shape), place)
        if tag == "number":
            return array.reshape(())[()]
        if tag == "subclass":
            subclassed = array.view(SubclassedArray)
            subclassed.claimed = claimed
            return subclassed
        return array
    if tag in library.BY_TAG:
        return _decode_library(library.BY_TAG[tag], sub(body))
    if tag == "class":
        return library.CLASSES[body]
    if tag in ("record", "recordclass"):
        kind = library.record(body[0], body[1], sub(body[2]))
        return kind(*(sub(x) for x in body[3])) if tag == "record" else kind
    return other(tree)


def _numbers(array: Any) -> list[Any]:
    """The numbers of a long list, which came as an array."""
    if type(array) is not np.ndarray or array.dtype.str not in ("<f8", "<i8") or not array.size <= MAX_NUMBERS:
        raise NotPlainError("not a list of numbers")
    numbers: list[Any] = array.ravel().tolist()
    return numbers


def _decode_library(kind: library.Kind, parts: Any) -> Any:
    if type(parts) is not kind.of:
        raise NotPlainError(f"not the parts of a {kind.tag}")
    return kind.make(parts)


MAX_POSITIONS = {"MT19937": 624, "Philox": 4}
"""Where in its numbers a bit generator is at most: NumPy takes any other for good, and reads memory there."""


def _generator(name: str, state: Any) -> np.random.Generator:
    """A generator in a state whose positions lie inside it, and whose arrays are of the right size."""
    bits = BIT_GENERATORS[name]()
    positions = [part["pos"] for part in (state["state"],) if name == "MT19937"]
    positions += [state["buffer_pos"]] if name == "Philox" else []
    if any(type(position) is not int or not 0 <= position <= MAX_POSITIONS[name] for position in positions):
        raise NotPlainError("a random generator that is outside its numbers")
    if not _alike(state, bits.state):
        raise NotPlainError("not the state of a random generator")
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


def _shape(shape: Json) -> tuple[int, ...]:
    if type(shape) is not list or len(shape) > MAX_DEPTH or any(type(n) is not int or n < 0 for n in shape):
        raise NotPlainError("not a shape")
    return tuple(shape)
