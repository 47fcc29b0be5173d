"""What the command line prints: tables of scores and of what verify found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.batch import Graded

SHOWN = 3
"""Misconceptions named in a row of the table; the feedback pages name all."""


def scores(
    console: Console, assignment: str, graded: Iterable[Graded], totals: Mapping[str, Mapping[str, Any]]
) -> None:
    """Print a table of one assignment: a row for each student."""
    by_student: dict[str, list[Graded]] = {}
    for one in graded:
        by_student.setdefault(one.submission.student, []).append(one)
    table = Table(title=assignment, title_justify="left", title_style="bold")
    table.add_column("Student")
    table.add_column("Score", justify="right")
    table.add_column("Misconceptions, and what could not be graded")
    for student, ones in sorted(by_student.items()):
        row = totals[student]
        score = f"{row['score']:g} of {row['max_score']:g}" + (" ?" if row["manual"] else "")
        table.add_row(student, score, _remarks(ones))
    console.print(table)
    if any(totals[student]["manual"] for student in by_student):
        console.print("? waits to be graded by hand, in formgrader")


def _remarks(ones: list[Graded]) -> str:
    remarks = [f"{one.notebook} not graded: {one.outcome.failed}" for one in ones if one.outcome.failed]
    tests = [test for one in ones for test in one.outcome.tests]
    named = [test.misconception.name for test in tests if test.misconception]
    shown = named[:SHOWN] + ([f"and {len(named) - SHOWN} more"] if len(named) > SHOWN else [])
    words = Counter(test.word.lower() for test in tests if test.status in ("hung", "missing", "raised"))
    remarks += [f"{count} × {word}" for word, count in words.items()]
    remarks += [note for one in ones for note in one.outcome.notes]
    return "\n".join([*([", ".join(shown)] if shown else []), *remarks])


def feedback(console: Console, folder: Path) -> None:
    """Say where the pages are."""
    console.print(f"Feedback pages: {folder}/<student>/<assignment>/<notebook>.html", soft_wrap=True, markup=False)


def verified(console: Console, reports: Iterable[Mapping[str, Any]]) -> None:
    """Print what verify found, a row for each notebook, then each problem."""
    table = Table(title="Misconceptions caught and recognised", title_justify="left", title_style="bold")
    for column in ("Notebook", "Questions", "Points", "Seeds", "Caught", "Recognised", "Problems"):
        table.add_column(column, justify="left" if column == "Notebook" else "right")
    reports = list(reports)
    for r in reports:
        of_all = [f"{r[key]} of {r['misconceptions']}" for key in ("caught", "recognised")]
        counts = (str(r["questions"]), f"{r['points']:g}", str(r["seeds"]), *of_all, str(len(r["problems"])))
        table.add_row(r["notebook"], *counts)
    console.print(table)
    for r in reports:
        for problem in r["problems"]:
            console.print(f"{r['notebook']}: {problem}", style="red", markup=False)
