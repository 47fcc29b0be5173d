"""The start page tells of every notebook of a folder, and how far one is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from chainrule.checks import progress
from chainrule.checks.known_results import KnownResults
from chainrule.widgets.course import Course
from chainrule.widgets.summary import Summary

ROOT = Path(__file__).parents[2]
FIRST = "01-forward-pass"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in (FIRST, "04-delta-rule"):
        shutil.copytree(ROOT / "notebooks" / name, tmp_path / name)
    return tmp_path


def pass_all(folder: Path, but: str = "") -> None:
    known = KnownResults.beside(folder)
    assert known
    for name, key in known.answers():
        if name != but:
            progress.record(folder, key, right=True)


def test_the_page_is_a_notebook_that_names_every_notebook_with_its_time(work: Path) -> None:
    subprocess.run([sys.executable, "-m", "chainrule.start", str(work)], check=True, cwd=ROOT)
    page = nbformat.read(work / "start.ipynb", 4)
    nbformat.validate(page)
    shown = page.cells[1].outputs[0].data["text/html"]
    for name in (f"{FIRST}/forward-pass", "04-delta-rule/one-neuron", "04-delta-rule/vectorised"):
        assert f'href="{name}.ipynb"' in shown
    assert "130" in shown and "0 of " in shown and "say the shape of every array" in shown
    assert "one-neuron" in page.cells[1].outputs[0].data["text/plain"]


def test_it_tells_how_far_one_is(work: Path) -> None:
    pass_all(work / FIRST)
    assert "✔" in Course(work)._repr_html_()
    assert "0 of " in Course(work)._repr_html_(), "in the other folder nothing is done"


def test_a_students_broken_notebook_leaves_the_others_there(work: Path) -> None:
    (work / FIRST / "Untitled.ipynb").write_text("{")
    (work / FIRST / "Untitled1.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4}))
    (work / "04-delta-rule" / "known-results.json").write_text("[]")
    shown = Course(work)._repr_html_()
    assert "forward-pass.ipynb" in shown and "one-neuron.ipynb" in shown and "Untitled" not in shown


def test_the_summary_names_what_is_open_and_says_how_to_hand_in(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(work / FIRST)
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/forward-pass.ipynb")
    pass_all(work / FIRST, but="sigmoid")
    shown = Summary()._repr_html_()
    assert "Still open: <code>sigmoid</code>." in shown and "<code>forward-pass.ipynb</code>" in shown
    pass_all(work / FIRST)
    assert "✔ All" in Summary()._repr_html_() and "Still open" not in repr(Summary())


def test_the_summary_says_how_to_hand_in_where_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert "this notebook" in repr(Summary())
