"""Gaining from the run in which an earlier mistake has been put right, with the solution in the student's process."""

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
CASES = [
    spoils_only("another-answer-of-the-solution-by-name", ["f", "g", "h"], answers=ATTEMPTED | {"h": "def h(xs):\n    return g(xs)"},
                representative=True),
    spoils_only("another-answer-of-the-solution-as-an-alias", ["f", "g", "h"], answers=ATTEMPTED | {"h": "h = g"}),
    spoils_only("another-answer-of-the-solution-taken", ["f", "g", "h"], TAKEN, answers=ATTEMPTED | {"h": USING_TAKEN}),
    Case("an-earlier-answer-not-attempted", {"g": RIGHT["g"], "h": RIGHT["h"]}, NOTHING | {"g-test": 3.0, "h-test": 2.0}),
]  # fmt: skip
