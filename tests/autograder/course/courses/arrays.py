"""A course like the demonstration that nbgrader's authors teach with: arrays, data, plots, truth tables, debugging.

It has what such a course has: names undefined on purpose, help asked for, files that its cells and answers write, tests
without a seed, a module of its own to look at plots, and notebooks whose names have spaces.
"""

# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

import io

import numpy as np

from tests.autograder.course.courses.made import Book, Question, Taught

LOOK = '''
import numpy as np


def image_of(axis):
    (image,) = axis.get_images()
    return np.asarray(image.get_array())


def assert_image(axis, wanted):
    np.testing.assert_allclose(image_of(axis), wanted)


def colours_of(axis):
    return axis.get_images()[0].get_cmap().name


class LineChecker:
    """Looks at the lines of a plot."""

    def __init__(self, axis):
        self.lines = axis.get_lines()

    def assert_data(self, *wanted):
        assert len(self.lines) == len(wanted), f"{len(self.lines)} lines, not {len(wanted)}"
        for line, (x, y) in zip(self.lines, wanted):
            np.testing.assert_allclose(line.get_xdata(), x)
            np.testing.assert_allclose(line.get_ydata(), y)
'''


def _array(array: np.ndarray) -> bytes:
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


TIMES = np.round(400 + 50 * np.sin(np.arange(60.0)).reshape(6, 10), 1)
SHAPE_OF_RANDOM = """\"\"\"Is the shape right for random inputs?\"\"\"
from numpy.testing import assert_array_equal, assert_equal
for _ in range(10):
    n = np.random.randint(1, 11)
    first = np.random.randint(0, 2, n).astype(bool)
    second = np.random.randint(0, 2, n).astype(bool)
    assert_equal(both_table(first, second).shape, (n, 3))

print("Success!")"""

