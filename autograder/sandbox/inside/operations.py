"""What can be done to an object by name: what Python does for `len(x)`, `x + y`, `x.name`, `x in y`."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Mapping
from typing import Any

from autograder.sandbox.inside import about

PLAIN = (dict, list, tuple, set, frozenset, str, bytes, bool, int, float, complex)


def plain_value(target: Any) -> Any:
    """The plain value in one of a subclass, or in a mapping; what is neither stays as it is."""
    kind = next((kind for kind in PLAIN if isinstance(target, kind)), None)
    if kind is None and isinstance(target, Mapping):
        kind = dict
    return kind(target) if kind else target


BUILTINS = "len iter next abs int float bool str repr hash reversed round complex"
OPERATORS = "contains getitem setitem delitem neg pos invert index"
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "dir": dir,
    "vars": lambda target: dict(vars(target)),
    "bases": lambda kind: kind.__bases__,
    "plain": plain_value,
    "about": about.function,
    "fields": about.fields,
    **{f"__{name}__": getattr(builtins, name) for name in BUILTINS.split()},
    **{f"__{name}__": getattr(operator, name) for name in OPERATORS.split()},
}


def do(what: str, target: Any, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call an object, or do one of the things above to it.

    A binary operation is the method alone: NotImplemented, also where there is no such method, lets the
    other operand try.
    """
    if what == "call":
        return target(*args, **kwargs)
    if what in FUNCTIONS:
        return FUNCTIONS[what](target, *args)
    if what in ("__enter__", "__exit__"):
        return getattr(type(target), what)(target, *args)
    method = getattr(type(target), what, None)
    return method(target, *args) if method else NotImplemented
