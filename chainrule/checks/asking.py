"""Makes the question of a call of `check`: finds the answer's name in the notebook that calls it."""

from __future__ import annotations

import ast
import dis
import types
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import executing

from chainrule.checks.accept import Accept
from chainrule.checks.question import Given, Question
from chainrule.checks.shown import a_kind


def ask(
    target: Any, args: tuple[Any, ...], kwargs: dict[str, Any], accept: Accept, caller: types.FrameType
) -> Question:
    """Make the question that `check(target, *args, **kwargs)` asks in the frame of a notebook that calls it.

    Raises TypeError where the target is neither a name, nor a function of the notebook, nor a
    function of `code`.
    """
    names = caller.f_globals
    if isinstance(target, str):
        if args or kwargs:
            raise TypeError(f"check({target!r}) compares a value and takes no arguments; pass a function to call it")
        return Question(target, "value", accept=replace(accept, extra="none"))
    if not callable(target):
        raise TypeError(f"check(...) takes a function or a name in quotes; it was given {a_kind(target)}")

    def given(value: Any) -> Any:
        name = _name_of(value, names) if callable(value) else None
        return Given(name, value) if name else value

    name = _name_of(target, names)
    if name is None and isinstance(target, types.FunctionType) and not args and not kwargs:
        return Question(_name_of_lambda(target), "code", accept=accept, target=target)
    if name is None:
        name = getattr(target, "__name__", "the function")
    others = [other for other, value in list(names.items()) if value is target and other != name]
    written = _written_in(caller) if others else None
    named = {k: given(v) for k, v in kwargs.items()}
    return Question(name, "call", tuple(map(given, args)), named, accept, written=written)


def _written_in(caller: types.FrameType) -> str | None:
    """The first argument, where it's a plain name, of the call that a frame is just making."""
    call = executing.Source.executing(caller).node
    first = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return first.id if isinstance(first, ast.Name) else None


def _name_of(value: Any, names: Mapping[str, Any]) -> str | None:
    """The name under which a notebook knows a function or class; its own name first."""
    own = getattr(value, "__name__", None)
    if isinstance(own, str) and names.get(own) is value:
        return own
    return next((n for n, v in list(names.items()) if v is value and not n.startswith("_")), None)


def _name_of_lambda(function: types.FunctionType) -> str:
    """A name that is the same in every kernel: what the function reads of `code`, "forward, thetas" say."""
    if function.__name__ != "<lambda>":
        return function.__name__
    return ", ".join(sorted(set(_read_of(function.__code__, function.__code__.co_varnames[0])))) or "the answers"


def _read_of(code: types.CodeType, parameter: str) -> Iterator[str]:
    """The attributes that a function, or one inside it, reads of its parameter."""
    loaded: object = None
    for step in dis.get_instructions(code):
        if loaded == parameter and step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            yield step.argval
        # from Python 3.13 on, one instruction may load two names
        loaded = step.argval[-1] if isinstance(step.argval, tuple) and step.argval else step.argval
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _read_of(inner, parameter)
