"""What the commands import: a run of one submission spends most of its time on that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    assert not packages & {"jupyter_server", "notebook", "nbconvert", "matplotlib", "setuptools", "requests"}
    assert not packages & {"PIL", "jinja2", "latex2mathml"}  # for pages, which its workers make


def test_a_source_that_is_known_needs_no_converter_any_more() -> None:
    path = next((Path(__file__).parents[2] / "solutions").glob("01-*/*.ipynb"))
    read = "from pathlib import Path\nfrom traitlets.config import Config\nfrom autograder.course import sources\n"
    assert "nbconvert" not in loaded_by(f"{read}sources.read(Path({str(path)!r}), Config(), known=True)")
    assert "nbconvert" in loaded_by(f"{read}sources.read(Path({str(path)!r}), Config())")


def test_the_warm_process_leaves_matplotlib_to_notebooks_that_use_it() -> None:
    assert "matplotlib" not in loaded_by("from autograder.engine import warm\nwarm.Shell()\nwarm.feedback.warm_up()")


def test_nbgraders_extensions_are_there_when_they_are_asked_for() -> None:
    extension = "nbgrader.server_extensions.formgrader.formgrader"
    assert extension not in loaded_by("")
    assert extension in loaded_by("from nbgrader.server_extensions import formgrader")
    given = "import nbgrader, contextlib\nwith contextlib.suppress(Exception):  # it is no server that it is given\n"
    assert extension in loaded_by(f"{given}    nbgrader.load_formgrader(None)")
