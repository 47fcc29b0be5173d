"""A real notebook kernel in a folder, for tests of what a student sees below a cell."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[2]


@dataclass
class Shown:
    """What stands below a cell after it ran."""

    html: str = ""
    """All cards, as HTML."""
    text: str = ""
    """The same as plain text."""
    printed: str = ""
    traceback: str | None = None
    error: str | None = None


class Kernel:
    """A kernel that runs one cell after the other: `with Kernel(folder) as kernel`."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._environment = {k: v for k, v in os.environ.items() if k != "NBGRADER_EXECUTION"}
        self._environment |= {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / ".ipython"), **environment}

    def __enter__(self) -> Kernel:
        self._manager, self._client = start_new_kernel(
            startup_timeout=240, cwd=str(self._folder), env=self._environment
        )
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def run(self, source: str) -> Shown:
        """Run a cell."""
        shown = Shown()

        def hook(message: dict) -> None:  # type: ignore[type-arg]
            kind, content = message["msg_type"], message["content"]
            if kind == "display_data":
                shown.html += content["data"].get("text/html", "")
                shown.text += content["data"].get("text/plain", "")
            elif kind == "stream":
                shown.printed += content["text"]
            elif kind == "error":
                shown.error = content["ename"]
                shown.traceback = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content["traceback"]))

        self._client.execute_interactive(source, timeout=120, output_hook=hook, stop_on_error=False)
        return shown