FIRST = Book(
    "1 - First arrays",
    (
        "import numpy as np\nimport matplotlib.pyplot as plt\n%matplotlib inline",
        "message",  # undefined on purpose
        "np.linspace?",
        "?plt.subplots",
        "import antigravity_of_the_course",
        Question(
            "steps",
            'def steps(n):\n    """From 0 to 1 in n steps."""\n    return np.linspace(0, 1, n + 1)',
            (
                '"""Is it right for a few n?"""\nassert len(steps(4)) == 5\nnp.testing.assert_allclose(steps(2), [0, 0.5, 1])\n'
                'print("Success!")',
                "steps(3).shape  # shown, and worth nothing of its own\nassert isinstance(steps(3), np.ndarray)",
            ),
            hidden="assert np.isclose(np.diff(steps(8)), 0.125).all()",
            wrong="def steps(n):\n    return np.linspace(0, 1, n)",
            other="def steps(n):\n    return np.array([i / n for i in range(n + 1)])",
            points=0.5,
        ),
        "steps(4)",
        "# your own tests here",
        Question(
            "scaled",
            "def scaled(values):\n    values = np.asarray(values, float)\n    return (values - values.min()) / np.ptp(values)",
            (
                "given = np.array([1.0, 3, 2])\nassert_scaled = scaled(given)\nassert assert_scaled.tolist() == [0, 1, 0.5]",
            ),
            hidden="assert given.tolist() == [1, 3, 2], 'the argument was changed'\n"
            "assert scaled([[1, 2], [3, 5]]).max() == 1",
            wrong="def scaled(values):\n    values -= values.min()\n    values /= values.max()\n    return values",
        ),
        Question(
            "spread",
            "def spread(values):\n    return scaled(values).std()",
            (
                '"""Does it use scaled?"""\nsaved = scaled\ndel scaled\ntry:\n    spread([1, 2])\nexcept NameError:\n    pass\n'
                'else:\n    raise AssertionError("spread has to use scaled")\nfinally:\n    scaled = saved\n    del saved',
                "assert spread([1, 2]) == 0.5",
            ),
            wrong="def spread(values):\n    v = np.array(values)\n    return ((v - v.min()) / np.ptp(v)).std()",
        ),
        ("written", "why_scaled"),
    ),
)
DATA = Book(
    "2 - Data & plots",
    (
        "import numpy as np\nimport matplotlib.pyplot as plt",
        'times = np.load("data/times.npy")\ntimes',
        'np.save("data/copy.npy", times)',
        'np.savez("data/experiment.npz", times=times, people=np.arange(6))\nexperiment = np.load("data/experiment.npz")\n'
        "experiment['times']",
        Question(
            "save_all",
            'np.savez("data/all.npz", times=times, people=np.arange(6), trials=np.arange(1, 11))',
            (
                "from numpy.testing import assert_array_equal\n"
                'times = np.load("data/times.npy")\nsaved = np.load("data/all.npz")\n'
                "assert saved['trials'].shape == (10,)\nassert_array_equal(saved['times'], times)\n"
                "assert_array_equal(saved['trials'], np.arange(1, 11))\nprint('Success!')",
            ),
            before='times = np.load("data/times.npy")',
            wrong='np.savez("data/all.npz", times=times, people=np.arange(6))',
            points=0.5,
        ),
        "times[0, :5]\nfigure, axis = plt.subplots()\naxis.plot(times.mean(axis=0), 'ko', label='means');\nplt.legend();",
        "axis.plot?",
        Question(
            "medians",
            "def medians(times):\n    return np.median(times, axis=0)",
            (
                "times = np.load('data/times.npy')\nassert medians(times).shape == (10,)\n"
                "assert_array_equal(medians(times), np.median(times, axis=0))",
            ),
            wrong="def medians(times):\n    return np.median(times, axis=1)",
            other="def medians(times):\n    return np.array([np.median(times[:, i]) for i in range(times.shape[1])])",
        ),
        Question(
            "distances",
            "def distances(x, y):\n    found = np.zeros((x.size, y.size))\n    for i in range(x.size):\n"
            "        for j in range(y.size):\n            found[i, j] = abs(x[i] - y[j])\n    return found",
            (
                "d = distances(np.arange(3), np.arange(4))\nassert d.dtype == float and d.shape == (3, 4)\nassert d[2, 0] == 2",
            ),
            wrong="def distances(x, y):\n    return x[:, None] - y[None, :]",
            other="def distances(x, y):\n    return np.abs(x[:, None] - y[None, :]).astype(float)",
        ),
        Question(
            "plot_distances",
            "def plot_distances(axis, x, y):\n    axis.matshow(distances(x, y), cmap='gray')\n    axis.set_xlabel('x')\n"
            "    axis.set_ylabel('y')\n    axis.set_title('Distances')\n    axis.set_xticks([])",
            (
                "from looks import assert_image, colours_of\nx, y = np.random.rand(10), np.random.rand(7)\n"
                "figure, axis = plt.subplots()\nplot_distances(axis, x, y)\nassert_image(axis, distances(x, y))\n"
                "assert colours_of(axis) == 'gray'\nassert axis.get_xlabel() != '' and axis.get_title() != ''\n"
                "assert_array_equal(axis.get_xticks(), [])\nplt.close(figure)\nprint('Success!')",
            ),
            wrong="def plot_distances(axis, x, y):\n    axis.matshow(distances(x, y))\n    axis.set_xlabel('x')",
        ),
        "figure, axis = plt.subplots()\nplot_distances(axis, np.linspace(-2, 2, 20), np.linspace(-2, 2, 20))",
        Question(
            "plot_times",
            "figure, axis = plt.subplots()\naxis.plot(np.arange(1, 11), times.mean(axis=0), label='mean')\n"
            "axis.set_ylabel('milliseconds')",
            (
                "from looks import LineChecker\nLineChecker(axis).assert_data((np.arange(1, 11), times.mean(axis=0)))\n"
                "assert axis.get_ylabel()",
            ),
            wrong="figure, axis = plt.subplots()\naxis.plot(times.mean(axis=0))",
        ),
    ),
)
TRUTH = Book(
    "3 - Truth tables",
    (
        "import numpy as np",
        "a = np.array([0, 0, 1, 1], dtype=bool)\nb = np.array([0, 1, 0, 1], dtype=bool)\na & b",
        Question(
            "both_table",
            "def both_table(a, b):\n    return np.array([a, b, a & b]).T",
            (
                SHAPE_OF_RANDOM,
                "wanted = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]], dtype=bool)\n"
                "assert_array_equal(both_table(a, b), wanted)\nassert_array_equal(both_table(b, a)[:, 0], b)\nprint('Success!')",
            ),
            wrong="def both_table(a, b):\n    return np.array([a, b, a | b]).T",
            other="def both_table(a, b):\n    return np.column_stack((a, b, np.logical_and(a, b)))",
            points=0.25,
        ),
        "both_table(a, b)",
        Question(
            "threshold",
            "def threshold(values):\n    return np.sign(values - np.mean(values))",
            (
                "assert_array_equal(threshold(np.array([1, 0.5, 0, 0.5])), np.array([1, 0, -1, 0]))",
                "x = np.array([[0.5, 0.2], [1.7, -3.8]])\ny = threshold(x)\n"
                "assert_array_equal(x, np.array([[0.5, 0.2], [1.7, -3.8]]))\nassert y is not x",
            ),
            wrong="def threshold(values):\n    mean = values.mean()\n    values[values > mean] = 1\n"
            "    values[values < mean] = -1\n    return values",
            points=1.5,
        ),
        Question(
            "first_places",
            "def first_places(values, n):\n    return np.argsort(values)[:n]",
            ("assert list(first_places(np.array([3, 1, 2]), 2)) == [1, 2]",),
            hidden="for _ in range(5):\n    values = np.random.rand(20)\n"
            "    assert (values[first_places(values, 20)] == np.sort(values)).all()",
            wrong="def first_places(values, n):\n    return np.sort(values)[:n]",
            other="def first_places(values, n):\n    return sorted(range(len(values)), key=values.__getitem__)[:n]",
        ),
    ),
)
DEBUGGING = Book(
    "4 - Debugging",
    (
        "%matplotlib inline\nimport numpy as np\nimport matplotlib.pyplot as plt\n\ndef plot_log():\n"
        "    figure, axis = plt.subplots(2, 1)\n    axis.plot(np.linspace(1, 2, 10))\n    plt.show()\n\nplot_log()",
        "# Uncomment the next line\n#%debug",
        "def shown():\n    x = 1\n    print(y)\nshown()",
        "%xmode plain",
        ("written", "what_was_wrong"),
    ),
)
ARRAYS = Taught((FIRST, DATA, TRUTH, DEBUGGING), {"looks.py": LOOK, "data/times.npy": _array(TIMES)}, apart=12)
