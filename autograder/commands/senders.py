"""What a platform called each student: kept when their files come in, for it wants that back with the marks."""

from __future__ import annotations

import json

from autograder import files
from autograder.course.folders import Course

SENDERS = ".chainrule-senders.json"
"""In the course folder."""
Senders = dict[str, dict[str, dict[str, str]]]
"""By assignment and student: name and number of the participant, and what else a platform knows them by."""


def remember(course: Course, found: Senders) -> None:
    """Write down who has sent something, beside who had before."""
    path = course.root / SENDERS
    try:
        tree = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        tree = {}
    for assignment, about in found.items():
        tree.setdefault(assignment, {}).update(about)
    if found:
        files.write(path, json.dumps(tree, indent=1, ensure_ascii=False))


def of_assignment(course: Course, assignment: str) -> dict[str, dict[str, str]]:
    """What is known of who has sent something for an assignment, by student; nothing where none was collected."""
    try:
        tree = json.loads((course.root / SENDERS).read_text("utf-8"))
        return {str(student): dict(about) for student, about in tree.get(assignment, {}).items()}
    except (OSError, ValueError, AttributeError):
        return {}
