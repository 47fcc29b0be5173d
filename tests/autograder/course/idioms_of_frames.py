"""Idioms of tables: frames and series of pandas, compared by value and looked at."""
# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

from tests.autograder.course.idioms import Idiom

IDIOMS = [
    Idiom(
        "frame-made",
        """import pandas as pd
df_m = pd.DataFrame({'name': ['Ada', 'Bo', 'Cy'], 'age': [36, 5, 12]})""",
        """assert df_m.shape == (3, 2) and list(df_m.columns) == ['name', 'age']
assert df_m['age'].sum() == 53 and df_m.loc[0, 'name'] == 'Ada' and len(df_m) == 3
assert isinstance(df_m, pd.DataFrame) and df_m.age.dtype == 'int64' and df_m.iloc[-1]['age'] == 12""",
    ),
    Idiom(
        "frame-equal",
        """import pandas as pd
def add_column(df):
    out = df.copy()
    out['total'] = out['a'] + out['b']
    return out""",
        """import pandas as pd
given = pd.DataFrame({'a': [1, 2], 'b': [3.0, 4.5]})
pd.testing.assert_frame_equal(add_column(given), pd.DataFrame({'a': [1, 2], 'b': [3.0, 4.5], 'total': [4.0, 6.5]}))
assert list(given.columns) == ['a', 'b'], 'the frame was changed'
assert add_column(given).equals(given.assign(total=given.a + given.b))""",
    ),
    Idiom(
        "series-equal-by-value",
        """import pandas as pd
def counted(xs):
    return pd.Series(xs).value_counts().sort_index()""",
        """from pandas.testing import assert_series_equal
assert_series_equal(counted([2, 1, 2]), pd.Series([1, 2], index=[1, 2], name='count'))
assert counted(['x'])['x'] == 1 and isinstance(counted(['x']), pd.Series) and counted(list('aab')).to_dict() == {'a': 2, 'b': 1}""",
    ),
    Idiom(
        "frames-in-a-dict",
        """import pandas as pd
def by_group(df, key):
    return {k: g.reset_index(drop=True) for k, g in df.groupby(key)}""",
        """found = by_group(pd.DataFrame({'k': ['a', 'b', 'a'], 'v': [1, 2, 3]}), 'k')
assert set(found) == {'a', 'b'} and found['a'].v.tolist() == [1, 3]
pd.testing.assert_frame_equal(found['b'], pd.DataFrame({'k': ['b'], 'v': [2]}))""",
    ),
    Idiom(
        "frame-in-a-class",
        """import pandas as pd
class Survey:
    def __init__(self): self.df = pd.DataFrame({'x': [1.0]})
    def add(self, x): self.df.loc[len(self.df)] = x""",
        """s = Survey()
s.add(2.0)
assert s.df['x'].tolist() == [1, 2] and s.df.shape == (2, 1)""",
    ),
    Idiom(
        "groupby",
        """import pandas as pd
def mean_by(df, key, value):
    return df.groupby(key)[value].mean()""",
        """df = pd.DataFrame({'g': ['x', 'y', 'x'], 'v': [1.0, 5.0, 3.0]})
found = mean_by(df, 'g', 'v')
assert found['x'] == 2 and found.loc['y'] == 5 and found.index.tolist() == ['x', 'y'] and found.name == 'v'""",
    ),
    Idiom(
        "read-csv",
        """import pandas as pd
frame_r = pd.read_csv('weather.csv')
warm = frame_r[frame_r.temp > 10]""",
        """assert warm.shape == (2, 2) and sorted(warm['city']) == ['Oslo', 'Rome']
assert frame_r.temp.max() == 21.5 and frame_r['temp'].mean().round(2) == 13.17
assert frame_r.isna().sum().sum() == 0""",
    ),
    Idiom(
        "merge",
        """import pandas as pd
left_m = pd.DataFrame({'k': [1, 2], 'a': ['x', 'y']})
right_m = pd.DataFrame({'k': [2, 3], 'b': [0.5, 0.7]})
merged = pd.merge(left_m, right_m, on='k', how='outer')""",
        """assert merged.shape == (3, 3) and merged['b'].isnull().sum() == 1 and merged.k.tolist() == [1, 2, 3]
assert set(merged.columns) == {'k', 'a', 'b'}""",
    ),
    Idiom(
        "frame-changed-in-place",
        """import pandas as pd
def clean(df):
    df.dropna(inplace=True)
    df['n'] = df['n'].astype(int)""",
        """df = pd.DataFrame({'n': [1.0, np.nan, 3.0]})
clean(df)
assert df['n'].tolist() == [1, 3] and df['n'].dtype == int""",
    ),
    Idiom(
        "frame-of-the-course",
        """young = people_f[people_f['age'] < 18]['name'].tolist()
oldest = people_f.sort_values('age').iloc[-1]['name']
people_f['adult'] = people_f['age'] >= 18""",
        """assert young == ['Bo', 'Cy'] and oldest == 'Ada'
assert people_f['adult'].tolist() == [True, False, False]""",
    ),
    Idiom(
        "dates-index",
        """import pandas as pd
dates_i = pd.date_range('2020-01-01', periods=3, freq='D')
series_i = pd.Series([1, 2, 3], index=dates_i)""",
        """assert series_i['2020-01-02'] == 2 and series_i.index[0] == pd.Timestamp('2020-01-01')
assert series_i.index.dayofweek.tolist() == [2, 3, 4] and series_i.resample('2D').sum().tolist() == [3, 3]""",
    ),
    Idiom(
        "pivot-multiindex",
        """import pandas as pd
long_p = pd.DataFrame({'y': [1, 1, 2, 2], 'q': ['a', 'b', 'a', 'b'], 'v': [10, 20, 30, 40]})
wide_p = long_p.pivot(index='y', columns='q', values='v')
multi_p = long_p.groupby(['y', 'q']).v.sum()""",
        """assert wide_p.loc[2, 'b'] == 40 and wide_p.values.tolist() == [[10, 20], [30, 40]]
assert multi_p[(1, 'b')] == 20 and multi_p.index.nlevels == 2 and multi_p.unstack().shape == (2, 2)""",
    ),
    Idiom(
        "apply-lambda",
        """import pandas as pd
def label(row):
    return 'hot' if row['t'] > 20 else 'cold'""",
        """df = pd.DataFrame({'t': [10, 25]})
assert df.apply(label, axis=1).tolist() == ['cold', 'hot']
assert label({'t': 30}) == 'hot' and label(df.iloc[0]) == 'cold'""",
    ),
    Idiom(
        "hash-of-frame",
        """import pandas as pd
frame_h = pd.DataFrame({'a': [1, 2]})""",
        """import hashlib
assert hashlib.md5(frame_h.to_csv(index=False).encode()).hexdigest() == hashlib.md5(b'a\\n1\\n2\\n').hexdigest()
assert pd.util.hash_pandas_object(frame_h).sum() == pd.util.hash_pandas_object(pd.DataFrame({'a': [1, 2]})).sum()""",
    ),
    Idiom(
        "categorical-and-cut",
        """import pandas as pd
cut_c = pd.cut(pd.Series([1, 5, 9]), bins=[0, 4, 10], labels=['low', 'high'])""",
        """assert cut_c.tolist() == ['low', 'high', 'high'] and cut_c.cat.categories.tolist() == ['low', 'high']
assert cut_c.value_counts()['high'] == 2""",
    ),
    Idiom(
        "plot-of-frame",
        """import pandas as pd
import matplotlib.pyplot as plt
ax_f = pd.DataFrame({'x': [1, 2], 'y': [3, 4]}).plot(x='x', y='y')""",
        "assert len(ax_f.lines) == 1 and ax_f.lines[0].get_ydata().tolist() == [3, 4]",
    ),
]
BEFORE = {
    "frame-of-the-course": """import pandas as pd
people_f = pd.DataFrame({'name': ['Ada', 'Bo', 'Cy'], 'age': [36, 5, 12]})"""
}
"""Cells of the course above an answer."""
