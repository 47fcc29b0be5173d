from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder.limits import Limits
from tests.autograder.making import grade, save, submission, working

Scores = Callable[..., dict[str, float]]


@pytest.fixture(scope="module")
def scores_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scores]:
    """Grade the module's notebook (its `SOURCE`) with its `RIGHT` answers, but for those that are given."""
    book, right = request.module.SOURCE, request.module.RIGHT
    with working(save(book, tmp_path_factory.mktemp("course")), Limits()) as worker:

        def scores(**answers: str) -> dict[str, float]:
            outcome = grade(worker, submission(book, **(right | answers)))
            assert not outcome.failed
            return {test.grade_id: test.score for test in outcome.tests}

        yield scores
