from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import ASSIGNMENT, NAME

STUDENTS = Path("notebooks") / ASSIGNMENT


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from autograder.commands.release import release

    root = maker.make_course(tmp_path_factory.mktemp("released"))
    release(maker.course(root), ASSIGNMENT)
    (root / "gradebook.db").unlink()  # as in a fresh clone
    return root


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "course"))


def test_check_is_content_when_nothing_has_drifted(released: Path, autograder: Autograder) -> None:
    before = maker.tree(released)
    ran = autograder(released, "release", "--check")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert maker.tree(released) == before


def test_what_a_look_at_the_notebooks_leaves_behind_is_no_drift(copied: Path, autograder: Autograder) -> None:
    for folder in ("solutions", "notebooks"):
        (copied / folder / ASSIGNMENT / ".chainrule-progress.json").write_text("{}")
    assert autograder(copied, "release", "--check").code == 0


def test_a_source_that_a_save_in_jupyter_would_change_all_over_is_drift_until_it_is_released(
    copied: Path, autograder: Autograder
) -> None:
    source = copied / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"
    stored = source.read_text("utf-8")
    source.write_text(json.dumps(json.loads(stored), indent=4), "utf-8")
    assert "not as Jupyter stores it" in autograder(copied, "release", "--check").err
    assert autograder(copied, "release").code == 0
    assert source.read_text("utf-8") == stored
    assert autograder(copied, "release", "--check").code == 0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def _append(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


DRIFTED: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a solution with other values": (
        lambda root: maker.edit_source(root, "square", "return x * x", "return x * x + 0.5"),
        [f"{STUDENTS}/known-results.json", f"solutions/{ASSIGNMENT}/known-results.json"],
    ),
    "a given text": (
        lambda root: maker.edit_source(root, "title", "Squares", "Four sides"),
        [f"{STUDENTS}/{NAME}.ipynb"],
    ),
    "the words of a misconception": (
        lambda root: _replace(root / "solutions" / ASSIGNMENT / "misconceptions.toml", "Multiply", "Please multiply"),
        [f"{STUDENTS}/known-results.json", f"solutions/{ASSIGNMENT}/known-results.json"],
    ),
    "the students' notebook": (lambda root: _append(root / STUDENTS / f"{NAME}.ipynb"), [f"{STUDENTS}/{NAME}.ipynb"]),
    "a stray file": (lambda root: _write(root / STUDENTS / "stray.txt"), [f"{STUDENTS}/stray.txt"]),
    "a missing file": (lambda root: _remove(root / STUDENTS / f"{NAME}.ipynb"), [f"{STUDENTS}/{NAME}.ipynb"]),
    "missing known results": (
        lambda root: _remove(root / "solutions" / ASSIGNMENT / "known-results.json"),
        [f"solutions/{ASSIGNMENT}/known-results.json"],
    ),
    "a missing assignment": (lambda root: _remove(root / STUDENTS), [str(STUDENTS)]),
    "an assignment that is no more": (
        lambda root: _write(root / "notebooks" / "00-old" / "old.ipynb"),
        ["notebooks/00-old"],
    ),
    "a stray file beside the assignments": (lambda root: _write(root / "notebooks" / "x.txt"), ["notebooks/x.txt"]),
}


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("what", DRIFTED)
def test_check_lists_what_has_drifted_and_changes_nothing(what: str, copied: Path, autograder: Autograder) -> None:
    edit, named = DRIFTED[what]
    edit(copied)
    before = maker.tree(copied)
    ran = autograder(copied, "release", "--check")
    assert maker.tree(copied) == before
    assert ran.code == 1
    for name in named:
        assert any(line.startswith(name) for line in ran.lines), ran.err
    assert len(ran.lines) == len(named) + 1
    assert "autograder release" in ran.lines[-1]
