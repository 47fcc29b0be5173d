"""A source notebook as nbgrader's configuration has it: header and footer, tests written by AUTOTEST, other markers.

What comes out has nbgrader's standard markers, so that nothing further on need know of others.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from traitlets.config import Config

from autograder.course import notebook
from autograder.errors import CannotPrepareError

MARKERS = {
    ("ClearSolutions", "begin_solution_delimeter"): "BEGIN SOLUTION",
    ("ClearSolutions", "end_solution_delimeter"): "END SOLUTION",
    ("ClearHiddenTests", "begin_test_delimeter"): "BEGIN HIDDEN TESTS",
    ("ClearHiddenTests", "end_test_delimeter"): "END HIDDEN TESTS",
    ("ClearMarkScheme", "begin_mark_scheme_delimeter"): "BEGIN MARK SCHEME",
    ("ClearMarkScheme", "end_mark_scheme_delimeter"): "END MARK SCHEME",
}
"""nbgrader's options for what stands in a line that is a marker, and what stands there where they aren't set."""
THAT_COUNT = ("ClearSolutions", "ClearHiddenTests", "ClearMarkScheme", "IncludeHeaderFooter", "InstantiateTests")
"""The sections of the configuration that are read here."""
OF_ITS_ENGINE = ("Execute", "ExecutePreprocessor", "OverwriteCells", "IgnorePattern", "LimitOutput", "SaveAutoGrades")
FILES = (("IncludeHeaderFooter", "header"), ("IncludeHeaderFooter", "footer"))
"""Options that name a file below the course folder."""


def applied(source: NotebookNode, path: Path, config: Config) -> NotebookNode:
    """The source notebook that was read from a path, with all of these options applied.

    Raises CannotPrepareError where header or footer can't be read, or AUTOTEST can't write its tests.
    """
    root = Path(config.CourseDirectory.get("root", "."))
    found = NotebookNode(source, cells=_with_header_and_footer(source, config, root))
    delimiter = config.InstantiateTests.get("autotest_delimiter", "AUTOTEST")
    if any(cell.cell_type == "code" and delimiter in cell.source for cell in found.cells):
        found = _instantiated(found, path, config, root)
    other = other_markers(config)
    for cell in found.cells if other else ():
        cell.source = "\n".join(_standard(line, other) for line in cell.source.split("\n"))
    return found


def other_markers(config: Config) -> dict[str, str]:
    """The markers that a course has set itself, and the standard one for each."""
    set_ = {config[section].get(option, standard): standard for (section, option), standard in MARKERS.items()}
    return {own: standard for own, standard in set_.items() if own != standard}


def of_stubs(config: Config) -> Config:
    """What is configured of nbgrader's clearing, but for the markers."""
    names = {option for _, option in MARKERS}
    sections = {section for section, _ in MARKERS}
    return Config({s: {k: v for k, v in config[s].items() if k not in names} for s in sections})


def digest(config: Config) -> bytes:
    """All of these options, and what header and footer hold."""
    root = Path(config.CourseDirectory.get("root", "."))
    names = [config[section].get(option) for section, option in FILES]
    held = [(root / name).read_bytes() for name in names if name and (root / name).is_file()]
    kept = config.Autograde.get("exclude_overwriting", {})
    return b"\0".join([repr([kept, *(sorted(config[section].items()) for section in THAT_COUNT)]).encode(), *held])


def not_used(config: Config) -> list[str]:
    """The options of the configuration that nbgrader's own engine heeds when it grades, and this one does not."""
    found = [f"{section}.{option}" for section in OF_ITS_ENGINE for option in config[section] if option != "timeout"]
    return [f"{name} is for nbgrader's own engine, and is not used here" for name in sorted(found)]


def anchored(config: Config, root: Path) -> Config:
    """The files that are named in the configuration of a course, for one that lies elsewhere."""
    found = Config()
    for section, option in FILES:
        if config[section].get(option):
            found[section][option] = str(root / config[section][option])
    tests = root / config.InstantiateTests.get("autotest_filename", "autotests.yml")
    if tests.exists():
        found.InstantiateTests.autotest_filename = str(tests)
    return found


def _standard(line: str, other: dict[str, str]) -> str:
    """A line with the standard marker in place of the course's own; nbgrader drops such a line whole."""
    for own, standard in other.items():
        if own in line:
            return f"{line[: len(line) - len(line.lstrip())]}### {standard}"
    return line


def _with_header_and_footer(source: NotebookNode, config: Config, root: Path) -> list[NotebookNode]:
    around = [config.IncludeHeaderFooter.get(which, "") for which in ("header", "footer")]
    header, footer = (notebook.read(root / name).cells if name else [] for name in around)
    return [*header, *deepcopy(source.cells), *footer]


def _instantiated(source: NotebookNode, path: Path, config: Config, root: Path) -> NotebookNode:
    """The notebook with the tests that nbgrader writes at AUTOTEST; it runs the solution in a kernel for that."""
    from nbgrader.preprocessors import InstantiateTests

    own = Config(deepcopy(config))
    name = config.InstantiateTests.get("autotest_filename", "autotests.yml")
    beside = path.parent / Path(name).name
    own.InstantiateTests.autotest_filename = str(beside if beside.exists() else root / name)
    resources: dict[str, Any] = {"metadata": {"path": str(path.parent)}, "nbgrader": {}}
    try:
        return InstantiateTests(config=own).preprocess(source, resources)[0]
    except Exception as error:
        said = str(error) or type(error).__name__
        raise CannotPrepareError(f"{path.parent.name}/{path.name}: AUTOTEST cannot write its tests: {said}") from None
