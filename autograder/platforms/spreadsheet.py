"""Marks as a table that a platform or a spreadsheet reads; a platform's own table keeps its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError

ORDERS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


class SpreadsheetError(AutograderError):
    """A platform's table can't be filled in; the message says what is missing."""


@dataclass
class Table:
    """Titles and rows, as they were read."""

    titles: list[str]
    rows: list[list[str]]
    separator: str = ","

    def column(self, *names: str) -> int | None:
        """The place of the first of some columns that is there."""
        plain = [title.strip().lower() for title in self.titles]
        return next((plain.index(name.lower()) for name in names if name.lower() in plain), None)


def read(path: Path) -> Table:
    """A table of a platform. Raises SpreadsheetError."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SpreadsheetError(f"{path} cannot be read as CSV in UTF-8: {error}") from None
    separator = max(",;\t", key=(text.splitlines() or [""])[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    if len(rows) < 2:
        raise SpreadsheetError(f"{path} has no row below its titles")
    width = len(rows[0])
    return Table(rows[0], [[*row, *[""] * (width - len(row))] for row in rows[1:] if any(row)], separator)


def text(titles: Sequence[str], rows: Iterable[Sequence[str | float]], separator: str = ",") -> str:
    """A table as CSV in which no cell is a formula."""
    stream = io.StringIO()
    table = csv.writer(stream, delimiter=separator)
    table.writerows([[harmless(cell) for cell in row] for row in (titles, *rows)])
    return stream.getvalue()


def harmless(cell: str | float) -> str:
    """A cell that a spreadsheet shows and never carries out: an apostrophe stands before what would be a formula."""
    if not isinstance(cell, str):
        return f"{round(cell, 4):g}"
    if not cell.lstrip(" ").startswith(ORDERS) or len(cell) == 1 or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
