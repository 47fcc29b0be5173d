"""Every command of the README, run in a copy of the repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.split("#")[0].strip()
]


ASSIGNMENTS = {"01-forward-pass", "02-sigmoid-gate"}
"""Those that the README's commands name. `make drift` releases all of them, `test_full_marks.py` grades all."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is committed and changed here, with some assignments, and this environment for its .venv."""
    root = tmp_path_factory.mktemp("readme") / "clone"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        top, *below = Path(name).parts
        of_another = top in ("solutions", "notebooks") and len(below) > 1 and below[0] not in ASSIGNMENTS
        if (ROOT / name).is_file() and not of_another:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    (root / ".venv").mkdir()
    for part in Path(sys.prefix).iterdir():
        (root / ".venv" / part.name).symlink_to(part)
    for ready in (".ready-runtime", ".ready-dev"):  # set up already: by the make that runs this test
        (root / ".venv" / ready).unlink(missing_ok=True)
        (root / ".venv" / ready).touch()
    return root


def environment(root: Path) -> dict[str, str]:
    bin_ = f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": bin_, "HOME": str(root.parent), "PYTHONPATH": str(root)}


def succeeds(root: Path, command: str) -> None:
    ran = subprocess.run(
        command, shell=True, cwd=root, env=environment(root), capture_output=True, text=True, check=False, timeout=1200
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def exports_a_path(root: Path, command: str) -> None:
    script = f"{command}; for name in autograder nbgrader jupyter; do command -v $name; done"
    ran = subprocess.run(["sh", "-c", script], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert ran.stdout.split() == [str(root / ".venv" / "bin" / name) for name in ("autograder", "nbgrader", "jupyter")]


def would_run(root: Path, command: str) -> None:
    """For `make test`, which runs this test: make knows every step of it."""
    ran = subprocess.run(f"{command} -n", shell=True, cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    for step in ("ruff check", "mypy", "autograder release --check", "autograder verify", "pytest"):
        assert step in ran.stdout


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def serves(root: Path, command: str) -> None:
    """Start a server that opens no browser; stop it once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = root.parent / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "jupyter_server_config.py").write_text(
        f"c.ServerApp.port = {port}\nc.ServerApp.open_browser = False\nc.ServerApp.allow_root = True\n"
    )
    started = environment(root) | {"JUPYTER_CONFIG_DIR": str(settings)}
    with (root.parent / "server.log").open("w") as log:
        process = subprocess.Popen(
            shlex.split(command), cwd=root, env=started, stdout=log, stderr=log, start_new_session=True
        )
        try:
            deadline = time.monotonic() + 240
            while not _answers(port):
                assert process.poll() is None and time.monotonic() < deadline, Path(log.name).read_text()
                time.sleep(0.2)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=120)
    if command == "make lab":
        handed_out = {path.relative_to(root / "notebooks") for path in (root / "notebooks").rglob("*.ipynb")}
        handed_out.add(Path("start.ipynb"))
        assert {path.relative_to(root / "work") for path in (root / "work").rglob("*.ipynb")} == handed_out


HOW: dict[str, Callable[[Path, str], None]] = {
    "make lab": serves,
    "make grade": succeeds,
    'export PATH="$PWD/.venv/bin:$PATH"': exports_a_path,
    "autograder check-course .": succeeds,
    "autograder release": succeeds,
    "autograder release --check": succeeds,
    "autograder verify 02-sigmoid-gate": succeeds,
    "autograder sample": succeeds,
    "autograder grade": succeeds,
    "autograder grade 01-forward-pass --student right --student mistaken-1 --regrade": succeeds,
    "autograder feedback 01-forward-pass": succeeds,
    "autograder report": succeeds,
    "autograder mistakes 01-forward-pass": succeeds,
    "autograder similar 01-forward-pass": succeeds,
    "autograder export 01-forward-pass --for csv": succeeds,
    "autograder package 01-forward-pass --for gradescope": succeeds,
    "autograder doctor": succeeds,
    "nbgrader autograde 01-forward-pass --force": succeeds,
    "nbgrader generate_feedback 01-forward-pass --force": succeeds,
    "jupyter lab": serves,
    "make test": would_run,
}


def test_each_command_of_the_readme_is_known_here_and_each_one_here_stands_there() -> None:
    assert set(COMMANDS) == set(HOW)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_does_what_it_says(command: str, clone: Path) -> None:
    HOW[command](clone, command)
    if command == "make grade":
        assert (clone / "gradebook.db").exists()
        assert len(list((clone / "feedback").glob("*/*/*.html"))) > 20


def test_every_file_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
