from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.cli import app


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
