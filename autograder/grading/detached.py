"""A question on copies of what it reads: what one side changes in them, no other side is given.

The arguments of `check(f, x)` are copied anyway (`Question.put_to`). `check(lambda code: code.f(x))` reads x where
the test has it, and an answer that fills it with nan would have the reference give nan too.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chainrule.checks.question import IMMUTABLE, Question


def detached(question: Question) -> Question:
    """The same question; where it is a function of `code`, what that reads of the test's are copies."""
    target = question.target
    return replace(question, target=_Copy(target).of(target)) if isinstance(target, types.FunctionType) else question


class _Copy:
    """Copies of one function and of what it reads; the functions of the test that it calls share its globals."""

    def __init__(self, function: types.FunctionType) -> None:
        self._old = function.__globals__
        self._names = dict(self._old)
        self._memo: dict[int, Any] = {}
        self._made: dict[int, types.FunctionType] = {}

    def of(self, value: Any) -> Any:
        """The copy of a value, once for all that refer to it."""
        if type(value) is types.FunctionType and value.__globals__ is self._old:  # a stand-in says that it is one
            return self._made.get(id(value)) or self._function(value)
        return _copy(value, self._memo)

    def _function(self, function: types.FunctionType) -> types.FunctionType:
        """A function on copies of its defaults, its closure and the globals that it reads."""
        cells = tuple(types.CellType() for _ in function.__closure__ or ())
        new = types.FunctionType(function.__code__, self._names, function.__name__, None, cells or None)
        self._made[id(function)] = new
        new.__defaults__, new.__kwdefaults__ = self.of(function.__defaults__), self.of(function.__kwdefaults__)
        for cell, old in zip(cells, function.__closure__ or (), strict=True):
            with suppress(ValueError):  # it is empty
                cell.cell_contents = self.of(old.cell_contents)
        for name in set(_names_of(function.__code__)) & self._old.keys():
            if self._names[name] is self._old[name]:
                self._names[name] = self.of(self._old[name])
        return new


def _copy(value: Any, memo: dict[int, Any]) -> Any:
    if type(value) in IMMUTABLE or isinstance(value, (types.ModuleType, type)) or callable(value):
        return value
    with suppress(Exception):  # it may be something that can't be copied, an open file say
        return copy.deepcopy(value, memo)
    return value


def _names_of(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names_of(constant)
