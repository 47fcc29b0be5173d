"""What cells showed, as nbformat has it: texts, values, pictures, errors, up to a limit."""

from __future__ import annotations

from typing import Any

from autograder.sandbox.messages import Output

SHOWN = ("text/plain", "image/png")
"""The kinds of output kept: no HTML or script of a student reaches an instructor's browser."""


class Transcript:
    """Collects what cells print and display, up to `limit` bytes each cell."""

    def __init__(self) -> None:
        self.limit = 0
        self.start()

    def start(self) -> None:
        """Begin a new cell."""
        self.outputs: list[Output] = []
        self._left = self.limit

    def add_text(self, stream: str, text: str) -> None:
        """Append to what was printed; what goes over the limit is left out, and that is said once."""
        if self._left <= 0:
            return
        kept = text[: self._left]
        self._left -= len(text)
        if self._left <= 0:
            kept += "\n[more was printed; it is left out]\n"
        last = self.outputs[-1] if self.outputs else None
        if last and last.get("name") == stream:
            last["text"] += kept
        else:
            self.outputs.append({"output_type": "stream", "name": stream, "text": kept})

    def add_data(self, kind: str, data: dict[str, Any]) -> None:
        """Append a displayed value, kinds in SHOWN only."""
        shown = {mime: x for mime, x in data.items() if mime in SHOWN and isinstance(x, str) and x}
        self._left -= sum(map(len, shown.values()))
        if shown and self._left > 0:
            self.outputs.append({"output_type": kind, "data": shown, "metadata": {}})

    def add_error(self, error: BaseException, traceback: str) -> None:
        """Append an error, as a notebook shows it."""
        lines = traceback[-20_000:].split("\n")
        entry = {"output_type": "error", "ename": type(error).__name__, "evalue": str(error)[:2000], "traceback": lines}
        self.outputs.append(entry)
