"""A course of physics: modules of its own, plots, SciPy, tables, pytest, seeds, and figures looked at."""

# ruff: noqa: E501  a cell is a text of lines

from __future__ import annotations

from tests.autograder.course.courses.made import Book, Question, Taught

HELPERS = '''
"""What the course gives: constants and a way to grade."""
import numpy as np

G = 9.81


class Points:
    def __init__(self, most):
        self.most, self.earned = most, 0.0

    def give(self, points, passed, said=""):
        self.earned += points if passed else 0
        print("passed" if passed else f"failed: {said}")

    def total(self):
        return min(self.earned, self.most)


def close(a, b, tolerance=1e-6):
    return np.allclose(a, b, rtol=tolerance)
'''
MOTION = Book(
    "hw1 motion",
    (
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\nimport numpy as np\nimport matplotlib.pyplot as plt\n"
        "import pandas as pd\nfrom scipy import integrate, optimize, stats\nfrom lab.tools import G, Points, close",
        "!pip list | head -2",
        ("seed", "np.random.seed(42)\nmeasured = pd.read_csv('data/fall.csv')\nmeasured.head()"),
        Question(
            "fall",
            "def fall(t, v0=0.0, y0=0.0):\n    return y0 + v0 * t - 0.5 * G * t ** 2",
            (
                "import pytest\nassert fall(1) == pytest.approx(-4.905)\nassert fall(np.array([0, 1.0]), y0=5) == pytest.approx([5, 0.095])",
                "with pytest.raises(TypeError):\n    fall()\nassert fall(2.0, v0=1) == pytest.approx(2 - 2 * 9.81)",
            ),
            wrong="def fall(t, v0=0.0, y0=0.0):\n    return y0 + v0 * t + 0.5 * G * t ** 2",
        ),
        Question(
            "trajectory",
            "def rhs(t, state):\n    x, v = state\n    return [v, -x]\n\nsolution = integrate.solve_ivp(rhs, (0, np.pi), [1, 0], rtol=1e-8)",
            (
                "assert solution.success\nassert close(solution.y[0, -1], -1, 1e-4)",
                "np.testing.assert_allclose(rhs(0, [1, 2]), [2, -1])",
            ),
            wrong="def rhs(t, state):\n    return [state[0], -state[1]]\n\n"
            "solution = integrate.solve_ivp(rhs, (0, np.pi), [1, 0])",
        ),
        Question(
            "fit",
            "slope, offset = np.polyfit(measured['t'] ** 2, measured['y'], 1)\ng_found = -2 * slope\n"
            "def model(t, g):\n    return -0.5 * g * t ** 2\nbest, covariance = optimize.curve_fit(model, measured['t'], measured['y'])",
            (
                "assert abs(g_found - 9.8) < 0.3, g_found",
                "assert best.shape == (1,) and covariance.shape == (1, 1)\nassert abs(best[0] - 9.8) < 0.3",
            ),
            wrong="slope, offset = np.polyfit(measured['t'], measured['y'], 1)\ng_found = slope\nbest = [9.8]\ncovariance = 0",
        ),
        Question(
            "table",
            "fast = measured[measured['t'] > 0.5].copy()\nfast['v'] = G * fast['t']\nby_run = measured.groupby('run')['y'].mean()\n"
            "summary = measured.describe()",
            (
                "assert isinstance(fast, pd.DataFrame) and 'v' in fast.columns and len(fast) == 4",
                "pd.testing.assert_series_equal(by_run, measured.groupby('run').y.mean())\nassert by_run.loc['a'] < 0",
                "assert summary.loc['count', 't'] == 8 and 'v' not in measured",
            ),
            wrong="measured['v'] = G * measured['t']\nfast = measured\nby_run = measured['y'].mean()\nsummary = len(measured)",
        ),
        Question(
            "plot",
            "def plot_fall(times):\n    fig, ax = plt.subplots()\n    ax.plot(times, fall(times), '--', label='model')\n"
            "    ax.scatter(measured['t'], measured['y'])\n    ax.set(xlabel='t', ylabel='y', title='Fall')\n    ax.legend()\n    return fig, ax",
            (
                "fig, ax = plot_fall(np.linspace(0, 1, 5))\nline = ax.get_lines()[0]\n"
                "np.testing.assert_allclose(line.get_xydata()[:, 1], fall(np.linspace(0, 1, 5)))\n"
                "assert line.get_linestyle() == '--' and ax.get_legend().get_texts()[0].get_text() == 'model'",
                "assert len(plt.gca().collections) == 0 or True\nassert [ax.get_xlabel(), ax.get_ylabel(), ax.get_title()] == ['t', 'y', 'Fall']\n"
                "assert len(ax.collections) == 1",
            ),
            wrong="def plot_fall(times):\n    plt.plot(times, fall(times))\n    return plt.gcf(), plt.gca()",
        ),
        Question(
            "walk",
            "def walk(n):\n    return np.cumsum(np.random.choice([-1, 1], size=n))",
            (
                "np.random.seed(1)\nmine = walk(20)\nnp.random.seed(1)\nassert (mine == np.cumsum(np.random.choice([-1, 1], size=20))).all()",
                "assert abs(np.mean([walk(50)[-1] for _ in range(200)])) < 2.5",
            ),
            wrong="def walk(n):\n    return np.random.choice([-1, 1], size=n)",
        ),
        Question(
            "particle",
            "class Particle:\n    count = 0\n    def __init__(self, mass, position=(0, 0)):\n        self.mass, self.position = mass, np.array(position, float)\n"
            "        Particle.count += 1\n    def move(self, step):\n        self.position += step\n        return self\n"
            "    @property\n    def weight(self):\n        return self.mass * G\n    def __lt__(self, other):\n        return self.mass < other.mass\n"
            "    def __repr__(self):\n        return f'Particle({self.mass})'",
            (
                "p = Particle(2).move([1, 2]).move([0, 1])\nassert p.position.tolist() == [1, 3]\nassert p.weight == pytest.approx(19.62)",
                "assert sorted([Particle(3), Particle(1)])[0].mass == 1\nassert Particle.count == 3\nassert repr(p) == 'Particle(2)'",
            ),
            wrong="class Particle:\n    def __init__(self, mass, position=(0, 0)):\n        self.mass, self.position = mass, position\n"
            "    def move(self, step):\n        self.position = step",
        ),
        Question(
            "points",
            "def energy(m, v, h):\n    return m * v ** 2 / 2 + m * G * h\ndef momentum(m, v):\n    return m * v",
            (
                "points = Points(4)\npoints.give(2, close(energy(1, 2, 0), 2), 'kinetic')\n"
                "points.give(1, close(energy(1, 0, 1), G), 'potential')\npoints.give(1, momentum(2, 3) == 6, 'momentum')\npoints.total()",
            ),
            wrong="def energy(m, v, h):\n    return m * v ** 2 / 2\ndef momentum(m, v):\n    return m * v",
            points=4,
        ),
        Question(
            "own_module",
            "from lab import tools\nimport lab.tools as same\nfound = tools.close(1, 1 + 1e-9)",
            ("assert found and same.G == 9.81 and tools is same",),
            wrong="found = None\nsame = tools = None",
        ),
        Question(
            "saved",
            "measured.assign(v=G * measured['t']).to_csv('out/speeds.csv', index=False)",
            (
                "back = pd.read_csv('out/speeds.csv')\nassert list(back.columns) == ['run', 't', 'y', 'v'] and len(back) == 8",
            ),
            before="import os\nos.makedirs('out', exist_ok=True)",
            wrong="measured.to_csv('out/speeds.csv')",
        ),
        Question(
            "distribution",
            "normal = stats.norm(loc=10, scale=2)\nsample = normal.rvs(size=500, random_state=3)\nt_value, p_value = stats.ttest_1samp(sample, 10)",
            (
                "assert normal.mean() == 10 and close(normal.cdf(10), 0.5)\nassert sample.shape == (500,) and 0 <= p_value <= 1",
            ),
            wrong="normal = stats.norm()\nsample = np.zeros(5)\np_value = 2",
        ),
        Question(
            "roots",
            "def root(f, a, b):\n    return optimize.brentq(f, a, b)\nfound_root = root(np.cos, 0, 3)",
            ("assert close(found_root, np.pi / 2)\nassert close(root(lambda x: x ** 3 - 2, 0, 2), 2 ** (1 / 3))",),
            wrong="def root(f, a, b):\n    return (a + b) / 2\nfound_root = 1.5",
            other="def root(f, a, b):\n    for _ in range(60):\n        m = (a + b) / 2\n        a, b = (a, m) if f(a) * f(m) <= 0 else (m, b)\n    return m\n"
            "found_root = root(np.cos, 0, 3)",
        ),
        ("written", "discuss"),
    ),
)
FALL = "run,t,y\n" + "".join(f"{run},{t},{-4.9 * t * t:.3f}\n" for run in "ab" for t in (0.2, 0.4, 0.6, 0.8))
PHYSICS = Taught((MOTION,), {"lab/__init__.py": "", "lab/tools.py": HELPERS, "data/fall.csv": FALL}, apart=10)
