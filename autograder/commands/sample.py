"""A class made from solutions and misconceptions: what a first run grades, and what the tests grade.

Its students are named for what they did. Files are what a student's JupyterLab would have saved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from itertools import islice

import nbformat
from nbformat import NotebookNode

from autograder import files
from autograder.course import misconceptions, notebook, sources
from autograder.course.cells import answers_of, cells_of
from autograder.course.folders import Course
from autograder.course.misconceptions import EditedSolution
from autograder.course.notebook import grade_id, role

Answers = Mapping[str, str]
"""The text of answer cells, by grade_id; what is not in it stays as it was handed out."""


def make(course: Course, assignments: list[str], students: int | None) -> int:
    """Write a class into submitted/ and say how many students it has.

    By default each kind of submission and each misconception once. More students than that are a mixture
    of right, mistaken and missing answers.
    """
    written: set[str] = set()
    for assignment in assignments:
        for path in course.sources(assignment):
            book = sources.read(path, course.config)
            edited = misconceptions.load(path.parent, cells_of(book))
            for student, text in _class(book, edited, students).items():
                folder = course.folder("submitted", assignment, student)
                files.write(folder / path.name, text)
                written.add(student)
    return len(written)


def _class(source: NotebookNode, edited: list[EditedSolution], students: int | None) -> dict[str, str]:
    right = {cell.name: cell.source for cell in cells_of(source) if cell.role in ("answer", "text")}
    names = list(right)
    kinds: dict[str, Callable[[], str]] = {
        "right": lambda: _file(source, right),
        "partly-right": lambda: _file(source, {n: right[n] for n in names[: len(names) // 2]}),
        "untouched": lambda: _file(source, {}),
        "syntax-error": lambda: _file(source, right | _first_function(source, "def broken(:\n    return 1")),
        "endless-loop": lambda: _file(source, right | _first_function(source, "while True:\n    pass")),
        "deleted-test": lambda: _file(source, right, _delete_a_test),
        "copied-cell": lambda: _file(source, right, _copy_cells),
        "no-json": lambda: _file(source, right)[:-100],
    }
    by_answer: dict[str, list[EditedSolution]] = {}
    for mistake in edited:
        by_answer.setdefault(mistake.answer, []).append(mistake)
    for k in range(max(map(len, by_answer.values()), default=0)):
        mistaken = {answer: those[k].source for answer, those in by_answer.items() if k < len(those)}
        kinds[f"mistaken-{k + 1}"] = lambda mistaken=mistaken: _file(source, right | mistaken)  # type: ignore[misc]
    wanted = len(kinds) if students is None else students
    for k in range(wanted - len(kinds)):
        mixed = _mixture(right, by_answer, random.Random(k))
        kinds[f"student-{k + 1:04d}"] = lambda mixed=mixed: _file(source, mixed)  # type: ignore[misc]
    return {student: make_file() for student, make_file in list(kinds.items())[:wanted]}


def _first_function(source: NotebookNode, text: str) -> dict[str, str]:
    """Some text in place of the first answer that is a function, if there is one."""
    functions = (name for name, written in answers_of(cells_of(source)).items() if written.lstrip().startswith("def "))
    return {name: text for name in islice(functions, 1)}


def _mixture(right: Answers, by_answer: Mapping[str, list[EditedSolution]], rng: random.Random) -> Answers:
    answers = {}
    for name, text in right.items():
        luck = rng.random()
        if luck < 0.7:
            answers[name] = text
        elif luck < 0.9 and name in by_answer:
            answers[name] = rng.choice(by_answer[name]).source
    return answers


def _file(source: NotebookNode, answers: Answers, then: Callable[[NotebookNode], None] = lambda _: None) -> str:
    handed_out = notebook.released(source)
    for cell in handed_out.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cell.source = answers.get(str(grade_id(cell)), cell.source)
    then(handed_out)
    return nbformat.writes(handed_out) + "\n"


def _delete_a_test(handed_out: NotebookNode) -> None:
    tests = [cell for cell in handed_out.cells if role(cell) == "test"]
    for cell in tests[len(tests) // 2 :][:1]:
        handed_out.cells.remove(cell)


def _copy_cells(handed_out: NotebookNode) -> None:
    """Copy an answer and a test, as paste in JupyterLab does: the same metadata, another id."""
    for kind in ("answer", "test"):
        for cell in islice([c for c in handed_out.cells if role(c) == kind], 1):
            copy = deepcopy(cell)
            copy.id = f"copy-of-{kind}"
            handed_out.cells.insert(handed_out.cells.index(cell) + 1, copy)
