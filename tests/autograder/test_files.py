"""Files of a run: written whole, bounded before they are read, and removed whatever student code has made of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from autograder import files

DEEP = "import os\nfor _ in range(3000):\n    os.mkdir('down')\n    os.chdir('down')"


def test_a_folder_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DEEP], cwd=tmp_path, check=True)
    files.remove(tmp_path)
    assert not tmp_path.exists()


def test_what_a_link_leads_to_is_kept(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "folder").mkdir()
    os.symlink(tmp_path / "kept", tmp_path / "folder" / "link")
    files.remove(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").exists()


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "new").write_text("new")
    return tmp_path / "fresh"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "course" / "target").mkdir(parents=True)
    (tmp_path / "course" / "target" / "old").write_text("old")
    return tmp_path / "course" / "target"


def only_copies(monkeypatch: pytest.MonkeyPatch, *, renames: bool) -> None:
    """As where folders can't be exchanged; and not moved either, where they are file systems of their own."""

    def refuse(*_: object) -> NoReturn:
        raise OSError("cannot be moved")

    monkeypatch.setattr(files, "_exchanged", lambda a, b: False)
    if not renames:
        monkeypatch.setattr(Path, "rename", refuse)


ONLY_COPIES: dict[str, dict[str, bool] | None] = {
    "exchanged": None,
    "moved": {"renames": True},
    "copied": {"renames": False},
}


@pytest.mark.parametrize("how", ONLY_COPIES)
def test_a_folder_takes_the_place_of_another_and_leaves_nothing_beside_it(
    how: str, fresh: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if only := ONLY_COPIES[how]:
        only_copies(monkeypatch, **only)
    files.replace_folder(fresh, target)
    assert os.listdir(target) == ["new"]
    assert os.listdir(target.parent) == ["target"]
    assert os.listdir(fresh) == ["new"]


def test_a_folder_is_put_where_none_was(fresh: Path, tmp_path: Path) -> None:
    files.replace_folder(fresh, tmp_path / "course" / "target")
    assert os.listdir(tmp_path / "course" / "target") == ["new"]


def test_where_a_folder_cannot_take_the_place_of_another_the_old_one_is_back(
    fresh: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail(path: Path, to: Path) -> None:
        if path.name == "new":
            raise OSError("no room")
        rename(path, to)

    only_copies(monkeypatch, renames=True)
    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no room"):
        files.replace_folder(fresh, target)
    assert os.listdir(target) == ["old"]
    assert os.listdir(target.parent) == ["target"]


@pytest.mark.parametrize("fails", ["rmtree", "copytree"])
def test_where_a_folder_cannot_be_filled_anew_it_has_what_it_had(
    fresh: Path, target: Path, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (target / "below").mkdir()
    (target / "below" / "work").write_text("a student's")
    real, calls = getattr(shutil, fails), []

    def fail(*arguments: Any, **options: Any) -> None:
        if target in arguments or arguments[0] == target / "below":
            calls.append(arguments)
            if arguments[0] != target and len(calls) == (1 if fails == "rmtree" else 2):
                raise OSError("no room")
        real(*arguments, **options)

    only_copies(monkeypatch, renames=False)
    monkeypatch.setattr(shutil, fails, fail)
    with pytest.raises(OSError, match="no room"):
        files.replace_folder(fresh, target)
    assert sorted(os.listdir(target)) == ["below", "old"]
    assert (target / "below" / "work").read_text() == "a student's"
    assert os.listdir(target.parent) == ["target"]


def test_the_smallest_files_are_kept_by_what_they_say_of_their_size(tmp_path: Path) -> None:
    sizes = {"a-huge": 1 << 44, "b": 10, "c/d": 90, "e": 30, "f": 101}
    for name, size in sizes.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        try:
            os.truncate(tmp_path / name, size)
        except OSError:  # this file system has no files of that size
            os.truncate(tmp_path / name, 1 << 32)
    kept, left_out = files.bounded(tmp_path, 100, 130)
    assert [str(path) for path in kept] == ["b", "e", "c/d"]
    assert {str(path) for path in left_out} == {"a-huge", "f"}


def test_only_so_many_files_and_folders_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 5)
    for i in range(20):
        (tmp_path / f"file-{i}").touch()
        (tmp_path / f"folder-{i:02}" / "below").mkdir(parents=True)
        (tmp_path / f"folder-{i:02}" / "file").touch()
    assert len(list(files.below(tmp_path))) == 5


@pytest.mark.parametrize(
    "text", ["\x1b]52;c;x\x07", "\x1b[2J", "a\nb", "\r", "\x9b2J", "\u202etxt", "\ud800", "\u2028"]
)
def test_nothing_in_a_name_moves_the_terminal(text: str) -> None:
    shown = files.visible(f"before{text}after")
    assert shown.startswith("before\\") or shown.startswith("beforea\\")
    assert all(" " <= character <= "~" for character in shown)


def test_names_in_any_script_are_shown_as_they_are() -> None:
    assert files.visible("Ødegård 日本 [bold]") == "Ødegård 日本 [bold]"
