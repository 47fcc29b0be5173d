"""The known name that is most like one which Python didn't find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import FrameType, ModuleType
from typing import Any


class Names(Mapping[str, Any]):
    """What a frame knows by name."""

    def __init__(self, frame: FrameType) -> None:
        self._places = frame.f_locals, frame.f_globals, frame.f_builtins

    def __getitem__(self, name: str) -> Any:
        for place in self._places:
            if name in place:
                return place[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for place in self._places for name in place)

    def __len__(self) -> int:
        return sum(map(len, self._places))


def nearest_name(error: BaseException) -> str:
    """The known name that is most like the one which an error didn't find; empty where none is."""
    wanted, step = getattr(error, "name", None), error.__traceback__
    if not isinstance(error, (NameError, AttributeError)) or not isinstance(wanted, str) or step is None:
        return ""
    while step.tb_next:
        step = step.tb_next
    if isinstance(error, NameError) and wanted in _own(step.tb_frame):
        return f"self.{wanted}"[:80]
    known = Names(step.tb_frame) if isinstance(error, NameError) else _attributes(getattr(error, "obj", None))
    texts = [each for each in known if isinstance(each, str)]
    return next(iter(get_close_matches(wanted, texts, 1, 0.7)), "")[:80]


def _own(frame: FrameType) -> list[str]:
    """What the object of a method that is running has: its own attributes, and those of its class."""
    owner = frame.f_locals.get("self")
    return [] if owner is None else _attributes(owner)


def _attributes(value: object) -> list[str]:
    return list(vars(value)) if isinstance(value, ModuleType) else [*getattr(value, "__dict__", ()), *dir(type(value))]
