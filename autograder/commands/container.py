"""One submission, graded in a platform's own container: what lies there goes in, results.json comes out.

Such containers have no namespaces as a rule. What is missing of the sandbox is tried out each time, and said.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder import files
from autograder.commands import batch, doctor
from autograder.commands.doctor import Examined
from autograder.course.folders import Course
from autograder.course.submissions import Submission
from autograder.engine.client import Engine
from autograder.errors import AutograderError
from autograder.outcome import Outcome
from autograder.platforms import gradescope, prairielearn

Platform = Literal["gradescope", "prairielearn"]
WHERE = {"gradescope": ("submission", "results"), "prairielearn": ("student", "results")}
"""Below the platform's own folder: where a submission lies, and where results go."""
STUDENT = "student"


@dataclass(frozen=True)
class InContainer:
    """What came of one submission there."""

    outcomes: list[tuple[str, Outcome]]
    """By notebook."""
    examined: Examined


def grade(course: Course, submitted: Path, off: Collection[str] = ()) -> InContainer:
    """Grade what lies in a folder as the submission of the one assignment of a course, with the sandbox there is.

    `off` are layers of the sandbox to do without. Raises CourseError, CannotPrepareError.
    """
    (assignment,) = course.assignments()
    examined = doctor.examine(course.limits, off)
    course.unsafe = examined.is_open
    submission = Submission(STUDENT, assignment, submitted)
    outcomes = []
    course.copy_files(submission, course.folder("autograded", assignment, STUDENT))
    with tempfile.TemporaryDirectory() as folder, closing(Engine(off)) as engine:
        for path in course.sources(assignment):
            with closing(batch.start_worker(course, engine, path)) as worker:
                outcome, _ = batch.grade_one(course, worker, submission, Path(folder))
                outcomes.append((path.stem, outcome))
    return InContainer(outcomes, examined)


def run(platform: Platform, course: Course, root: Path) -> Examined | None:
    """Write results.json for what lies in the platform's folder `root`; whatever happens, one is written.

    Gives what was found out about the sandbox; None where nothing could be graded.
    """
    submitted, results = (root / name for name in WHERE[platform])
    say = {"gradescope": gradescope.results, "prairielearn": prairielearn.results}[platform]
    examined = None
    try:
        found = grade(course, submitted)
        tree, examined = say(found.outcomes, found.examined.missing), found.examined
    except (AutograderError, OSError) as error:
        tree = say([("the grader", Outcome(failed=f"this is no fault of yours; tell your instructor: {error}"))], ())
    files.write(results / "results.json", json.dumps(tree, indent=1))
    return examined
