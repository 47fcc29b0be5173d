"""Where hidden tests would be seen or student code do harm, nothing is graded; the sentence says why and where."""

from __future__ import annotations

import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, Security

from autograder.cluster import address
from autograder.cluster.address import ClusterError
from autograder.cluster.client import Cluster
from autograder.errors import UnsafeError
from tests.autograder import course_maker as maker
from tests.autograder.cluster.dask_processes import dask
from tests.autograder.conftest import Autograder
from tests.autograder.course_maker import handed_out

ELSEWHERE = "tcp://192.0.2.7:8786"
"""An address that is for examples only (RFC 5737)."""
OPEN = """
from functools import partial
from autograder.cluster import station
from autograder.engine.client import Engine
from autograder.sandbox.walls.isolation import LAYERS

station.Engine = partial(Engine, tuple(LAYERS))
"""
"""What a worker runs first, to be as one on a machine without any layer of the sandbox."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = maker.make_course(tmp_path / "course")
    maker.hand_in(root, "ada", handed_out())
    return root


def test_a_machine_whose_sandbox_is_open_grades_nothing_and_is_named(root: Path, tmp_path: Path) -> None:
    (tmp_path / "open.py").write_text(OPEN)
    with dask(tmp_path / "dask", 1, tmp_path / "open.py") as there:
        with pytest.raises(UnsafeError, match=f"^on {socket.gethostname()}: .*"):
            maker.grade(root, place=partial(Cluster, there.address))
        assert maker.grades(root) == {}
        assert not (root / "feedback").exists()


def test_hidden_tests_do_not_travel_in_the_clear_to_another_machine(root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "grade", "--scheduler", ELSEWHERE)
    assert ran.code == 1
    assert len(ran.lines) == 1 and f"would go to {ELSEWHERE} in the clear" in ran.err and "--plain-tcp" in ran.err


@pytest.mark.parametrize(
    ("where", "goes"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("tcp://localhost:8786", True),
        ("tls://192.0.2.7:8786", True),
        (ELSEWHERE, False),
        ("tcp://[2001:db8::7]:8786", False),
    ],
)
def test_in_the_clear_they_go_to_this_machine_only(where: str, goes: bool) -> None:
    if goes:
        address.check_private([where])
    else:
        with pytest.raises(ClusterError, match="in the clear"):
            address.check_private(["tls://192.0.2.8:1", where])


@pytest.mark.parametrize("where", ["here", "tcp://", "tcp://host", "http://host:80", "tcp://host:port", "host:8786"])
def test_what_is_no_address_is_said_to_be_none(where: str, root: Path, autograder: Autograder) -> None:
    ran = autograder(root, "grade", "--scheduler", where)
    assert ran.code == 1
    assert len(ran.lines) == 1 and "is no address of a scheduler" in ran.err


def test_a_cluster_without_workers_is_named(
    root: Path, autograder: Autograder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.cluster.client.SECONDS_TO_CONNECT", 2.0)
    with dask(tmp_path / "dask", 0) as there:
        ran = autograder(root, "grade", "--scheduler", there.address)
    assert ran.code == 1
    assert len(ran.lines) == 1 and "has no worker; start some with `dask worker`" in ran.err


def test_a_scheduler_that_is_not_there_is_named(
    root: Path, autograder: Autograder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.cluster.client.SECONDS_TO_CONNECT", 2.0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        where = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        ran = autograder(root, "grade", "--scheduler", where)
    assert ran.code == 1
    assert len(ran.lines) == 1 and f"the scheduler at {where} cannot be reached" in ran.err


def test_by_tls_with_dasks_own_certificates_only_who_holds_one_comes_in(
    root: Path, autograder: Autograder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = certified(tmp_path)
    settings = {"CA_FILE": certificate}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{role}__CERT": certificate, f"{role}__KEY": key}
    with monkeypatch.context() as holder:
        for name, path in settings.items():
            holder.setenv(f"DASK_DISTRIBUTED__COMM__TLS__{name}", str(path))
        with dask(tmp_path / "dask", 1, protocol="tls") as there:
            assert there.address.startswith("tls://")
            command = [str(Path(sys.executable).parent / "autograder"), "grade", "--scheduler", there.address]
            ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
            assert (ran.returncode, ran.stderr) == (0, "")
            assert maker.grades(root)["ada"]["square-test"] == (2.0, None, 0)
            holder.undo()
            monkeypatch.setattr("autograder.cluster.client.SECONDS_TO_CONNECT", 2.0)
            refused = autograder(root, "grade", "--regrade", "--scheduler", there.address)
    assert refused.code == 1
    assert len(refused.lines) == 1 and "cannot be reached" in refused.err


def test_a_start_of_dasks_that_hangs_is_tried_once_more(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = iter([True])

    def hanging(*args: Any, **options: Any) -> Client:
        if next(hangs, False):
            raise TimeoutError("timed out after 60 s.")
        return Client(*args, **options)

    monkeypatch.setattr("autograder.cluster.client.Client", hanging)
    with dask(tmp_path / "dask", 1) as there:
        maker.grade(root, place=partial(Cluster, there.address))
    assert maker.grades(root)["ada"]["square-test"] == (2.0, None, 0)


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate that is its own authority, and its key."""
    about = Security.temporary().get_tls_config_for_role("client")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_text(about["cert"])
    key.write_text(about["key"])
    return certificate, key
