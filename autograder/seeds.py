"""Random numbers: fresh for each submission, the same when it is graded again, unguessable from outside."""

from __future__ import annotations

import hashlib
import hmac
import random
from typing import Any

import numpy as np

import chainrule


def number(seed: bytes, name: str) -> int:
    """The seed of one test cell, or of a student's cells, from a submission's own."""
    return int.from_bytes(hmac.new(seed, name.encode(), hashlib.sha256).digest()[:8], "big")


def sow(seed: int) -> None:
    """Seed all generators that a notebook may draw from: the course's `rng`, NumPy's and Python's global ones."""
    chainrule.rng.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    np.random.seed(seed % 2**32)
    random.seed(seed)


State = tuple[Any, Any]
"""Of NumPy's and Python's global random numbers."""


def state() -> State:
    """Where the global generators are. Asking takes as long as a call of an answer, so ask only where they are used."""
    return np.random.get_state(), random.getstate()


def restore(saved: State) -> None:
    """Put the global generators back where they were."""
    np.random.set_state(saved[0])
    random.setstate(saved[1])


def everything() -> tuple[State, Any]:
    """Where the global generators and the course's own are."""
    return state(), chainrule.rng.bit_generator.state


def restore_everything(saved: tuple[State, Any]) -> None:
    """Put them all back where they were."""
    restore(saved[0])
    chainrule.rng.bit_generator.state = saved[1]


def mark(saved: State) -> tuple[object, ...]:
    """The same for states that are the same."""
    legacy, python = saved
    return legacy[1].tobytes(), legacy[2:], python
