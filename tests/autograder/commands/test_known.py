"""How each test is run is tried once: what was found out stands in the journal for as long as it holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.commands.batch import JOURNAL
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import NAME, handed_out


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path / "course")
    maker.hand_in(root, "ada", handed_out())
    return root


def known(root: Path, change: Callable[[dict[str, Any]], object] = lambda _: None) -> dict[str, Any]:
    """What the journal knows of the notebook, once it is changed there."""
    with sqlite3.connect(root / JOURNAL) as database:
        ((text,),) = database.execute("SELECT found FROM tried WHERE notebook = ?", (NAME,)).fetchall()
        found: dict[str, Any] = json.loads(text)
        change(found)
        database.execute("UPDATE tried SET found = ?", (json.dumps(found),))
    return found


def waits(root: Path) -> bool:
    """Does the test of `square` wait for a person when everything is graded once more?"""
    (graded,) = maker.grade(root, regrade=True).values()
    return graded.outcome.tests[0].by_hand


def leave_to_a_person(found: dict[str, Any]) -> None:
    found["ways"]["square-test"]["kind"] = "by hand"


def test_what_was_found_out_is_not_tried_again(root: Path) -> None:
    assert not waits(root)
    assert {way["kind"] for way in known(root)["ways"].values()} == {"apart"}
    known(root, leave_to_a_person)
    assert waits(root)


def test_a_source_that_has_changed_is_tried_anew(root: Path) -> None:
    maker.grade(root)
    known(root, leave_to_a_person)
    maker.edit_source(root, "square", "return x * x", "return x * x * 1.0")
    assert not waits(root)


def test_a_configuration_that_has_changed_is_tried_anew(root: Path) -> None:
    maker.grade(root)
    known(root, leave_to_a_person)
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Limits.calls = 1000\n")
    assert not waits(root)
