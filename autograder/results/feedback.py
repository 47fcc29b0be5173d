"""The feedback page of one notebook: for each question the student's answer, its points, and what helps.

Rendered from the outcome and from what the gradebook holds besides; no notebook is run and no test cell's source is
on the page.
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
from autograder.results import formulas, stamps
from autograder.results.patience import Patience
from chainrule.checks.card import MARKS

MAX_SOURCE = 20_000
"""Characters of one answer that are shown."""
MAX_SHOWN = 400_000
"""Characters of answers on one page."""
MAX_PAGE = 1_000_000
"""Bytes of a page."""
CUT = "\n[the rest is left out]"
SECONDS_TO_SHOW = 2.0
"""For colouring code and setting formulas; what takes longer is shown as it was typed."""


@dataclass(frozen=True)
class Question:
    """One test with the answers it tested, or one written answer, ready to be shown."""

    title: str
    points: float
    score: float | None
    """None where it waits to be graded by hand."""
    by_hand: bool
    answers: list[Markup]
    about: tuple[str, ...]
    """The cells that comments on it may stand on."""
    test: TestOutcome | None = None
    extra: float = 0.0
    """Points on top of the score."""

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
    room, patience = MAX_SHOWN, Patience(SECONDS_TO_SHOW)
    while True:
        page = _page(student, assignment, name, shown, outcome, marks or Marks(), _Setting(patience, room))
        if len(page.encode("utf-8", "replace")) <= MAX_PAGE or not room:
            return page
        room //= 8  # a character may take many: most of them are marks


@dataclass
class _Setting:
    """Sets texts on one page, as long as there is time and room."""

    patience: Patience
    room: int

    def cut(self, text: str) -> str:
        """The beginning of a text that there is room for on the page."""
        kept = text[: min(MAX_SOURCE, self.room)]
        self.room -= len(kept)
        return kept if len(kept) == len(text) else kept + CUT

    def rich(self, text: str) -> Markup:
        """A text with its formulas."""
        return self.patience.make(formulas.rich, text) or Markup.escape(text)

    def code(self, text: str) -> Markup:
        """An answer, in colours."""
        cut = self.cut(text)
        return self.patience.make(_coloured, cut) or _plain(cut)

    def right(self, text: str) -> Markup:
        """An answer that is folded away: colours would take most of the page's time, for nobody."""
        return _plain(self.cut(text))

    def text(self, text: str) -> Markup:
        """A written answer."""
        return Markup('<p class="says">%s</p>') % self.rich(self.cut(text))


def _page(
    student: str, assignment: str, name: str, shown: NotebookNode, outcome: Outcome, marks: Marks, setting: _Setting
) -> str:
    questions = _questions(shown, outcome, marks, setting)
    asked = {cell for question in questions for cell in question.about}
    score = sum(marks.scores.values()) if outcome.failed else sum(q.score or 0.0 for q in questions)
    return _template().render(
        student=student,
        assignment=assignment,
        notebook=name,
        outcome=outcome,
        questions=questions,
        score=max(0.0, score + sum(marks.extra.values()) - marks.penalty),
        points=sum(q.points for q in questions),
        waits=[q for q in questions if q.score is None],
        marks=marks,
        remarks={cell: said for cell, said in marks.comments.items() if cell not in asked},
        rich=setting.rich,
        stamp=stamps.of(marks),
        code_style=_code_style(),
    )


def _questions(shown: NotebookNode, outcome: Outcome, marks: Marks, setting: _Setting) -> list[Question]:
    """In the order of the notebook: test cells with their answers, answers graded by hand, tasks."""
    cells = {str(grade_id(cell)): cell for cell in shown.cells if grade_id(cell)}
    tests = {test.grade_id: test for test in outcome.tests}
    found = []
    for name, cell in cells.items():
        kind, mark = role(cell), cell.metadata.nbgrader
        by_hand, extra = name in marks.scores, marks.extra.get(name, 0.0)
        if name in tests:
            test = tests[name]
            show = setting.right if test.status == "right" else setting.code
            answers = [show(cells[answer].source) for answer in test.answers if answer in cells]
            title, about = ", ".join(test.answers) or name, (*test.answers, name)
            given = marks.scores.get(name, None if test.by_hand else test.score)
            found.append(Question(title, test.points, given, by_hand, answers, about, test, extra))
        elif kind in ("text", "task") or (kind == "answer" and mark.get("grade")):
            show = setting.text if kind == "text" else setting.code
            points = float(mark.get("points") or 0)
            score = marks.scores.get(name, 0.0 if name in outcome.unwritten or not points else None)
            answers = [] if kind == "task" else [show(cell.source)]
            found.append(Question(name, points, score, by_hand, answers, (name,), extra=extra))
    return found


def _points(number: float) -> str:
    return f"{round(number, 2):g}"  # as formgrader rounds


def _scored(question: Question) -> str:
    extra = f", and {_points(question.extra)} extra" if question.extra else ""
    return f"{'?' if question.score is None else _points(question.score)} of {_points(question.points)}{extra}"


def _coloured(text: str) -> Markup:
    return Markup(highlight(text, _lexer(), _formatter()))


def _plain(text: str) -> Markup:
    return Markup('<div class="highlight"><pre>%s</pre></div>') % text


@cache
def _lexer() -> PythonLexer:
    return PythonLexer()


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter()


@cache
def _code_style() -> Markup:
    return Markup(_formatter().get_style_defs(".highlight"))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.results"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"points": _points, "scored": _scored}
    return environment.get_template("feedback.html")


def warm_up() -> None:
    """Load what every page needs."""
    _template()
    _code_style()
    highlight("def f(x):\n    return 'a' + x  # b\n", _lexer(), _formatter())
    formulas.rich("`f`, $x^2$")
