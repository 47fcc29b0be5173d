"""Runs a student's function for a widget: within a limit of time, with what goes wrong in one line."""

from __future__ import annotations

import ast
import ctypes
import inspect
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from IPython.core.getipython import get_ipython

from chainrule.checks.where import where_raised

SECONDS = 2.0
"""How long a student's function may take."""


class CallError(Exception):
    """A student's function gave nothing to show; the text says why, in one line."""


class _TookTooLong(BaseException):
    """Not an Exception, so that no `except Exception` of the student's holds it up."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """End what runs in the block after some seconds, at its next instruction.

    A widget's messages may come in a thread of their own, where a timer's signal doesn't reach; this works in any
    thread, costs nothing while it waits, and works on Windows. It can't end one long call into compiled code.
    """
    thread, lock, over, struck = ctypes.c_ulong(threading.get_ident()), threading.Lock(), False, False

    def stop() -> None:
        nonlocal struck
        with lock:
            if not over:
                struck = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_TookTooLong))

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            over = True
        if struck:
            # One that is on its way strikes here and not later; to take it back would leave Python 3.11 looking
            # for it for ever, and a profiler hang.
            with suppress(_TookTooLong):
                for _ in range(100):
                    pass


def call(function: Callable[..., Any], *args: Any, seconds: float = SECONDS) -> Any:
    """What a student's function returns; raises CallError where it raises, isn't written or takes too long."""
    name = getattr(function, "__name__", "<lambda>").replace("<lambda>", "the function")
    try:
        with _time_limit(seconds):
            return function(*args)
    except _TookTooLong:
        raise CallError(f"Took too long: {name} was stopped after {seconds:g} seconds.") from None
    except NotImplementedError as error:
        where = where_raised(error)
        raise CallError(f"Not answered yet: {where.innermost if where else name} is still to be written.") from None
    except CallError:
        raise
    except Exception as error:
        where = where_raised(error)
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        line = f", in the line {where.line} (in {where.function})" if where else ""
        raise CallError(f"Stopped by an error: {said}{line}") from None


def follow(functions: list[Callable[..., Any]], changed: Callable[[], None]) -> None:
    """Call `changed` after each cell that has changed one of these functions, or one that they call.

    Where a cell of the notebook is run again, what it followed before is let go: its output is gone.
    """
    if (shell := get_ipython()) is None:
        return
    ran = _code(functions)

    def after_cell(_: object) -> None:
        nonlocal ran
        if (now := _code(functions)) != ran:
            ran = now
            changed()

    shell.events.register("post_run_cell", after_cell)
    asked: dict[str, Any] = getattr(shell, "get_parent", dict)()
    if cell := asked.get("metadata", {}).get("cellId"):
        request = asked["header"]["msg_id"]
        last, followers = _following.get(cell, (request, []))
        if last != request:
            for each in followers:
                shell.events.unregister("post_run_cell", each)
            followers = []
        _following[cell] = (request, [*followers, after_cell])


_following: dict[str, tuple[str, list[Callable[[object], None]]]] = {}
"""By cell: its last run, and what that run has followed."""


def _code(functions: list[Callable[..., Any]]) -> list[CodeType]:
    return [part.__code__ for function in functions for part in with_helpers(newest(function))]


def newest(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that bears this function's name now, so that a cell that was run again is followed."""
    if isinstance(function, FunctionType) and function.__qualname__ == function.__name__:
        found = function.__globals__.get(function.__name__, function)
        return found if callable(found) else function
    return function


def numbers(given: object, names: list[str]) -> dict[str, float]:
    """The numbers of a dict by name, those of `names` that it has; raises CallError where it holds anything else."""
    if not isinstance(given, Mapping):
        what = "nothing; does it end with return?" if given is None else f"{_a(given)} and not a dict."
        raise CallError(f"Not right yet: the function returned {what}")
    found = {}
    for name in names:
        if name in given:
            value = np.asarray(given[name])
            if value.size != 1 or value.dtype.kind not in "biuf":
                raise CallError(f'Not right yet: "{name}" in the dict is {_a(given[name])} and not a number.')
            found[name] = float(value.item())
    return found


def _a(value: object) -> str:
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
    return f"of type {type(value).__name__}{shape}"


def lines_that_set(function: Callable[..., Any], key: str) -> list[str]:
    """The lines of a function, and of the notebook's functions that it calls, that set the entry `key` of a dict."""
    found: list[str] = []
    for part in with_helpers(function):
        source = _source(part)
        for node in ast.walk(ast.parse(source)) if source else ():
            if key in _keys_set_by(node):
                segment = ast.get_source_segment(source, node) or ""
                found.append(" ".join(segment.split()))
    return found


def with_helpers(function: Callable[..., Any]) -> list[FunctionType]:
    """A function and the functions it names that stand in the same namespace, through any depth."""
    found: list[FunctionType] = []
    waiting: list[Any] = [function]
    while waiting:
        this = waiting.pop(0)
        if isinstance(this, FunctionType) and this not in found:
            found.append(this)
            names = _names(this.__code__)
            here = (this.__globals__.get(name) for name in names)
            waiting += [f for f in here if isinstance(f, FunctionType) and f.__globals__ is this.__globals__]
    return found


def _names(code: CodeType) -> tuple[str, ...]:
    inner = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return (*code.co_names, *(name for names in inner for name in names))


def _source(function: FunctionType) -> str:
    try:
        source = textwrap.dedent(inspect.getsource(function))
        ast.parse(source)
    except (OSError, SyntaxError):  # typed in no cell; or a lambda in the middle of an expression
        return ""
    return source


def _keys_set_by(node: ast.AST) -> set[str]:
    """The constant keys of dicts that a statement sets: d["x"] = ..., d["x"], d["y"] = ..., d = {"x": ...}."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Return):
        targets = []
    else:
        return set()
    written = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Subscript)]
    slices = [part.slice for part in written if isinstance(part.ctx, ast.Store)]
    value = node.value
    keys = value.keys if isinstance(value, ast.Dict) else []
    return {each.value for each in [*slices, *keys] if isinstance(each, ast.Constant) and isinstance(each.value, str)}
