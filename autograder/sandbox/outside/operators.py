"""The names of what Python does to objects by their methods (`x + y`, `x < y`, `len(x)`), as a test may do it."""

from __future__ import annotations

ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod"
BINARY = [f"__{side}{name}__" for side in ("", "r", "i") for name in ARITHMETIC.split()]
COMPARISONS = [f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge")]
OTHER_METHODS = (
    "len iter next getitem setitem delitem contains neg pos abs invert int float bool str repr hash "
    "enter exit reversed round index complex"
)
OTHERS = [f"__{name}__" for name in OTHER_METHODS.split()]

DECIDING = {*BINARY, "__contains__"}
"""What would let an answer say how it compares with the test's own values."""


def operation(name: str) -> str:
    """Of a method's name, whichever side it is on: that of `__add__`, `__radd__` and `__iadd__` is "add"."""
    plain = name.strip("_")
    return plain if plain in ARITHMETIC.split() or plain == "contains" else plain[1:]
