"""A JupyterLab server for the browser tests, cut off from the settings of whoever runs them."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

REPOSITORY = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 120


@dataclass(frozen=True)
class JupyterLab:
    """A running server: the folder it serves, its address and the token to come in with."""

    root: Path
    address: str
    token: str

    def page(self, notebook: Path) -> str:
        """Return the address of a notebook in a workspace of its own, where no earlier tab opens."""
        return f"{self.address}/lab/workspaces/{secrets.token_hex(4)}/tree/{self._path(notebook)}"

    def page_7(self, notebook: Path) -> str:
        """Return the address of a notebook in Notebook 7."""
        return f"{self.address}/notebooks/{self._path(notebook)}"

    def _path(self, notebook: Path) -> str:
        return f"{quote(notebook.resolve().relative_to(self.root).as_posix())}?token={self.token}"

    def ask(self, path: str, method: str = "GET") -> Any:
        """Send a request to the server's interface and return what its answer holds."""
        request = urllib.request.Request(
            f"{self.address}/{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or "null")

    def stop_kernels(self) -> None:
        """Stop every kernel, also one that is busy without end."""
        for kernel in self.ask("api/kernels"):
            self.ask(f"api/kernels/{kernel['id']}", "DELETE")


@contextmanager
def jupyterlab(root: Path, home: Path, *more: str) -> Iterator[JupyterLab]:
    """Serve `root`, with the settings of `make lab` and `more`; everything that Jupyter writes goes into `home`."""
    home.mkdir()
    address = f"http://127.0.0.1:{(port := _free_port())}"
    server = JupyterLab(root.resolve(), address, secrets.token_hex(16))
    options = [
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={server.root}",
        f"--IdentityProvider.token={server.token}",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
        *more,
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    log = home / "server.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            env=_environment(home),
            cwd=root,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_ready(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(home: Path) -> dict[str, str]:
    foreign = ("JUPYTER", "IPYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "JUPYTER_CONFIG_PATH": str(REPOSITORY / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        # Two threads of one product wait for each other where the browser wants the same cores.
        "OPENBLAS_NUM_THREADS": "1",
        # nbgrader starts alembic by name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }


def _wait_until_ready(server: JupyterLab, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.ask("api/status")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start in {STARTS_WITHIN} s; its log ends:\n{log.read_text()[-2000:]}")
