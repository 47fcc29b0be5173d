"""A value as a student reads it: as it would be written, or its kind in plain words."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
"""Where Python keeps a thing: it tells nothing of it, and is another place each time."""
SHOWN_ENTRIES = 12
"""Entries of a long list of arrays of which at least the shapes are shown."""


def a_kind(value: object) -> str:
    """The kind of a value in plain words: "a list", "an array of shape (2, 3)", "None"."""
    if value is None or value is ...:
        return "None" if value is None else "still ..."
    if isinstance(value, np.ndarray):
        return f"an array of {'truth values, ' if value.dtype.kind == 'b' else ''}shape {value.shape}"
    if isinstance(value, (bool, np.bool_)):
        return "a truth value"
    if isinstance(value, (int, float, complex, np.number)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    name = getattr(type(value), "claimed", type(value).__name__)
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"


def show(value: object, width: int = 300) -> str:
    """A value as a student would write it: at most `width` characters, numbers to 8 digits."""
    with np.printoptions(precision=8, threshold=30, edgeitems=3, linewidth=100):
        if isinstance(value, (float, np.floating)):
            text = f"{float(value):.8g}"
        elif isinstance(value, (np.bool_, np.number)):
            text = str(value)
        elif isinstance(value, np.ndarray) and value.dtype == object:
            text = f"array({show(value.tolist(), width)}, dtype=object)"
        elif not isinstance(value, np.ndarray) and (claimed := getattr(type(value), "claimed", None)):
            text = f"<{claimed}>"  # a stand-in: its own words would be the student's code
        elif isinstance(value, dict):
            text = "{" + ", ".join(f"{show(key, width)}: {show(x, width)}" for key, x in value.items()) + "}"
        elif isinstance(value, (list, tuple)):
            items = [show(x, width) for x in value]
            inner = (",\n " if any("\n" in item for item in items) else ", ").join(items)
            one = "," if len(value) == 1 and isinstance(value, tuple) else ""
            text = f"[{inner}]" if isinstance(value, list) else f"({inner}{one})"
        elif isinstance(value, (set, frozenset)) and value:
            text = "{" + ", ".join(sorted(show(x, width) for x in value)) + "}"
        else:
            text = repr(value) if isinstance(value, str) else ADDRESS.sub("", repr(value))
    if len(text) <= width:
        return text
    if isinstance(value, (list, tuple)) and len(value) <= SHOWN_ENTRIES:
        inner = ", ".join(a_kind(x) if isinstance(x, (list, tuple, np.ndarray)) else show(x, 20) for x in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return text[: width - 1] + "…"


def listed(some: list[Any]) -> str:
    """Some things in a row: "0, 1 and 4", no more than six of them."""
    shown = [repr(x) if isinstance(x, str) else str(x) for x in some[:6]] + (["…"] if len(some) > 6 else [])
    return ", ".join(shown[:-1]) + (" and " if len(shown) > 1 else "") + shown[-1]
