from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder.cli import app
from autograder.commands.batch import JOURNAL
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, handed_out


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    maker.hand_in(root, "ada", handed_out())
    maker.hand_in(root, "ben", "no notebook")
    return root


def test_its_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"autograder {version('chainrule')}\n"


@pytest.mark.parametrize("command", ["grade", "release", "verify", "sample"])
def test_a_misspelt_assignment_is_wrong_usage_and_the_right_name_is_suggested(
    command: str, root: Path, autograder: Autograder
) -> None:
    before = maker.tree(root)
    ran = autograder(root, command, "01-sqares")
    assert ran.code == 2
    assert len(ran.lines) == 1
    assert "01-sqares" in ran.err and f"did you mean {ASSIGNMENT}?" in ran.err
    assert maker.tree(root) == before


@pytest.mark.parametrize("command", ["grade", "release", "verify", "sample"])
def test_a_folder_that_is_no_course_is_wrong_usage(command: str, tmp_path: Path, autograder: Autograder) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        ran = autograder(folder, command)
        assert ran.code == 2
        assert len(ran.lines) == 1
        assert "nbgrader_config.py" in ran.err and "--course" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_broken_configuration_is_said_in_one_line(tmp_path: Path, autograder: Autograder) -> None:
    (maker.make_course(tmp_path) / "nbgrader_config.py").write_text("c = get_config(\n")
    ran = autograder(tmp_path, "grade")
    assert ran.code == 2
    assert len(ran.lines) == 1 and "nbgrader_config.py" in ran.err


def test_an_unknown_student_is_wrong_usage(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "grade", "--student", "eve")
    assert ran.code == 2
    assert len(ran.lines) == 1
    assert "eve" in ran.err


def test_nothing_handed_in_is_said(tmp_path: Path, autograder: Autograder) -> None:
    ran = autograder(maker.make_course(tmp_path), "grade")
    assert ran.code == 2
    assert "submitted/" in ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [["--studnet", "x"], ["--student"], ["--seeds", "many"]])
def test_unknown_options_are_wrong_usage(arguments: list[str], root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "verify" if "--seeds" in arguments else "grade", *arguments)
    assert ran.code == 2
    assert ran.err and "Traceback" not in ran.err


def test_only_the_wanted_student_is_graded(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path)
    for student in ("ada", "ben", "cleo"):
        maker.hand_in(root, student, handed_out())
    ran = autograder(root, "grade", ASSIGNMENT, "--student", "ada", "--student", "cleo")
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in (root / "feedback").iterdir()) == ["ada", "cleo"]
    assert maker.grades(root).keys() == {"ada", "cleo"}


def test_grading_ends_with_0_when_a_submission_was_refused(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "grade")
    assert (ran.code, ran.err) == (0, "")
    rows = {line.split()[1]: line for line in ran.out.splitlines() if "│" in line and len(line.split()) > 2}
    assert "7 of 12" in rows["ada"]
    assert "squares" in rows["ben"]
    assert str(root / "feedback") in ran.out.replace("\n", "")


def test_a_source_at_fault_ends_with_1_and_writes_nothing(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path)
    maker.hand_in(root, "ada", handed_out())
    maker.edit_source(root, "square", "### END SOLUTION", "")
    before = maker.tree(root)
    ran = autograder(root, "grade")
    assert ran.code == 1
    assert len(ran.lines) == 1, ran.err
    assert "squares" in ran.err and "don't pair" in ran.err
    after = maker.tree(root)
    for kept in ("gradebook.db", ".chainrule-journal.db"):  # of nobody's work: empty, or how tests can be run
        after.pop(kept, None)
    assert after == before


def test_sample_writes_as_many_students_as_wanted(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path)
    assert autograder(root, "sample", "--students", "15").code == 0
    assert len(list((root / "submitted").iterdir())) == 15
    for path in (root / "submitted").rglob("*.ipynb"):
        assert "HIDDEN" not in path.read_text("utf-8") and "secret_number" not in path.read_text("utf-8")


