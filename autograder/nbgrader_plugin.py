"""Our engine under nbgrader's own commands and formgrader's buttons.

`use(c)` in nbgrader_config.py replaces what `nbgrader autograde` and `nbgrader generate_feedback` do with
a notebook. The exporter is replaced too, for nbgrader would stop at a copied test cell before any
preprocessor has seen it.
"""

from __future__ import annotations

import atexit
import tempfile
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, GetGrades, NbGraderPreprocessor
from traitlets.config import Config

from autograder.commands import batch
from autograder.course import notebook
from autograder.course.folders import Course
from autograder.course.notebook import role
from autograder.course.submissions import Submission
from autograder.engine.client import Engine, Worker
from autograder.gradebook import database
from autograder.results import autograded


def use(c: Config) -> None:
    """Let `nbgrader autograde`, `nbgrader generate_feedback` and formgrader use this engine."""
    c.Autograde.exporter_class = Exporter
    c.Autograde.sanitize_preprocessors = []
    c.Autograde.autograde_preprocessors = [SaveOutcome, AssignLatePenalties]
    c.GenerateFeedback.preprocessors = [HideTests, GetGrades, CSSHTMLHeaderPreprocessor]
    c.HTMLExporter.filters = {"markdown2html": "autograder.results.markdown.to_html"}


class _Workers:
    """Keeps a worker for each source notebook: nbgrader goes through students one by one."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._workers: dict[Path, tuple[object, Worker]] = {}

    def of(self, course: Course, source: Path) -> Worker:
        """The worker of a source notebook, as it is now."""
        state = [(path, path.stat().st_mtime_ns) for path in sorted(source.parent.iterdir())]
        known = self._workers.get(source)
        if known and known[0] == state:
            return known[1]
        if known:
            known[1].close()
        self._engine = self._engine or Engine()
        worker = batch.start_worker(course, self._engine, source)
        self._workers[source] = state, worker
        return worker

    def close(self) -> None:
        """End all workers."""
        for _, worker in self._workers.values():
            worker.close()
        if self._engine:
            self._engine.close()


_workers = _Workers()
atexit.register(_workers.close)


class Exporter(NotebookExporter):
    """Reads a submission and grades it; reads an autograded notebook as it is.

    nbgrader converts each notebook twice: from submitted/ to autograded/, then within autograded/.
    """

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """Grade on the first pass; on the second let the preprocessors save what was found."""
        path = Path(filename).resolve()
        about = resources["nbgrader"]
        assert self.parent is not None  # nbgrader's converter, which knows the course
        course = Course(Path(self.parent.coursedir.root))
        submission = Submission(
            about["student"],
            about["assignment"],
            course.folder("submitted", about["assignment"], about["student"]),
        )
        if path.parent != submission.folder.resolve():
            return super().from_filename(filename, resources, **kwargs)
        worker = _workers.of(course, course.folder("source", submission.assignment) / f"{about['notebook']}.ipynb")
        with tempfile.TemporaryDirectory(prefix="chainrule-nbgrader-") as folder:
            shown = batch.grade_one(course, worker, submission, Path(folder))
        return self.from_notebook_node(shown, resources, **kwargs)


class SaveOutcome(NbGraderPreprocessor):  # type: ignore[misc]
    """Saves the outcome that an autograded notebook holds into the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Write the scores and comments; the notebook stays as it is."""
        about, outcome = resources["nbgrader"], autograded.outcome_of(nb)
        with Gradebook(about["db_url"]) as opened:
            database.write_scores(opened, about["assignment"], about["student"], about["notebook"], outcome)
            opened.db.commit()
        return nb, resources


class HideTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Leaves of each test cell what students have of it, so that no feedback page shows a hidden test."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Cut the sources of test cells; their outputs say nothing of hidden tests."""
        for cell in nb.cells:
            if role(cell) == "test":
                cell.source = notebook.visible_part(cell.source)
        return nb, resources
