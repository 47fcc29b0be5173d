"""A run that was stopped goes on where it was; what hasn't changed is left as it is."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import psutil
import pytest

from autograder.commands import sample
from autograder.commands.batch import JOURNAL
from autograder.commands.run import Graded
from autograder.gradebook.journal import Journal
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out

CLASS = 200
Scores = dict[str, dict[str, tuple[float | None, ...]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a class of 200, its secret made, nothing graded."""
    root = maker.make_course(tmp_path_factory.mktemp("made"))
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Limits.cell_seconds = 1.0\nc.Limits.call_seconds = 0.5\n")
    course = maker.course(root)
    sample.make(course, [ASSIGNMENT], CLASS)
    course.secret()
    return root


@pytest.fixture(scope="module")
def undisturbed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    root = shutil.copytree(made, tmp_path_factory.mktemp("undisturbed") / "course")
    ran = subprocess.run(command(), cwd=root, capture_output=True, text=True, check=False, timeout=280)
    assert ran.returncode == 0, ran.stderr
    return maker.grades(root)


def command() -> list[str]:
    return [str(Path(sys.executable).parent / "autograder"), "grade"]


def started(root: Path, graded: int) -> subprocess.Popen[str]:
    """A run in which some notebooks have been graded already."""
    process = subprocess.Popen(command(), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 200
    while len(list((root / "feedback").glob("*"))) < graded:
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.05)
    return process


def resumed(root: Path) -> int:
    """Run once more, to the end: how many had been graded before."""
    ran = subprocess.run(command(), cwd=root, capture_output=True, text=True, check=False, timeout=280)
    assert ran.returncode == 0, ran.stderr
    before = re.search(r"(\d+) of 200 had been graded before", ran.stdout)
    return int(before[1]) if before else 0


