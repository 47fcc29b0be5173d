"""The whole corpus once more, graded by an ordinary user: other layers are there, and they have to be as good.

As one class, with an honest student beside every eighth case; `test_hostile.py` has one before and after each.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.corpus import all_cases

ROOT = Path(__file__).parents[2]
USER = 12_345
SECONDS = 1_800
EXAMINE = "from autograder.commands.doctor import *; found = examine(Limits()); print(found.missing, found.got_through)"
NBGRADERS = ("links", "markup", "notebook_edits", "repaired")
"""Kinds that aim at what nbgrader itself reads, copies and shows."""


def _reason_to_skip() -> str:
    if sys.platform != "linux" or os.getuid() != 0:
        return "the tests are not run as root, so test_hostile.py has been run by an ordinary user already"
    missing = [tool for tool in ("unshare", "setpriv", "mount") if not shutil.which(tool)]
    return f"there is no {missing[0]} here" if missing else ""


pytestmark = pytest.mark.skipif(bool(_reason_to_skip()), reason=_reason_to_skip())


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of that user's, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="user-") as folder:
        os.chown(folder, USER, USER)
        yield Path(folder)


def _closed_above(path: Path) -> Path | None:
    """The topmost folder on the way to a path that others can't go through."""
    return next((above for above in reversed(path.parents) if not above.stat().st_mode & 0o001), None)


def _opened(paths: list[Path], home: Path) -> str:
    """Shell commands that let others reach some paths, in a mount namespace of its own: nothing real changes."""
    needed = {path: closed for path in paths if (closed := _closed_above(path))}
    kept = {path: home / f"kept-{number}" for number, path in enumerate(needed)}
    lines = [f"mkdir '{place}' && mount --bind '{path}' '{place}'" for path, place in kept.items()]
    lines += [f"mount -t tmpfs -o mode=755 none '{closed}'" for closed in dict.fromkeys(needed.values())]
    lines += [f"mkdir -p '{path}' && mount --bind '{place}' '{path}'" for path, place in kept.items()]
    return " && ".join(lines or ["true"])


def _as_user(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as that user."""
    paths = list(dict.fromkeys(Path(path).resolve() for path in (sys.base_prefix, sys.prefix, ROOT)))
    change = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", sys.executable, *arguments]
    script = f'{_opened(paths, home)} && exec "$@"'
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *change],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_an_ordinary_user_has_every_layer_that_needs_no_root(home: Path) -> None:
    ran = _as_user(home, "-c", EXAMINE)
    assert ran.stdout.strip() == "{} []", ran.stdout + ran.stderr


def test_nothing_comes_of_the_corpus_as_an_ordinary_user(home: Path) -> None:
    assert _wrong(home, "autograder") == (len(all_cases()), {})


def test_what_nbgraders_own_commands_read_copy_and_show_does_nothing_either(home: Path) -> None:
    cases, wrong = _wrong(home, "nbgrader", "--kinds", *NBGRADERS)
    assert cases == sum(case.kind in NBGRADERS for case in all_cases()) > 80
    assert wrong == {}


def _wrong(home: Path, *asked: str) -> tuple[int, dict[str, list[str]]]:
    """Of a class that `tests.hostile.whole` grades as that user: how many cases there are, and what is wrong."""
    ran = _as_user(home, "-m", "tests.hostile.whole", *asked)
    assert ran.returncode == 0, ran.stdout[-5_000:] + ran.stderr[-5_000:]
    found = json.loads(ran.stdout)
    return found["cases"], found["wrong"]
