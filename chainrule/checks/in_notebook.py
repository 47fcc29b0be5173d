"""Who judges in a student's notebook: compares with the known result stored beside it, and shows a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle

from chainrule.checks import again, besides, card, returned, runs, slips, verdict
from chainrule.checks.accept import Accept
from chainrule.checks.compare import difference
from chainrule.checks.elsewhere import is_the_same
from chainrule.checks.known_results import KnownResult, KnownResults
from chainrule.checks.numeric import ZERO
from chainrule.checks.question import Answered, MissingAnswerError, Question
from chainrule.checks.reached import cells_of
from chainrule.checks.recognise import Cause, Misconception, in_words
from chainrule.checks.shown import show
from chainrule.checks.where import where_raised
from chainrule.checks.written import words_of

SAME_AGAIN = (
    "Just the same came back as from the call before, which was given something else. "
    "What in your code depends on what it is given, and what is written down once and for all?"
)

RIGHT_BEFORE = "What was asked before in this cell came out right. What is different in what this call is given?"


class InNotebook:
    """Judges in a student's notebook: shows a card, and raises CheckFailed unless the answer is right."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cell: object = None
        self._passed: set[Cause] = set()
        """Mistakes that a call of this cell has ruled out: it was right where they are wrong."""
        self._right: list[str] = []
        self._notes: list[str] = []
        self._besides: tuple[str, ...] = ()
        self._card: DisplayHandle | None = None
        """Of this cell: the answers whose calls were right, what was noted, and the card that says so."""
        self._last: dict[str, Any] = {}
        """Of this cell: by answer, what came of its last call that was right."""
        self._not_right: set[str] = set()
        """The answers whose last check failed."""
        runs.follow()

    def __call__(self, question: Question, names: Mapping[str, Any], line: int) -> None:
        """Judge one question; `line` is not needed here."""
        runs.follow()
        self._start_of_cell()
        known_results = KnownResults.beside(self._folder)
        question = question.among(known_results.names() if known_results else ())
        known = known_results.find(question) if known_results else None
        asked = [*(known.answers if known else ()), *question.names, *question.given]
        stopped = {name: how for name in dict.fromkeys(asked) if (how := runs.last(name))}
        for name, how in stopped.items():
            if how.before:
                raise self._failed(question, verdict.of_stopped(name, how)) from None
        self._besides = tuple(dict.fromkeys(map(verdict.note_of, stopped.values())))
        if question.kind == "again":
            names = {**names, again.name_of(question.name): again.in_this_kernel(question.name)}
        try:
            answered = question.put_to(names)
        except MissingAnswerError as error:
            raise self._failed(question, verdict.of_missing(str(error.name))) from None
        if answered.value is ...:
            raise self._failed(question, verdict.of_untouched(question.name)) from None
        if isinstance(answered.raised, NotImplementedError):
            raise self._failed(question, verdict.of_unwritten(question, answered.raised)) from None
        if answered.raised is not None and (known is None or answered.error_name != known.raises):
            _note(known, right=False)
            words = self._recognised(question, answered, known)
            where = where_raised(answered.raised, answered.asked_by, cells_of(known.answers if known else (), names))
            found = verdict.of_raised(question, answered, where, words)
            raise self._failed(question, besides.added(found, question, known, names, self._not_right)) from None
        if known is None:
            card.show(self._of_unknown(question, answered, known_results))
            return
        self._judge(question, answered, known, known_results.seconds if known_results else None, names)

    def _judge(
        self,
        question: Question,
        answered: Answered,
        known: KnownResult,
        limit: float | None,
        names: Mapping[str, Any],
    ) -> None:
        right = returned.is_right(question, answered, known)
        _note(known, right=right)
        if right:
            self._not_right.discard(question.name)
            self._passed |= {cause for cause, _ in known.mistaken}
            if limit is not None and answered.seconds > limit:
                raise self._failed(question, returned.of_slow(question, answered, limit)) from None
            self._show_right(question, self._besides + returned.notes(answered, known))
            self._last[question.name] = answered.value
            return
        possible = slips.possible(known.slips, words_of(known.answers, names, known.given)) if known.slips else {}
        slip = slips.advice(answered.value, known.value, possible)
        if question.kind == "call" and is_the_same(answered.value, self._last.get(question.name)):
            slip = SAME_AGAIN
        if question.kind == "again" and question.name in self._last:
            stays = difference(answered.value, self._last[question.name], Accept(0, 0)) is None
            slip = returned.STAYS if stays else ""
        words = self._recognised(question, answered, known, pairs=not slip)
        found = returned.of_value(question, answered, known, words, slip)
        if not found.advice:
            found = replace(found, pattern=slips.among_others(answered.value, known.value, possible))
        found = besides.added(found, question, known, names, self._not_right)
        plain = found.advice and not (found.advice == found.pattern and found.pattern.startswith(ZERO))
        if not plain and question.kind == "call" and question.name in self._right:
            found = replace(found, pattern=RIGHT_BEFORE)
        raise self._failed(question, found) from None

    def _recognised(
        self, question: Question, answered: Answered, known: KnownResult | None, *, pairs: bool = True
    ) -> Misconception | None:
        """What to say of the mistakes that explain this call, and that no earlier call of the cell has ruled out."""
        known_to = known.mistaken if known else []
        possible = [(c, result) for c, result in known_to if c not in self._passed and (pairs or len(c) == 1)]
        return in_words(cause for cause, result in possible if question.explained(answered.result, result))

    def _show_right(self, question: Question, notes: tuple[str, ...]) -> None:
        """Show one card for all calls of a cell that are right."""
        self._right.append(question.name)
        self._notes += [note for note in notes if note not in self._notes]
        headline = question.call_text()
        if self._card:
            headline = f"{len(self._right)} checks of {' and '.join(dict.fromkeys(self._right))}"
        self._card = card.show(verdict.Verdict("right", headline, notes=tuple(self._notes)), self._card)

    def _start_of_cell(self) -> None:
        shell = get_ipython()
        cell = shell.execution_count if shell else None
        if cell is None or cell != self._cell:
            self._cell, self._passed = cell, set()
            self._right, self._notes, self._card, self._last = [], [], None, {}

    def _failed(self, question: Question, found: verdict.Verdict) -> card.CheckFailed:
        self._not_right.add(question.name)
        card.show(found)
        return card.CheckFailed(found)

    @staticmethod
    def _of_unknown(question: Question, answered: Answered, known: KnownResults | None) -> verdict.Verdict:
        if known is None:
            headline = f"there are none stored beside this notebook; this is what {question.name} gave."
        elif question.name in known.names():
            headline = f"these arguments are not the notebook's own; this is what {question.name} gave."
        else:
            headline = (
                f"none is stored for {question.name}, so this says neither right nor wrong; please tell your teacher."
            )
        parts = (("Called", question.call_text()), ("Came back", show(answered.value)))
        return verdict.Verdict("unknown", headline, parts, notes=returned.notes(answered))


outcomes: list[Callable[[str, bool], None]] = []
"""Told of each known result, by its key, whether it was given: the widget at the head of a notebook."""


def _note(known: KnownResult | None, *, right: bool) -> None:
    if known:
        for listen in outcomes:
            listen(known.key, right)
