"""The feedback page of one notebook: for each question the student's answer, its points, and what helps.

Rendered from the outcome; no notebook is run and no test cell's source is on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.notebook import grade_id, role
from autograder.outcome import Outcome, TestOutcome
from chainrule.card import MARKS, rich

MAX_SOURCE = 20_000
"""Characters of one answer that are shown."""


@dataclass(frozen=True)
class Question:
    """One test with the answers it tested, ready to be shown."""

    title: str
    test: TestOutcome
    mark: str
    answers: list[Markup]


def page(student: str, assignment: str, name: str, rebuilt: NotebookNode | None, outcome: Outcome) -> str:
    """The page as HTML: self-contained, everything of the student's escaped."""
    cells = {str(grade_id(cell)): cell for cell in rebuilt.cells if grade_id(cell)} if rebuilt else {}
    return _template().render(
        student=student,
        assignment=assignment,
        notebook=name,
        outcome=outcome,
        questions=[_question(test, cells) for test in outcome.tests],
        written=[cell.source for cell in rebuilt.cells if role(cell) == "text"] if rebuilt else [],
        code_style=Markup(HtmlFormatter(nowrap=False).get_style_defs(".highlight")),
    )


def _question(test: TestOutcome, cells: Mapping[str, NotebookNode]) -> Question:
    answers = [
        Markup(highlight(cells[answer].source[:MAX_SOURCE], PythonLexer(), HtmlFormatter()))
        for answer in test.answers
        if answer in cells
    ]
    return Question(", ".join(test.answers) or test.grade_id, test, MARKS[test.status], answers)


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("autograder"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["rich"] = lambda text: Markup(rich(text))
    environment.filters["points"] = lambda number: f"{number:.3g}"
    return environment.get_template("feedback.html")
