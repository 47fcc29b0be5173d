"""The pages of a report: one for each assignment, one for the course; self-contained, without any script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np
from jinja2 import Environment, PackageLoader

from autograder.files import printable
from autograder.insight import pictures
from autograder.insight.numbers import STATES, Report

Names = Callable[[str], str]
"""What a student is called on the pages."""


def environment(named: Names) -> Environment:
    """Templates in which `named` gives a student's name; everything else is escaped."""
    found = Environment(loader=PackageLoader("autograder.insight"), autoescape=True, trim_blocks=True)
    found.filters |= {"points": _points, "percent": _percent, "signed": _signed, "named": named}
    return found


def assignment(report: Report, named: Names, *, anonymous: bool) -> str:
    """The page of one assignment, as HTML."""
    scores = list(report.scores.values())
    counts, edges = np.histogram(np.clip(scores, 0, report.points), pictures.BINS, (0, report.points or 1))
    page = environment(named).get_template("assignment.html")
    return printable(
        page.render(
            title=f"{report.assignment}: what the class has understood",
            report=report,
            anonymous=anonymous,
            state_names=STATES,
            mean=mean(scores) if scores else 0.0,
            median=median(scores) if scores else 0.0,
            bins=list(zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)),
            distribution=pictures.distribution(scores, report.points) if scores else "",
            states=pictures.states(report.items) if report.items else "",
        )
    )


@dataclass(frozen=True)
class Row:
    """An assignment in the table of the course."""

    report: Report
    quartiles: tuple[float, float, float] | None
    """Of the share of points; None where nobody has handed in, or there are no points."""


def course(reports: Sequence[Report], named: Names, *, anonymous: bool) -> str:
    """The page of the course, as HTML."""
    rows = [Row(report, _quartiles(report)) for report in reports]
    graded = [(row.report.assignment, row.quartiles) for row in rows if row.quartiles]
    students = sorted({student for report in reports for student in (*report.scores, *report.absent)}, key=named)
    totals = {student: sum(report.scores.get(student, 0.0) for report in reports) for student in students}
    drawn = pictures.course([name for name, _ in graded], [parts for _, parts in graded]) if graded else ""
    page = environment(named).get_template("course.html")
    return printable(
        page.render(
            title="The course: what the class has understood",
            rows=rows,
            students=students,
            totals=totals,
            picture=drawn,
            anonymous=anonymous,
        )
    )


def _quartiles(report: Report) -> tuple[float, float, float] | None:
    if not report.scores or not report.points:
        return None
    low, middle, high = np.percentile(list(report.scores.values()), [25, 50, 75]) / report.points
    return float(low), float(middle), float(high)


def _points(number: float) -> str:
    return f"{round(number, 2):g}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _signed(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}".replace("-", "−")
