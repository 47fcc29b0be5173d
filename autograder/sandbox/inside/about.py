"""What a student's function or class says of itself, where it can be asked: its text, its parameters, its fields."""

from __future__ import annotations

import dataclasses
import inspect
from contextlib import suppress
from typing import Any

MAX_TEXT = 100_000
CODE = (
    *("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_nlocals", "co_flags"),
    *("co_name", "co_names", "co_varnames", "co_freevars"),
)


def function(target: Any) -> dict[str, Any]:
    """Its docstring, parameters, annotations, and its code: names and counts, and its text where that is known."""
    told: dict[str, Any] = {
        name: getattr(target, name, None) for name in ("__doc__", "__qualname__", "__defaults__", "__kwdefaults__")
    }
    told["__annotations__"] = dict(getattr(target, "__annotations__", None) or {})
    with suppress(TypeError, ValueError):  # some of Python's own have none
        signature = inspect.signature(target)
        told["parameters"] = [
            (p.name, int(p.kind), [x for x in (p.default,) if x is not p.empty], p.annotation is not p.empty)
            for p in signature.parameters.values()
        ]
    code = getattr(target, "__code__", None)
    if code is not None:
        told["code"] = {name: getattr(code, name) for name in CODE}
        with suppress(Exception):  # OSError where the text isn't kept; what a student has patched may raise anything
            told["text"] = inspect.getsource(target)[:MAX_TEXT]
    return told


def fields(target: Any) -> list[tuple[str, Any, list[Any]]] | None:
    """The fields of a dataclass: name, type, and its default where it has one; None for another class."""
    if not dataclasses.is_dataclass(target):
        return None
    return [
        (f.name, f.type, [x for x in (f.default,) if x is not dataclasses.MISSING]) for f in dataclasses.fields(target)
    ]
