"""A cluster of this machine's own, for one run, whose workers are started again for as long as it lasts."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from distributed import Client, LocalCluster, Status

SCHEDULER = {
    "protocol": ["tls://", "inproc://"],
    "host": ["127.0.0.1", ""],
    "dashboard": False,
    "dashboard_address": "127.0.0.1:0",  # Dask opens a port for pages all the same
}
"""Workers come by TLS, so that other users can't join in; the command, in whose process it is, needs no socket."""
GIVEN_UP = (Status.closed, Status.failed)


@contextmanager
def started(workers: int | None) -> Iterator[tuple[Client, Callable[[], None]]]:
    """Start one of so many workers, by default one for each processor.

    Gives a client of it, and what starts workers again that Dask has given up, as it does with some that end while
    they start.
    """
    count = workers or os.cpu_count() or 1
    options = {"memory_limit": 0, "dashboard_address": None, "security": True, "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=count, threads_per_worker=1, scheduler_kwargs=SCHEDULER, **options) as local:

        def complete() -> None:
            for name, one in list(local.workers.items()):
                if one.status in GIVEN_UP:
                    local.workers.pop(name, None)
            local.scale(count)

        inside = local.scheduler.listeners[-1].contact_address
        with Client(inside, set_as_default=False) as client:
            yield client, complete
