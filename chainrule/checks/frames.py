"""The values of pandas that travel, where pandas is there: frames, series, indexes, and moments.

As in `library.py`: each goes as plain parts, from which the reader's own pandas makes it anew. A type that is not in
the table, or that holds what isn't plain where pandas would look into it, stays where it is.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from chainrule.checks.arrays import MAX_NUMBERS
from chainrule.checks.library import Kind

TAGS = frozenset(["frame", "series", "index", "range_index", "multi_index", "timestamp", "pandas_delta", "missing"])
LABELS = (bool, int, float, str, type(None), datetime.date, np.int64, np.float64)
MAX_TEXT = 40
"""Of the text of a frequency or of a moment."""


def kind_of(value: object) -> Kind | None:
    """How a value of pandas travels; None for any other."""
    return _kinds()[type(value)] if "pandas" in sys.modules and type(value) in _kinds() else None


def by_tag(tag: str) -> Kind:
    """How to make a value of one of `TAGS`. Raises ValueError where pandas isn't installed."""
    try:
        return next(kind for kind in _kinds().values() if kind.tag == tag)
    except ImportError:
        raise ValueError("a value of pandas, which is not installed") from None


def is_table(value: object) -> bool:
    """Is it a frame or a series, which can be changed in place?"""
    kind = kind_of(value)
    return kind is not None and kind.tag in ("frame", "series")


@cache
def _kinds() -> dict[type, Kind]:
    import pandas as pd

    index = Kind("index", tuple, _index_parts, _sure(_index))
    missing = _sure({"NaT": pd.NaT, "NA": pd.NA}.__getitem__)
    return {
        pd.DataFrame: Kind("frame", tuple, _frame_parts, _sure(_frame)),
        pd.Series: Kind("series", tuple, _series_parts, _sure(_series)),
        pd.RangeIndex: Kind("range_index", tuple, _range_parts, _sure(_range_index)),
        pd.MultiIndex: Kind("multi_index", tuple, _multi_parts, _sure(_multi_index)),
        **dict.fromkeys((pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.CategoricalIndex), index),
        pd.Timestamp: Kind("timestamp", tuple, _timestamp_parts, _sure(_timestamp)),
        pd.Timedelta: Kind("pandas_delta", tuple, lambda d: (d.as_unit("ns").value, d.unit), _sure(_timedelta)),
        type(pd.NaT): Kind("missing", str, lambda _: "NaT", missing),
        type(pd.NA): Kind("missing", str, lambda _: "NA", missing),
    }


