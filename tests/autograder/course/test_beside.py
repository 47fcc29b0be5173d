"""What a student puts beside a notebook is bounded, and what it says of the time is read or said to be unreadable."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from autograder.course import beside
from autograder.course.beside import UnknownTimeError

READ = {
    "2026-01-01 14:00:00 UTC": datetime(2026, 1, 1, 14),
    "2026-01-01 14:00:00.123456 UTC": datetime(2026, 1, 1, 14, 0, 0, 123456),
    "2026-07-01 14:00:00 Europe/Oslo": datetime(2026, 7, 1, 12),
    "2026-01-01T14:00:00+02:00": datetime(2026, 1, 1, 12),
    "2026-01-01": datetime(2026, 1, 1),
    "": None,
}
UNREADABLE = {
    "words": "last Tuesday, I think",
    "a number that dateutil's arithmetic refuses": "1:1" + "9" * 30,
    "beyond the calendar": "999999-99-99 99:99:99 UTC",
    "no year": "14:00",
    "a day of any month": "12",
    "long": "2026-01-01" + " " * 300,
    "bytes": b"\xff\xfe\x00\x01",
    "an hour before the calendar": "0001-01-01 00:00:00 +2000",
    "the path of a file as a zone": "2026-01-01 14:00:00 /etc/localtime",
    "a path that climbs as a zone": "2026-01-01 14:00:00 Europe/../../../etc/localtime",
}


@pytest.mark.parametrize("text", READ)
def test_a_time_is_read_in_utc(text: str, tmp_path: Path) -> None:
    (tmp_path / "timestamp.txt").write_text(text)
    assert beside.timestamp(tmp_path) == READ[text]


def test_without_a_file_no_time_is_known(tmp_path: Path) -> None:
    assert beside.timestamp(tmp_path) is None


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_names_no_day_is_not_taken_for_a_time(kind: str, tmp_path: Path) -> None:
    text = UNREADABLE[kind]
    (tmp_path / "timestamp.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UnknownTimeError, match=r"timestamp\.txt says no time"):
        beside.timestamp(tmp_path)


def test_a_link_and_a_folder_say_no_time(tmp_path: Path) -> None:
    (tmp_path / "folder" / "timestamp.txt").mkdir(parents=True)
    (tmp_path / "link").mkdir()
    (tmp_path / "elsewhere").write_text("2026-01-01 14:00:00 UTC")
    (tmp_path / "link" / "timestamp.txt").symlink_to(tmp_path / "elsewhere")
    for folder in ("folder", "link"):
        with pytest.raises(UnknownTimeError):
            beside.timestamp(tmp_path / folder)


def test_what_is_too_large_is_left_out_and_named_though_it_takes_no_room(tmp_path: Path) -> None:
    theirs, ours, target = tmp_path / "theirs", tmp_path / "ours", tmp_path / "target"
    theirs.mkdir(), ours.mkdir()
    for i in range(20):
        (theirs / f"data-{i:02}.bin").touch()
        os.truncate(theirs / f"data-{i:02}.bin", 1 << 20)
    (theirs / "small.txt").write_text("small")
    (theirs / "huge.bin").touch()
    os.truncate(theirs / "huge.bin", 1 << 40)
    (ours / "table.csv").write_text("of the course")
    said = beside.copy(theirs, ours, target, (), 1 << 20, 3 << 20)
    assert sum(path.stat().st_size for path in target.iterdir()) <= 4 << 20
    assert (target / "small.txt").read_text() == "small" and (target / "table.csv").exists()
    assert said is not None and said.startswith("left out") and "and 16 more" in said
    assert beside.copy(theirs, ours, target, ("*.bin",), 1 << 20, 3 << 20) is None
