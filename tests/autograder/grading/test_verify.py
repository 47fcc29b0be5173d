from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.commands import release
from autograder.grading import verify
from tests.autograder import course_maker as maker
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import MISCONCEPTIONS
from tests.autograder.making import answer, checks, source


def verified(root: Path, seeds: int = 3) -> dict[str, Any]:
    return release.verify_source(maker.course(root), maker.source_path(root), seeds)


def entry(answer: str, old: str, new: str, name: str = "suspect", more: str = "") -> str:
    return f'[[{answer}]]\nname = "{name}"\nedits = [["{old}", "{new}"]]\nsays = "s"\nhint = "h"\n{more}\n'


def test_a_sound_notebook_has_no_problems_and_its_counts_are_told(tmp_path: Path) -> None:
    found = verified(maker.make_course(tmp_path), seeds=20)
    assert found["problems"] == []
    assert (found["questions"], found["points"]) == (3, 7.0)
    assert (found["misconceptions"], found["caught"], found["recognised"]) == (3, 3, 3)


SUSPECTS: dict[str, tuple[str, str]] = {
    "passes every visible check": ("x * x", "x * x if x in (3.0, -5.0) else 0.0"),
    "passes every hidden test": ("x * x", "x * x if x not in (3.0, -5.0) else 0.0"),
    "does not run": ("return x * x", "return x *"),
}


@pytest.mark.parametrize("problem", SUSPECTS)
def test_a_misconception_that_gets_through_is_named_with_how(tmp_path: Path, problem: str) -> None:
    old, new = SUSPECTS[problem]
    found = verified(maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + entry("square", old, new)))
    assert [line for line in found["problems"] if "square-test" in line and "'suspect'" in line and problem in line]
    assert all("'suspect'" in line for line in found["problems"])
    assert found["caught"] == 3


PLAIN = source(
    answer("even", "def even(n):\n    return n % 2 == 0"),
    checks("even-test", "assert even(2)", "assert even(int(rng.integers(9)) * 2)"),
    answer("above", "def above(xs, t):\n    return [x for x in xs if x > t]"),
    checks("above-test", "assert all(x > 2 for x in above([1, 2, 3], 2))"),
    answer("none_above", "def none_above(xs, t):\n    return [x for x in xs if x > t]"),
    checks("none_above-test", "assert all(x > 2 for x in none_above([1], 2))"),
    answer("odd", "def odd(n):\n    return n % 2 == 1"),
    checks("odd-test", "assert odd(1) and not odd(2)"),
    answer("part", "def part(n):\n    return n"),
    checks("part-test", "2 if part(7) == 7 else 0"),
    answer("one", "one = True"),
    checks("one-test", "assert one"),
)


def test_an_author_is_told_which_answers_that_work_nothing_out_pass(tmp_path: Path) -> None:
    found = verified(maker.make_course(tmp_path, PLAIN, ""))
    assert found["problems"] == []
    assert sorted({line.split(":")[0] for line in found["warnings"]}) == [
        *("above-test", "even-test", "none_above-test")
    ]
    assert [line for line in found["warnings"] if line.startswith("above-test")] == [
        "above-test: passes when above always gives an empty iterator; compare a value, too"
    ]
    assert "even-test: passes when even always gives True; compare a value, too" in found["warnings"]
    assert any("none_above always gives an empty list" in line for line in found["warnings"])


@pytest.mark.parametrize(
    ("escapes", "problems", "warnings"),
    [([False], 0, 0), ([True, False, False], 0, 1), ([True, False, True], 1, 0), ([True, True, True], 1, 0)],
)
def test_what_bad_luck_alone_lets_through_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, escapes: list[bool], problems: int, warnings: int
) -> None:
    tried = iter([verify._Tried(not it, recognised=True, problems=["passes every hidden test"] * it) for it in escapes])
    monkeypatch.setattr(verify, "_try", lambda *_: next(tried))
    report = verify.Report("squares")
    edited, test = SimpleNamespace(name="twice"), SimpleNamespace(grade_id="square-test")
    reference = SimpleNamespace(edited_at=lambda *_: {})
    verify._mistake_is_found_out(reference, test, edited, report)  # type: ignore[arg-type]
    assert (len(report.problems), len(report.warnings)) == (problems, warnings)
    assert report.caught == 1 - problems and report.recognised == 1
    assert list(tried) == []
    assert all("square-test: 'twice' passes every hidden test" in line for line in report.problems + report.warnings)


