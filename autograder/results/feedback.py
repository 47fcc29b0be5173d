"""The feedback page of one notebook: for each question the student's answer, its points, and what helps.

Rendered from the outcome; no notebook is run and no test cell's source is on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.course.notebook import grade_id, role
from autograder.outcome import Marks, Outcome, TestOutcome
from autograder.results import formulas
from chainrule.checks.card import MARKS

MAX_SOURCE = 20_000
"""Characters of one answer that are shown."""
MAX_SHOWN = 400_000
"""Characters of answers on one page."""
MAX_PAGE = 1_000_000
"""Bytes of a page."""
CUT = "\n[the rest is left out]"


@dataclass(frozen=True)
class Question:
    """One test with the answers it tested, or one written answer, ready to be shown."""

    title: str
    points: float
    score: float | None
    """None where it waits to be graded by hand."""
    by_hand: bool
    answers: list[Markup]
    comments: list[str]
    test: TestOutcome | None = None

    @property
    def word(self) -> str:
        """The word that the question's result begins with."""
        if self.by_hand:
            return "Graded by hand"
        return self.test.word if self.test else "Waits to be graded by hand"

    @property
    def mark(self) -> str:
        """The mark before the word."""
        return MARKS[self.test.status] if self.test and not self._by_person else "✎"

    @property
    def kind(self) -> str:
        """Its style."""
        return self.test.status if self.test and not self._by_person else "written"

    @property
    def _by_person(self) -> bool:
        return self.by_hand or self.score is None


def page(
    student: str, assignment: str, name: str, shown: NotebookNode, outcome: Outcome, marks: Marks | None = None
) -> str:
    """The page as HTML, of an autograded notebook and its outcome: self-contained, everything of the student's escaped.

    `marks` are what an instructor has added since.
    """
    room = MAX_SHOWN
    while True:
        page = _page(student, assignment, name, shown, outcome, marks or Marks(), room)
        if len(page.encode("utf-8", "replace")) <= MAX_PAGE or not room:
            return page
        room //= 8  # a character may take many: most of them are marks


def _page(
    student: str, assignment: str, name: str, shown: NotebookNode, outcome: Outcome, marks: Marks, room: int
) -> str:
    questions = _questions(shown, outcome, marks, room)
    return _template().render(
        student=student,
        assignment=assignment,
        notebook=name,
        outcome=outcome,
        questions=questions,
        score=max(0.0, sum(q.score or 0 for q in questions) - marks.penalty),
        points=sum(q.points for q in questions),
        waits=[q for q in questions if q.score is None],
        penalty=marks.penalty,
        code_style=Markup(_formatter().get_style_defs(".highlight")),
    )


def _questions(shown: NotebookNode, outcome: Outcome, marks: Marks, characters: int) -> list[Question]:
    """In the order of the notebook: test cells with their answers, written answers, tasks."""
    cells = {str(grade_id(cell)): cell for cell in shown.cells if grade_id(cell)}
    tests = {test.grade_id: test for test in outcome.tests}
    room = [characters]
    found = []
    for name, cell in cells.items():
        points = float(cell.metadata.nbgrader.get("points") or 0)
        by_hand = name in marks.scores
        if name in tests:
            test = tests[name]
            title = ", ".join(test.answers) or name
            show = _plain if test.status == "right" else _code
            answers = [show(cells[answer].source, room) for answer in test.answers if answer in cells]
            said = [marks.comments[answer] for answer in test.answers if answer in marks.comments]
            score = marks.scores.get(name, None if test.by_hand else test.score)
            found.append(Question(title, test.points, score, by_hand, answers, said, test))
        elif role(cell) in ("text", "task"):
            text = [_text(cell.source, room)] if role(cell) == "text" else []
            given = marks.scores.get(name, 0.0 if name in outcome.unwritten or not points else None)
            comment = [marks.comments[name]] if name in marks.comments else []
            found.append(Question(name, points, given, by_hand, text, comment))
    return found


def _cut(text: str, room: list[int]) -> str:
    """The beginning of a text that there is room for on the page."""
    kept = text[: min(MAX_SOURCE, room[0])]
    room[0] -= len(kept)
    return kept if len(kept) == len(text) else kept + CUT


def _code(text: str, room: list[int]) -> Markup:
    return Markup(highlight(_cut(text, room), _lexer(), _formatter()))


def _plain(text: str, room: list[int]) -> Markup:
    """Right answers are folded away: colours would take most of the page's time, for nobody."""
    return Markup('<div class="highlight"><pre>%s</pre></div>') % _cut(text, room)


def _text(text: str, room: list[int]) -> Markup:
    return Markup('<p class="says">%s</p>') % formulas.rich(_cut(text, room))


@cache
def _lexer() -> PythonLexer:
    return PythonLexer()


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.results"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["rich"] = formulas.rich
    environment.filters["points"] = lambda number: f"{number:.3g}"
    return environment.get_template("feedback.html")


def warm_up() -> None:
    """Load what every page needs."""
    _template()
    highlight("def f(x):\n    return 'a' + x  # b\n", _lexer(), _formatter())
    formulas.rich("`f`, $x^2$")
