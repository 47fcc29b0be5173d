"""Several notebooks that go to a worker as one of Dask's tasks, for each task costs about a tenth of grading one.

A worker that dies takes along what it has finished of its bundle; so that this is little, a bundle is small, and
smaller still where notebooks take long.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Any

from autograder.cluster.messages import Answer, Call, Done

MOST = 5
SECONDS = 3.0
"""What a bundle is to take at most, on the average."""
WEIGHT = 0.2
"""Of the last bundle, in how long a call takes on the average."""


class Bundles:
    """Puts calls together that wait for a worker. Its methods may be called from several threads at once."""

    def __init__(self, start: Callable[[list[Call]], Future[Done]], at_once: Callable[[], int]) -> None:
        """`start` sends a bundle on its way, and `at_once` says how many may be."""
        self._start, self._at_once = start, at_once
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Call, Future[Answer]]] = deque()
        self._sent = 0
        self._seconds = SECONDS

    @property
    def size(self) -> int:
        """Calls that make a bundle, as things are now."""
        return max(1, min(MOST, int(SECONDS / self._seconds)))

    def add(self, function: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Send a call with the next bundle. The answer has the exception of its bundle, where that has one."""
        answer: Future[Answer] = Future()
        with self._lock:
            self._waiting.append(((function, arguments), answer))
        self._send()
        return answer

    def _send(self) -> None:
        while bundle := self._next():
            try:
                self._start([call for call, _ in bundle]).add_done_callback(partial(self._done, bundle))
            except Exception as error:
                self._deliver(bundle, error)

    def _next(self) -> list[tuple[Call, Future[Answer]]]:
        with self._lock:
            if self._sent >= self._at_once():
                return []
            bundle = [self._waiting.popleft() for _ in range(min(self.size, len(self._waiting)))]
            self._sent += bool(bundle)
            return bundle

    def _done(self, bundle: list[tuple[Call, Future[Answer]]], done: Future[Done]) -> None:
        error = CancelledError() if done.cancelled() else done.exception()
        self._deliver(bundle, error or done.result())
        self._send()

    def _deliver(self, bundle: list[tuple[Call, Future[Answer]]], came: Done | BaseException) -> None:
        with self._lock:
            self._sent -= 1
            if not isinstance(came, BaseException):
                self._seconds += WEIGHT * (came[1] / len(bundle) - self._seconds)
        for number, (_, answer) in enumerate(bundle):
            if isinstance(came, BaseException):
                answer.set_exception(came)
            else:
                answer.set_result(came[0][number])