def test_the_help_names_every_command_and_the_exit_codes() -> None:
    command = Path(sys.executable).parent / "autograder"
    ran = subprocess.run([command, "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0
    for word in ("release", "verify", "sample", "grade", "feedback", "doctor", "Exit codes"):
        assert word in ran.stdout
    ran = subprocess.run([command, "grade", "--help"], capture_output=True, text=True, check=False, timeout=60)
    for word in ("--student", "--course", "--regrade", "--workers", "--unsafe"):
        assert word in ran.stdout
    assert subprocess.run([command, "no-command"], capture_output=True, check=False, timeout=60).returncode == 2


@pytest.mark.parametrize("command", ["grade", "feedback"])
def test_a_locked_or_broken_gradebook_is_said_in_one_line(
    command: str, root: Path, tmp_path: Path, autograder: Autograder
) -> None:
    here = Path(shutil.copytree(root, tmp_path / "course"))
    assert autograder(here, "grade").code == 0
    with closing(sqlite3.connect(here / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ran = autograder(here, command)
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert "gradebook.db cannot be used: database is locked; close what else uses it" in ran.err
    (here / "gradebook.db").write_text("no database" * 1000)
    ran = autograder(here, command)
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert "gradebook.db cannot be used: file is not a database" in ran.err and "put back a copy" in ran.err


def test_a_gradebook_that_another_version_made_is_said_in_one_line(
    root: Path, tmp_path: Path, autograder: Autograder
) -> None:
    here = Path(shutil.copytree(root, tmp_path / "course"))
    (here / "gradebook.db").unlink(missing_ok=True)
    with closing(sqlite3.connect(here / "gradebook.db")) as other:
        other.execute("CREATE TABLE assignment (id VARCHAR(32), name VARCHAR(128))")
    ran = autograder(here, "grade")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert "no such column" in ran.err and "nbgrader db upgrade" in ran.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "db_url"),
        ("postgresql+psycopg://ada:password@localhost:1/x", "ada:***@localhost:1/x cannot be used"),
        ("oracle://localhost/x", "needs a Python package that is not here"),
    ],
)
def test_an_address_that_leads_to_no_gradebook_is_said_without_its_password(
    url: str, said: str, tmp_path: Path, autograder: Autograder
) -> None:
    root = maker.make_course(tmp_path)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    maker.hand_in(root, "ada", handed_out())
    ran = autograder(root, "grade")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert said in ran.err and "password" not in ran.err


def test_a_locked_or_broken_journal_is_said_in_one_line(root: Path, tmp_path: Path, autograder: Autograder) -> None:
    here = Path(shutil.copytree(root, tmp_path / "course"))
    assert autograder(here, "grade").code == 0
    with closing(sqlite3.connect(here / JOURNAL, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        ran = autograder(here, "grade")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert JOURNAL in ran.err and "another run uses it" in ran.err
    (here / JOURNAL).write_text("no database" * 1000)
    ran = autograder(here, "grade")
    assert (ran.code, len(ran.lines)) == (1, 1), ran.err
    assert JOURNAL in ran.err and "remove it" in ran.err
    (here / JOURNAL).unlink()
    assert autograder(here, "grade").code == 0


def test_one_bad_folder_stays_with_its_student(tmp_path: Path, autograder: Autograder) -> None:
    """Names that are no text, folders that are links, sizes and times that are lies: each beside an honest student."""
    root = maker.make_course(tmp_path / "INF5860 [H24]")
    for student in ("0-honest", "timestamp", "sparse", "in the way", "no page", "\x1b[2Jx\ny", "z-honest"):
        maker.hand_in(root, student, handed_out())
    submitted = root / "submitted"
    (submitted / "timestamp" / ASSIGNMENT / "timestamp.txt").write_text("1:1" + "9" * 30)
    for i in range(3):
        (submitted / "sparse" / ASSIGNMENT / f"{i}.bin").touch()
        os.truncate(submitted / "sparse" / ASSIGNMENT / f"{i}.bin", 1 << 40)
    (submitted / "a-link").symlink_to("0-honest")
    (root / "autograded" / "in the way").mkdir(parents=True)
    (root / "autograded" / "in the way" / ASSIGNMENT).touch()
    (root / "feedback").mkdir()
    (root / "feedback" / "no page").touch()
    (submitted / "wrong-case" / "01-Squares").mkdir(parents=True)
    (submitted / "wrong-case" / "01-Squares" / "squares.ipynb").write_text(json.dumps(handed_out()))
    (submitted / "loose").mkdir()
    (submitted / "loose" / "squares.ipynb").write_text("{}")
    no_text = os.fsencode(submitted) + b"/M\xfcller/" + ASSIGNMENT.encode()
    os.makedirs(no_text)
    ran = autograder(root, "grade")
    assert (ran.code, len(ran.lines)) == (1, 2), ran.err
    assert ran.lines[0].startswith("in the way: the page of squares stays as it was")
    assert ran.lines[1].startswith("no page: the page of squares cannot be written")
    scores = {student: [score for score, _, _ in cells.values()] for student, cells in maker.grades(root).items()}
    full = [2.0, 4.0, 1.0, None, None]
    nothing = [None] * 5
    assert scores == {
        "0-honest": full, "timestamp": full, "sparse": full, "\x1b[2Jx\ny": full, "z-honest": full, "wrong-case": full,
        "a-link": nothing, "in the way": nothing, "no page": nothing,
    }  # fmt: skip
    assert all(waits for _, _, waits in maker.grades(root)["timestamp"].values())
    said = " ".join(re.sub(r"[│┃\s]+", " ", ran.out).split())
    assert "timestamp.txt says no time" in said
    assert "a-link is a link; ask for the folder itself" in said
    assert "01-Squares was taken for" in said
    assert "\x1b[2J" not in ran.out
    strays = ran.out.split("lies in no assignment's folder:")[1].splitlines()[1:3]
    assert [line.strip() for line in strays] == ["submitted/M\\udcfcller", "submitted/loose/squares.ipynb"]
    copied = sum(path.stat().st_size for path in (root / "autograded").rglob("*.bin"))
    assert copied == 0
    (root / "feedback" / "no page").unlink()
    (root / "autograded" / "in the way" / ASSIGNMENT).unlink()
    assert autograder(root, "grade").code == 0
    assert maker.grades(root)["no page"]["square-test"] == (2.0, None, 0)
