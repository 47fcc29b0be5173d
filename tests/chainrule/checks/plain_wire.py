"""A value on its way: written as it travels, and read as it comes."""

from __future__ import annotations

import json
from typing import Any

from autograder.sandbox import wire
from chainrule.checks import plain
from chainrule.checks.plain import NotPlainError


def refuse(value: object) -> Any:
    raise NotPlainError(type(value).__name__)


def written(value: object) -> tuple[Any, bytes]:
    """The tree after a journey through JSON, and the bytes of the arrays."""
    out = wire.Outgoing()
    frame = out.frame({"value": plain.encode(value, out.put_array, refuse)})
    size = wire.LENGTHS.size
    head, _ = wire.LENGTHS.unpack(frame[:size])
    return json.loads(frame[size : size + head])["value"], frame[size + head :]


def read(tree: object, body: bytes = b"") -> Any:
    return plain.decode(tree, wire.array_reader(body), refuse)
