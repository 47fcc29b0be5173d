"""The numbers of a report for other programs: CSV with a row for each question, and JSON with all of it."""

from __future__ import annotations

import csv
import io
import json

from autograder.insight.numbers import STATES, Report
from autograder.insight.pages import Names


def as_csv(report: Report) -> str:
    """A row for each question: how many stand where, the share of points, how well it tells strong from weak."""
    stream = io.StringIO()
    table = csv.writer(stream)
    rest = ["earned", "point_biserial", "named", "wrong_answers"]
    table.writerow(["notebook", "question", "points", *(state.replace(" ", "_") for state in STATES), *rest])
    for item in report.items:
        counts = [len(item.states[state]) for state in STATES]
        about = item.question
        numbers = [_rounded(item.share), _rounded(item.discrimination), item.named, item.wrong]
        table.writerow([about.notebook, about.title, about.points, *counts, *numbers])
    return stream.getvalue()


def as_json(report: Report, named: Names) -> str:
    """Everything on the assignment's page."""
    tree = {
        "assignment": report.assignment,
        "points": report.points,
        "scores": {named(student): score for student, score in report.scores.items()},
        "absent": [*map(named, report.absent)],
        "waiting": [*map(named, report.waiting)],
        "stuck": {title: [*map(named, students)] for title, students in report.stuck.items()},
        "questions": [
            {
                "notebook": item.question.notebook,
                "question": item.question.title,
                "points": item.question.points,
                "students": {state: [*map(named, who)] for state, who in item.states.items()},
                "earned": _rounded(item.share),
                "point_biserial": _rounded(item.discrimination),
                "wrong_answers": item.wrong,
                "mistakes": [{"name": m.name, "students": [*map(named, m.students)]} for m in item.mistakes],
            }
            for item in report.items
        ],
        "together": [
            {
                "mistakes": [[m.question.title, m.name] for m in (pair.first, pair.second)],
                "students": [*map(named, pair.students)],
                "expected": _rounded(pair.expected),
            }
            for pair in report.together
        ],
    }
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