def test_a_right_answer_is_no_misconception(tmp_path: Path) -> None:
    found = verified(maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + entry("square", "x * x", "x ** 2")))
    assert any("'suspect'" in line and "passes every visible check" in line for line in found["problems"])
    assert any("'suspect'" in line and "passes every hidden test" in line for line in found["problems"])


def test_of_two_misconceptions_with_the_same_values_neither_is_recognised(tmp_path: Path) -> None:
    found = verified(maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + entry("square", "x * x", "x + x")))
    blamed = [line for line in found["problems"] if "is taken for 'doubles instead of squaring' or 'suspect'" in line]
    assert len(blamed) == len(found["problems"]) == 2
    assert any("'suspect'" in line for line in blamed)
    assert any("'doubles instead of squaring'" in line for line in blamed)
    assert found["recognised"] == 2


def test_twins_are_fine_when_one_says_so(tmp_path: Path) -> None:
    twin = entry("square", "x * x", "x + x", more='same_values_as = "doubles instead of squaring"')
    found = verified(maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + twin))
    assert found["problems"] == []
    assert found["recognised"] == 4


@pytest.mark.parametrize("other", ["cubes instead of squaring", "nobody has this name"])
def test_a_twin_of_the_wrong_one_is_a_problem(tmp_path: Path, other: str) -> None:
    twin = entry("square", "x * x", "x + x", more=f'same_values_as = "{other}"')
    root = maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + twin)
    try:
        problems = verified(root)["problems"]
    except release.ReleaseError as error:
        problems = [str(error)]
    assert any("'suspect'" in line for line in problems)


def test_a_test_that_some_random_numbers_fail_is_found(tmp_path: Path) -> None:
    root = maker.make_course(tmp_path)
    maker.edit_source(root, "mean-test", "assert mean([987.0]) == 987", "assert mean([rng.random()]) < 0.99")
    found = verified(root, seeds=2000)
    assert len(found["problems"]) == 1
    assert "mean-test: the solution does not pass" in found["problems"][0]


def test_a_solution_that_stops_in_its_checks_does_not_pass(tmp_path: Path) -> None:
    root = maker.make_course(tmp_path)
    maker.edit_source(root, "total", "for x in xs", "for x in ys")
    (root / "solutions" / maker.ASSIGNMENT / "misconceptions.toml").unlink()
    assert any("total-test" in line and "ys" in line for line in verified(root)["problems"])


def test_a_test_that_an_untouched_notebook_passes_is_found(tmp_path: Path) -> None:
    root = maker.make_course(tmp_path)
    maker.edit_source(
        root, "mean-test", "assert mean([2.0, 4.0]) == 3.0, 'the mean of 2 and 4 is 3'", "assert callable(mean)"
    )
    maker.edit_source(root, "mean-test", "assert mean([987.0]) == 987", "assert True")
    assert any("mean-test" in line and "untouched" in line for line in verified(root)["problems"])


def test_the_command_prints_the_counts_and_ends_with_0(tmp_path: Path, autograder: Autograder) -> None:
    ran = autograder(maker.make_course(tmp_path), "verify", "--seeds", "2")
    assert (ran.code, ran.err) == (0, "")
    row = next(line for line in ran.out.splitlines() if "squares" in line)
    for count in ("3", "7", "3 of 3", "0 of 0"):
        assert count in row


def test_the_command_names_the_problems_and_ends_with_1(tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS + entry("square", "x * x", "x ** 2"))
    ran = autograder(root, "verify", "--seeds", "2")
    assert ran.code == 1
    assert "squares: square-test: 'suspect'" in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err


