"""Figures of a student's cells: drawn as here whatever a cell asks for, shown below it, and closed after it.

matplotlib takes longer to import than all else together. It is loaded for notebooks whose course uses it, before
anything is forked, and else when a cell of a student names it.
"""

from __future__ import annotations

import re
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

NAMED = re.compile(r"(?<!%)\b(matplotlib|pylab|pyplot|seaborn)\b|\.(plot|hist|boxplot)\b")
"""What in a cell's text makes it need matplotlib, or may; the magic alone needs nothing."""


class Figures:
    """The figures of one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._plt: Any = None
        shell.magics_manager.register_function(lambda _: None, "line", "matplotlib")

    def load(self) -> bool:
        """Have matplotlib ready, with no other way of drawing than into the notebook; False where it was."""
        if self._plt is not None:
            return False
        self._shell.enable_matplotlib("inline")
        import matplotlib as mpl
        import matplotlib.pyplot as plt

        # the windows and widgets of other backends aren't there
        mpl.use = plt.switch_backend = lambda *_, **__: None  # type: ignore[assignment]
        self._plt = plt
        return True

    def are_needed_by(self, source: str) -> bool:
        """May a cell draw some, by its text, while they can't be drawn yet?"""
        return self._plt is None and NAMED.search(source) is not None

    @property
    def are_open(self) -> bool:
        """Has a cell left some that are to be shown?"""
        return self._plt is not None and bool(self._plt.get_fignums())

    def close(self) -> None:
        """End those that are open: the next cell begins without."""
        if self.are_open:
            self._plt.close("all")
