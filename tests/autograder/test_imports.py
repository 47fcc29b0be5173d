"""What the commands import: a run of one submission spends most of its time on that."""

from __future__ import annotations

import json
import subprocess
import sys

AFTER = """
import json, sys
from autograder.cli import nbgrader_alone
nbgrader_alone.load()
{}
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(code: str) -> set[str]:
    """The modules that are there when some code has run behind `nbgrader_alone.load()`."""
    ran = subprocess.run([sys.executable, "-c", AFTER.format(code)], capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout))


def test_grading_loads_no_server_no_converter_and_no_pictures() -> None:
    packages = {name.split(".")[0] for name in loaded_by("import autograder.commands.batch")}
    assert "sqlalchemy" in packages
    assert not packages & {"jupyter_server", "notebook", "nbconvert", "matplotlib"}


def test_nbgraders_extensions_are_there_when_they_are_asked_for() -> None:
    extension = "nbgrader.server_extensions.formgrader.formgrader"
    assert extension not in loaded_by("")
    assert extension in loaded_by("from nbgrader.server_extensions import formgrader")
    given = "import nbgrader, contextlib\nwith contextlib.suppress(Exception):  # it is no server that it is given\n"
    assert extension in loaded_by(f"{given}    nbgrader.load_formgrader(None)")
