"""Patching what tests use: comparisons, built-ins, modules, the course's own package."""

from __future__ import annotations

from tests.hostile.corpus import MISCONCEPTIONS, gains_nothing, harmless

ALWAYS_RIGHT = """
import chainrule.checks.compare, chainrule.checks.question, chainrule.checks.returned
chainrule.checks.compare.difference = chainrule.checks.returned.difference = lambda *_, **__: None
chainrule.checks.returned.is_right = lambda *_: True
chainrule.checks.question.Question.put_to = lambda self, names: chainrule.checks.question.Answered(7.0)
"""
NO_CHECK = """
import chainrule, chainrule.checks.check as module
chainrule.checks.check = module.check = check = module.Check.__call__ = lambda *_, **__: None
module._judges[:] = [lambda *_: None]
"""
NO_GRADER = """
import autograder.grading.judge, autograder.grading.tester, autograder.outcome, autograder.engine.worker
autograder.grading.judge.Judge.all_right = True
autograder.grading.tester.Tester.test = lambda self, test: autograder.outcome.TestOutcome(test.grade_id, 100, 100, None)
autograder.engine.worker._do = lambda *_: {"tests": [], "notes": [], "unwritten": [], "failed": None, "absent": False}
"""
NO_MODULES = """
import sys, types
class Yes(types.ModuleType):
    def __getattr__(self, name): return lambda *_, **__: True
for name in ("numpy", "numpy.testing", "chainrule", "chainrule.checks.check", "autograder", "autograder.grading.judge", "math"):
    sys.modules[name] = Yes(name)
import numpy as np
from chainrule import check
"""
FINDER = """
import sys, types
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        raise SystemExit(0)
sys.meta_path.insert(0, Finder)
sys.path_hooks.clear()
sys.path[:] = ["."]
"""
FLOAT_EQUALS = """
import ctypes
# the slots of a type: where float's comparison, subtraction and absolute value are looked up
base = id(float) + object.__basicsize__
table = (ctypes.c_void_p * 60).from_address(id(float))
always = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)(lambda a, b, op: True)
for i, slot in enumerate(table):
    if slot == ctypes.cast((ctypes.c_void_p * 60).from_address(id(float))[25], ctypes.c_void_p).value:
        table[i] = ctypes.cast(always, ctypes.c_void_p).value
"""
CACHED_INTEGERS = """
import ctypes
# small numbers and constants are shared: -1 becomes 3 wherever it's used
ctypes.memmove(id(-1) + 16, id(3) + 16, 12)
ctypes.c_double.from_address(id(f.__code__.co_consts[1]) + 16).value = 7.0
"""
TRACER = """
import sys, threading
def trace(frame, event, argument):
    frame.f_globals["check"] = lambda *_, **__: None
    for name in list(frame.f_locals):
        if name in ("expected", "known", "right"):
            frame.f_locals[name] = True
    return trace
sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
"""
SHADOW = "def __getattr__(name):\n    return lambda *a, **k: 0.0\nopen('was-imported', 'w').close()\n"
CASES = [
    gains_nothing(
        "numpy-testing",
        "import numpy as np, numpy.testing\nfor name in dir(np.testing):\n"
        "    if name.startswith('assert'):\n        setattr(np.testing, name, lambda *_, **__: None)",
    ),
    gains_nothing(
        "numpy-itself",
        "import numpy as np\nnp.allclose = np.isclose = np.array_equal = np.all = np.any = lambda *_, **__: True\n"
        "np.abs = np.linalg.norm = np.asarray = np.shape = lambda *_, **__: 0.0\nnp.float64 = np.ndarray = object",
    ),
    gains_nothing("numpy-replaced", "np = None\nimport sys\nsys.modules['numpy'] = None"),
    gains_nothing(
        "builtins",
        "import builtins\nbuiltins.abs = builtins.sum = builtins.max = lambda *_: 0.0\n"
        "builtins.isinstance = builtins.all = builtins.bool = lambda *_: True\n"
        "builtins.AssertionError = builtins.Exception = type('Quiet', (BaseException,), {})",
    ),
    gains_nothing("builtins-emptied", "__builtins__ = {}\nimport builtins\nvars(builtins).clear()"),
    gains_nothing("import-replaced", "import builtins\nbuiltins.__import__ = lambda *_, **__: None"),
    gains_nothing("import-hooks", FINDER),
    gains_nothing("check-replaced", NO_CHECK, answers={"f": NO_CHECK + "def f(x): return -1.0"}, representative=True),
    gains_nothing("comparison-replaced", ALWAYS_RIGHT),
    gains_nothing("grader-replaced", NO_GRADER),
    gains_nothing("modules-replaced", NO_MODULES),
    gains_nothing("random-numbers-fixed", "import chainrule\nclass Fixed:\n    def normal(self, size=None): return 0.0\n"
                  "chainrule.rng = rng = Fixed()\nnp.random.default_rng = lambda *_: Fixed()"),
    gains_nothing("slots-of-float", FLOAT_EQUALS),
    gains_nothing("constants-in-memory", after=(CACHED_INTEGERS,)),
    gains_nothing("tracing", TRACER),
    gains_nothing("names-of-tests", answers={"guess": "guess = 0.0\nv = length = shift = check = rng = abs = None"}),
    gains_nothing(
        "globals-of-answers",
        answers={"f": "def f(x):\n    globals().update(check=print, abs=lambda _: 0, np=None)\n    return -1.0"},
    ),
    gains_nothing("code-of-answers-swapped", after=("f.__code__ = (lambda x: 3 * x if x == 2 else -x).__code__",)),
    harmless("numpy-handed-in", files={"numpy.py": SHADOW, "numpy/__init__.py": SHADOW}, representative=True),
    harmless("modules-handed-in", files={f"{m}.py": SHADOW for m in ("json", "random", "chainrule", "autograder", "re")}),
    harmless("package-handed-in", files={"chainrule/__init__.py": SHADOW, "chainrule/checks/check.py": SHADOW}),
    harmless("startup-handed-in", files={
        "sitecustomize.py": SHADOW, "usercustomize.py": SHADOW, "conftest.py": SHADOW, "evil.pth": "import os",
        "pyvenv.cfg": "home = .", "nbgrader_config.py": SHADOW, "matplotlibrc": "backend: module://evil",
        "jupyter_config.py": SHADOW, ".ipython/profile_default/startup/00.py": SHADOW, "pytest.ini": "[pytest]",
        "matplotlib/fontlist-v390.json": "{}", ".matplotlib/matplotlibrc": "backend: module://evil",
    }),
    gains_nothing("misconceptions-handed-in", files={
        "misconceptions.toml": MISCONCEPTIONS.replace("credit = 0.5", "credit = 1.0").replace('"3 * x"]', '"-1.0"]'),
        "known-results.json": '{"format": 1, "misconceptions": [], "results": []}',
    }),
    gains_nothing("scores-handed-in", files={
        "gradebook.db": b"SQLite format 3\0", "chainrule.secret": b"0" * 32, "squares.html": "<h1>17 of 17</h1>",
        "autograded/squares.ipynb": "{}", ".chainrule-journal.db": b"SQLite format 3\0",
    }),
]  # fmt: skip
