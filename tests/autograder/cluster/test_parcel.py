"""A folder that was sent to another machine is found there as it was here, whatever a student has put into it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.cluster.parcel import NOWHERE, pack, unpack
from autograder.course import notebook
from autograder.course.cells import Source
from autograder.course.notebook import CannotReadError
from autograder.files import MAX_FILES, bounded
from autograder.grading import finding
from autograder.grading.finding import Wanted
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import NAME, handed_out

FILE = f"{NAME}.ipynb"
ONE, TOGETHER = 1_000_000, 1_500_000
TEXT = json.dumps(handed_out())


def _many(folder: Path) -> None:
    (folder / FILE).write_text(TEXT + " " * 900_000)
    for i in range(3):
        (folder / f"{i}.bin").write_bytes(bytes(700_000))


def _thousands(folder: Path) -> None:
    for i in range(MAX_FILES + 100):
        (folder / f"{i}.txt").touch()
    (folder / FILE).write_text(TEXT)


def _huge(folder: Path) -> None:
    (folder / FILE).touch()
    os.truncate(folder / FILE, 1 << 40)


def _below(folder: Path) -> None:
    (folder / "work" / "mine").mkdir(parents=True)
    (folder / "work" / "mine" / "answers.ipynb").write_text(TEXT)


def _links(folder: Path) -> None:
    (folder / FILE).symlink_to("/etc/passwd")


def _other_link(folder: Path) -> None:
    (folder / "other.ipynb").symlink_to("/etc/passwd")


def _folder(folder: Path) -> None:
    (folder / FILE).mkdir()


def _full_folder(folder: Path) -> None:
    _folder(folder)
    (folder / FILE / FILE).write_text(TEXT)


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / FILE)


def _no_text(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe.ipynb")).write_text(TEXT)


def _nothing(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")


def seen(folder: Path) -> tuple[str, bytes]:
    source = maker.squares()
    wanted = Wanted(NAME, Source.of(source, notebook.stubs(source)), frozenset())
    try:
        found = finding.find(folder, wanted)
    except CannotReadError as error:
        return f"{type(error).__name__}: {error}", b""
    return found.note or found.name, found.data


@pytest.mark.parametrize(
    "fill", [_many, _thousands, _huge, _below, _links, _other_link, _folder, _full_folder, _pipe, _no_text, _nothing]
)
def test_the_same_notebook_is_found_or_the_same_is_said(fill: Callable[[Path], None], tmp_path: Path) -> None:
    here, there = tmp_path / "here" / "01", tmp_path / "there" / "01"
    here.mkdir(parents=True)
    fill(here)
    unpack(pack(here, *bounded(here, ONE, TOGETHER), FILE), there)
    assert seen(there) == seen(here)


def test_a_link_leads_nowhere_and_what_is_too_large_takes_no_room(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    _huge(tmp_path / "here")
    (tmp_path / "here" / "link").symlink_to("/etc/passwd")
    parcel = pack(tmp_path / "here", *bounded(tmp_path / "here", ONE, TOGETHER), FILE)
    unpack(parcel, tmp_path / "there")
    assert parcel.files == {}
    assert os.readlink(tmp_path / "there" / "link") == NOWHERE
    assert (tmp_path / "there" / FILE).stat().st_size == 1 << 40
    assert (tmp_path / "there" / FILE).stat().st_blocks == 0


def test_a_notebook_that_cannot_be_read_is_refused_before_it_travels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text(TEXT)

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(CannotReadError, match="cannot be read"):
        pack(tmp_path, *bounded(tmp_path, ONE, TOGETHER), FILE)
