"""A class graded by a Dask cluster of real processes: the same files and scores as on one machine."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from autograder.cluster.client import Cluster
from autograder.commands import sample
from autograder.commands.batch import JOURNAL
from autograder.commands.run import Graded
from autograder.errors import CannotPrepareError
from tests.autograder import course_maker as maker
from tests.autograder.cluster.dask_processes import SECONDS, Processes, dask, wait_for
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.making import cell_of

LOOK = """import os
print(sorted(os.listdir()), open("data.txt").read(), open("given.txt").read())"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with dask(tmp_path_factory.mktemp("dask") / "run") as processes:
        yield processes


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two equal courses with each kind of submission, and the same secret."""
    here, elsewhere = (tmp_path_factory.mktemp("course") / "course" for _ in range(2))
    for root in (here, elsewhere):
        maker.make_course(root)
        (root / "given.txt").write_text("of the course")
        (root / "solutions" / ASSIGNMENT / "given.txt").symlink_to(root / "given.txt")
        (root / "solutions" / ASSIGNMENT / "data.txt").write_text("of the course")
        sample.make(maker.course(root), [ASSIGNMENT], None)
        book = handed_out()
        cell_of(book, "numbers").source += f"\n{LOOK}"
        (maker.hand_in(root, "curious", book) / "given.txt").write_text("of the student")
        (maker.hand_in(root, "link", None) / f"{NAME}.ipynb").symlink_to(maker.source_path(root))
        maker.hand_in(root, "below", handed_out(), f"{NAME} (1).ipynb")
        maker.hand_in(root, "absent", None)
    (elsewhere / "chainrule.secret").write_bytes(maker.course(here).secret())
    return here, elsewhere


@pytest.fixture(scope="module")
def graded(roots: tuple[Path, Path], there: Processes) -> tuple[dict[str, Graded], dict[str, Graded]]:
    here, elsewhere = roots
    return maker.grade(here), maker.grade(elsewhere, place=partial(Cluster, there.address))


Both = tuple[dict[str, Graded], dict[str, Graded]]


def test_everybody_has_the_same_scores_as_on_one_machine(roots: tuple[Path, Path], graded: Both) -> None:
    here, elsewhere = (maker.grades(root) for root in roots)
    assert len(here) == len(graded[0]) >= 14
    assert elsewhere == here


def test_the_same_is_said_of_everybody(graded: Both) -> None:
    here, elsewhere = ({student: one.outcome for student, one in some.items()} for some in graded)
    assert elsewhere == here


def test_the_same_pages_and_notebooks_are_written(roots: tuple[Path, Path], graded: Both) -> None:
    assert graded
    kept = [
        {
            name: data
            for step in ("feedback", "autograded")
            for name, data in maker.tree(root / step).items()
            if "copied-cell" not in name  # a copy gets an id by chance
        }
        for root in roots
    ]
    assert kept[0] == kept[1]


def test_what_has_been_graded_is_not_graded_again_wherever_it_was(
    roots: tuple[Path, Path], graded: Both, there: Processes
) -> None:
    assert graded
    again = maker.grade(roots[1], place=partial(Cluster, there.address))
    assert all(one.unchanged for one in again.values())
    assert {student: one.outcome for student, one in again.items()} == {
        student: one.outcome for student, one in graded[1].items()
    }


def test_how_tests_are_run_is_found_out_there_and_kept_in_the_journal(roots: tuple[Path, Path], graded: Both) -> None:
    assert graded
    found = []
    for root in roots:
        with sqlite3.connect(root / JOURNAL) as database:
            found.append(database.execute("SELECT notebook, found FROM tried").fetchall())
    assert found[0] == found[1] != []


def test_no_solution_is_left_on_the_machines_when_the_command_is_done(graded: Both, there: Processes) -> None:
    assert graded
    homes = {f"chainrule-{worker.pid}-*" for worker in there.workers}
    wait_for(lambda: not any(list(Path(tempfile.gettempdir()).glob(home)) for home in homes))


def test_a_machine_with_another_version_grades_nothing(
    roots: tuple[Path, Path], there: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {"versions": "chainrule 9.9", "engine": "another"}
    monkeypatch.setattr("autograder.cluster.remote.about_engine", lambda: versions)
    with pytest.raises(CannotPrepareError, match=r"on \S+: it has chainrule .* the command chainrule 9\.9; install"):
        maker.grade(roots[1], "right", regrade=True, place=partial(Cluster, there.address))


def test_a_cluster_of_this_machines_own_grades_and_leaves_nothing_running(tmp_path: Path) -> None:
    root = maker.make_course(tmp_path / "course")
    maker.hand_in(root, "ada", handed_out())
    command = [str(Path(sys.executable).parent / "autograder"), "grade", "--scheduler", "local", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert maker.grades(root)["ada"]["total-test"] == (4.0, None, 0)
    wait_for(lambda: not _session(process.pid))


def _session(leader: int) -> list[int]:
    """The processes that are left of a session."""
    return [one.pid for one in psutil.process_iter() if _session_of(one.pid) == leader]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None
