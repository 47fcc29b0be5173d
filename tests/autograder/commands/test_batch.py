"""The sample class of a small course, graded twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.commands import sample
from autograder.commands.run import Graded
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.making import cell_of

LOOK = """import os
for folder, _, files in sorted(os.walk(".")):
    print(sorted(os.path.join(folder, name) for name in files))
print(open("data.txt").read(), open("given.txt").read())"""
SAMPLE = {
    "right": (2.0, 4.0, 1.0),
    "partly-right": (2.0, 4.0, 0.0),
    "untouched": (0.0, 0.0, 0.0),
    "syntax-error": (0.0, 4.0, 1.0),
    "endless-loop": (0.0, 4.0, 1.0),
    "deleted-test": (2.0, 4.0, 1.0),
    "copied-cell": (2.0, 4.0, 1.0),
    "mistaken-1": (1.0, 0.0, 1.0),
    "mistaken-2": (0.0, 4.0, 1.0),
    "no-json": (None, None, None),
}


def _curious() -> nbformat.NotebookNode:
    book = handed_out()
    book.cells.append(new_code_cell(LOOK, id="look"))
    return book


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    (root / "solutions" / ASSIGNMENT / "given.txt").write_text("of the course")
    sample.make(maker.course(root), [ASSIGNMENT], None)
    folder = maker.hand_in(root, "curious", _curious())
    (folder / "data.txt").write_text("of the student")
    (folder / "given.txt").write_text("of the student, who changed it")
    (folder / "misconceptions.toml").write_text("")
    (folder / "answers-of-a-friend.ipynb").write_text("{}")
    (folder / "sub").mkdir()
    (folder / "sub" / "more.ipynb").write_text("{}")
    (folder / "sub" / "more.txt").write_text("more")
    lucky = handed_out()
    cell_of(
        lucky, "square"
    ).source = "import numpy as np\ndef square(x):\n    return x * x if np.random.random() < 0.5 else 0.0"
    maker.hand_in(root, "lucky", lucky)
    return root


@pytest.fixture(scope="module")
def first(root: Path) -> dict[str, Graded]:
    return maker.grade(root)


@pytest.fixture(scope="module")
def second(root: Path, first: dict[str, Graded]) -> dict[str, Graded]:
    assert first
    return maker.grade(root, regrade=True)


@pytest.mark.parametrize("student", SAMPLE)
def test_each_kind_of_student_gets_the_points_that_are_due(student: str, root: Path, first: dict[str, Graded]) -> None:
    assert student in first
    grades = maker.grades(root)[student]
    assert tuple(grades[name][0] for name in ("square-test", "total-test", "mean-test")) == SAMPLE[student]


def test_the_sample_class_has_each_kind_of_student(first: dict[str, Graded]) -> None:
    assert first.keys() - {"curious", "lucky"} == SAMPLE.keys()


def test_the_six_things_that_can_be_said_are_said_differently(first: dict[str, Graded]) -> None:
    said = {student: one.outcome.tests[0].word for student, one in first.items() if one.outcome.tests}
    assert said["right"] == "Right"
    assert said["untouched"] == "Not answered yet"
    assert said["syntax-error"] == "Stopped by an error"
    assert said["endless-loop"] == "Took too long"
    assert said["mistaken-1"] == "Partly right"
    assert said["mistaken-2"] == "Not right yet"


def test_a_known_mistake_is_named_with_its_words_and_credit(first: dict[str, Graded]) -> None:
    square, total, _ = first["mistaken-1"].outcome.tests
    assert square.misconception is not None and square.misconception.name == "doubles instead of squaring"
    assert total.misconception is not None and total.misconception.name == "adds the numbers themselves"
    assert square.score == 1.0


def test_grading_again_gives_every_student_the_same_outcome(
    first: dict[str, Graded], second: dict[str, Graded]
) -> None:
    assert second.keys() == first.keys()
    for student, one in first.items():
        assert second[student].outcome.tests == one.outcome.tests


@pytest.mark.parametrize("time", ["first", "second"])
def test_student_code_finds_the_files_beside_it_and_no_notebook(
    time: str, root: Path, request: pytest.FixtureRequest
) -> None:
    assert request.getfixturevalue(time)
    shown = nbformat.read(root / "autograded" / "curious" / ASSIGNMENT / f"{NAME}.ipynb", 4)
    printed = "".join(o.get("text", "") for cell in shown.cells for o in cell.get("outputs", []))
    assert "of the student of the course" in printed
    assert "./sub/more.txt" in printed
    assert "ipynb" not in printed
    assert "misconceptions.toml" not in printed


def test_no_notebook_of_a_submission_is_copied_beside_the_autograded_one(root: Path, second: dict[str, Graded]) -> None:
    assert second
    folder = root / "autograded" / "curious" / ASSIGNMENT
    assert [str(p.relative_to(folder)) for p in folder.rglob("*.ipynb")] == [f"{NAME}.ipynb"]
    assert (folder / "given.txt").read_text() == "of the course"


@pytest.mark.parametrize("student", [s for s in SAMPLE if s != "no-json"])
def test_an_autograded_notebook_is_valid_and_has_the_tests_of_the_source(
    student: str, root: Path, second: dict[str, Graded]
) -> None:
    assert second
    shown = nbformat.read(root / "autograded" / student / ASSIGNMENT / f"{NAME}.ipynb", 4)
    nbformat.validate(shown)
    source = nbformat.read(maker.source_path(root), 4)
    for name in ("square-test", "total-test", "mean-test"):
        assert cell_of(shown, name).source == cell_of(source, name).source
        assert cell_of(shown, name).metadata.nbgrader == cell_of(source, name).metadata.nbgrader


@pytest.mark.parametrize("student", [*SAMPLE, "curious", "lucky"])
def test_no_hidden_test_reaches_a_student(student: str, root: Path, second: dict[str, Graded]) -> None:
    page = second[student].feedback.read_text("utf-8")
    said = json.dumps([(test.says, test.word) for test in second[student].outcome.tests])
    for secret in ("secret_number", "987", "rng", "HIDDEN", "normal(size"):
        assert secret not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
        assert secret not in said


def test_scores_are_numbers_between_nothing_and_the_points(first: dict[str, Graded]) -> None:
    for one in first.values():
        for test in one.outcome.tests:
            assert 0 <= test.score <= test.points


def test_no_process_and_no_folder_is_left_behind(second: dict[str, Graded], tmp_path: Path) -> None:
    assert second
    root = maker.make_course(tmp_path / "course")
    maker.hand_in(root, "right", handed_out())
    (tmp_path / "temporary").mkdir()
    script = f"from tests.autograder import course_maker as m; from pathlib import Path; m.grade(Path({str(root)!r}))"
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=maker.ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
        check=True,
        timeout=60,
    )
    assert list((tmp_path / "temporary").iterdir()) == []
