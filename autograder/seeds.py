"""Random numbers: fresh for each submission, the same when it is graded again, unguessable from outside."""

from __future__ import annotations

import hashlib
import hmac
import random

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
