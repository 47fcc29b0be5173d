"""`autograder check-course FOLDER`: what of a course can be graded, and how, before anybody's points are at stake."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.cli import app
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course.test_options import CONFIG, made, scores
from tests.autograder.making import answer, checks, locked, source, submission, written

RIGHT = "def square(x):\n    return x * x"


def test_it_says_of_every_test_how_it_runs_and_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    book = source(
        locked("missing", "import no_such_module\nLIMIT = 3"),
        answer("square", RIGHT),
        checks("plain", "assert square(3) == 9"),
        checks("patched", "assert get_ipython().user_ns['square'](3) == 9"),
        checks("depends", "assert square(LIMIT) == 9"),
        written("explain"),
    )
    root = made(tmp_path, book, "c.Execute.kernel_name = 'python3'\n")
    other = source(answer("square", "square <- function(x) x * x"), checks("r-test", "stopifnot(square(3) == 9)"))
    other.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(other, root / "source" / "hw" / "other.ipynb")
    (root / "source" / "hw" / "broken.ipynb").write_text("{}")
    before = maker.tree(root)
    with pytest.raises(SystemExit) as ended:
        app(["check-course", str(root)])
    said = capfd.readouterr().out
    rows = {line.split()[1]: line.split()[3::2] for line in said.splitlines() if line.startswith("│ hw/")}
    assert rows["hw/work.ipynb"] == ["3", "1", "1", "1", "1"]
    assert rows["hw/other.ipynb"] == ["1", "0", "0", "1", "0"]
    assert "patched: it has magics in it, or asks for IPython" in said and "forge" in said
    assert "depends: work.ipynb, cell 2 (missing): ModuleNotFoundError" in said
    assert "r-test: other.ipynb is in r, which is not run here" in said
    assert "hw/broken.ipynb cannot be graded: " in said and ended.value.code == 1
    assert "Execute.kernel_name is for nbgrader's own engine" in said
    assert maker.tree(root) == before


def test_a_solution_that_is_slower_than_an_answer_may_be_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slow = "import time\ndef square(x):\n    time.sleep(0.6)\n    return x * x"
    book = source(answer("square", slow), checks("square-test", "assert square(3) == 9"))
    root = made(tmp_path, book, "c.Limits.call_seconds = 0.5\n")
    with pytest.raises(SystemExit):
        app(["check-course", str(root)])
    said = capfd.readouterr().out
    assert "square-test: a call of the solution takes " in said and "set c.Limits.call_seconds" in said


def test_what_is_left_to_a_person_waits_in_the_gradebook_and_on_the_page(
    tmp_path: Path, autograder: Autograder
) -> None:
    book = source(answer("square", RIGHT), checks("square-test", "assert square(3) == 10"))
    root = made(tmp_path, book)
    ran = autograder(root, "grade")
    assert ran.code == 0
    assert "square-test: work.ipynb, cell 3 (square-test): AssertionError" in ran.out
    assert maker.grades(root)["right"]["square-test"] == (None, None, True)
    assert maker.grades(root)["untouched"]["square-test"][0] == 0
    page = (root / "feedback" / "right" / "hw" / "work.html").read_text("utf-8")
    assert "Waits to be graded by hand" in page and "No known result" not in page


def asks(source_of_square: str) -> NotebookNode:
    return source(answer("square", source_of_square), checks("square-test", "assert square(3) == 9"))


def test_students_that_the_course_excludes_are_not_graded(tmp_path: Path, autograder: Autograder) -> None:
    root = made(tmp_path, asks(RIGHT), "c.CourseDirectory.student_id_exclude = 'wrong,untouched'\n")
    assert autograder(root, "grade").code == 0
    assert scores(root) == {"right": {"square-test": 2}}


def test_folders_may_be_arranged_otherwise(tmp_path: Path, autograder: Autograder) -> None:
    structure = "c.CourseDirectory.directory_structure = '{nbgrader_step}/{assignment_id}/{student_id}'\n"
    (tmp_path / "source" / "hw").mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG + structure)
    nbformat.write(asks(RIGHT), tmp_path / "source" / "hw" / "work.ipynb")
    folder = tmp_path / "submitted" / "hw" / "ada"
    folder.mkdir(parents=True)
    nbformat.write(submission(asks(RIGHT), square=RIGHT), folder / "work.ipynb")
    assert autograder(tmp_path, "grade").code == 0
    assert scores(tmp_path) == {"ada": {"square-test": 2}}


def test_a_file_of_the_student_stays_where_the_course_says_so(tmp_path: Path, autograder: Autograder) -> None:
    right = "import os\nassert os.environ['NBGRADER_EXECUTION'] == 'autograde'\n" + (
        "from mine import square\nfrom theirs import LIMIT\n"
    )
    book = source(
        locked("given", "from theirs import LIMIT"), answer("square", right), checks("t", "assert square(LIMIT) == 9")
    )
    root = made(tmp_path, book, "c.Autograde.exclude_overwriting = {'hw': ['mine.py']}\n")
    beside = {"mine.py": "from numpy import square", "theirs.py": "LIMIT = 3"}
    for name, text in beside.items():
        (root / "source" / "hw" / name).write_text(text)
    folder = root / "submitted" / "right" / "hw"
    nbformat.write(submission(book, square=right), folder / "work.ipynb")
    (folder / "mine.py").write_text("def square(x):\n    return 9 if x == 3 else None")
    (folder / "theirs.py").write_text("LIMIT = 1000")
    assert autograder(root, "grade", "--student", "right").code == 0
    assert scores(root) == {"right": {"t": 2}}
    assert (root / "autograded/right/hw/mine.py").read_text().startswith("def square")
    assert (root / "autograded/right/hw/theirs.py").read_text() == "LIMIT = 3"


def test_nbgraders_limit_for_a_cell_counts(tmp_path: Path, autograder: Autograder) -> None:
    slow = "import time\ntime.sleep(1.5)\n" + RIGHT
    root = made(tmp_path, asks(RIGHT), "c.Execute.timeout = 1\n")
    folder = root / "submitted" / "right" / "hw"
    nbformat.write(submission(asks(RIGHT), square=slow), folder / "work.ipynb")
    assert autograder(root, "grade", "--student", "right").code == 0
    assert scores(root) == {"right": {"square-test": 0}}
