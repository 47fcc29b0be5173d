"""The values of Python's own library that travel: as plain parts, from which the reader's library makes them anew.

`plain.py` writes and reads the parts. Whoever reads believes neither a type nor a size in them: for parts that
`parts` does not give, `make` raises ValueError, TypeError, OverflowError or ArithmeticError.
"""

from __future__ import annotations

import datetime
import decimal
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from json import JSONDecodeError
from pathlib import Path, PurePosixPath
from statistics import StatisticsError
from typing import Any

import numpy as np

MAX_DIGITS = 2_000
"""Of a Decimal, and of the power of ten that it is multiplied by: more would take memory when it is compared."""
MAX_FIELDS = 200
"""Of a namedtuple."""

CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, slice, object),
        *(Fraction, Decimal, Counter, OrderedDict, defaultdict, deque, np.ndarray, np.float64, np.int64),
    )
}
"""Classes that travel by name."""
KNOWN = frozenset(CLASSES.values())
ERRORS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        *(FrozenInstanceError, JSONDecodeError, np.linalg.LinAlgError, np.exceptions.AxisError, StatisticsError),
        *(decimal.InvalidOperation, decimal.DivisionByZero),
    )
}
"""Exceptions that are known by name, besides the built-in ones."""
SCALARS = (bool, int, float, str, type(None))


@dataclass(frozen=True)
class Kind:
    """A type of the library: its tag, the type of its parts, how to take a value to them and make it of them."""

    tag: str
    of: type
    parts: Callable[[Any], Any]
    make: Callable[[Any], Any]


def _of_types(parts: tuple[Any, ...], *types: type) -> tuple[Any, ...]:
    """The parts, if they are of just these types. Raises TypeError."""
    if tuple(map(type, parts)) != types:
        raise TypeError("parts of other types")
    return parts


def _decimal(text: str) -> Decimal:
    if len(text) > MAX_DIGITS + 20:
        raise ValueError("too many digits")
    value = Decimal(text)
    if value.is_finite() and abs(value.adjusted()) > MAX_DIGITS:
        raise OverflowError("too large a power of ten")
    return value


def _moment(value: datetime.datetime | datetime.time) -> str | None:
    """Its text; None, which nobody reads, where its time zone has rules of its own."""
    return value.isoformat() if value.tzinfo is None or type(value.tzinfo) is datetime.timezone else None


def _counter(counts: dict[Any, Any]) -> Counter[Any]:
    counter: Counter[Any] = Counter()
    counter.update(counts)
    return counter


def _defaultdict(parts: tuple[Any, ...]) -> defaultdict[Any, Any]:
    factory, items = parts
    if type(items) is not dict or not (factory is None or is_known(factory)):
        raise TypeError("parts of other types")
    return defaultdict(factory, items)


def _deque(parts: tuple[Any, ...]) -> deque[Any]:
    items, most = parts
    if type(items) is not list:  # a range may be endless
        raise TypeError("parts of other types")
    return deque(items, most)


def _factory(value: defaultdict[Any, Any]) -> type | None:
    return value.default_factory if is_known(value.default_factory) else None  # type: ignore[return-value]


_KINDS: list[tuple[type, Kind]] = [
    (
        Fraction,
        Kind("fraction", tuple, lambda x: (x.numerator, x.denominator), lambda p: Fraction(*_of_types(p, int, int))),
    ),
    (Decimal, Kind("decimal", str, str, _decimal)),
    (datetime.date, Kind("date", str, datetime.date.isoformat, datetime.date.fromisoformat)),
    (datetime.datetime, Kind("datetime", str, _moment, datetime.datetime.fromisoformat)),
    (datetime.time, Kind("time", str, _moment, datetime.time.fromisoformat)),
    (
        datetime.timedelta,
        Kind(
            *("timedelta", tuple, lambda x: (x.days, x.seconds, x.microseconds)),
            lambda p: datetime.timedelta(*_of_types(p, int, int, int)),
        ),
    ),
    (deque, Kind("deque", tuple, lambda x: (list(x), x.maxlen), _deque)),
    (Counter, Kind("counter", dict, dict, _counter)),
    (OrderedDict, Kind("ordereddict", dict, dict, OrderedDict)),
    (defaultdict, Kind("defaultdict", tuple, lambda x: (_factory(x), dict(x)), _defaultdict)),
    (type({}.keys()), Kind("dict_keys", list, list, lambda items: dict.fromkeys(items).keys())),
    (type({}.values()), Kind("dict_values", list, list, lambda items: dict(enumerate(items)).values())),
    (type({}.items()), Kind("dict_items", list, list, lambda items: dict(items).items())),
    (bytearray, Kind("bytearray", bytes, bytes, bytearray)),
    # a path that is only a name: nobody can open a file of the reader's with it
    *((kind, Kind("path", str, str, PurePosixPath)) for kind in (PurePosixPath, type(Path()))),
]
KINDS = dict(_KINDS)
BY_TAG = {kind.tag: kind for kind in KINDS.values()}


def is_known(value: object) -> bool:
    """Is it a class that travels by its name?"""
    return isinstance(value, type) and value in KNOWN


def is_record(kind: type) -> bool:
    """Is it the class of a namedtuple without methods of its own, whose defaults are numbers or texts?"""
    if kind.__bases__ != (tuple,) or type(getattr(kind, "_fields", None)) is not tuple:
        return False
    plain = _STANDARD | {*kind._fields, "__annotations__", "__orig_bases__"}  # type: ignore[attr-defined]
    return vars(kind).keys() <= plain and all(type(x) in SCALARS for x in kind._field_defaults.values())  # type: ignore[attr-defined]


_STANDARD = vars(namedtuple("_Standard", [])).keys() | {"__static_attributes__", "__firstlineno__"}


def record_parts(kind: Any) -> tuple[str, list[str], list[Any]]:
    """What makes the class of a namedtuple: its name, its fields, the defaults of the last of them."""
    return kind.__name__, list(kind._fields), list(kind._field_defaults.values())


def record(name: Any, fields: Any, defaults: Any) -> Any:
    """The class of a namedtuple; for the same parts the same. Raises ValueError and TypeError."""
    if type(fields) is not list or type(defaults) is not list or len(fields) > MAX_FIELDS:
        raise ValueError("not a namedtuple")
    if any(type(text) is not str or len(text) > 100 for text in (name, *fields)):
        raise ValueError("not a name")
    if any(type(x) not in SCALARS for x in defaults):
        raise ValueError("not a number or a text")
    return _record(name, tuple(fields), tuple(defaults))


@lru_cache(256)
def _record(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> type:
    return namedtuple(name, fields, defaults=defaults)  # it refuses what is no name
