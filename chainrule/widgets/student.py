"""Runs a student's function for a widget: within a limit of time, with what goes wrong in one line."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from IPython.core.getipython import get_ipython
from numpy.typing import NDArray

from chainrule.checks.shown import a_kind
from chainrule.checks.where import unwritten, where_raised
from chainrule.widgets.source import with_helpers

CALL_SECONDS = 2.0
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


def call(function: Callable[..., Any], *args: Any, seconds: float = CALL_SECONDS) -> Any:
    """What a student's function returns; raises CallError where it raises, isn't written or takes too long."""
    name = getattr(function, "__name__", "<lambda>").replace("<lambda>", "the function")
    try:
        with _time_limit(seconds):
            return function(*args)
    except _TookTooLong:
        raise CallError(f"Took too long: {name} was stopped after {seconds:g} seconds.") from None
    except NotImplementedError as error:
        raise CallError(f"Not answered yet: {unwritten(error) or name} is still to be written.") from None
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


def array(given: object, what: str) -> NDArray[np.float64]:
    """An array of numbers that `what` returned; raises CallError for anything else."""
    if given is None:
        raise CallError(f"Not right yet: {what} returned nothing; does it end with return?")
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise CallError(f"Not right yet: {what} returned something else than numbers: {a_kind(given)}.") from None


def numbers(given: object, names: list[str]) -> dict[str, float]:
    """The numbers of a dict by name, those of `names` that it has; raises CallError where it holds anything else."""
    if not isinstance(given, Mapping):
        what = "nothing; does it end with return?" if given is None else f"{a_kind(given)} and not a dict."
        raise CallError(f"Not right yet: the function returned {what}")
    found = {}
    for name in names:
        if name in given:
            value = np.asarray(given[name])
            if value.size != 1 or value.dtype.kind not in "biuf":
                raise CallError(f'Not right yet: "{name}" in the dict is {a_kind(given[name])} and not a number.')
            found[name] = float(value.item())
    return found
