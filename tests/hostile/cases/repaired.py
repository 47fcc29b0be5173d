"""Gaining from the run in which an earlier mistake has been put right: the solution is lent there."""

from __future__ import annotations

from tests.hostile.corpus import NOTHING, RIGHT, Case, spoils_only

ATTEMPTED = {"f": "def f(x):\n    return -1.0", "g": "def g(xs):\n    return -1.0"}
TAKEN = """
# keeps what later cells define, whoever wrote them
taken = {}
old = type(server()._shell).run
def run(self, source, **more):
    found = old(self, source, **more)
    for name in ("f", "g", "h"):
        if name in self.names:
            taken.setdefault(name, []).append(self.names[name])
    return found
type(server()._shell).run = run
"""
USING_TAKEN = """
def h(xs):
    for g_taken in taken.get("g", []):
        found = g_taken(xs)
        if found > 0:
            return found
    return -1.0
"""
RUNS_WHAT_IT_SEES = """
import gc
def seen():
    sought, names = " ".join(["BEGIN", "SOLUTION"]), {"np": np}
    for cell in In:
        if sought in cell:
            exec(cell, names)
    codes = [x for x in gc.get_objects() if type(x).__name__ == "function" and "squares f" in x.__code__.co_filename]
    return [names["f"]] if "f" in names else codes
def g(xs):
    return sum(seen()[0](x) for x in xs) if seen() else -1.0
"""
CASES = [
    spoils_only("runs-what-it-sees-of-the-solution", ["f", "g"], answers={"f": ATTEMPTED["f"], "g": RUNS_WHAT_IT_SEES}),
    spoils_only("what-is-lent-called-with-anything", ["f", "g", "h"], answers={"f": ATTEMPTED["f"],
                "g": "def g(xs):\n    for x in (None, 'x' * 10**6, np.zeros(10**6), [[]] * 10**5, f, {}):\n        try: f(x)\n"
                     "        except Exception: pass\n    for _ in range(10**5): f(1.0)\n    return -1.0",
                "h": "def h(xs):\n    return f(f)"}),
    spoils_only("another-answer-of-the-solution-by-name", ["f", "g", "h"], answers=ATTEMPTED | {"h": "def h(xs):\n    return g(xs)"},
                representative=True),
    spoils_only("another-answer-of-the-solution-as-an-alias", ["f", "g", "h"], answers=ATTEMPTED | {"h": "h = g"}),
    spoils_only("another-answer-of-the-solution-taken", ["f", "g", "h"], TAKEN, answers=ATTEMPTED | {"h": USING_TAKEN}),
    Case("an-earlier-answer-not-attempted", {"g": RIGHT["g"], "h": RIGHT["h"]}, NOTHING | {"g-test": 3.0, "h-test": 2.0}),
]  # fmt: skip
