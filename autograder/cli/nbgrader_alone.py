"""nbgrader without what it imports for the sake of a function that no command here calls, and that takes longest."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

LATER = {
    **dict.fromkeys(
        (
            "nbgrader.server_extensions.assignment_list",
            "nbgrader.server_extensions.course_list",
            "nbgrader.server_extensions.validate_assignment",
            "nbgrader.server_extensions.formgrader",
        ),
        ("load_jupyter_server_extension",),
    ),
    "setuptools.archive_util": ("unpack_archive", "unpack_tarfile", "unpack_zipfile"),
    "requests": ("request",),
}
"""What `import nbgrader.api` imports for the sake of some functions of each, which JupyterLab and JupyterHub call."""


def _stand_in(name: str, functions: tuple[str, ...]) -> ModuleType:
    """A module whose functions import the real one when they are called."""
    module = ModuleType(name)
    for function in functions:

        def later(*args: Any, function: str = function, **options: Any) -> Any:
            return getattr(import_module(name), function)(*args, **options)

        setattr(module, function, later)
    return module


def load() -> None:
    """Import nbgrader so. Whoever imports one of those modules by its name afterwards gets it as it is."""
    if "nbgrader" in sys.modules:
        return
    names = LATER.keys() - sys.modules.keys()
    sys.modules.update({name: _stand_in(name, LATER[name]) for name in names})
    import_module("nbgrader.api")
    for name in names:
        del sys.modules[name]
