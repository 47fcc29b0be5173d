"""What student code finds around it: a folder of its own, and nothing of the grader's."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.outside.session import Sandbox, Session
from autograder.sandbox.outside.steps import Step
from tests.autograder.sandbox.room import LIMITS, room


def seen(sandbox: Sandbox, expression: str, files: Path | None = None, seed: int = 0) -> Any:
    """The value of an expression of student code, as text."""
    cell = f"import os, socket, sys, random\nimport numpy as np\nimport chainrule\nanswer = repr({expression})"
    steps = [Step(0, cell), Step(1, names=("answer",))]
    with closing(Session(sandbox, steps, files, seed=seed)) as session:
        session.ensure()
        assert session.cells[0].stopped is None, session.cells[0].outputs
        return session.bound[1][0]["answer"]


def test_the_working_folder_is_empty_and_can_be_written_to(sandbox: Sandbox) -> None:
    assert seen(sandbox, "os.listdir('.')") == "[]"
    assert seen(sandbox, "(open('x.txt', 'w').write('abc'), open('x.txt').read())") == "(3, 'abc')"


def test_nothing_is_left_of_one_students_files_for_the_next(sandbox: Sandbox) -> None:
    seen(sandbox, "open('for-a-friend.txt', 'w').write('42')")
    assert seen(sandbox, "os.listdir('.')") == "[]"


def test_files_handed_in_are_copies_and_links_lead_nowhere(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("of the grader")
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    (folder / "data.txt").write_text("7")
    (folder / "sub" / "more.txt").write_text("8")
    (folder / "own.ipynb").write_text("{}")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "everything").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    walk = "sorted(os.path.join(p, n) for p, _, names in os.walk('.') for n in names)"
    assert seen(sandbox, walk, folder) == "['./data.txt', './sub/more.txt']"
    assert seen(sandbox, "open('data.txt', 'w').write('changed')", folder) == "7"
    assert (folder / "data.txt").read_text() == "7"


def test_more_files_than_there_is_room_for_leave_the_rest_out(sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.bin").write_bytes(bytes(20 << 20))
    assert int(seen(sandbox, "sum(os.path.getsize(n) for n in os.listdir('.'))", tmp_path)) <= LIMITS.disk


def test_the_course_and_python_can_be_read_and_nothing_else(sandbox: Sandbox) -> None:
    assert seen(sandbox, "len(os.listdir(os.path.dirname(chainrule.__file__))) > 5") == "True"
    assert seen(sandbox, "__import__('chainrule.datasets').datasets.digits()[0].shape[1]") == "64"
    for path in ("/etc/passwd", "/proc/self/environ", str(Path(__file__)), "/etc/shadow"):
        assert seen(sandbox, f"os.path.exists({path!r})") == "False", path


def test_student_code_has_no_rights(sandbox: Sandbox) -> None:
    if os.getuid() == 0:
        assert seen(sandbox, "os.getuid() != 0") == "True"
    assert seen(sandbox, "os.getppid()") == "0"


@pytest.mark.parametrize("draw", ["np.random.rand()", "random.random()", "chainrule.rng.normal()"])
def test_random_numbers_are_a_submissions_own_and_the_same_again(sandbox: Sandbox, draw: str) -> None:
    first, again, other = (seen(sandbox, draw, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_what_is_written_after_the_cells_ran_reaches_nobody(sandbox: Sandbox) -> None:
    with room(sandbox, "def f(x):\n    print('the hidden input is', x)\n    return x") as there:
        assert there.test("f(424242.0)") == 424242.0
        assert "424242" not in str(there.session.cells)