def variant(source: str, answer: str = "square") -> str:
    return f"[[{answer}]]\nname = \"another way\"\nsource = '''\n{source}'''\n"


def with_variants(root: Path, text: str) -> Path:
    course = maker.make_course(root)
    (maker.source_path(course).parent / "variants.toml").write_text(text, "utf-8")
    return course


def test_right_answers_written_differently_are_accepted(tmp_path: Path) -> None:
    power = variant("def square(x):\n    print('squaring')\n    return x ** 2\n")
    adding = variant("TIMES = 1\ndef twice(x): return TIMES * x\ndef square(x): return twice(x) * x\n")
    numpy = variant("def total(xs): return float(np.sum(np.array(xs) ** 2))\n", "total")
    found = verified(with_variants(tmp_path, power + adding + numpy))
    assert found["problems"] == []
    assert (found["variants"], found["accepted"]) == (3, 3)


REFUSED = {
    "is refused": "def square(x): return 2 * x\n",
    "ValueError": "def square(x): raise ValueError(x)\n",
    "SyntaxError": "def square(x): return x *\n",
    "NameError": "square = no_such_name\n",
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_right_answer_that_a_test_refuses_is_a_problem(tmp_path: Path, said: str) -> None:
    found = verified(with_variants(tmp_path, variant("square = lambda x: x * x\n") + variant(REFUSED[said])))
    assert (found["variants"], found["accepted"]) == (2, 1)
    (line,) = found["problems"]
    assert line.startswith("square-test: the right variant 'another way' ") and said in line


@pytest.mark.parametrize(
    "text", ["[[square", variant("1", "sqaure"), '[[square]]\nname = "no source"\n', "square = 1\n"]
)
def test_variants_that_are_not_understood_are_refused(tmp_path: Path, text: str, autograder: Autograder) -> None:
    ran = autograder(with_variants(tmp_path, text), "verify", "--seeds", "2")
    assert ran.code == 1
    assert ran.err.startswith("autograder: ") and "variants.toml" in ran.err and len(ran.lines) == 1


@pytest.mark.parametrize("what", ["verify", "release"])
def test_an_entry_for_an_answer_that_is_not_there_is_refused(what: str, tmp_path: Path, autograder: Autograder) -> None:
    root = maker.make_course(tmp_path, misconceptions=MISCONCEPTIONS.replace("[[total]]", "[[totla]]"))
    ran = autograder(root, what)
    assert ran.code == 1
    assert "totla" in ran.out + ran.err


WRONG = """[[square]]
gets = "{gets}"
source = "square = lambda x: {code}"
"""


def with_wrong(root: Path, text: str) -> Path:
    course = maker.make_course(root)
    (maker.source_path(course).parent / "wrong-answers.toml").write_text(text, "utf-8")
    return course


def test_wrong_answers_must_get_their_names(tmp_path: Path) -> None:
    named = WRONG.format(gets="doubles instead of squaring", code="x + x")
    unnamed = WRONG.format(gets="", code="0 * x") + WRONG.format(gets="", code="5 * x + 1")
    found = verified(with_wrong(tmp_path, named + unnamed))
    assert found["problems"] == []
    assert (found["wrong"], found["named"]) == (3, 3)


@pytest.mark.parametrize(
    ("gets", "code", "said"),
    [
        ("", "x + x", "gets 'doubles instead of squaring'"),
        ("doubles instead of squaring", "x + 1", "gets ''"),
        ("", "x * x", "passes every visible check"),
        ("", "undefined)", "does not run"),
    ],
)
def test_a_wrong_answer_that_gets_another_name_is_a_problem(tmp_path: Path, gets: str, code: str, said: str) -> None:
    found = verified(with_wrong(tmp_path, WRONG.format(gets=gets, code=code)))
    assert [line for line in found["problems"] if "square-test" in line and said in line] == found["problems"] != []
    assert (found["wrong"], found["named"]) == (1, 0)
