"""Calls that wait for a worker go to it together; each has its own answer, or what became of all of them."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future

import pytest

from autograder.cluster.bundles import MOST, SECONDS, Bundles
from autograder.cluster.messages import Answer, Call, Done
from autograder.errors import StoppedError


def named(name: str) -> Answer:
    return {"said": {"error": name}}


class Workers:
    """Two that take a bundle each, and answer when they are told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[Call], Future[Done]]] = []
        self.bundles = Bundles(self.start, lambda: 2)

    def start(self, calls: list[Call]) -> Future[Done]:
        self.taken.append((calls, Future()))
        return self.taken[-1][1]

    def answer(self, seconds: float) -> int:
        """Answer the oldest bundle: how many calls were in it."""
        calls, done = self.taken.pop(0)
        done.set_result(([function(*arguments) for function, arguments in calls], seconds * len(calls)))
        return len(calls)


@pytest.fixture
def workers() -> Workers:
    return Workers()


def test_quick_calls_that_wait_go_together_and_slow_ones_alone(workers: Workers) -> None:
    answers = [workers.bundles.add(named, str(number)) for number in range(100)]
    sizes = [workers.answer(SECONDS / 100) for _ in range(12)]
    assert sizes[:2] == [1, 1] and max(sizes) > 1
    sizes = [workers.answer(SECONDS) for _ in range(8)]
    assert sizes[-1] == 1
    done = [answer.result()["said"] for answer in answers if answer.done()]
    assert done == [{"error": str(number)} for number in range(len(done))]
    assert len(done) > 20


def test_no_bundle_is_larger_than_a_worker_may_take_along(workers: Workers) -> None:
    for number in range(500):
        workers.bundles.add(named, str(number))
    assert max(workers.answer(0.0) for _ in range(60)) == MOST


def test_what_ends_a_bundle_is_told_to_each_of_its_calls_and_the_next_goes_on_its_way(workers: Workers) -> None:
    answers = [workers.bundles.add(named, str(number)) for number in range(4)]
    workers.taken.pop(0)[1].set_exception(MemoryError("the worker"))
    with pytest.raises(MemoryError, match="the worker"):
        answers[0].result(timeout=0)
    lost = workers.taken.pop(0)[1]
    lost.cancel()
    lost.set_running_or_notify_cancel()
    with pytest.raises(CancelledError):
        answers[1].result(timeout=0)
    while workers.taken:
        workers.answer(0.0)
    assert [answer.result(timeout=0)["said"]["error"] for answer in answers[2:]] == ["2", "3"]


def test_where_nothing_can_be_sent_any_more_all_that_wait_are_told_why() -> None:
    def refuse(_: list[Call]) -> Future[Done]:
        raise StoppedError("it is over")

    bundles = Bundles(refuse, lambda: 2)
    for number in range(3):
        with pytest.raises(StoppedError, match="it is over"):
            bundles.add(named, str(number)).result(timeout=0)
