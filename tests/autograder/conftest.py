from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from nbgrader import api

from autograder.cli import app


@pytest.fixture(scope="session", autouse=True)
def alembic_asked_once() -> Iterator[None]:
    """For each new gradebook nbgrader starts alembic, a second's work, and is told the same each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", cache(api.get_alembic_version))
        yield


@dataclass(frozen=True)
class Ran:
    """What a command line did: its exit code and what it printed, with all processes below it."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.strip().splitlines()


Autograder = Callable[..., Ran]


@pytest.fixture
def autograder(capfd: pytest.CaptureFixture[str]) -> Autograder:
    """Run `autograder <arguments> --course <root>` in this process."""

    def run(root: Path, *arguments: str) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            app([*arguments, "--course", str(root)])
        out, err = capfd.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), out, err)

    return run
