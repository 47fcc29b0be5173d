"""What is remembered of checks: their outcome, in one small file, and only where somebody looks at it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from chainrule.checks import known_results, progress
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Question
from tests.chainrule.kernel import Kernel

START = "from chainrule import check, widgets\n"
WRONG = "def double(x):\n    return x\n"
RIGHT = "def double(x):\n    return 2 * x\n"
FIRST, SECOND = "check(double, 1.0)", "check(double, 3.0)"
KNOWN = [
    (Question("double", "call", (1.0,)), KnownResult(2.0)),
    (Question("double", "call", (3.0,)), KnownResult(6.0)),
    (Question("guess", "value"), KnownResult(0.5)),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "doubling"
    folder.mkdir()
    (folder / known_results.FILE_NAME).write_text(known_results.to_json(KNOWN), "utf-8")
    return folder


def test_an_answer_passes_when_all_its_checks_have(folder: Path) -> None:
    with Kernel(folder) as kernel:
        kernel.run(START + "widgets.Progress()")
        kernel.run(RIGHT + FIRST)
        assert not progress.of_folder(folder)["double"]
        kernel.run(RIGHT + SECOND)
        assert progress.of_folder(folder)["double"]
        assert kernel.run(WRONG + FIRST).error == "CheckFailed"
        assert not progress.of_folder(folder)["double"]
        assert kernel.run("print(widgets.Progress().here['guess'])").printed == "False\n"


def test_a_check_that_is_stopped_by_an_error_passes_no_longer(folder: Path) -> None:
    with Kernel(folder) as kernel:
        kernel.run(START + "widgets.Progress()")
        kernel.run(RIGHT + FIRST + "\n" + SECOND)
        assert progress.of_folder(folder)["double"]
        kernel.run("def double(x):\n    return 1 / 0\n" + SECOND)
        assert not progress.of_folder(folder)["double"]


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
    shutil.copytree(folder, folder.parent / "halving")
    with Kernel(folder) as kernel:
        printed = kernel.run(START + "print(widgets.Progress().others)").printed
    assert printed == "[('halving', 0, 2)]\n"


def test_in_a_folder_without_known_results_there_is_nothing_to_pass(tmp_path: Path) -> None:
    assert progress.of_folder(tmp_path) == {}
