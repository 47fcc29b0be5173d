"""Grades the corpus as one class, in one way, and prints what is wrong, as JSON.

`python -m tests.hostile.whole autograder|nbgrader [--off LAYER...] [--kinds KIND...] [--scheduler ADDRESS]`
With a scheduler, or `local`, a Dask cluster grades it.
"""

from __future__ import annotations

import argparse
import json

from autograder.sandbox.walls.isolation import LAYERS
from tests.hostile import arena
from tests.hostile.corpus import all_cases
from tests.hostile.judging import wrong_in_all

WAYS: dict[str, arena.Grade] = {"autograder": arena.by_autograder, "nbgrader": arena.by_nbgrader}
BESIDE = 8
"""Cases for each honest student."""


def main() -> None:
    """Grade, and print: how many cases, and what is wrong with which."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--off", nargs="*", choices=LAYERS, default=[])
    parser.add_argument("--kinds", nargs="*")
    parser.add_argument("--scheduler")
    asked = parser.parse_args()
    if asked.scheduler and (asked.off or asked.way != "autograder"):
        parser.error("a cluster grades as autograder does, with all layers")
    cases = [case for case in all_cases() if not asked.kinds or case.kind in asked.kinds]
    with arena.world() as there:
        way = arena.by_cluster(asked.scheduler) if asked.scheduler else WAYS[asked.way]
        fight = arena.fight(there, cases, asked.off, way, BESIDE)
        print(json.dumps({"cases": len(cases), "wrong": wrong_in_all(there, fight, cases)}, indent=1))


if __name__ == "__main__":
    main()
