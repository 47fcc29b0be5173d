"""A course with a test that runs in the student's process: an attack can gain that test's points, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest

from autograder.course.notebook import grade_id
from tests.autograder import course_maker as maker
from tests.autograder.making import checks
from tests.hostile import arena
from tests.hostile.arena import Fight, World, student_of
from tests.hostile.corpus import FULL, MISCONCEPTIONS, SOURCE, Case, all_cases, gains_nothing

POINTS = 3.0
SECRET = "2727271"
BOOK = deepcopy(SOURCE)
BOOK.cells.insert(
    3,
    checks(
        "inner",
        "assert get_ipython().user_ns['f'](2.0) == 7.0",
        f"assert get_ipython().user_ns['f'](909090.0) == {SECRET}.0, 'HIDDENWORDS'",
        points=POINTS,
    ),
)
READ = "\n".join(
    (
        "import sys",
        "def heard():",
        "    frame, found = sys._getframe(), []",
        "    while frame:",
        "        found += [x for x in frame.f_locals.values() if isinstance(x, str) and 'HIDDEN' 'WORDS' in x]",
        "        frame = frame.f_back",
        "    return ' '.join(found)",
    )
)
TELLS = [
    gains_nothing("inside-prints-it", READ, answers={"f": "def f(x):\n    print(heard())\n    return -1.0"}),
    gains_nothing("inside-raises-it", READ, answers={"f": "def f(x):\n    raise ValueError(heard())"}),
    gains_nothing(
        "inside-keeps-it-in-a-file",
        READ + "\nopen('told.txt', 'a').close()\nprint(open('told.txt').read())",
        answers={"f": "def f(x):\n    open('told.txt', 'a').write(heard())\n    return -1.0"},
        after=("print(open('told.txt').read())",),
    ),
    gains_nothing(
        "inside-shows-it-in-a-later-cell",
        READ + "\nfound = []",
        answers={"f": "def f(x):\n    found.append(heard())\n    return -1.0", "mean": "print(found)\nmean = max"},
        after=("found",),
    ),
    gains_nothing("inside-hangs", answers={"f": "def f(x):\n    while x == 909090.0: pass\n    return -1.0"}),
    gains_nothing("inside-ends-the-process", answers={"f": "import os\ndef f(x):\n    os._exit(0)"}),
]
FORGES = [
    gains_nothing(
        f"inside-forges-{name.replace(' ', '-')}",
        f"type(server()._shell).test = lambda self, source: (True, {number})",
    )
    for name, number in {"a pass": "None", "more": "1e9", "no number": "float('nan')", "less": "-7.0"}.items()
]
CASES = [
    *(case for case in all_cases() if case.representative),
    *(replace(case, kind="inside") for case in (*TELLS, *FORGES)),
]
NUMBERED = [pytest.param(number, case, id=f"{case.kind}/{case.name}") for number, case in enumerate(CASES)]
every_case = pytest.mark.parametrize(("number", "case"), NUMBERED)


@pytest.fixture(scope="module")
def there() -> Iterator[World]:
    with arena.world() as there:
        maker.make_course(there.root, BOOK, MISCONCEPTIONS)
        yield there


@pytest.fixture(scope="module")
def fight(there: World) -> Fight:
    fight = arena.fight(there, CASES)
    for found in fight.fought.values():
        if found.shown:  # it is the instructor's, and has the tests in it
            found.shown.cells = [cell for cell in found.shown.cells if grade_id(cell) != "inner"]
    return fight


@pytest.fixture(scope="module")
def inner(there: World, fight: Fight) -> dict[str, float | None]:
    """By student: what the test that runs inside gave."""
    return {student: cells["inner"][0] for student, cells in maker.grades(there.root).items()}


@every_case
def test_no_other_test_gives_anything_for_it(fight: Fight, number: int, case: Case) -> None:
    earned = fight.fought[student_of(number, case)].earned
    assert {test: score for test, score in earned.items() if (score or 0) > case.may_earn[test]} == {}


@every_case
def test_nothing_of_it_is_shown(there: World, fight: Fight, number: int, case: Case) -> None:
    found = fight.fought[student_of(number, case)]
    assert found.leaks(there, case) == []
    assert SECRET not in found.seen


@every_case
def test_its_neighbours_keep_all_their_points(
    fight: Fight, inner: dict[str, float | None], number: int, case: Case
) -> None:
    for neighbour in (f"{2 * number:04}-honest", f"{2 * number + 2:04}-honest"):
        assert (fight.fought[neighbour].earned, inner[neighbour]) == (FULL, POINTS)


def test_what_is_forged_stays_between_nothing_and_the_points_of_that_test(
    fight: Fight, inner: dict[str, float | None]
) -> None:
    forged = {case.name: inner[student_of(number, case)] for number, case in enumerate(CASES) if "forges" in case.name}
    assert forged == {
        "inside-forges-a-pass": POINTS,
        "inside-forges-more": POINTS,
        "inside-forges-no-number": 0.0,
        "inside-forges-less": 0.0,
    }


def test_nothing_outside_is_changed_reached_or_left_running(fight: Fight) -> None:
    assert fight.crashed is None
    assert fight.harm == []
