"""Each case is graded between two honest students in one run: it gains, leaks, harms and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nbconvert.exporters import HTMLExporter

from autograder.course.folders import Course
from autograder.sandbox.inside import handles, student
from autograder.sandbox.inside.handles import Handles
from autograder.sandbox.inside.shell import Shell
from autograder.sandbox.inside.student import Student
from chainrule.checks import plain
from tests.hostile import arena
from tests.hostile.arena import Fight, Fought, World, student_of
from tests.hostile.corpus import FULL, Case, all_cases
from tests.hostile.judging import out_of_range, undue, wrong_with_the_notebook, wrong_with_the_page
from tests.hostile.pages import scripts

CASES = all_cases()
NUMBERED = [pytest.param(number, case, id=f"{case.kind}/{case.name}") for number, case in enumerate(CASES)]
every_case = pytest.mark.parametrize(("number", "case"), NUMBERED)


@pytest.fixture(scope="module")
def there() -> Iterator[World]:
    with arena.world() as there:
        yield there


@pytest.fixture(scope="module")
def fight(there: World) -> Fight:
    return arena.fight(there, CASES)


def of(fight: Fight, number: int, case: Case) -> Fought:
    return fight.fought[student_of(number, case)]


def test_the_corpus_is_large_and_names_each_case_once() -> None:
    assert len(CASES) >= 100
    assert len({(case.kind, case.name) for case in CASES}) == len(CASES)


def test_what_attacks_replace_is_there_to_be_replaced() -> None:
    """Else they would be attacks on nothing, and pass."""
    methods = ("_do", "_seal", "_sow", "_run_all", "_mark", "_run", "_test", "_answer", "_reply", "_receive")
    assert [name for name in methods if not hasattr(Student, name)] == []
    made = Student.__init__.__code__.co_names
    assert {"_connection", "_shell", "_values", "_places"} <= set(made)
    assert hasattr(Handles, "encode") and "_kept" in Handles.__init__.__code__.co_names
    assert all(callable(thing) for thing in (student.silence, handles.where_raised, plain.encode, Shell.run))


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("twice(f, 868686.0)", True),
        ("[1, -868686]", True),
        ("got 868686", True),
        ("0.868686", False),
        ("0.1868686e3", False),
        ("8686861.0", False),
    ],
)
def test_a_secret_number_is_seen_where_it_stands_and_not_among_the_digits_of_another(text: str, there: bool) -> None:
    assert arena.stands_in("868686", text) == there


def test_no_submission_stops_the_run(fight: Fight) -> None:
    assert fight.crashed is None


@every_case
def test_it_does_not_stop_the_run(fight: Fight, number: int, case: Case) -> None:
    assert of(fight, number, case).crashed is None


@every_case
def test_it_earns_what_it_may(fight: Fight, number: int, case: Case) -> None:
    found = of(fight, number, case)
    assert undue(found, case) == {}, found.failed or found.comments


@every_case
def test_its_scores_are_numbers_within_their_range(fight: Fight, number: int, case: Case) -> None:
    assert out_of_range(of(fight, number, case)) == {}


@every_case
def test_it_is_told_no_secret(there: World, fight: Fight, number: int, case: Case) -> None:
    assert of(fight, number, case).leaks(there, case) == []


@every_case
def test_its_feedback_page_is_small_and_does_nothing(fight: Fight, number: int, case: Case) -> None:
    assert wrong_with_the_page(of(fight, number, case)) == []


@every_case
def test_its_autograded_notebook_is_small_and_shows_nothing_active(
    there: World, fight: Fight, number: int, case: Case
) -> None:
    assert wrong_with_the_notebook(there, of(fight, number, case)) == []


@every_case
def test_its_honest_neighbours_have_all_points(fight: Fight, number: int, case: Case) -> None:
    neighbours = [fight.fought[f"{n:04}-honest"] for n in (2 * number, 2 * number + 2)]
    assert [neighbour.earned for neighbour in neighbours] == [FULL, FULL], (
        neighbours[0].comments + neighbours[1].comments
    )


def test_honest_students_are_told_the_same(fight: Fight) -> None:
    pages = {f.page.replace(f.student, "") for f in fight.fought.values() if f.student.endswith("-honest")}
    assert len(pages) == 1


@pytest.mark.parametrize(("number", "case"), [one for one in NUMBERED if one.values[1].kind == "markup"])
def test_its_notebook_does_nothing_in_the_browser_of_who_grades_it(
    there: World, fight: Fight, number: int, case: Case
) -> None:
    """Formgrader makes a page of the autograded notebook, on the server that runs the instructor's code."""
    shown = of(fight, number, case).shown
    assert shown is not None
    page, _ = HTMLExporter(template_name="classic", config=Course(there.root).config).from_notebook_node(shown)
    assert scripts(page) == []


def test_nothing_outside_is_changed_reached_or_left_running(fight: Fight) -> None:
    assert fight.harm == []
