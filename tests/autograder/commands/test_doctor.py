"""What is said of the protection of a machine, in words that an instructor understands."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.commands import doctor
from autograder.commands.doctor import Examined
from autograder.sandbox.outside import canary
from autograder.sandbox.walls.isolation import LAYERS


def told(examined: Examined) -> str:
    out = io.StringIO()
    doctor.show(Console(file=out, width=200), examined)
    return out.getvalue()


def test_where_every_layer_works_that_is_all_there_is_to_say() -> None:
    text = told(Examined({}, []))
    assert text.count("works") == len(LAYERS) and "missing" not in text
    assert "Everything was stopped" in text and "--unsafe" not in text


def test_a_missing_layer_is_told_with_its_reason_and_what_to_do() -> None:
    text = told(Examined({"namespaces": "[Errno 1] unshare: Operation not permitted"}, ["stat"]))
    assert "unshare: Operation not permitted" in text and "kernel.unprivileged_userns_clone" in text
    assert "student code sees which files exist" in text
    assert "--unsafe" not in text, "that alone is no open door"


def test_an_open_door_is_told_as_one() -> None:
    examined = Examined({"namespaces": "no", "landlock": "no"}, ["read", "write"])
    assert examined.is_open
    assert "student code reads files of the grading user" in told(examined)
    assert "nothing is graded here without --unsafe" in told(examined)


def test_every_attack_has_its_words_and_every_layer_its_purpose() -> None:
    for name in canary.ATTACKS:
        assert f"{name}=" in canary.CELL or f'"{name}"' in canary.FILL
    assert all(LAYERS.values())
