"""What is remembered of checks: their outcome, in one small file, and only where somebody looks at it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chainrule import progress
from tests.chainrule.kernel import ROOT, Kernel

START = "from chainrule import check, widgets\nimport numpy as np\n"
WRONG = "def relative_error(a, b, floor=1e-3):\n    return a - b\n"
RIGHT = (
    "def relative_error(a, b, floor=1e-3):\n"
    "    return np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)\n"
)
FIRST = "check(relative_error, np.array([1.0, -2.0, 0.0, 1e-10, 50.0]), np.array([1.001, 2.0, 0.0, 3e-10, 40.0]))"
SECOND = (
    "check(relative_error, np.array([[0.5, -0.003], [0.0, -2.0]]), "
    "np.array([[0.4, -0.001], [0.002, -2.0]]), floor=0.02)"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "06-gradient-checking"
    folder.mkdir()
    shutil.copy(ROOT / "notebooks/06-gradient-checking/known-results.json", folder)
    return folder


def test_an_answer_passes_when_all_its_checks_have(folder: Path) -> None:
    with Kernel(folder) as kernel:
        kernel.run(START + "widgets.Progress()")
        kernel.run(RIGHT + FIRST)
        assert not progress.of_folder(folder)["relative_error"]
        kernel.run(RIGHT + SECOND)
        assert progress.of_folder(folder)["relative_error"]
        assert kernel.run(WRONG + FIRST).error == "CheckFailed"
        assert not progress.of_folder(folder)["relative_error"]
        assert kernel.run("print(widgets.Progress().here['unroll'])").printed == "False\n"


def test_a_check_that_is_stopped_by_an_error_passes_no_longer(folder: Path) -> None:
    with Kernel(folder) as kernel:
        kernel.run(START + "widgets.Progress()")
        kernel.run(RIGHT + FIRST + "\n" + SECOND)
        assert progress.of_folder(folder)["relative_error"]
        kernel.run("def relative_error(*_, **__):\n    return 1 / 0\n" + SECOND)
        assert not progress.of_folder(folder)["relative_error"]


def test_the_file_holds_keys_of_results_and_nothing_else(folder: Path) -> None:
    with Kernel(folder) as kernel:
        kernel.run(START + "widgets.Progress()")
        kernel.run(RIGHT + FIRST)
    (file,) = folder.glob(".chainrule*")
    held = json.loads(file.read_text())
    assert list(held) == ["right"]
    assert [len(key) for key in held["right"]] == [16]


def test_without_the_widget_nothing_is_written(folder: Path) -> None:
    with Kernel(folder) as kernel:
        assert kernel.run(START + RIGHT + FIRST).text.startswith("Right")
    assert not list(folder.glob(".chainrule*"))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"right": 3}', '{"right": [[]]}'])
def test_a_file_that_is_broken_is_begun_anew(folder: Path, text: str) -> None:
    (folder / progress.FILE_NAME).write_text(text)
    progress.record(folder, "key", right=True)
    assert progress.right_keys(folder) == {"key"}


def test_the_other_folders_are_counted(folder: Path) -> None:
    other = folder.parent / "02-sigmoid-gate"
    other.mkdir()
    shutil.copy(ROOT / "notebooks/02-sigmoid-gate/known-results.json", other)
    with Kernel(folder) as kernel:
        printed = kernel.run(START + "print(widgets.Progress().others)").printed
    assert printed == f"[('02-sigmoid-gate', 0, {len(progress.of_folder(other))})]\n"


def test_in_a_folder_without_known_results_there_is_nothing_to_pass(tmp_path: Path) -> None:
    assert progress.of_folder(tmp_path) == {}
