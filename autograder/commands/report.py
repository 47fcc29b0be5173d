"""What the command line prints: tables of scores and of what verify found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.commands.batch import Graded
from autograder.gradebook.database import Total

SHOWN = 3
"""Misconceptions named in a row of the table; the feedback pages name all."""
ROWS = 50
"""Students that have a row in the table."""


class Scores:
    """The table of one assignment: collects what is said of each student, as it comes."""

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        self._remarks: dict[str, list[str]] = {}
        self._misconceptions: Counter[str] = Counter()
        self._count, self._unchanged = 0, 0

    def add(self, one: Graded) -> None:
        """Take in one notebook."""
        self._count += 1
        self._unchanged += one.unchanged
        self._misconceptions.update(test.misconception.name for test in one.outcome.tests if test.misconception)
        student = one.submission.student
        if student in self._remarks or len(self._remarks) < ROWS:
            self._remarks.setdefault(student, []).extend(_remarks(one))

    def show(self, console: Console, totals: Sequence[Total]) -> None:
        """Print a row for each student, or for a large class the summary and the first rows."""
        table = Table(title=self._assignment, title_justify="left", title_style="bold")
        table.add_column("Student")
        table.add_column("Score", justify="right")
        table.add_column("Misconceptions, and what could not be graded")
        by_student = {total.student: total for total in totals}
        for student, remarks in sorted(self._remarks.items()):
            total = by_student[student]
            score = f"{total.score:g} of {total.max_score:g}" + (" ?" if total.manual else "")
            table.add_row(student, score, "\n".join(remarks))
        console.print(table)
        if any(by_student[student].manual for student in self._remarks):
            console.print("? waits to be graded by hand, in formgrader")
        if len(by_student) > len(self._remarks):
            self._summarise(console, totals)
        if self._unchanged:
            console.print(f"{self._unchanged} of {self._count} had been graded before and have not changed")

    def _summarise(self, console: Console, totals: Sequence[Total]) -> None:
        scores = [total.score for total in totals]
        waiting = sum(total.manual for total in totals)
        console.print(
            f"{len(totals)} students are in the gradebook: mean {mean(scores):.3g}, median {median(scores):.3g} of "
            f"{totals[0].max_score:g} points; {waiting} wait to be graded by hand"
        )
        for name, count in self._misconceptions.most_common(SHOWN):
            console.print(f"{count} × {name}", markup=False)


def _remarks(one: Graded) -> list[str]:
    tests = one.outcome.tests
    named = [test.misconception.name for test in tests if test.misconception]
    shown = named[:SHOWN] + ([f"and {len(named) - SHOWN} more"] if len(named) > SHOWN else [])
    words = Counter(test.word.lower() for test in tests if test.status in ("hung", "missing", "raised"))
    failed = [f"{one.notebook} not graded: {one.outcome.failed}"] if one.outcome.failed else []
    counts = [f"{count} × {word}" for word, count in words.items()]
    return [*([", ".join(shown)] if shown else []), *failed, *counts, *one.outcome.notes]


def feedback(console: Console, folder: Path) -> None:
    """Say where the pages are."""
    console.print(f"Feedback pages: {folder}/<student>/<assignment>/<notebook>.html", soft_wrap=True, markup=False)


def verified(console: Console, reports: Iterable[Mapping[str, Any]]) -> None:
    """Print what verify found, a row for each notebook, then each problem."""
    title = "Misconceptions caught and recognised, right variants accepted"
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in ("Notebook", "Questions", "Points", "Caught", "Recognised", "Accepted"):
        table.add_column(column, justify="left" if column == "Notebook" else "right")
    reports = list(reports)
    for r in reports:
        known = [f"{r[key]} of {r['misconceptions']}" for key in ("caught", "recognised")]
        table.add_row(
            r["notebook"], str(r["questions"]), f"{r['points']:g}", *known, f"{r['accepted']} of {r['variants']}"
        )
    console.print(table)
    for r in reports:
        for problem in r["problems"]:
            console.print(f"{r['notebook']}: {problem}", style="red", markup=False)