def below(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_a_run_that_is_killed_goes_on_where_it_was(made: Path, undisturbed: Scores, tmp_path: Path) -> None:
    root = shutil.copytree(made, tmp_path / "course")
    process = started(root, 40)
    processes = below(process)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(processes, timeout=60)
    assert alive == [], "the processes of a killed run go on"
    assert resumed(root) >= 30
    assert maker.grades(root) == undisturbed
    assert resumed(root) == CLASS
    assert maker.grades(root) == undisturbed


def test_a_worker_that_is_killed_costs_nobody_a_point(made: Path, undisturbed: Scores, tmp_path: Path) -> None:
    root = shutil.copytree(made, tmp_path / "course")
    process = started(root, 40)
    warm = psutil.Process(process.pid).children()[0]
    worker = max(warm.children(), key=lambda child: len(child.open_files()) + len(child.children()))
    worker.kill()
    _, errors = process.communicate(timeout=280)
    assert process.returncode == 0, errors
    assert maker.grades(root) == undisturbed


@pytest.fixture
def _ctrl_c_is_heeded() -> Iterator[None]:
    """What a shell starts in the background ignores it, and so would all that is started from there."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_is_heeded")
def test_ctrl_c_keeps_what_was_graded_and_says_how_to_go_on(made: Path, undisturbed: Scores, tmp_path: Path) -> None:
    root = shutil.copytree(made, tmp_path / "course")
    process = started(root, 40)
    processes = below(process)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=280)
    assert process.returncode == 130
    assert "Run it again to go on" in errors and "Traceback" not in errors
    assert psutil.wait_procs(processes, timeout=60)[1] == []
    assert len(maker.grades(root)) >= 35
    assert resumed(root) >= 35
    assert maker.grades(root) == undisturbed


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two, graded."""
    root = maker.make_course(tmp_path_factory.mktemp("two") / "course")
    maker.hand_in(root, "ada", handed_out())
    maker.hand_in(root, "ben", handed_out(square="def square(x):\n    return 2 * x"))
    assert not any(one.unchanged for one in maker.grade(root).values())
    return root


@pytest.fixture
def root(two: Path, tmp_path: Path) -> Path:
    return shutil.copytree(two, tmp_path / "course")


def changed(graded: dict[str, Graded]) -> set[str]:
    return {student for student, one in graded.items() if not one.unchanged}


def test_what_has_not_changed_is_left_as_it_is(root: Path) -> None:
    before = maker.tree(root)
    graded = maker.grade(root)
    assert changed(graded) == set()
    assert graded["ben"].outcome.tests[0].score == 1.0
    after = maker.tree(root)
    for name in before:
        assert name.startswith((JOURNAL, "gradebook.db")) or before[name] == after[name], name


def test_a_student_who_hands_in_again_is_graded_again(root: Path) -> None:
    maker.hand_in(root, "ben", handed_out())
    graded = maker.grade(root)
    assert changed(graded) == {"ben"}
    assert graded["ben"].outcome.score == 7


def test_a_file_beside_the_notebook_counts_as_a_change(root: Path) -> None:
    (maker.hand_in(root, "ben", None) / "helper.py").write_text("x = 1")
    assert changed(maker.grade(root)) == {"ben"}


def test_a_change_of_the_source_or_its_misconceptions_grades_everybody_again(root: Path) -> None:
    maker.edit_source(root, "mean-test", "987.0", "986.0")
    maker.edit_source(root, "mean-test", "== 987", "== 986")
    assert changed(maker.grade(root)) == {"ada", "ben"}
    path = root / "solutions" / ASSIGNMENT / "misconceptions.toml"
    path.write_text(path.read_text().replace("credit = 0.5", "credit = 0.25"))
    graded = maker.grade(root)
    assert changed(graded) == {"ada", "ben"}
    assert graded["ben"].outcome.tests[0].score == 0.5


def test_a_change_of_the_limits_grades_everybody_again(root: Path) -> None:
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Limits.calls = 4000\n")
    assert changed(maker.grade(root)) == {"ada", "ben"}


def test_regrade_grades_everybody_again(root: Path) -> None:
    assert changed(maker.grade(root, regrade=True)) == {"ada", "ben"}


def test_who_goes_back_to_what_was_graded_after_something_that_could_not_be_has_those_points_again(root: Path) -> None:
    before, folder = maker.grades(root), maker.hand_in(root, "ada", None)
    folder.rename(root / "elsewhere")
    folder.symlink_to(root / "elsewhere")
    assert maker.grade(root)["ada"].outcome.failed
    assert maker.grades(root)["ada"] != before["ada"]
    folder.unlink()
    (root / "elsewhere").rename(folder)
    assert changed(maker.grade(root)) == {"ada"}
    assert maker.grades(root) == before


def test_a_run_that_ends_over_a_new_version_does_not_take_the_old_one_for_what_is_written(root: Path) -> None:
    first, second = handed_out(), handed_out(square="def square(x):\n    return 2 * x")
    maker.hand_in(root, "ada", second)
    with patch.object(Journal, "add", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        maker.grade(root)
    maker.hand_in(root, "ada", first)
    assert "ada" in changed(maker.grade(root))


def test_a_lost_page_or_autograded_notebook_is_made_again(root: Path) -> None:
    (root / "feedback" / "ada" / ASSIGNMENT / f"{NAME}.html").unlink()
    assert changed(maker.grade(root)) == {"ada"}
    (root / "autograded" / "ben" / ASSIGNMENT / f"{NAME}.ipynb").unlink()
    assert changed(maker.grade(root)) == {"ben"}


def test_a_lost_gradebook_is_written_again_without_grading(root: Path) -> None:
    before = maker.grades(root)
    (root / "gradebook.db").unlink()
    assert changed(maker.grade(root)) == set()
    assert maker.grades(root) == before


def test_the_journal_is_the_graders_own(root: Path) -> None:
    assert (root / JOURNAL).exists()
    assert os.stat(root / JOURNAL).st_uid == os.getuid()
