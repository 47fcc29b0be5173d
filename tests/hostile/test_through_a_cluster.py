"""Hostile submissions of each kind, and all that bring links, graded by a Dask cluster: no more comes of them there.

`python -m tests.hostile.whole autograder --scheduler local` takes the whole corpus through one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.autograder.cluster.dask_processes import dask
from tests.hostile import arena
from tests.hostile.arena import Fight, Fought, World, student_of
from tests.hostile.corpus import FULL, Case, all_cases
from tests.hostile.judging import out_of_range, undue, wrong_with_the_notebook, wrong_with_the_page

CASES = [case for case in all_cases() if case.representative or case.kind == "links"]
every_case = pytest.mark.parametrize(
    ("number", "case"), [pytest.param(number, case, id=f"{case.kind}/{case.name}") for number, case in enumerate(CASES)]
)


@pytest.fixture(scope="module")
def there() -> Iterator[World]:
    with arena.world() as there:
        yield there


@pytest.fixture(scope="module")
def fight(there: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fight]:
    with dask(tmp_path_factory.mktemp("dask") / "run") as processes:
        yield arena.fight(there, CASES, grade=arena.by_cluster(processes.address), beside=4)


def of(fight: Fight, number: int, case: Case) -> Fought:
    return fight.fought[student_of(number, case)]


def test_no_submission_stops_the_run_or_harms_anything(fight: Fight) -> None:
    assert fight.crashed is None
    assert fight.harm == []


@every_case
def test_it_earns_what_it_may_and_is_told_no_secret(there: World, fight: Fight, number: int, case: Case) -> None:
    found = of(fight, number, case)
    assert undue(found, case) == {}, found.failed or found.comments
    assert out_of_range(found) == {}
    assert found.leaks(there, case) == []


@every_case
def test_what_is_written_of_it_is_small_and_does_nothing(there: World, fight: Fight, number: int, case: Case) -> None:
    found = of(fight, number, case)
    assert wrong_with_the_page(found) == []
    assert wrong_with_the_notebook(there, found) == []


def test_its_honest_neighbours_have_all_points(fight: Fight) -> None:
    honest = [found.earned for name, found in fight.fought.items() if name.endswith("-honest")]
    assert len(honest) >= 10
    assert honest == len(honest) * [FULL]
