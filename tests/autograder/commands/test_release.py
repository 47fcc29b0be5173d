from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.autograder import course_maker as maker
from tests.autograder.commands.refused_releases import REFUSED, cell
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME
from tests.autograder.making import answer, cell_of, checks, source

STUDENTS = Path("notebooks") / ASSIGNMENT


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from autograder.commands.release import release

    root = maker.make_course(tmp_path_factory.mktemp("released"))
    release(maker.course(root), ASSIGNMENT)
    return root


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "course"))


def test_students_get_the_notebook_and_its_known_results_and_nothing_else(released: Path) -> None:
    assert sorted(os.listdir(released / STUDENTS)) == ["known-results.json", f"{NAME}.ipynb"]
    assert os.listdir(released / "notebooks") == [ASSIGNMENT]


@pytest.mark.parametrize(
    "secret", ["x * x", "square(x) for x", "secret_number", "987", "SOLUTION", "HIDDEN", "never negative"]
)
def test_solutions_and_hidden_tests_stay_with_the_instructor(released: Path, secret: str) -> None:
    for path in (released / STUDENTS).iterdir():
        assert secret not in path.read_text("utf-8")


def test_visible_checks_and_given_cells_reach_the_student_unchanged(released: Path) -> None:
    source = nbformat.read(maker.source_path(released), 4)
    theirs = nbformat.read(released / STUDENTS / f"{NAME}.ipynb", 4)
    assert [cell.id for cell in theirs.cells] == [cell.id for cell in source.cells]
    assert cell_of(theirs, "square-test").source.startswith("check(square, 3.0)\ncheck(square, -5.0)")
    for name in ("title", "setup", "numbers", "draw"):
        assert cell_of(theirs, name).source == cell_of(source, name).source


def test_known_results_hold_the_values_of_visible_checks_and_of_misconceptions(released: Path) -> None:
    known = json.loads((released / STUDENTS / "known-results.json").read_text("utf-8"))
    assert [entry["name"] for entry in known["results"]] == ["square", "square", "total"]
    assert [entry["value"] for entry in known["results"]] == [9.0, 25.0, 14.0]
    first = known["results"][0]["mistaken"]
    assert {known["misconceptions"][cause]["name"]: result["value"] for [cause], result in first} == {
        "doubles instead of squaring": 6.0,
        "cubes instead of squaring": 27.0,
    }