def _sure(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What raises ValueError whatever pandas raises of parts that it has never seen."""

    def made(parts: Any) -> Any:
        try:
            return make(parts)
        except Exception as error:
            raise ValueError(f"not a value of pandas: {type(error).__name__}") from error

    return made


def _label(value: Any) -> Any:
    """A name or a label, if it is one that pandas may hash and compare. Raises TypeError."""
    import pandas as pd

    if type(value) is tuple:
        return tuple(map(_label, value))
    if type(value) not in (*LABELS, pd.Timestamp, pd.Timedelta, type(pd.NaT)):
        raise TypeError("not a label")
    return value


def _column_parts(values: Any) -> tuple[Any, ...] | None:
    """The kind of a series' or an index' values, and what they are made of; None for what does not travel."""
    import pandas as pd

    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return "numpy", values.to_numpy()
    if isinstance(dtype, pd.CategoricalDtype):
        codes = (values.cat if isinstance(values, pd.Series) else values).codes
        return "category", np.asarray(codes), dtype.categories, bool(dtype.ordered)
    if isinstance(dtype, pd.StringDtype):
        missing = values.isna()
        return "text", [None if x else str(y) for x, y in zip(missing, values, strict=True)], dtype.na_value is pd.NA
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and dtype.name in MASKED:
        kind = MASKED[dtype.name]
        return "masked", dtype.name, values.to_numpy(kind, na_value=kind(0)), np.asarray(values.isna())
    return None


MASKED: dict[str, Any] = {"Int64": np.int64, "Float64": np.float64, "boolean": np.bool_}


def _column(parts: Any) -> Any:
    """The values of a column, of its parts. Raises ValueError, TypeError or LookupError."""
    import pandas as pd

    kind, *rest = parts
    if kind == "numpy" and [type(x) for x in rest] == [np.ndarray] and rest[0].ndim == 1:
        return rest[0]
    if kind == "category" and type(rest[0]) is np.ndarray and type(rest[1]) in _kinds() and type(rest[2]) is bool:
        return pd.Categorical.from_codes(rest[0], rest[1], ordered=rest[2])
    if kind == "text" and type(rest[0]) is list and {*map(type, rest[0])} <= {str, type(None)}:
        return pd.array(rest[0], dtype=pd.StringDtype(na_value=pd.NA if rest[1] is True else np.nan))
    if kind == "masked" and [type(x) for x in rest[1:]] == [np.ndarray, np.ndarray]:
        made = pd.array(rest[1].astype(MASKED[rest[0]]), dtype=rest[0])
        made[rest[2].astype(bool)] = pd.NA
        return made
    raise ValueError("not a column")


def _index_parts(index: Any) -> tuple[Any, ...] | None:
    column = _column_parts(index)
    if column is None or (column[0] == "numpy" and not _are_labels(column[1])):
        return None
    return column, _name(index.name), getattr(index, "freqstr", None)


def _are_labels(array: Any) -> bool:
    """Is there nothing in it that could be asked something when pandas looks for a label?"""
    try:
        for label in array if array.dtype == object else ():
            _label(label)
    except TypeError:
        return False
    return True


def _name(name: Any) -> Any:
    try:
        return _label(name)
    except TypeError:
        return None


def _index(parts: Any) -> Any:
    import pandas as pd

    column, name, freq = parts
    values = _column(column)
    if isinstance(values, np.ndarray) and not _are_labels(values):
        raise ValueError("not labels")
    dtype = object if isinstance(values, np.ndarray) and values.dtype == object else None
    index = pd.Index(values, name=_label(name), dtype=dtype)
    if freq is not None:
        if (
            type(freq) is not str
            or len(freq) > MAX_TEXT
            or not isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex))
        ):
            raise ValueError("not a frequency")
        index.freq = freq  # refused where it isn't so
    return index


def _range_parts(index: Any) -> tuple[Any, ...] | None:
    return (index.start, index.stop, index.step, _name(index.name)) if len(index) <= MAX_NUMBERS else None


def _range_index(parts: Any) -> Any:
    import pandas as pd

    start, stop, step, name = parts
    if [type(x) for x in parts[:3]] != [int, int, int] or len(range(start, stop, step)) > MAX_NUMBERS:
        raise ValueError("not an index")
    return pd.RangeIndex(start, stop, step, name=_label(name))


def _multi_parts(index: Any) -> tuple[Any, ...]:
    return list(index.levels), [np.asarray(codes) for codes in index.codes], [_name(name) for name in index.names]


def _multi_index(parts: Any) -> Any:
    import pandas as pd

    levels, codes, names = parts
    if not all(_is_index(level) for level in levels) or not all(type(code) is np.ndarray for code in codes):
        raise ValueError("not an index")
    return pd.MultiIndex(levels, codes, names=[_label(name) for name in names])


def _is_index(value: object) -> bool:
    kind = kind_of(value)
    return kind is not None and kind.tag in ("index", "range_index", "multi_index")


def _series_parts(series: Any) -> tuple[Any, ...] | None:
    column = _column_parts(series)
    return None if column is None else (column, series.index, _name(series.name))


def _series(parts: Any) -> Any:
    import pandas as pd

    column, index, name = parts
    if not _is_index(index):
        raise ValueError("not an index")
    return pd.Series(_column(column), index=index, name=_label(name), copy=False)


def _frame_parts(frame: Any) -> tuple[Any, ...] | None:
    columns = [_column_parts(frame.iloc[:, i]) for i in range(frame.shape[1])]
    return None if None in [column and column[0] for column in columns] else (columns, frame.columns, frame.index)


def _frame(parts: Any) -> Any:
    import pandas as pd

    columns, names, index = parts
    if not _is_index(names) or not _is_index(index) or type(columns) is not list or len(columns) != len(names):
        raise ValueError("not a frame")
    frame = pd.DataFrame({i: pd.Series(_column(column), index=index) for i, column in enumerate(columns)}, index=index)
    frame.columns = names
    return frame


def _timestamp_parts(moment: Any) -> tuple[Any, ...] | None:
    return (moment.isoformat(), moment.unit) if moment.tzinfo is None else None


def _timestamp(parts: Any) -> Any:
    import pandas as pd

    text, unit = parts
    if type(text) is not str or len(text) > MAX_TEXT:
        raise ValueError("not a moment")
    return pd.Timestamp(text).as_unit(unit)


def _timedelta(parts: Any) -> Any:
    import pandas as pd

    value, unit = parts
    if type(value) is not int:
        raise ValueError("not a time")
    return pd.Timedelta(value, "ns").as_unit(unit)
