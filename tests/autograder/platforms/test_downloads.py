"""Whose each file in a download is."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from autograder.commands import collect
from autograder.platforms import archive
from autograder.platforms.archive import ArchiveError
from autograder.platforms.handed_in import Download
from tests.autograder.platforms.downloads import METADATA, make_zip

MOODLE = {
    "in folders, from 4.1": "Jürgen Müller_4711_assignsubmission_file/{}",
    "in folders, before": "Jürgen Müller_4711_assignsubmission_file_/{}",
    "flat": "Jürgen Müller_4711_assignsubmission_file_{}",
    "of a group": "Group A-Jürgen Müller_4711_assignsubmission_file/{}",
    "in a folder of its own": "hw1-1234/Jürgen Müller_4711_assignsubmission_file/{}",
}


def whose(found: Download) -> dict[str, list[str]]:
    return {one.senders[0].shown: sorted(map(str, one.files)) for one in found.handed_in}


@pytest.mark.parametrize("form", MOODLE)
@pytest.mark.parametrize("says_utf8", [True, False])
def test_moodle(tmp_path: Path, form: str, says_utf8: bool) -> None:
    names = {
        MOODLE[form].format("x (1).ipynb"): "{}",
        MOODLE[form].format("more/a b.txt" if "flat" not in form else "a b.txt"): "",
    }
    found = collect.read(make_zip(tmp_path / "m.zip", names, says_utf8=says_utf8))
    (one,) = found.handed_in
    assert (found.platform, one.senders[0].participant, one.senders[0].name[-13:]) == (
        "moodle",
        "4711",
        "Jürgen Müller",
    )
    assert sorted(map(str, one.files))[-1] == "x (1).ipynb"


def test_canvas(tmp_path: Path) -> None:
    names = [
        "lovelaceada_101_5001_x.ipynb",
        "müllerjürgen_LATE_102_5002_x-2.ipynb",
        "müllerjürgen_LATE_102_5003_data.csv",
        "no form.txt",
    ]
    found = collect.read(make_zip(tmp_path / "c.zip", dict.fromkeys(names, "")))
    assert found.platform == "canvas"
    assert whose(found) == {"lovelaceada": ["x.ipynb"], "müllerjürgen": ["data.csv", "x.ipynb"]}
    assert [(one.senders[0].platform_id, one.late) for one in found.handed_in] == [("101", False), ("102", True)]
    assert [str(entry.name) for entry in found.strays] == ["no form.txt"]


def test_of_an_anonymous_canvas_submission_nobody_is_told(tmp_path: Path) -> None:
    names = ["anon_Q7x2b_5001_x.ipynb", "LATE_anon_R8y3c_5002_x.ipynb"]
    found = collect.read(make_zip(tmp_path / "c.zip", dict.fromkeys(names, "")))
    assert [(one.senders[0].platform_id, one.late) for one in found.handed_in] == [("", True), ("", False)]


def test_gradescope(tmp_path: Path) -> None:
    files = {
        "assignment_1_export/submission_metadata.yml": METADATA,
        "assignment_1_export/submission_1/x.ipynb": "{}",
        "assignment_1_export/submission_1/sub/y.csv": "",
        "assignment_1_export/submission_2/x.ipynb": "{}",
        "assignment_1_export/readme.txt": "",
    }
    found = collect.read(make_zip(tmp_path / "g.zip", files))
    first, second = found.handed_in
    assert [sender.number for sender in first.senders] == ["7001", "7002"]
    assert sorted(map(str, first.files)) == ["sub/y.csv", "x.ipynb"]
    assert first.when and first.when.astimezone(datetime.UTC).hour == 20
    assert second.when and second.when.astimezone(datetime.UTC).isoformat().startswith("2026-11-21T01:02:03")
    assert [entry.name.name for entry in found.strays] == ["readme.txt"]


@pytest.mark.parametrize(
    "text", ["[", "x: !ruby/object:Y {a: 1}", "- 1", "a: {b: c}", "!!python/object/apply:os.system ['x']"]
)
def test_metadata_that_are_not_gradescopes_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ArchiveError, match=r"submission_metadata\.yml"):
        collect.read(make_zip(tmp_path / "g.zip", {"submission_metadata.yml": text, "submission_1/x": ""}))


def test_a_folder_of_notebooks(tmp_path: Path) -> None:
    for name in ("ada/x.ipynb", "ada/data/y.csv", "Jürgen Müller.ipynb", ".DS_Store", "__MACOSX/ada/._x.ipynb"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("{}")
    found = collect.read(tmp_path / "in")
    assert found.platform == "folder"
    assert whose(found) == {"Jürgen Müller": ["Jürgen Müller.ipynb"], "ada": ["data/y.csv", "x.ipynb"]}


@pytest.mark.parametrize("name", ["../evil.ipynb", "/etc/evil", "ada/../../evil", "a\\..\\..\\evil"])
def test_no_name_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    found = archive.entries(make_zip(tmp_path / "x.zip", {name: "", "good.ipynb": ""}))
    assert [str(entry.name) for entry in found] == ["good.ipynb"]


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no zip")
    with pytest.raises(ArchiveError, match="download it again"):
        archive.entries(tmp_path / "x.zip")
    with pytest.raises(ArchiveError, match="there is no file"):
        archive.entries(tmp_path / "y.zip")
