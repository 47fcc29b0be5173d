"""Idioms of values: texts, numbers, arrays, files, figures."""
# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

from tests.autograder.course.idioms import Idiom

IDIOMS = [
    Idiom(
        "regex-groups",
        """import re
def parse(line):
    return re.match(r'(\\w+)=(\\d+)', line)""",
        """m = parse('a=12')
assert m.group(1) == 'a' and m.groups() == ('a', '12')
assert m.span(2) == (2, 4)
assert parse('???') is None""",
    ),
    Idiom(
        "regex-pattern-answer",
        "phone = r'^\\d{3}-\\d{4}$'",
        """import re
assert re.fullmatch(phone, '555-1234')
assert not re.search(phone, '5551234')""",
    ),
    Idiom(
        "json-text",
        """import json
def dump(d):
    return json.dumps(d, sort_keys=True)""",
        """import json
assert json.loads(dump({'b': 1, 'a': [1, None, True]})) == {'a': [1, None, True], 'b': 1}""",
    ),
    Idiom(
        "json-file-written",
        """import json
def save_json(d, path):
    with open(path, 'w') as f:
        json.dump(d, f)""",
        """import json, os
save_json({'x': [1, 2]}, 'saved.json')
assert os.path.exists('saved.json')
with open('saved.json') as f:
    assert json.load(f) == {'x': [1, 2]}
os.remove('saved.json')""",
    ),
    Idiom(
        "csv-read",
        """import csv
def names_in(path):
    with open(path, newline='') as f:
        return [row['name'] for row in csv.DictReader(f)]""",
        """with open('people.csv', 'w') as f:
    f.write('name,age\\nAda,36\\nBo,5\\n')
assert names_in('people.csv') == ['Ada', 'Bo']""",
    ),
    Idiom(
        "csv-written",
        """import csv
def write_rows(path, rows):
    with open(path, 'w', newline='') as f:
        csv.writer(f).writerows(rows)""",
        """write_rows('rows.csv', [[1, 2], [3, 4]])
assert open('rows.csv').read().split() == ['1,2', '3,4']""",
    ),
    Idiom(
        "file-by-the-answer-cell",
        """with open('report.txt', 'w') as f:
    f.write('line one\\nline two\\n')""",
        """from pathlib import Path
assert Path('report.txt').exists()
assert Path('report.txt').read_text().count('\\n') == 2""",
    ),
    Idiom(
        "temp-folder",
        """import os
def count_files(folder):
    return len(os.listdir(folder))""",
        """import tempfile, os
with tempfile.TemporaryDirectory() as d:
    for n in 'ab':
        open(os.path.join(d, n), 'w').close()
    assert count_files(d) == 2""",
    ),
    Idiom(
        "stringio-handed-in",
        """def longest(f):
    return max(f, key=len).strip()""",
        """import io
assert longest(io.StringIO('a\\nbbb\\ncc\\n')) == 'bbb'""",
    ),
    Idiom(
        "sqlite",
        """import sqlite3
def make_table(con):
    con.execute('create table t (a integer, b text)')
    con.execute("insert into t values (1, 'x')")""",
        """import sqlite3
con = sqlite3.connect(':memory:')
make_table(con)
assert con.execute('select * from t').fetchall() == [(1, 'x')]
con.close()""",
    ),
    Idiom(
        "sql-text",
        "query = 'select name from pupils where age > 10 order by name'",
        """import sqlite3
con = sqlite3.connect(':memory:')
con.execute('create table pupils (name text, age integer)')
con.executemany('insert into pupils values (?, ?)', [('Zoe', 12), ('Al', 9), ('Ben', 11)])
assert con.execute(query).fetchall() == [('Ben',), ('Zoe',)]""",
    ),
    Idiom(
        "sort-key",
        """people_s = [('Bo', 9), ('Al', 12), ('Cy', 9)]
by_age = lambda p: (p[1], p[0])""",
        """assert sorted(people_s, key=by_age) == [('Bo', 9), ('Cy', 9), ('Al', 12)]
people_s.sort(key=by_age, reverse=True)
assert people_s[0] == ('Al', 12)""",
    ),
    Idiom(
        "bytes-and-struct",
        """import struct
def packed(a, b):
    return struct.pack('<ih', a, b)""",
        """assert packed(1, 2) == b'\\x01\\x00\\x00\\x00\\x02\\x00' and isinstance(packed(0, 0), bytes) and len(packed(1, 1)) == 6
assert packed(1, 2)[0] == 1 and bytearray(packed(1, 2))[-2] == 2""",
    ),
    Idiom(
        "complex-numbers",
        """def roots2(b, c):
    d = (b * b - 4 * c) ** 0.5
    return (-b + d) / 2, (-b - d) / 2""",
        """import cmath
assert roots2(0, -4) == (2, -2)
assert cmath.isclose(roots2(0, 4)[0], 2j, abs_tol=1e-9)
assert roots2(0, 4)[0].imag == 2""",
    ),
    Idiom(
        "datetime-delta",
        """from datetime import datetime, timedelta
def later(d, days):
    return d + timedelta(days=days)""",
        """from datetime import datetime, timedelta, date
assert later(datetime(2020, 2, 28), 2) == datetime(2020, 3, 1)
assert later(date(2020, 1, 1), 1).isoformat() == '2020-01-02'
assert (later(datetime(2020, 1, 1), 7) - datetime(2020, 1, 1)) == timedelta(weeks=1)
assert later(datetime(2020, 1, 1), 0).strftime('%d.%m.%Y') == '01.01.2020'""",
    ),
    Idiom(
        "heap-and-bisect",
        """import heapq, bisect
def smallest(xs, n):
    return heapq.nsmallest(n, xs)
heap_d = [5, 1, 4]
heapq.heapify(heap_d)""",
        """import heapq
assert smallest([3, 1, 2], 2) == [1, 2]
assert heapq.heappop(heap_d) == 1 and heap_d[0] == 4""",
    ),
    Idiom(
        "itertools-results",
        """import itertools
def pairs(xs):
    return itertools.combinations(xs, 2)
evens = filter(lambda x: x % 2 == 0, range(6))""",
        """assert sorted(pairs('abc')) == [('a', 'b'), ('a', 'c'), ('b', 'c')]
assert list(evens) == [0, 2, 4]
import collections.abc
assert isinstance(pairs('ab'), collections.abc.Iterator)""",
    ),
    Idiom(
        "default-mutable",
        """def collect(x, acc=None):
    acc = [] if acc is None else acc
    acc.append(x)
    return acc""",
        """assert collect(1) == [1] and collect(2) == [2]
mine = [0]
assert collect(5, mine) is mine and mine == [0, 5]
assert collect.__defaults__ == (None,)""",
    ),
    Idiom(
        "nested-lists",
        """def transpose(m):
    return [list(row) for row in zip(*m)]
matrix_n = [[0] * 3 for _ in range(2)]""",
        """assert transpose([[1, 2], [3, 4], [5, 6]]) == [[1, 3, 5], [2, 4, 6]]
matrix_n[0][1] = 7
assert matrix_n == [[0, 7, 0], [0, 0, 0]] and matrix_n[0] is not matrix_n[1]""",
    ),
    Idiom(
        "nan-and-inf",
        """def safe_div(a, b):
    return float('nan') if b == 0 else a / b""",
        """import math
assert math.isnan(safe_div(1, 0)) and safe_div(1, 2) == 0.5
assert np.isnan(safe_div(0, 0)) and not math.isinf(safe_div(1, 3))""",
    ),
    Idiom(
        "types-of-answers",
        "q1, q2, q3, q4 = 3, 'c', [1, 2], {'a': (1, 2)}",
        """assert type(q1) == int and type(q2) is str and isinstance(q3, list) and isinstance(q4, dict)
assert q2.lower() == 'c' and q2 in 'abcd' and q4['a'][1] == 2
assert sorted(q3, reverse=True) == [2, 1] and q1 == len(q3) + 1 and set(q4) == {'a'}""",
    ),
    Idiom(
        "string-methods",
        """story = 'the cat sat'
words_s = story.split()""",
        """assert story.title() == 'The Cat Sat' and story.count('t') == 3 and len(words_s) == 3
assert ' '.join(reversed(words_s)) == 'sat cat the' and story[::-1] == 'tas tac eht' and f'{story:>12}'.startswith(' ')""",
    ),
    Idiom(
        "scipy-results",
        """from scipy import optimize, integrate, stats
result_o = optimize.minimize(lambda v: (v[0] - 2) ** 2, [0.0])
area_o, error_o = integrate.quad(lambda x: x * x, 0, 3)
root_o = optimize.brentq(lambda x: x - 1.5, 0, 4)
normal_o = stats.norm(0, 1)""",
        """assert result_o.success and abs(result_o.x[0] - 2) < 1e-3
assert abs(area_o - 9) < 1e-6 and error_o < 1e-6 and abs(root_o - 1.5) < 1e-9
assert abs(normal_o.cdf(0) - 0.5) < 1e-9""",
    ),
    Idiom(
        "function-handed-to-scipy",
        """def decay(y, t, k=0.5):
    return -k * y""",
        """from scipy.integrate import odeint, solve_ivp
from scipy.optimize import curve_fit, fsolve
ys = odeint(decay, 1.0, [0, 1, 2])
assert abs(ys[1, 0] - np.exp(-0.5)) < 1e-5
sol = solve_ivp(lambda t, y: decay(y, t), (0, 1), [1.0], rtol=1e-8)
assert abs(sol.y[0, -1] - np.exp(-0.5)) < 1e-5""",
    ),
    Idiom(
        "vectorised-over-arrays",
        """def gauss(x, mu=0, sigma=1):
    return np.exp(-(x - mu) ** 2 / (2 * sigma ** 2))""",
        """x = np.linspace(-1, 1, 5)
assert gauss(x).shape == (5,) and gauss(0.0) == 1 and np.all(gauss(x) <= 1)
assert np.isclose(gauss(x, mu=1)[-1], 1) and gauss(x).argmax() == 2 and gauss(x).dtype == float
assert np.allclose(np.vectorize(gauss)(x), gauss(x))""",
    ),
    Idiom(
        "array-methods",
        """data_a = np.array([[1.0, 2.0], [3.0, 4.0]])
col_means = data_a.mean(axis=0)
mask_a = data_a > 2""",
        """assert data_a.ndim == 2 and data_a.T[0, 1] == 3 and data_a.sum() == 10
assert col_means.tolist() == [2, 3] and mask_a.sum() == 2 and mask_a.dtype == bool
assert (data_a @ data_a)[0, 0] == 7 and data_a[mask_a].tolist() == [3, 4] and data_a.flags['C_CONTIGUOUS']
assert np.linalg.det(data_a) + 2 < 1e-9 and isinstance(col_means[0], np.floating)""",
    ),
    Idiom(
        "np-matrix-and-einsum",
        """m_np = np.matrix([[1, 2], [3, 4]])
tr_np = np.einsum('ii', np.eye(3))""",
        "assert (m_np * m_np)[0, 0] == 7 and m_np.I.shape == (2, 2) and tr_np == 3 and isinstance(m_np, np.ndarray)",
    ),
    Idiom(
        "broadcast-errors",
        """def add_arrays(a, b):
    return np.asarray(a) + np.asarray(b)""",
        """try:
    add_arrays(np.ones(2), np.ones(3))
except ValueError as e:
    assert 'broadcast' in str(e)
else:
    raise AssertionError('no error')
assert add_arrays([1], [2]).tolist() == [3]""",
    ),
    Idiom(
        "inplace-array",
        """def zero_out(a, limit):
    a[a < limit] = 0""",
        """a = np.array([1, 5, 2, 8])
b = a
assert zero_out(a, 3) is None
assert a.tolist() == [0, 5, 0, 8] and b is a""",
    ),
    Idiom(
        "inplace-nested",
        """def rename(d, old, new):
    d['names'][d['names'].index(old)] = new""",
        """record = {'names': ['a', 'b'], 'n': 2}
inner = record['names']
rename(record, 'a', 'z')
assert record == {'names': ['z', 'b'], 'n': 2} and inner == ['z', 'b']""",
    ),
    Idiom(
        "a-negative-number-shown",
        """def opposite(x):
    return -x""",
        """assert opposite(3) == -3
opposite(3)""",
    ),
    Idiom(
        "a-number-of-numpy-shown",
        """def gap(a, b):
    return np.abs(a - b).max()""",
        """assert gap(np.ones(3), np.ones(3)) == 0
gap(np.ones(3), np.ones(3))""",
    ),
    Idiom(
        "a-number-kept-quiet",
        """def third(x):
    return x / 3""",
        """assert third(3) == 1
third(3);""",
    ),
    Idiom(
        "nan-shown",
        """def nothing():
    return float('nan')""",
        """assert nothing() != nothing()
nothing()""",
    ),
    Idiom(
        "walrus-match",
        """def kind_of(x):
    match x:
        case {'type': t}: return t
        case [first, *_]: return first
        case _: return None""",
        """assert kind_of({'type': 'cat'}) == 'cat' and kind_of([5, 6]) == 5 and kind_of(3) is None
assert (n := len([kind_of(i) for i in range(4)])) == 4""",
    ),
    Idiom(
        "gca-lines",
        """import matplotlib.pyplot as plt
def draw(xs, ys):
    plt.figure()
    plt.plot(xs, ys, 'r--', label='data')
    plt.xlabel('t')
    plt.title('Run')
    plt.legend()""",
        """import matplotlib.pyplot as plt
draw([0, 1], [2, 3])
ax = plt.gca()
assert len(ax.lines) == 1 and list(ax.lines[0].get_ydata()) == [2, 3]
assert ax.get_xlabel() == 't' and ax.get_title() == 'Run' and ax.get_legend() is not None
assert ax.lines[0].get_linestyle() == '--' and ax.lines[0].get_label() == 'data'
plt.close('all')""",
    ),
    Idiom(
        "axes-returned",
        """import matplotlib.pyplot as plt
def histogram(xs):
    fig, ax = plt.subplots()
    ax.hist(xs, bins=3)
    ax.set(ylabel='count', xlim=(0, 3))
    return ax""",
        """ax = histogram([0.5, 1.5, 1.6, 2.5])
assert len(ax.patches) == 3 and [p.get_height() for p in ax.patches] == [1, 2, 1]
assert ax.get_ylabel() == 'count' and ax.get_xlim() == (0, 3)
assert isinstance(ax, plt.Axes)""",
    ),
    Idiom(
        "figure-of-the-answer-cell",
        """import matplotlib.pyplot as plt
fig_p, axs_p = plt.subplots(1, 2)
axs_p[0].bar(['a', 'b'], [1, 2])
axs_p[1].scatter([1, 2], [3, 4])
fig_p.suptitle('Two')""",
        """assert len(fig_p.axes) == 2 and fig_p._suptitle.get_text() == 'Two'
assert [b.get_height() for b in axs_p[0].patches] == [1, 2]
assert axs_p[1].collections[0].get_offsets().tolist() == [[1, 3], [2, 4]]""",
    ),
    Idiom(
        "plot-is-drawn-by-hand",
        """import matplotlib.pyplot as plt
plt.figure()
plt.plot([1, 2, 3], [1, 4, 9])
plt.savefig('curve.png')""",
        """import os
assert os.path.exists('curve.png') and os.path.getsize('curve.png') > 100
os.remove('curve.png')""",
    ),
    Idiom(
        "colours-and-ticks",
        """import matplotlib.pyplot as plt
def styled():
    fig, ax = plt.subplots(figsize=(4, 3))
    line, = ax.plot([0, 1], color='green', marker='o')
    ax.set_xticks([0, 1])
    ax.grid(True)
    return fig, line""",
        """fig_c, line_c = styled()
assert line_c.get_color() == 'green' and line_c.get_marker() == 'o'
assert fig_c.get_size_inches().tolist() == [4, 3]
assert list(fig_c.axes[0].get_xticks()) == [0, 1]""",
    ),
]