def test_known_results_lie_beside_the_source_too_so_that_nbgrader_carries_them_along(copied: Path) -> None:
    fresh = (copied / STUDENTS / "known-results.json").read_bytes()
    assert (copied / "solutions" / ASSIGNMENT / "known-results.json").read_bytes() == fresh
    path = f"{Path(shutil.which('nbgrader') or '').parent}{os.pathsep}{os.environ['PATH']}"
    command = ["nbgrader", "generate_assignment", ASSIGNMENT, "--force"]
    before = maker.tree(copied / STUDENTS)
    ran = subprocess.run(
        command, cwd=copied, env=os.environ | {"PATH": path}, capture_output=True, check=False, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert maker.tree(copied / STUDENTS) == before


def test_a_release_is_known_to_the_gradebook(released: Path) -> None:
    with Gradebook(f"sqlite:///{released / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_notebook(NAME, ASSIGNMENT)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells + notebook.task_cells}
        assert points == {"square-test": 2, "total-test": 4, "mean-test": 1, "explain": 3, "draw": 2}


def test_a_second_release_gives_the_same_files(copied: Path, autograder: Autograder) -> None:
    before = maker.tree(copied / "notebooks") | maker.tree(copied / "solutions")
    assert autograder(copied, "release").code == 0
    assert maker.tree(copied / "notebooks") | maker.tree(copied / "solutions") == before


@pytest.mark.parametrize("why", REFUSED)
def test_a_release_is_refused_in_one_sentence_and_nothing_changes(
    why: str, copied: Path, autograder: Autograder
) -> None:
    edit, words = REFUSED[why]
    edit(copied)
    before = maker.tree(copied)
    ran = autograder(copied, "release")
    assert ran.code == 1
    assert len(ran.lines) == 1, ran.err
    for word in words:
        assert word in ran.err
    assert maker.tree(copied) == before


def twice() -> nbformat.NotebookNode:
    return source(
        answer("twice", "    return x + x", "def twice(x):"),
        checks("twice-test", "check(twice, 3.0)", "check(twice, rng.normal())", 1),
    )


def test_two_notebooks_of_an_assignment_share_one_file_of_known_results(copied: Path, autograder: Autograder) -> None:
    maker.add_notebook(copied, "twice", twice())
    ran = autograder(copied, "release")
    assert ran.code == 0, ran.err
    known = json.loads((copied / STUDENTS / "known-results.json").read_text("utf-8"))
    assert {entry["name"] for entry in known["results"]} == {"square", "total", "twice"}
    assert autograder(copied, "release", "--check").code == 0


def test_two_notebooks_may_not_know_different_results_of_the_same_call(copied: Path, autograder: Autograder) -> None:
    text = json.dumps(twice()).replace("twice", "square")
    maker.add_notebook(copied, "other", nbformat.from_dict(json.loads(text)))
    (copied / "solutions" / ASSIGNMENT / "misconceptions.toml").unlink()
    before = maker.tree(copied)
    ran = autograder(copied, "release")
    assert ran.code == 1
    assert len(ran.lines) == 1, ran.err
    assert "square" in ran.err
    assert maker.tree(copied) == before


def test_a_release_needs_nothing_on_the_path_though_there_is_no_gradebook_yet(
    copied: Path, autograder: Autograder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "gradebook.db").unlink()
    before = maker.tree(copied / "notebooks")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    ran = autograder(copied, "release")
    assert (ran.code, ran.err) == (0, "")
    assert maker.tree(copied / "notebooks") == before
    with Gradebook(f"sqlite:///{copied / 'gradebook.db'}", "chainrule") as gradebook:
        assert gradebook.find_notebook(NAME, ASSIGNMENT)


def test_a_question_removed_after_grading_is_refused_and_students_keep_their_notebooks(
    copied: Path, autograder: Autograder
) -> None:
    maker.hand_in(copied, "ada", maker.handed_out())
    maker.grade(copied)
    book = nbformat.read(maker.source_path(copied), 4)
    book.cells.remove(cell_of(book, "mean-test"))
    nbformat.write(book, maker.source_path(copied))
    before = maker.tree(copied)
    ran = autograder(copied, "release")
    assert ran.code == 2
    assert len(ran.lines) == 1, ran.err
    assert f"{ASSIGNMENT}/{NAME}.ipynb: cells were added or removed" in ran.err and "restore it" in ran.err
    assert {name for name, data in maker.tree(copied).items() if before.get(name) != data} <= {"gradebook.db"}
    assert maker.grades(copied)["ada"]["mean-test"] == (1.0, None, 0)


def test_a_gradebook_that_cannot_be_used_is_said_and_students_keep_their_notebooks(
    copied: Path, autograder: Autograder
) -> None:
    edit_of_a_text = cell("numbers", "3.0]", "3.0, 4.0]")
    edit_of_a_text(copied)
    before = maker.tree(copied)
    with closing(sqlite3.connect(copied / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ran = autograder(copied, "release")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert "gradebook.db cannot be used: database is locked; close what else uses it" in ran.err
    assert maker.tree(copied) == before
    (copied / "gradebook.db").write_text("not a database, but long enough to look at" * 100)
    ran = autograder(copied, "release")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert "gradebook.db cannot be used: file is not a database; look whether" in ran.err
    assert {name for name, data in maker.tree(copied).items() if before.get(name) != data} == {"gradebook.db"}


def test_an_assignment_may_be_called_what_a_pattern_looks_like(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path / "INF5860 [H24]")
    (root / "solutions" / ASSIGNMENT).rename(root / "solutions" / "hw [1]?")
    assert autograder(root, "release").err == ""
    assert sorted(os.listdir(root / "notebooks" / "hw [1]?")) == ["known-results.json", f"{NAME}.ipynb"]


def test_a_file_of_mistakes_may_begin_with_a_mark_as_windows_writes_it(copied: Path, autograder: Autograder) -> None:
    path = copied / "solutions" / ASSIGNMENT / "misconceptions.toml"
    before = maker.tree(copied / "notebooks")
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert autograder(copied, "release").err == ""
    assert maker.tree(copied / "notebooks") == before
    path.write_bytes("# Übung".encode("latin-1"))
    assert "misconceptions.toml is not UTF-8" in autograder(copied, "release").err
