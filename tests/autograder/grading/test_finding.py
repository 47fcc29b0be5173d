"""The notebook is found wherever and however it was handed in; what is not plainly it is named, and a person looks."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course.cells import Source
from autograder.course.notebook import MAX_FILE, CannotReadError, NotHandedInError, stubs
from autograder.grading.finding import MAX_LOOKED, Found, Wanted, find
from tests.autograder import ordinary
from tests.autograder.making import answer, checks, source, submission

SOURCE = source(
    answer("double", "def double(x): return 2 * x"),
    checks("double-test", "check(double, 1.0)"),
    answer("half", "def half(x): return x / 2"),
    checks("half-test", "check(half, 1.0)"),
)
WANTED = Wanted(
    "work", Source.of(SOURCE, stubs(SOURCE)), frozenset({"known-results.json", "data/table.csv", "other.ipynb"})
)


def handed_in(**answers: str) -> bytes:
    return json.dumps(submission(SOURCE, **answers)).encode()


FINISHED = handed_in(double="def double(x): return x + x", half="def half(x): return x * 0.5")
BEGUN = handed_in(double="def double(x): return x + x")
BLANK = handed_in()
FOREIGN = json.dumps(new_notebook(cells=[new_code_cell("holiday")])).encode()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def put(folder: Path, **files: bytes) -> Path:
    return put_all(folder, files)


def put_all(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_the_file_with_the_right_name_is_it_and_nothing_is_said(tmp_path: Path) -> None:
    files = {"work.ipynb": BEGUN, "timestamp.txt": b"x", "known-results.json": b"{}", "data/table.csv": b"1"}
    assert find(put_all(tmp_path, files), WANTED) == Found("work.ipynb", BEGUN)


MEANT: dict[str, dict[str, bytes]] = {
    "renamed": {"work (1) final.ipynb": FINISHED},
    "a folder": {"work/work.ipynb": FINISHED},
    "deep in folders": {"home/ada/course/work.ipynb": FINISHED},
    "as text": {"work.ipynb.txt": FINISHED},
    "as JSON": {"work.json": FINISHED},
    "as JSON with the old ending": {"work.ipynb.json": FINISHED},
    "capitals": {"work.IPYNB": FINISHED},
    "no ending": {"work": FINISHED},
    "a browser's second download": {"work.ipynb (1)": FINISHED},
    "a notebook that is called HTML": {"work.html": FINISHED},
    "a byte order mark": {"work.txt": b"\xef\xbb\xbf" + FINISHED},
    "zip": {"work.zip": zipped(**{"work.ipynb": FINISHED})},
    "a folder in a zip": {"hand-in.zip": zipped(**{"hand-in__work.ipynb": FINISHED, "hand-in__plot.png": b"PNG"})},
    "a notebook that is called zip": {"work.zip": FINISHED},
    "a Mac's zip": {"work.zip": zipped(**{"work.ipynb": FINISHED, "__MACOSX/._work.ipynb": b"\0"})},
    "tar": {"work.tar.gz": tarred("work/work.ipynb", FINISHED)},
    "the same twice": {"work.zip": zipped(**{"work.ipynb": FINISHED}), "work/work.ipynb": FINISHED},
    "the right name among copies": {"mine/work.ipynb": FINISHED, "mine/work-draft.ipynb": BEGUN},
    "a blank one beside the finished copy": {"work.ipynb": BLANK, "work-Copy1.ipynb": FINISHED},
    "a blank one beside a zip": {"work.ipynb": BLANK, "work.zip": zipped(**{"work.ipynb": FINISHED})},
    "among hundreds of pictures": {f"frames/{i:03}.png": b"PNG" for i in range(300)} | {"work/work.ipynb": FINISHED},
    "in an archive of hundreds": {
        "work.zip": zipped(**{f"frames__{i:03}.png": b"PNG" for i in range(300)}, **{"work.ipynb": FINISHED})
    },
    "another notebook by its name": {"work.ipynb": FOREIGN, "work-final.ipynb": FINISHED},
}


@pytest.mark.parametrize("how", MEANT)
def test_what_is_plainly_meant_is_taken_and_that_is_said(how: str, tmp_path: Path) -> None:
    found = find(put_all(tmp_path, MEANT[how]), WANTED)
    assert found.data.removeprefix(b"\xef\xbb\xbf") == FINISHED
    assert found.note is not None and f"{found.name} was taken for work.ipynb" in found.note
    assert found.read().cells


def test_what_has_been_begun_is_graded_and_a_copy_beside_it_is_named(tmp_path: Path) -> None:
    found = find(put_all(tmp_path, {"work.ipynb": BEGUN, "work-Copy1.ipynb": FINISHED}), WANTED)
    assert found.data == BEGUN
    assert "work-Copy1.ipynb lies beside" in str(found.note)


def test_a_blank_notebook_alone_is_graded_as_it_is(tmp_path: Path) -> None:
    files = {"work.ipynb": BLANK, "work-Copy1.ipynb": BLANK, "notes.txt": b"none", "plot.png": b"PNG"}
    assert find(put_all(tmp_path, files), WANTED).data == BLANK


FOR_A_PERSON: dict[str, tuple[dict[str, bytes], str]] = {
    "two that differ": ({"one.ipynb": FINISHED, "two.ipynb": BEGUN}, "one.ipynb, two.ipynb more than one could be it"),
    "a blank one and two copies": (
        {"work.ipynb": BLANK, "work-1.ipynb": FINISHED, "work-2.ipynb": BEGUN},
        "work.ipynb is as it was handed out",
    ),
    "another notebook": ({"holiday.ipynb": FOREIGN}, "holiday.ipynb"),
    "a page": ({"work.html": b"<html>def double"}, "work.html"),
    "a kind of archive that is not read": ({"work.7z": b"7z\xbc\xaf\x27\x1c"}, "work.7z"),
    "a picture": ({"photo.jpg": b"\xff\xd8"}, "photo.jpg"),
    "a broken archive": ({"work.zip": zipped(**{"work.ipynb": FINISHED})[:-40]}, "work.zip"),
    "an archive that climbs": ({"work.zip": zipped(**{"..__..__work.ipynb": FINISHED})}, "work.zip"),
    "only what Jupyter saved by itself": ({".ipynb_checkpoints/work-checkpoint.ipynb": FINISHED}, "work-checkpoint"),
}


@pytest.mark.parametrize("what", FOR_A_PERSON)
def test_what_is_not_plainly_meant_is_named_and_a_person_looks(what: str, tmp_path: Path) -> None:
    files, said = FOR_A_PERSON[what]
    with pytest.raises(CannotReadError) as error:
        find(put_all(tmp_path, files), WANTED)
    assert not isinstance(error.value, NotHandedInError)
    assert said in str(error.value) and "work.ipynb" in str(error.value) and "ask for it" in str(error.value)


@pytest.mark.parametrize(
    "files",
    [
        {".ipynb_checkpoints/other-checkpoint.ipynb": FOREIGN},
        {},
        {"timestamp.txt": b"2026"},
        {"known-results.json": b"{}", "data/table.csv": b"1"},
        {"other.ipynb": FOREIGN},
    ],
)
def test_where_nothing_lies_that_could_hold_work_nothing_was_handed_in(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(NotHandedInError, match=r"work\.ipynb was not handed in"):
        find(put_all(tmp_path, files), WANTED)
    with pytest.raises(NotHandedInError):
        find(tmp_path / "nowhere", WANTED)


def test_a_link_is_not_followed_and_what_lies_beside_it_is_found(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", theirs=FINISHED)
    folder = tmp_path / "mine"
    folder.mkdir()
    os.symlink(tmp_path / "elsewhere" / "theirs", folder / "work.ipynb")
    with pytest.raises(CannotReadError, match="is no file but a link"):
        find(folder, WANTED)
    put_all(folder, {"copy.ipynb": BEGUN})
    assert find(folder, WANTED).data == BEGUN


def test_a_link_alone_is_named_and_a_person_looks(tmp_path: Path) -> None:
    (tmp_path / "mine.ipynb").symlink_to(tmp_path.parent / "elsewhere.ipynb")
    with pytest.raises(CannotReadError, match=r"mine\.ipynb is no file but a link"):
        find(tmp_path, WANTED)


def test_an_archive_takes_no_more_memory_than_a_notebook_may(tmp_path: Path) -> None:
    bomb = zipped(**{"a.ipynb": b"{" + bytes(2 * MAX_FILE), "work.ipynb": FINISHED})
    assert len(bomb) < 1 << 20
    with pytest.raises(CannotReadError, match=r"bomb\.zip"):
        find(put_all(tmp_path / "zip", {"bomb.zip": bomb}), WANTED)
    packed = gzip.compress(bytes(10 << 20))
    with pytest.raises(CannotReadError, match=r"bomb\.tar\.gz"):
        find(put_all(tmp_path / "tar", {"bomb.tar.gz": packed}), WANTED)
    many = zipped(**{f"{i}.ipynb": b"" for i in range(MAX_LOOKED)}, **{"work.ipynb": FINISHED})
    with pytest.raises(CannotReadError, match=r"many\.zip"):
        find(put_all(tmp_path / "many", {"many.zip": many}), WANTED)


def test_a_notebook_of_an_older_format_is_found_too(tmp_path: Path) -> None:
    old = json.dumps(nbformat.convert(nbformat.from_dict(json.loads(FINISHED)), 3)).encode()
    assert find(put_all(tmp_path, {"upload.dat": old}), WANTED).data == old


def test_a_folder_that_cannot_be_read_may_hold_anything(tmp_path: Path) -> None:
    (tmp_path / "work").write_bytes(FINISHED)
    with pytest.raises(CannotReadError, match=r"cannot be read \(Not a directory\); look at the folder") as error:
        find(tmp_path / "work", WANTED)
    assert not isinstance(error.value, NotHandedInError)


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_a_folder_whose_files_are_out_of_reach_was_handed_in_all_the_same(mode: int) -> None:
    with ordinary.folder() as room:
        work = put_all(room / "work", {"copy.ipynb": FINISHED, "work.ipynb": FINISHED})
        assert find(work, WANTED).data == FINISHED
        with (
            ordinary.closed(work / "work.ipynb", 0),
            ordinary.closed(work / "copy.ipynb", 0),
            ordinary.closed(work, mode),
            ordinary.rights(),
            pytest.raises(CannotReadError, match=r"cannot be read \(Permission denied\)") as error,
        ):
            find(work, WANTED)
        assert not isinstance(error.value, NotHandedInError)


def test_what_cannot_be_read_beside_a_notebook_keeps_nobody_from_grading_it() -> None:
    with ordinary.folder() as room:
        work = put_all(room / "work", {"closed.zip": b"PK", "mine.ipynb": FINISHED})
        assert find(work, WANTED).data == FINISHED
        with ordinary.closed(work / "closed.zip", 0), ordinary.rights():
            assert find(work, WANTED).data == FINISHED
