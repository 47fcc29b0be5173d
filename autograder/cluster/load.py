"""How much of what was handed in may be on its way to the workers at once, so that no class fills a memory.

A submission may bring a hundred megabytes with it, and a cluster has many on their way.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 256 << 20
"""Bytes. Dask holds some of them twice for a while, in the command and in a worker."""


class Load:
    """Counts bytes that are on their way. Its method may be called from several threads at once."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._now = most, 0
        self._changed = threading.Condition()

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Wait until so many bytes more may travel, and count them; what is more than all that may, travels alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._now or self._now + size <= self._most)
            self._now += size
        try:
            yield
        finally:
            with self._changed:
                self._now -= size
                self._changed.notify_all()
