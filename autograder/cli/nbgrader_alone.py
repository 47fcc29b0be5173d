"""nbgrader without its extensions of Jupyter's server: no command here serves them, and they take longest to import."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

EXTENSIONS = ("assignment_list", "course_list", "validate_assignment", "formgrader")
"""What `import nbgrader` imports of `nbgrader.server_extensions`, for the sake of one function in each."""


class _Later(ModuleType):
    """Stands in for an extension while nbgrader is imported: its function imports the extension when it is called."""

    def load_jupyter_server_extension(self, server: Any) -> None:
        import_module(self.__name__).load_jupyter_server_extension(server)


def load() -> None:
    """Import nbgrader so. Whoever imports one of the extensions by its name afterwards gets it as it is."""
    if "nbgrader" in sys.modules:
        return
    names = [f"nbgrader.server_extensions.{name}" for name in EXTENSIONS]
    sys.modules.update({name: _Later(name) for name in names})
    import_module("nbgrader")
    for name in names:
        del sys.modules[name]
