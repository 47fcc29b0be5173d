"""Where hidden tests would be seen or student code do harm, nothing is graded; the sentence says why and where."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from distributed import Security

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


@pytest.fixture
def certificates(tmp_path: Path) -> dict[str, str]:
    """Dask's settings for a certificate that is its own authority."""
    about = Security.temporary().get_tls_config_for_role("client")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_text(about["cert"])
    key.write_text(about["key"])
    settings = {"CA_FILE": certificate}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"{role}__CERT": certificate, f"{role}__KEY": key}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in settings.items()}


def from_a_shell(root: Path, address: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `autograder grade` as a process of its own, which reads Dask's settings as it starts."""
    command = [str(Path(sys.executable).parent / "autograder"), "grade", "--scheduler", address]
    return subprocess.run(command, cwd=root, env=os.environ | environment, capture_output=True, text=True, check=False)


def test_by_tls_with_dasks_own_certificates_only_who_holds_one_comes_in(
    root: Path, tmp_path: Path, certificates: dict[str, str]
) -> None:
    with dask(tmp_path / "dask", 1, protocol="tls", environment=certificates) as there:
        assert there.address.startswith("tls://")
        refused = from_a_shell(root, there.address, {})
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1 and "asks for a certificate" in refused.stderr
        ran = from_a_shell(root, there.address, certificates)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert maker.grades(root)["ada"]["square-test"] == (2.0, None, 0)


def test_a_scheduler_that_does_not_speak_tls_is_named_and_nothing_is_waited_for(
    root: Path, tmp_path: Path, certificates: dict[str, str]
) -> None:
    with dask(tmp_path / "dask", 0) as there:
        address = there.address.replace("tcp", "tls")
        refused = from_a_shell(root, address, certificates)
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1 and f"the scheduler at {address} cannot be reached" in refused.stderr
