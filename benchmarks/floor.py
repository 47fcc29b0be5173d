"""The floor: what the same cells and tests cost where nothing is isolated and nothing is written down.

In one warm process: fork, run the student's cells, run the tests with the live reference. CPU seconds of the forks.
Run by against_nbgrader.py in a process of its own: `python -m benchmarks.floor SOURCE SUBMISSION...` prints a number
a line.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from autograder import seeds
from autograder.course import notebook
from autograder.grading import rebuilding, trusted
from autograder.grading.judge import Judge
from autograder.grading.reference import Reference
from chainrule.checks.check import judged_by


def work(reference: Reference, rebuilt: rebuilding.Rebuilt) -> None:
    """Run a student's notebook, its tests in their places."""
    tests = {test.cell: test for test in reference.tests}
    names = trusted.namespace()
    own_work = ("answer", "added", "edited")
    skip = reference.not_run(cell.source for cell in rebuilt.cells if cell.is_code and cell.role in own_work)
    for cell in rebuilt.cells:
        if not cell.is_code or (cell.role == "own" and cell.of in skip):
            continue
        with trusted.quietly(), suppress(Exception):
            if cell.of in tests:
                test = tests[cell.of]
                judge = Judge(reference, test, 5.0)
                seeds.sow(seeds.number(b"seed", test.grade_id))
                with judged_by(judge):
                    test.code.run(names)
                judge.recognised()
            else:
                trusted.Compiled(cell.source, "cell").run(names)


def main(source: Path, submissions: list[Path]) -> None:
    """Print the CPU seconds of each submission, forked and run."""
    reference = Reference(source, notebook.stubs(notebook.read(source)))
    os.chdir(source.parent)
    reference.run()
    reference.prepare()
    for path in submissions:
        rebuilt = rebuilding.rebuild(reference.source, notebook.read(path), source.stem)
        child = os.fork()
        if child == 0:
            work(reference, rebuilt)
            os._exit(0)
        usage = os.wait4(child, 0)[2]
        print(usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), [Path(name).resolve() for name in sys.argv[2:]])
