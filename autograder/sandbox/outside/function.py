"""The stand-in of a function: what a test calls, and asks for its docstring, signature or code."""

from __future__ import annotations

import types
from typing import Any

from autograder.sandbox.outside import about
from autograder.sandbox.outside.doer import Doer

OF_FUNCTIONS = frozenset(["__doc__", "__defaults__", "__kwdefaults__", "__annotations__", "__code__", "__signature__"])
"""What a function says of itself, all of it asked for at once."""


class Function:
    """Stands in for a function (or anything else that is called) of the student's."""

    claimed = "function"
    __class__ = property(lambda self: types.FunctionType)

    def __init__(self, answers: Doer, handle: int, generation: int, name: str) -> None:
        self._answers, self._handle, self._generation = answers, handle, generation
        self._about: dict[str, Any] | None = None
        self.__name__ = self.__qualname__ = name
        self.__module__ = "__main__"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it where it is."""
        return self._answers.do("call", self._handle, self._generation, args, kwargs)

    def __getattribute__(self, name: str) -> Any:
        if name not in OF_FUNCTIONS:
            return object.__getattribute__(self, name)
        if self._about is None:
            self._about = about.attributes(self._answers.do("about", self._handle, self._generation, (), {}))
        if self._about.get(name) is None and name in ("__code__", "__signature__"):
            raise AttributeError(name)
        return self._about.get(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._answers.do("getattr", self._handle, self._generation, (name,), {})

    def __deepcopy__(self, _: dict[int, Any]) -> Function:
        return self

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"
