"""What a course has set in nbgrader_config.py counts here too: other markers, header and footer, AUTOTEST."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import nbgrader
from nbformat import NotebookNode

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.making import answer, checks, source, submission

AUTOTESTS = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "autotests.yml"
CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'other'\n"
RIGHT, WRONG = "def square(x):\n    return x * x", "def square(x):\n    return x + x"


def made(root: Path, book: NotebookNode, config: str = "", released: NotebookNode | None = None) -> Path:
    """A course of one notebook, with a right, a wrong and an untouched submission."""
    (root / "source" / "hw").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    nbformat.write(book, root / "source" / "hw" / "work.ipynb")
    for student, text in {"right": RIGHT, "wrong": WRONG, "untouched": None}.items():
        folder = root / "submitted" / student / "hw"
        folder.mkdir(parents=True)
        answers = {"square": text} if text else {}
        nbformat.write(submission(released or book, **answers), folder / "work.ipynb")
    return root


def scores(root: Path) -> dict[str, dict[str, float]]:
    return {student: {name: row[0] for name, row in found.items()} for student, found in maker.grades(root).items()}


OTHER_MARKERS = """
c.ClearHiddenTests.begin_test_delimeter = '# HIDE FROM HERE'
c.ClearHiddenTests.end_test_delimeter = '# HIDE TO HERE'
c.ClearSolutions.begin_solution_delimeter = 'MINE FROM HERE'
c.ClearSolutions.end_solution_delimeter = 'MINE TO HERE'
"""


def test_other_markers_hide_as_the_standard_ones_do(tmp_path: Path, autograder: Autograder) -> None:
    standard = source(answer("square", RIGHT), checks("square-test", "check(square, 2)", "check(square, 4711)"))
    book = nbformat.from_dict(standard)
    for cell in book.cells:
        for old, new in (
            ("### BEGIN HIDDEN TESTS", "# HIDE FROM HERE"),
            ("### END HIDDEN TESTS", "# HIDE TO HERE"),
            ("BEGIN SOLUTION", "MINE FROM HERE"),
            ("END SOLUTION", "MINE TO HERE"),
        ):
            cell.source = cell.source.replace(old, new)
    root = made(tmp_path, book, OTHER_MARKERS, standard)
    assert autograder(root, "release").code == 0
    assert autograder(root, "grade").code == 0
    assert {student: sum(found.values()) for student, found in scores(root).items()} == {
        "right": 2, "wrong": 0, "untouched": 0,
    }  # fmt: skip
    seen = [*(root / "release").rglob("*.*"), *(root / "feedback").rglob("*.html")]
    assert len(seen) >= 5
    assert not [path for path in seen if "4711" in path.read_text("utf-8")]


def test_header_and_footer_belong_to_the_notebook(tmp_path: Path, autograder: Autograder) -> None:
    book = source(answer("square", RIGHT), checks("square-test", "assert square(LIMIT) == 49"))
    head = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("LIMIT = 7", id="head")])
    whole = nbformat.from_dict(book)
    whole.cells = [*head.cells, *book.cells]
    root = made(tmp_path, book, "c.IncludeHeaderFooter.header = 'parts/header.ipynb'\n", whole)
    (root / "parts").mkdir()
    nbformat.write(head, root / "parts" / "header.ipynb")
    assert autograder(root, "release").code == 0
    assert autograder(root, "grade").code == 0
    assert {student: sum(found.values()) for student, found in scores(root).items()} == {
        "right": 2, "wrong": 0, "untouched": 0,
    }  # fmt: skip


def test_autotest_tests_what_nbgrader_writes_and_never_the_marker(tmp_path: Path, autograder: Autograder) -> None:
    book = source(answer("square", RIGHT), checks("square-test", "### AUTOTEST square(3); square(5)"))
    root = made(tmp_path, book)
    shutil.copy(AUTOTESTS, root)
    assert autograder(root, "grade").code == 0
    assert {student: sum(found.values()) for student, found in scores(root).items()} == {
        "right": 2, "wrong": 0, "untouched": 0,
    }  # fmt: skip
