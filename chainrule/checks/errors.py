"""What Python and NumPy say to beginners, said as a question: the table is `errors.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.checks.where import Where

SHAPE = re.compile(r"\(((?:\d+,? ?)*)\)")


@cache
def _table() -> list[dict[str, Any]]:
    tables = tomllib.loads((Path(__file__).with_name("errors.toml")).read_text("utf-8"))
    rows: list[dict[str, Any]] = tables["said"]
    return rows


def advice(kind: str, text: str, where: Where | None) -> str:
    """What to think about where this was said; empty where the table has nothing that fits.

    `kind` is the name of the exception's (or warning's) class. The first row that fits speaks, and one whose words
    need what isn't known here doesn't fit.
    """
    where = where or Where("", "")
    for row in _table():
        found = re.search(row["text"], text)
        if found and kind in row["kind"] and _fits(row, found, where):
            try:
                return str(row["says"]).format_map(_known(found, where)).strip()
            except KeyError:
                continue
    return ""


def _fits(row: dict[str, Any], found: re.Match[str], where: Where) -> bool:
    line, outside = (_filled(row.get(key, ""), found) for key in ("line", "outside"))
    if outside and re.search(outside, where.inside):
        return False
    if not re.fullmatch(row.get("operation", ".*"), where.operation) or not re.search(line, where.line):
        return False
    if not re.search(row.get("kinds", ""), ", ".join(kind for _, kind in where.operands)):
        return False
    if bool(where.inside) and not row.get("inside", False):
        return False
    return "sizes" not in row or row["sizes"] == relation(*_shapes(found, where))


def _filled(pattern: str, found: re.Match[str]) -> str:
    """A pattern with the groups of a message in the places that have their names."""
    return re.sub(r"<(\w+)>", lambda name: re.escape(found[name[1]]), pattern)


def _known(found: re.Match[str], where: Where) -> dict[str, str]:
    """What words may be filled in with."""
    known = {key: value for key, value in found.groupdict().items() if value}
    known |= {key: value for key, value in where._asdict().items() if isinstance(value, str) and value}
    for name, (text, kind) in zip(("first", "second"), where.operands, strict=False):
        known |= {name: text, f"{name}_is": kind}
    known |= {"numpy": f"`np.{known['name']}`"} if hasattr(np, known.get("name", "")) else {}
    nothing = [text for text, kind in where.operands if kind == "None"]
    functions = [text for text, kind in where.operands if kind == "a function"]
    return known | ({"nothing": nothing[0]} if nothing else {}) | ({"callable": functions[0]} if functions else {})


def _shapes(found: re.Match[str], where: Where) -> tuple[tuple[int, ...], ...]:
    """The two shapes that don't fit: as the message has them, or else the operands'."""
    said = SHAPE.findall(found[0]) if "shape" in found[0] else []
    said = said if len(said) == 2 else [m[1] for _, kind in where.operands if (m := SHAPE.search(kind))]
    return tuple(tuple(int(n) for n in re.findall(r"\d+", shape)) for shape in said) if len(said) == 2 else ((), ())


def relation(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """How two shapes that don't go together are related, in a word of the table's; empty for none that is known."""
    if len(a) == 2 and len(b) == 1 and a[0] == b[0] != a[1]:
        return "lost axis"  # a sum along the rows, without keepdims
    if len(a) == len(b) == 1 and abs(a[0] - b[0]) == 1 and min(*a, *b) > 1:
        return "one entry more"
    if len(a) == len(b) == 2 and a != b and a == b[::-1]:
        return "transposed"
    if len(a) > 1 and a[:-1] == b[:-1] and abs(a[-1] - b[-1]) == 1:
        return "one column more"
    if len(a) == len(b) == 2 and a[1] == b[1]:
        return "same columns"  # of the factors of @: the second one transposed would fit
    if len(a) == len(b) == 2 and a[0] == b[0]:
        return "same rows"
    if len(a) == 2 and b and a[-1] == b[0]:
        return "product"
    if len(a) == 2 and b and a[-1] + 1 in b:
        return "one short"
    return ""
