"""What the table of scores shows: those who need somebody first, what lateness took, and no order to the terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from autograder import outcome
from autograder.commands.report import ROWS, Scores
from autograder.gradebook.database import Total
from autograder.outcome import Outcome
from chainrule.checks.known_results import Misconception
from chainrule.checks.verdict import Verdict


def printed(scores: Scores, totals: list[Total]) -> str:
    out = StringIO()
    scores.show(Console(file=out, width=200, force_terminal=True, color_system=None), totals)
    return out.getvalue()


def mistaken(answer: str, name: str) -> Outcome:
    verdict = Verdict("wrong", "", misconception=Misconception(name, "Says.", "Hint."))
    return Outcome([outcome.TestOutcome(f"{answer}-test", 2.0, 0.0, verdict, (answer,))])


def test_of_a_large_class_those_who_wait_and_those_with_the_fewest_points_are_shown() -> None:
    scores, totals = Scores("01"), []
    for i in range(3 * ROWS):
        student = f"student-{i:03}"
        scores.add(student, "squares", mistaken("total", "adds") if i % 2 else Outcome())
        totals.append(Total(student, 12.0 - i / 100, 12.0, student == "student-002", 0.0))
    text = printed(scores, totals)
    shown = [line.split()[1] for line in text.splitlines() if "student-" in line]
    assert len(shown) == ROWS
    assert shown[0] == "student-002", "waits to be graded by hand, though most have fewer points"
    assert shown[1:] == [f"student-{i:03}" for i in reversed(range(3 * ROWS - ROWS + 1, 3 * ROWS))]
    assert f"Shown are {ROWS} of {3 * ROWS}" in text
    assert f"{3 * ROWS // 2} × total: adds" in text


def test_a_small_class_is_shown_by_name() -> None:
    scores = Scores("01")
    for student in ("cleo", "ada", "ben"):
        scores.add(student, "squares", Outcome())
    text = printed(scores, [Total(name, 1.0, 12.0, name == "ben", 0.0) for name in ("ada", "ben", "cleo")])
    assert [line.split()[1] for line in text.splitlines() if " of 12" in line] == ["ada", "ben", "cleo"]


def test_a_score_that_lateness_cut_says_so() -> None:
    scores = Scores("01")
    scores.add("late", "squares", Outcome())
    assert "0 of 12 (−7 late)" in printed(scores, [Total("late", 0.0, 12.0, False, 7.0)])


def test_a_misconception_is_named_with_its_question() -> None:
    scores = Scores("01")
    scores.add("ada", "squares", mistaken("total", "adds the numbers"))
    assert "total: adds the numbers" in printed(scores, [Total("ada", 0.0, 12.0, False, 0.0)])


@pytest.mark.parametrize(
    "name",
    [
        "\x1b]52;c;eA==\x07",
        "\x1b[2J\x1b[H",
        "[bold red]x[link=http://evil.example]y",
        "[@click=f(]x",
        "[",
        "[/]",
        "a\nb",
    ],
)
def test_names_and_messages_are_shown_as_they_are_and_do_nothing(name: str) -> None:
    scores = Scores(name)
    scores.add(name, "squares", Outcome(failed=f"{name}.ipynb is missing", notes=[f"{name} was taken"]))
    text = printed(scores, [Total(name, 0.0, 12.0, True, 0.0)])
    assert "\x1b]" not in text and "\x1b[2J" not in text and "\x07" not in text
    assert len([line for line in text.splitlines() if "│" in line]) == 2, "a row, as one without such names has"
    assert text.count("[") >= name.count("[")
