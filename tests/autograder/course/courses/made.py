"""What the courses here are written in: notebooks of questions, each with its solution, another and a wrong answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.autograder.making import answer, checks, locked, submission, written

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'taught-before'\n"


@dataclass(frozen=True)
class Question:
    """An answer cell, with what stands before and after the solution in it, and the test cells below it."""

    name: str
    solution: str
    tests: tuple[str, ...]
    hidden: str = ""
    """Below the last test's visible part."""
    wrong: str = "pass"
    other: str = ""
    """Another right answer."""
    before: str = ""
    after: str = ""
    points: float = 2.0

    @property
    def names(self) -> list[str]:
        """The grade_ids of its test cells."""
        return [self.name + "_test" + (f"_{i}" if i else "") for i in range(len(self.tests))]

    def cells(self) -> list[NotebookNode]:
        """The cells of the source notebook."""
        hidden = [""] * (len(self.tests) - 1) + [self.hidden]
        tested = zip(self.names, self.tests, hidden, strict=True)
        tests = [checks(name, visible, below, points=self.points) for name, visible, below in tested]
        return [answer(self.name, self.solution, self.before, self.after), *tests]

    def written(self, solution: str) -> str:
        """The answer cell with another solution in it."""
        return "\n".join(filter(None, [self.before, solution, self.after]))


@dataclass(frozen=True)
class Book:
    """A source notebook: code of the course (text), locked code, questions, written answers, in their order."""

    name: str
    parts: tuple[str | Question | tuple[str, str], ...]
    """A text is a cell that anybody may run and change; a pair is a locked cell and its name, or a written answer."""

    @property
    def questions(self) -> list[Question]:
        """Its questions."""
        return [part for part in self.parts if isinstance(part, Question)]

    def source(self) -> NotebookNode:
        """The source notebook."""
        cells: list[NotebookNode] = [new_markdown_cell(f"# {self.name}", id="title")]
        for number, part in enumerate(self.parts):
            if isinstance(part, Question):
                cells += part.cells()
            elif isinstance(part, tuple):
                cells.append(written(part[1]) if part[0] == "written" else locked(*part))
            else:
                cells.append(new_code_cell(part, id=f"given-{number}"))
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return new_notebook(cells=cells, metadata={"kernelspec": spec})

    def handed_in(self, student: str) -> NotebookNode:
        """What a student hands in: solved, otherwise (right, in another way), half, wrong, or untouched."""
        book = submission(self.source())
        for number, question in enumerate(self.questions):
            texts = {
                "solved": question.solution,
                "otherwise": question.other or question.solution,
                "half": question.solution if number % 2 else None,
                "wrong": question.wrong,
                "untouched": None,
            }
            text = texts[student]
            if text is not None:
                cell = next(c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade_id") == question.name)
                cell.source = question.written(text)
        return book


STUDENTS = ("solved", "otherwise", "half", "wrong", "untouched")


@dataclass(frozen=True)
class Taught:
    """A course with one assignment."""

    books: tuple[Book, ...]
    files: dict[str, str | bytes] = field(default_factory=dict)
    """Beside the notebooks, by path."""
    apart: int = 0
    """At least so many of its tests run apart."""

    def write(self, root: Path) -> Path:
        """Write the course folder, with what its students handed in."""
        (root / "source" / "hw").mkdir(parents=True)
        (root / "nbgrader_config.py").write_text(CONFIG)
        for name, held in self.files.items():
            path = root / "source" / "hw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held if isinstance(held, bytes) else held.encode())
        for book in self.books:
            nbformat.write(book.source(), root / "source" / "hw" / f"{book.name}.ipynb")
            for student in STUDENTS:
                folder = root / "submitted" / student / "hw"
                folder.mkdir(parents=True, exist_ok=True)
                nbformat.write(book.handed_in(student), folder / f"{book.name}.ipynb")
        return root
