"""Values and questions as JSON: what the file of known results is written in, and found again by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.checks import plain
from chainrule.checks.question import Given, Question

SMALL = 24
"""Arrays of up to this many entries are kept whole in a question that is kept, larger ones as three sums."""


def encode(value: object) -> plain.Json:
    """A value as a JSON tree with the numbers of its arrays in it.

    Raises NotPlainError for what is not plain data.
    """
    return plain.encode(value, _numbers, _refuse)


def decode(tree: plain.Json) -> Any:
    """The value of a tree that `encode` wrote."""

    def get_array(dtype: str, shape: tuple[int, ...], place: plain.Json) -> NDArray[Any]:
        numbers = [
            complex(*map(float, x)) if isinstance(x, list) else float(x) if isinstance(x, str) else x for x in place
        ]
        return np.array(numbers, dtype=dtype).reshape(shape)

    return plain.decode(tree, get_array, _refuse)


def _refuse(value: object) -> plain.Json:
    raise plain.NotPlainError(f"a value of type {type(value).__name__} cannot be stored")


def _numbers(array: NDArray[Any]) -> plain.Json:
    """The entries as JSON: what is not finite as text, a complex number as a pair.

    Raises NotPlainError for dates.
    """
    if array.dtype.kind in "mM":
        _refuse(array[()])

    def number(x: Any) -> plain.Json:
        if isinstance(x, complex):
            return [repr(x.real), repr(x.imag)]
        return x if np.isfinite(x) else repr(float(x))

    return [number(x) for x in array.ravel().tolist()]


def abridged(question: Question) -> plain.Json:
    """The arguments of a question, shortened: large arrays by dtype kind, shape and three sums."""

    def put_array(array: NDArray[Any]) -> plain.Json:
        if array.size <= SMALL:
            return _numbers(array)
        flat = array.ravel().astype(complex)
        weights = np.cos(np.arange(flat.size))
        sums = [flat.sum(), np.abs(flat).sum(), weights @ flat]
        return [repr(float(f(s))) for s in sums for f in (np.real, np.imag)]

    def other(value: object) -> plain.Json:
        name = value.name if isinstance(value, Given) else getattr(value, "__name__", type(value).__name__)
        return {"function": name}

    pairs = dict(question.kwargs)
    return [plain.encode(x, put_array, other) for x in (question.kind, *question.args)] + [
        plain.encode(pairs, put_array, other)
    ]


def alike(a: plain.Json, b: plain.Json) -> bool:
    """Are two such abridged questions the same, but for rounding?"""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if a == b:
        return True
    if isinstance(a, str) != isinstance(b, str):
        return False
    try:
        x, y = float(a), float(b)
    except (TypeError, ValueError):
        return False
    return bool(np.isclose(x, y, rtol=1e-6, atol=1e-9, equal_nan=True))
