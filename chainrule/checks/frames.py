"""The values of pandas that travel, where pandas is there: frames, series, indexes, and moments.

As in `library.py`: each goes as plain parts, from which the reader's own pandas makes it anew. A type that is not in
the table, or that holds what isn't plain where pandas would look into it, stays where it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from chainrule.checks.arrays import MAX_NUMBERS
from chainrule.checks.columns import are_labels, column_of, label_of, name_of, parts_of
from chainrule.checks.library import Kind

TAGS = frozenset(["frame", "series", "index", "range_index", "multi_index", "timestamp", "pandas_delta", "missing"])
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


def _index_parts(index: Any) -> tuple[Any, ...] | None:
    column = parts_of(index)
    if column is None or (column[0] == "numpy" and not are_labels(column[1])):
        return None
    return column, name_of(index.name), getattr(index, "freqstr", None)


def _index(parts: Any) -> Any:
    import pandas as pd

    column, name, freq = parts
    values = column_of(column)
    if isinstance(values, np.ndarray) and not are_labels(values):
        raise ValueError("not labels")
    dtype = object if isinstance(values, np.ndarray) and values.dtype == object else None
    index = pd.Index(values, name=label_of(name), dtype=dtype)
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
    return (index.start, index.stop, index.step, name_of(index.name)) if len(index) <= MAX_NUMBERS else None


def _range_index(parts: Any) -> Any:
    import pandas as pd

    start, stop, step, name = parts
    if [type(x) for x in parts[:3]] != [int, int, int] or len(range(start, stop, step)) > MAX_NUMBERS:
        raise ValueError("not an index")
    return pd.RangeIndex(start, stop, step, name=label_of(name))


def _multi_parts(index: Any) -> tuple[Any, ...]:
    return list(index.levels), [np.asarray(codes) for codes in index.codes], [name_of(name) for name in index.names]


def _multi_index(parts: Any) -> Any:
    import pandas as pd

    levels, codes, names = parts
    if not all(_is_index(level) for level in levels) or not all(type(code) is np.ndarray for code in codes):
        raise ValueError("not an index")
    return pd.MultiIndex(levels, codes, names=[label_of(name) for name in names])


def _is_index(value: object) -> bool:
    kind = kind_of(value)
    return kind is not None and kind.tag in ("index", "range_index", "multi_index")


def _series_parts(series: Any) -> tuple[Any, ...] | None:
    column = parts_of(series)
    return None if column is None else (column, series.index, name_of(series.name))


def _series(parts: Any) -> Any:
    import pandas as pd

    column, index, name = parts
    if not _is_index(index):
        raise ValueError("not an index")
    return pd.Series(column_of(column), index=index, name=label_of(name), copy=False)


def _frame_parts(frame: Any) -> tuple[Any, ...] | None:
    columns = [parts_of(frame.iloc[:, i]) for i in range(frame.shape[1])]
    return None if None in [column and column[0] for column in columns] else (columns, frame.columns, frame.index)


def _frame(parts: Any) -> Any:
    import pandas as pd

    columns, names, index = parts
    if not _is_index(names) or not _is_index(index) or type(columns) is not list or len(columns) != len(names):
        raise ValueError("not a frame")
    frame = pd.DataFrame(
        {i: pd.Series(column_of(column), index=index) for i, column in enumerate(columns)}, index=index
    )
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
