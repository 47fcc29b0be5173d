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
| a frame or a series of pandas, its index, its moments | their parts: the table of `frames.py` |
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

from chainrule.checks import arrays, frames, library

Json = Any
"""A JSON tree: None, bool, int, float, str, lists and dicts with str keys."""

MAX_DEPTH = 120
MAX_NODES = 500_000
LONG = 1_000
"""From so many numbers on a list is written as an array."""
MAX_INT_DIGITS = 50_000
"""Hexadecimal digits of an int."""
MUTABLE = (list, tuple, dict, set, bytearray, deque, np.ndarray, np.random.Generator)
"""What can be changed in place, or may hold such a thing."""

CONTAINERS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}


def is_mutable(value: object) -> bool:
    """Can it be changed in place, or hold something that can?"""
    return isinstance(value, MUTABLE) or frames.is_table(value)


class NotPlainError(ValueError):
    """The value cannot travel, or the tree is not one that `encode` writes."""


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
        numbers = arrays.of_numbers(value) if len(value) >= LONG else None  # type: ignore[arg-type]
        items = [sub(x) for x in value] if numbers is None else sub(numbers)  # type: ignore[attr-defined]
        return {kind.__name__: items}
    if kind is dict:
        return {"dict": [[sub(k), sub(x)] for k, x in value.items()]}  # type: ignore[attr-defined]
    if isinstance(value, np.random.Generator) and type(value.bit_generator).__name__ in arrays.BIT_GENERATORS:
        return {"generator": [type(value.bit_generator).__name__, sub(value.bit_generator.state)]}
    if isinstance(value, (np.ndarray, np.generic)):
        return arrays.encode(value, put_array, sub, other)
    return _encode_library(value, sub, other)


def _encode_library(value: object, sub: Callable[[object], Json], other: Callable[[object], Json]) -> Json:
    known = library.KINDS.get(type(value)) or frames.kind_of(value)
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
        return CONTAINERS[tag](arrays.numbers(sub(body)) if type(body) is dict else (sub(x) for x in body))
    if tag == "dict":
        return {sub(k): sub(x) for k, x in body}
    if tag == "generator":
        return arrays.generator(body[0], sub(body[1]))
    if tag == "objects":
        return arrays.of_objects(body[0], body[1], sub)
    if tag in arrays.TAGS:
        return arrays.decode(tag, body, get_array)
    if tag in library.BY_TAG or tag in frames.TAGS:
        return _decode_library(library.BY_TAG.get(tag) or frames.by_tag(tag), sub(body))
    if tag == "class":
        return library.CLASSES[body]
    if tag in ("record", "recordclass"):
        kind = library.record(body[0], body[1], sub(body[2]))
        return kind(*(sub(x) for x in body[3])) if tag == "record" else kind
    return other(tree)


def _decode_library(kind: library.Kind, parts: Any) -> Any:
    if type(parts) is not kind.of:
        raise NotPlainError(f"not the parts of a {kind.tag}")
    return kind.make(parts)
