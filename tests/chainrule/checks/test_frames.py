"""What of pandas travels comes back the same; what is no value of pandas is refused, whatever it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from chainrule.checks import plain
from chainrule.checks.frames import is_table


class Stays(Exception):
    """The value does not travel."""


def written(value: object) -> tuple[Any, list[Any]]:
    """A value as a tree, and the arrays beside it."""
    arrays: list[Any] = []

    def stays(value: object) -> Any:
        raise Stays(type(value).__name__)

    def put(array: Any) -> int:
        arrays.append(array)
        return len(arrays) - 1

    return plain.encode(value, put, stays), arrays


def read(tree: Any, arrays: list[Any] | None = None) -> Any:
    def other(tree: object) -> Any:
        raise plain.NotPlainError("nothing else")

    return plain.decode(tree, lambda dtype, shape, place: (arrays or [])[place].reshape(shape), other)


DAYS = pd.date_range("2020-01-01", periods=3, freq="D")
FRAMES = {
    "numbers and texts": pd.DataFrame({"a": [1, 2], "b": [1.5, np.nan], "c": ["x", None], "d": [True, False]}),
    "nothing": pd.DataFrame(),
    "a column of nothing": pd.DataFrame({"a": []}),
    "an index of texts": pd.DataFrame({"x": [1, 2]}, index=["p", "q"]),
    "columns without names": pd.DataFrame(np.eye(3)),
    "two columns of one name": pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    "days": pd.DataFrame({"t": DAYS, "d": pd.to_timedelta([1, 2, 3], "D")}),
    "categories": pd.DataFrame({"k": pd.Categorical(["a", "b"], categories=["b", "a"], ordered=True)}),
    "missing whole numbers": pd.DataFrame({"i": pd.array([1, None], "Int64"), "b": pd.array([True, None], "boolean")}),
    "texts of pandas": pd.DataFrame({"s": pd.array(["a", None], "string")}),
    "objects": pd.DataFrame({"o": [[1], {"a": 2}, (3,)]}),
    "two levels": pd.DataFrame({"y": [1, 1], "q": ["a", "b"], "v": [1, 2]}).set_index(["y", "q"]),
    "a pivot": pd.DataFrame({"y": [1, 2], "q": ["a", "b"], "v": [3, 4]}).pivot(index="y", columns="q", values="v"),
    "columns of two levels": pd.DataFrame({"g": ["x", "y"], "v": [1.0, 5.0]}).groupby("g").agg({"v": ["mean", "max"]}),
    "small numbers": pd.DataFrame({"a": np.array([1, 2], np.int8), "b": np.array([1, 2], np.float32)}),
}
SERIES = {
    "a name": pd.Series([1, 2], name="n"),
    "labels": pd.Series({"a": 1, "b": 2}),
    "days": pd.Series([1, 2, 3], index=DAYS),
    "counts": pd.Series(list("aab")).value_counts(),
    "parts": pd.cut(pd.Series([1, 5, 9]), [0, 4, 10], labels=["low", "high"]).value_counts(),
    "moments": pd.Series([pd.Timestamp("2020-01-01"), pd.NaT]),
    "pairs": pd.Series([1, 2], index=[(1, 2), (3, 4)], name=("a", "b")),
}
OTHERS = [
    *(pd.Timestamp("2020-01-02 03:04:05"), pd.Timedelta("1h"), pd.NaT, pd.NA),
    *(pd.Index([1, 2]), pd.Index(["a"]), pd.RangeIndex(3, name="z"), pd.MultiIndex.from_product([[1], ["a", "b"]])),
]


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_frame_comes_back_the_same(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(read(*written(frame)), frame)


@pytest.mark.parametrize("series", SERIES.values(), ids=SERIES)
def test_a_series_comes_back_the_same(series: pd.Series) -> None:
    pd.testing.assert_series_equal(read(*written(series)), series)


@pytest.mark.parametrize("value", OTHERS, ids=str)
def test_an_index_and_a_moment_come_back_the_same(value: object) -> None:
    back = read(*written(value))
    assert type(back) is type(value) and str(back) == str(value)


def test_what_pandas_would_ask_something_stays_where_it_is() -> None:
    class Label:
        pass

    for value in (
        pd.Series([1], index=[Label()]),
        pd.interval_range(0, 2),
        pd.Series([1], index=pd.interval_range(0, 1)),
    ):
        with pytest.raises(Stays):
            written(value)


class Sub(pd.DataFrame):
    pass


def test_a_subclass_may_lie_about_itself_and_stays() -> None:
    with pytest.raises(Stays):
        written(Sub({"a": [1]}))
    assert not is_table(Sub({"a": [1]})) and is_table(pd.DataFrame())


INDEX = {"range_index": {"tuple": [0, 2, 1, None]}}
NUMBERS = {"tuple": ["numpy", {"array": ["<i8", [2], 0]}]}
BROKEN = {
    "a column that is no tuple": {"series": {"tuple": [{"list": [1, 2]}, INDEX, None]}},
    "an index that is none": {"series": {"tuple": [NUMBERS, {"list": [0, 1]}, None]}},
    "another length": {"series": {"tuple": [NUMBERS, {"range_index": {"tuple": [0, 9, 1, None]}}, None]}},
    "a name that is a list": {"series": {"tuple": [NUMBERS, INDEX, {"list": []}]}},
    "parts of another type": {"frame": {"list": [1]}},
    "too few columns": {"frame": {"tuple": [{"list": []}, INDEX, INDEX]}},
    "a range without end": {"range_index": {"tuple": [0, 2**50, 1, None]}},
    "a range of texts": {"range_index": {"tuple": ["a", "b", "c", None]}},
    "codes beyond the categories": {
        "series": {"tuple": [{"tuple": ["category", {"array": ["<i8", [2], 1]}, INDEX, True]}, INDEX, None]}
    },
    "levels that are none": {"multi_index": {"tuple": [{"list": [1]}, {"list": [1]}, {"list": [None]}]}},
    "a frequency that is none": {"index": {"tuple": [NUMBERS, None, "D" * 39]}},
    "a kind of column that is none": {"series": {"tuple": [{"tuple": ["pickle", "x"]}, INDEX, None]}},
    "a moment that is none": {"timestamp": {"tuple": ["never", "s"]}},
    "a moment in a unit that is none": {"timestamp": {"tuple": ["2020-01-01", "century"]}},
    "a time beyond all": {"pandas_delta": {"tuple": [{"int": hex(10**40)}, "ns"]}},
    "missing in another way": {"missing": "nothing"},
}


@pytest.mark.parametrize("tree", BROKEN.values(), ids=BROKEN)
def test_what_is_no_value_of_pandas_is_refused(tree: Any) -> None:
    with pytest.raises(plain.NotPlainError):
        read(tree, [np.array([0, 1]), np.array([0, 99])])
