"""Functions and objects of the tests, as student code has them: calling them here calls them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chainrule.checks import plain


class Callbacks:
    """One object here for each there, so that it goes back as itself."""

    def __init__(self, call: Callable[[int, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        """`call` calls the function of a number there."""
        self._call = call
        self._functions: dict[int, Callable[..., Any]] = {}
        """Those of the tests, by number."""
        self._number_of_function: dict[int, int] = {}
        """The number of each, by its id here."""
        self._objects: dict[int, Any] = {}
        """Objects of the course's classes that the test has passed in, by number."""
        self._number_of_object: dict[int, int] = {}

    def tree(self, value: object) -> dict[str, plain.Json] | None:
        """How a function or an object of the test's goes back; None for any other."""
        if id(value) in self._number_of_function:
            return {"yours": self._number_of_function[id(value)]}
        if id(value) in self._number_of_object:
            return {"object": self._number_of_object[id(value)]}
        return None

    def object(self, number: int, name: str, methods: dict[str, int]) -> Any:
        """An object of the test's: calling its methods here calls them there."""
        if number not in self._objects:
            callbacks = {method: self.function(function) for method, function in methods.items()}
            kind = type(name, (), {method: staticmethod(call) for method, call in callbacks.items()})
            self._objects[number] = kind()
            self._number_of_object[id(self._objects[number])] = number
        return self._objects[number]

    def function(self, number: int) -> Callable[..., Any]:
        """A function of the test: calling it here calls it there."""
        if number not in self._functions:

            def call(*args: Any, **kwargs: Any) -> Any:
                return self._call(number, args, kwargs)

            self._functions[number] = call
            self._number_of_function[id(call)] = number
        return self._functions[number]
