"""What is handed in beside a notebook fits into the working folder, with room for what the code writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.sandbox.walls import working_folder
from autograder.sandbox.walls.working_folder import MAX_FILES

SIZE = 1 << 20


def copied(handed_in: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The files that are there after a copy."""
    target.mkdir()
    monkeypatch.chdir(target)
    opened = os.open(handed_in, os.O_RDONLY | os.O_DIRECTORY)
    working_folder.copy(opened, None, SIZE)
    os.close(opened)
    return {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    (tmp_path / "handed-in").mkdir()
    return tmp_path / "handed-in"


def test_thousands_of_files_never_fill_it(handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(3 * MAX_FILES):
        folder = handed_in / str(i % 40)
        folder.mkdir(exist_ok=True)
        (folder / f"{i}.txt").touch()
    found = copied(handed_in, tmp_path / "work", monkeypatch)
    assert MAX_FILES / 2 < len(found) < MAX_FILES
    assert not working_folder.overflows(str(tmp_path / "work"), SIZE)


def test_what_is_too_large_is_left_out_and_the_rest_is_there(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(100):
        (handed_in / f"small-{i}.csv").write_bytes(b"1,2\n")
    (handed_in / "large.csv").write_bytes(b"x" * SIZE)
    (handed_in / "sparse.csv").touch()
    os.truncate(handed_in / "sparse.csv", 1 << 40)
    (handed_in / "another.ipynb").touch()
    (handed_in / "link.csv").symlink_to("/etc/passwd")
    found = copied(handed_in, tmp_path / "work", monkeypatch)
    assert found == {f"small-{i}.csv" for i in range(100)}
    assert not working_folder.overflows(str(tmp_path / "work"), SIZE)
