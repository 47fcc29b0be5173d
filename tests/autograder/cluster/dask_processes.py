"""A Dask cluster of real processes on this machine, started as on many: a scheduler, workers of one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).parents[3]
SECONDS = 600
"""For anything to happen, on a machine that is busy with other tests."""


@dataclass
class Processes:
    """The scheduler and its workers."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return str(json.loads((self.folder / "scheduler.json").read_text())["address"])


def wait_for(happened: Callable[[], Any], *, while_runs: subprocess.Popen[Any] | None = None) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline
        assert while_runs is None or while_runs.poll() is None, "it has ended"
        time.sleep(0.05)


@contextmanager
def dask(
    folder: Path,
    workers: int = 2,
    preload: Path | None = None,
    protocol: str = "tcp",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Processes]:
    """Start them; `preload` is a module that each worker runs first. All are killed at the end."""
    folder.mkdir(parents=True)
    file = folder / "scheduler.json"
    more = ["--preload", str(preload)] if preload else []
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            with (folder / f"{arguments[0]}.log").open("ab") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(file), "--no-dashboard"],
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=os.environ | {"PYTHONPATH": str(ROOT), **environment},
                )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        found = Processes(folder, start("scheduler", "--host", f"{protocol}://127.0.0.1", "--port", "0"))
        wait_for(file.exists, while_runs=found.scheduler)
        options = ["--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--local-directory", str(folder), *more]
        found.workers += [start("worker", *options) for _ in range(workers)]
        yield found
