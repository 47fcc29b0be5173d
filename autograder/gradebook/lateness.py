"""Late penalties, by the plugin that nbgrader's configuration names, as due dates and extensions are now.

In bulk, as book.py: nbgrader opens the gradebook anew for each notebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from nbgrader.api import Grade, Gradebook, Notebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy.orm import Session

from autograder.course.folders import CONFIG, Course, CourseError


class Lateness:
    """Who is late with one assignment, and what it costs."""

    def __init__(self, course: Course, gradebook: Gradebook, assignment: str) -> None:
        self._db: Session = gradebook.db()
        row = gradebook.find_assignment(assignment)
        self._id, self._due = row.id, row.duedate
        self._plugin = _plugin(course) if self._due or "AssignLatePenalties" in course.config else None

    def settle(self, students: Iterable[str]) -> dict[str, str]:
        """Set the penalties of some students' notebooks; by student, why the plugin could not say one.

        A penalty is between 0 and the score, as nbgrader has it.
        """
        changes, problems = [], {}
        for row in self._db.execute(self._notebooks(list(students))).all():
            try:
                penalty = self._penalty(row)
            except Exception as error:  # the plugin is the course's own code, and one student must not stop the others
                said = f"{type(error).__name__}: {error}"
                problems[row.student_id] = (
                    f"the late penalty of {row.name} is not known, for the plugin stops with {said}"
                )
                continue
            if penalty != row.penalty:
                changes.append({"key": row.id, "penalty": penalty})
        if changes:
            table = SubmittedNotebook.__table__
            statement = sa.update(table).where(table.c.id == sa.bindparam("key"))
            self._db.connection().execute(statement.values(late_submission_penalty=sa.bindparam("penalty")), changes)
            self._db.commit()
        return problems

    def _notebooks(self, students: list[str]) -> sa.Select[Any]:
        """The notebooks that are late now, or have a penalty from a time when they were."""
        submitted, table = SubmittedAssignment, SubmittedNotebook
        score = sa.select(sa.func.coalesce(sa.func.sum(Grade.score), 0.0)).where(Grade.notebook_id == table.id)
        late = submitted.timestamp > self._due if self._due else sa.false()
        return (
            sa.select(table.id, table.late_submission_penalty.label("penalty"), Notebook.name)
            .add_columns(submitted.student_id, submitted.timestamp, submitted.extension)
            .add_columns(score.scalar_subquery().label("score"))
            .join(submitted, submitted.id == table.assignment_id)
            .join(Notebook, Notebook.id == table.notebook_id)
            .where(submitted.assignment_id == self._id)
            .where(submitted.student_id.in_(students))
            .where(late | table.late_submission_penalty.is_not(None))
        )

    def _penalty(self, row: Any) -> float | None:
        if self._due is None or self._plugin is None or row.timestamp is None:
            return None
        due = self._due + row.extension if row.extension else self._due
        seconds = (row.timestamp - due).total_seconds()
        if seconds <= 0:
            return None
        found = self._plugin.late_submission_penalty(row.student_id, row.score, seconds)
        return None if found is None else min(max(float(found), 0.0), max(row.score, 0.0))


def _plugin(course: Course) -> Any:
    """The plugin that says what lateness costs. Raises CourseError where it can't be used."""
    from nbgrader.preprocessors import AssignLatePenalties  # takes long, and most assignments have no due date

    try:
        about = AssignLatePenalties(config=course.config)
        about.init_plugin()
        return about.plugin_inst
    except Exception as error:  # it is the course's own code, or is not there
        said = f"{type(error).__name__}: {error}"
        raise CourseError(f"{CONFIG}: c.AssignLatePenalties.plugin_class cannot be used ({said}); mend it") from None
