"""Our engine under nbgrader's own commands and formgrader's buttons.

`use(c)` in nbgrader_config.py replaces the exporters of nbgrader's converters, which read one notebook and give what is
written of it: nbgrader would stop at a copied test cell before any preprocessor has seen it. An exporter is made once
for each run of a converter; it then also takes over what the converter copies, for nbgrader follows a student's links.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from autograder.commands import batch, release
from autograder.commands.kept_workers import KeptWorkers
from autograder.commands.rendering import Pages
from autograder.commands.run import remarks
from autograder.course import beside, sources
from autograder.course.beside import UnknownTimeError
from autograder.course.folders import Course
from autograder.course.submissions import Submission
from autograder.errors import AutograderError
from autograder.files import printable
from autograder.gradebook import cells, database
from autograder.gradebook.book import Book
from autograder.gradebook.database import GradebookError
from autograder.gradebook.lateness import Lateness
from autograder.outcome import Outcome
from autograder.results import autograded, grading_page


def use(c: Config) -> None:
    """Let nbgrader's commands and formgrader use this engine."""
    c.GenerateAssignment.exporter_class = Releaser
    c.Autograde.exporter_class = Grader
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [SaveOutcome]
    c.GenerateFeedback.exporter_class = Publisher
    c.GenerateFeedback.preprocessors = []
    grading_page.use(c)


_workers = KeptWorkers()
atexit.register(_workers.close)


def _course_of(converter: Any) -> Course:
    """The course that a converter is at work on, as nbgrader has read its configuration."""
    return Course(Path(converter.coursedir.root), converter.config)


class Releaser(NotebookExporter):
    """Generates a student's notebook as nbgrader does, when what its checks compare with has been recorded anew."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        converter: Any = self.parent
        self._copy: Callable[[str, str], None] = converter.init_assignment
        converter.init_assignment = self._record_and_copy

    def _record_and_copy(self, assignment: str, student: str) -> None:
        converter: Any = self.parent
        try:
            release.record(_course_of(converter), assignment)
        except AutograderError as error:
            converter.log.warning("The checks of %s compare with what was recorded earlier. %s", assignment, error)
        self._copy(assignment, student)


class Grader(NotebookExporter):
    """Reads a submission and grades it; then reads the autograded notebook as it is.

    nbgrader converts each notebook twice: from submitted/ to autograded/, then within autograded/.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        converter: Any = self.parent
        converter.init_assignment = self._begin
        converter.coursedir.get_existing_timestamp = _timestamp
        self._converter = converter
        self.course = _course_of(converter)
        self._prepared: set[str] = set()
        self._shown: dict[str, NotebookNode] = {}
        """What was graded of one submission, by notebook, and is to be written."""

    def _begin(self, assignment: str, student: str) -> None:
        """Let the gradebook know the assignment, copy the files beside the notebooks, and grade these.

        What was not handed in is in the gradebook then, with 0 points, and there is nothing to convert of it.
        """
        if not self._converter.create_student:
            with database.opened(self.course) as gradebook:
                gradebook.find_student(student)
        if assignment not in self._prepared:
            books = sources.read_all(self.course.sources(assignment), self.course.config)
            cells.prepare(self.course, assignment, books)
            self._prepared.add(assignment)
        submission = self.submission(assignment, student)
        if not submission.refused:
            note = self.course.copy_files(submission, self.course.folder("autograded", assignment, student))
            for said in (*remarks(submission), *([note] if note else [])):
                self._converter.log.warning("%s: %s", printable(student), printable(said))
        self._shown = {}
        pattern = self._converter.coursedir.notebook_id
        for source in (path for path in self.course.sources(assignment) if fnmatch(path.stem, pattern)):
            outcome, shown = self._graded(submission, source)
            if shown:
                self._shown[source.stem] = shown
            else:
                save(self.course, submission, source.stem, outcome)
        where = self._converter.coursedir.format_path(
            self._converter.coursedir.submitted_directory, student, assignment
        )
        self._converter.notebooks = [os.path.join(where, f"{name}.ipynb") for name in self._shown]

    def _graded(self, submission: Submission, source: Path) -> tuple[Outcome, NotebookNode | None]:
        worker = _workers.of(self.course, submission.assignment, source)
        with tempfile.TemporaryDirectory(prefix="chainrule-nbgrader-") as folder:
            return batch.grade_one(self.course, worker, submission, Path(folder))

    def submission(self, assignment: str, student: str) -> Submission:
        """What a student has handed in. Raises CourseError where it is nothing."""
        return self.course.submissions(assignment, [student])[0]

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """Give what was graded on the first pass; on the second let the preprocessors save what was found."""
        if not self._converter._sanitizing:
            return super().from_filename(filename, resources, **kwargs)
        return self.from_notebook_node(self._shown.pop(resources["nbgrader"]["notebook"]), resources, **kwargs)


def _timestamp(folder: str) -> Any:
    """When what lies in a folder was handed in."""
    try:
        return beside.timestamp(Path(folder))
    except UnknownTimeError:
        return None


class SaveOutcome(NbGraderPreprocessor):  # type: ignore[misc]
    """Saves the outcome that an autograded notebook holds into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the scores and comments; the notebook stays as it is. Raises NotGradedError where it isn't signed."""
        about, exporter = resources["nbgrader"], self.parent
        course, student, assignment = exporter.course, about["student"], about["assignment"]
        outcome = autograded.outcome_of(nb, course.key(student, assignment))
        save(course, exporter.submission(assignment, student), about["notebook"], outcome)
        return nb, resources


def save(course: Course, submission: Submission, name: str, outcome: Outcome) -> None:
    """Write an outcome into the gradebook, and what is taken off for lateness. Raises GradebookError."""
    student, assignment = submission.student, submission.assignment
    with database.opened(course) as opened:
        refused = Book(opened, assignment).write([(submission, name, outcome)])
        late = Lateness(course, opened, assignment).settle([student])
    for why in (*refused.values(), *late.values()):
        raise GradebookError(f"{student}: {why}")


class Publisher(HTMLExporter):
    """Gives the feedback page of an autograded notebook, as `autograder feedback` does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        converter: Any = self.parent
        self._course = _course_of(converter)
        self._is_wanted: Callable[[str, str], bool] = converter.init_destination
        converter.init_destination = self._is_wanted_or_old
        converter.init_assignment = self._enclose

    def _pages(self, gradebook: Gradebook, assignment: str, student: str) -> Pages:
        return Pages(self._course, gradebook, assignment, [student])

    def _is_wanted_or_old(self, assignment: str, student: str) -> bool:
        """Is a page to be made? Also where there is one, but it isn't what the gradebook says now."""
        if self._is_wanted(assignment, student):
            return True
        with database.opened(self._course) as gradebook:
            return self._pages(gradebook, assignment, student).are_old(student)

    def _enclose(self, assignment: str, student: str) -> None:
        """Put beside the pages what nbgrader has there: the files that lie beside the autograded notebooks, too."""
        course = self._course
        here, there = (course.folder(step, assignment, student) for step in ("autograded", "feedback"))
        beside.copy_from_student(here, there, course.directory.ignore, *course.sizes)
        with database.opened(course) as gradebook:
            self._pages(gradebook, assignment, student).enclose(course.submissions(assignment, [student])[0])

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """The page. Raises CannotReadError, NotGradedError."""
        about = resources["nbgrader"]
        with database.opened(self._course) as gradebook:
            pages = self._pages(gradebook, about["assignment"], about["student"])
            page = pages.html(about["student"], about["notebook"])
        return page, resources | {"output_extension": self.file_extension}
