"""One column of pandas: what the values of a series or an index are made of, and what may be a label of one."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

LABELS = (bool, int, float, str, type(None), datetime.date, np.int64, np.float64)
MASKED: dict[str, Any] = {"Int64": np.int64, "Float64": np.float64, "boolean": np.bool_}


def label_of(value: Any) -> Any:
    """A name or a label, if it is one that pandas may hash and compare. Raises TypeError."""
    import pandas as pd

    if type(value) is tuple:
        return tuple(map(label_of, value))
    if type(value) not in (*LABELS, pd.Timestamp, pd.Timedelta, type(pd.NaT)):
        raise TypeError("not a label")
    return value


def name_of(name: Any) -> Any:
    """A name, where it is one that may travel; else None."""
    try:
        return label_of(name)
    except TypeError:
        return None


def are_labels(array: Any) -> bool:
    """Is there nothing in it that could be asked something when pandas looks for a label?"""
    try:
        for label in array if array.dtype == object else ():
            label_of(label)
    except TypeError:
        return False
    return True


def parts_of(values: Any) -> tuple[Any, ...] | None:
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


def column_of(parts: Any) -> Any:
    """The values of a column, of its parts. Raises ValueError, TypeError or LookupError."""
    import pandas as pd

    kind, *rest = parts
    if kind == "numpy" and [type(x) for x in rest] == [np.ndarray] and rest[0].ndim == 1:
        return rest[0]
    if kind == "category" and type(rest[0]) is np.ndarray and isinstance(rest[1], pd.Index) and type(rest[2]) is bool:
        return pd.Categorical.from_codes(rest[0], rest[1], ordered=rest[2])
    if kind == "text" and type(rest[0]) is list and {*map(type, rest[0])} <= {str, type(None)}:
        return pd.array(rest[0], dtype=pd.StringDtype(na_value=pd.NA if rest[1] is True else np.nan))
    if kind == "masked" and [type(x) for x in rest[1:]] == [np.ndarray, np.ndarray]:
        made = pd.array(rest[1].astype(MASKED[rest[0]]), dtype=rest[0])
        made[rest[2].astype(bool)] = pd.NA
        return made
    raise ValueError("not a column")
