"""Which of the course's own cells only show something, so that nothing is lost where they don't run.

Figures take most of a notebook's time. A cell is a demonstration where no test uses what it binds and where
running it was seen to change nothing: no value that it can reach, no setting, no file beside the notebook.
"""

from __future__ import annotations

import os
import pickle
import random
import re
import sys
import types
from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np

import chainrule

NO_STATE = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, np.ufunc)
WORD = re.compile(r"[^\W\d]\w*")
BY_ANY_NAME = frozenset(["globals", "locals", "vars", "eval", "exec", "getattr", "get_ipython", "__main__", "dir"])
"""Who reads these may read any name."""


def fingerprint(names: Mapping[str, Any], read: Iterable[str]) -> bytes | None:
    """What a cell that reads some names could change: their values, and the settings. None where that can't be told."""
    values = {name: names[name] for name in sorted(read) if name in names and not isinstance(names[name], NO_STATE)}
    settings = (
        *(np.random.get_state(legacy=True), random.getstate(), chainrule.rng.bit_generator.state),
        *(np.geterr(), np.get_printoptions(), dict(mpl.rcParams)),
        *(os.getcwd(), sorted(os.listdir()), sys.path, dict(os.environ)),
    )
    try:
        return pickle.dumps((values, settings))
    except Exception:  # whatever an object of the course says to this
        return None


def needed(bound: Mapping[int, frozenset[str]], read: Mapping[int, frozenset[str]], texts: Iterable[str]) -> set[int]:
    """The demonstrations that a student's cells make use of: by cell, what it binds and what it reads.

    A name counts as used where it stands anywhere in the text.
    """
    words = {word for text in texts for word in WORD.findall(text)}
    if words & BY_ANY_NAME:
        return set(bound)
    found: set[int] = set()
    while True:
        more = {i for i, names in bound.items() if i not in found and names & words}
        if not more:
            return found
        found |= more
        words.update(*(read[i] for i in more))
