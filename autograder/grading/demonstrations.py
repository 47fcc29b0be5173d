"""Which of the course's own cells only show something, so that nothing is lost where they don't run.

Figures take most of a notebook's time. A cell is a demonstration where no test uses what it binds and where
running it was seen to change nothing: no value that it can reach, no setting, no file beside the notebook.
"""

from __future__ import annotations

import os
import pickle
import random
import sys
import types
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

import chainrule
from autograder.course.cells import SourceCell

NO_STATE = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, np.ufunc)
BY_ANY_NAME = frozenset(["globals", "locals", "vars", "eval", "exec", "get_ipython", "dir", "__builtins__"])
"""Who reads these may read any name."""


def state_of(names: Mapping[str, Any], read: Iterable[str]) -> bytes | None:
    """What a cell that reads some names could change: their values, and the settings. None where that can't be told."""
    values = {name: names[name] for name in sorted(read) if name in names and not isinstance(names[name], NO_STATE)}
    settings = (
        *(np.random.get_state(legacy=True), random.getstate(), chainrule.rng.bit_generator.state),
        *(np.geterr(), np.get_printoptions(), dict(getattr(sys.modules.get("matplotlib"), "rcParams", {}))),
        *(os.getcwd(), sorted(os.listdir()), sys.path, dict(os.environ)),
    )
    try:
        return pickle.dumps((values, settings))
    except Exception:  # whatever an object of the course says to this
        return None


def needed(cells: Mapping[SourceCell, tuple[frozenset[str], frozenset[str]]], names: frozenset[str]) -> set[SourceCell]:
    """The demonstrations that are made use of by who reads some names; of each cell what it binds and what it reads."""
    if names & BY_ANY_NAME:
        return set(cells)
    found: set[SourceCell] = set()
    while True:
        more = {cell for cell, (bound, _) in cells.items() if cell not in found and bound & names}
        if not more:
            return found
        found |= more
        names = names.union(*(cells[cell][1] for cell in more))
