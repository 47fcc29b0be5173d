"""A PostgreSQL server for the tests of the gradebook: the one that is installed, or else a new one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
USER = "postgres"


@contextmanager
def server() -> Iterator[str]:
    """Start an empty server that nothing but this machine reaches; gives the address of its database."""
    programs = _find_programs()
    with TemporaryDirectory(prefix="pg-") as name:  # a short path, for a socket's is 107 characters at most
        folder = Path(name)
        who = {"user": USER, "cwd": folder} if os.geteuid() == 0 else {"cwd": folder}  # it refuses to be root
        if os.geteuid() == 0:
            shutil.chown(folder, USER)

        def run(program: str, *arguments: str) -> None:
            command = [programs / program, "-D", folder / "data", *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **who)

        run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-sync")
        run(
            "pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -c fsync=off -k {folder}"
        )
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "-m", "immediate")


def _find_programs() -> Path:
    """Return the folder of PostgreSQL's programs, installed first where there are none."""
    if found := _installed():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        for command in ([*APT, "update"], [*APT, "install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(command, check=False)
        if found := _installed():
            return found
    raise RuntimeError(
        "The tests of the gradebook need PostgreSQL, which is not installed; please install it "
        "(on Debian and Ubuntu the package postgresql) and run the tests again."
    )


def _installed() -> Path | None:
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    usual = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in (*on_path, *usual) if (folder / "initdb").exists()), None)
