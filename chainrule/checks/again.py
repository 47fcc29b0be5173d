"""Runs again, from other values, what a notebook's cells have made a value of: `check.again("dxpy", xpy=4.0)`.

A value that is right may have been typed in, or be right at one point only. Here the cell that has set it runs once
more, and before it every cell that has set something on the way from the values that are others now. All run in a
copy of the notebook's names, so that nothing of the notebook changes.
"""

from __future__ import annotations

import copy
import dis
import io
import linecache
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np
from IPython.core.getipython import get_ipython

MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
"""A line for IPython. It says how a cell is run or shown, and is left out."""


def name_of(name: str) -> str:
    """What a namespace calls the function that makes a value again."""
    return f"{name}, made again"


def from_cells(name: str, cells: Sequence[str], names: Mapping[str, Any]) -> Callable[..., Any]:
    """A function that makes a value again; its keywords are the names that hold something else now.

    cells: the texts of all cells that have run, in their order; names: what they have set
    The function raises what a cell raises.
    """
    cells, names = tuple(cells), dict(names)

    def make(**given: Any) -> Any:
        on_the_way = sorted(_on_the_way(name, cells, given))
        read = set().union(*(_names_of(cells[place])[0] for place in on_the_way))
        scratch = names | {key: _own(names[key]) for key in read & names.keys()} | given
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            for place in on_the_way:
                _run(cells[place], scratch)
        return scratch[name]

    return make


def in_this_kernel(name: str) -> Callable[..., Any]:
    """The same of what the running IPython has run so far, and of its names as they are now."""
    return from_cells(name, *_kernel())


def last_cell(name: str) -> str:
    """The text of the last cell that the running IPython has run and that sets a name; empty where there is none."""
    return next((cell for cell in reversed(_kernel()[0]) if name in _names_of(cell)[1]), "")


def _kernel() -> tuple[Sequence[str], Mapping[str, Any]]:
    """The texts of all cells that the running IPython has run, in their order, and its names; else none of either."""
    shell = get_ipython()
    if shell is None or shell.history_manager is None:
        return (), {}
    return shell.history_manager.input_hist_raw, shell.user_ns


def without_magic(cell: str) -> str:
    """The text of a cell, all Python."""
    return MAGIC.sub("", cell)


def _on_the_way(name: str, cells: Sequence[str], given: Collection[str]) -> set[int]:
    """The places of the cells that lead from what is given to a name; none where it doesn't depend on it."""
    known: dict[tuple[str, int], set[int] | None] = {}

    def behind(name: str, end: int) -> set[int] | None:
        """Those before a place; None where nothing that is given leads to the name."""
        if name in given:
            return set()
        place = next((i for i in reversed(range(end)) if name in _names_of(cells[i])[1]), None)
        if place is None:
            return None
        if (name, place) not in known:
            ways = [way for read in _names_of(cells[place])[0] if (way := behind(read, place)) is not None]
            known[name, place] = {place}.union(*ways) if ways else None
        return known[name, place]

    return behind(name, len(cells)) or set()


@lru_cache(4096)
def _names_of(cell: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell reads and hasn't set itself before, and those that it sets; none where it's no Python."""
    read, bound = set[str](), set[str]()
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        code = _compiled(cell)
        for step in dis.get_instructions(code):
            if step.opname == "LOAD_NAME" and step.argval not in bound:
                read.add(step.argval)
            elif step.opname == "STORE_NAME":
                bound.add(step.argval)
        read |= set(_read_inside(code)) - bound
    return frozenset(read), frozenset(bound)


def _read_inside(code: CodeType) -> Iterator[str]:
    """The notebook's names that functions and classes in some code read."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from (s.argval for s in dis.get_instructions(inner) if s.opname in ("LOAD_NAME", "LOAD_GLOBAL"))
            yield from _read_inside(inner)


def _compiled(cell: str) -> CodeType:
    text = without_magic(cell)
    file = f"<made again {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    return compile(text, file, "exec")


def _run(cell: str, names: dict[str, Any]) -> None:
    with suppress(NotImplementedError):  # the line that was handed out may still stand below an answer
        exec(_compiled(cell), names)


def _own(value: Any) -> Any:
    """What a cell may change in place is a copy."""
    return copy.deepcopy(value) if type(value) in (list, dict, set, np.ndarray) else value
