"""NumPy's and Python's global random numbers, which a test and the answers draw from together."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np

from autograder import seeds
from autograder.sandbox import wire
from autograder.sandbox.outside.values import Values
from chainrule.checks import plain

SEEDING = ((np.random, "seed"), (np.random, "set_state"), (random, "seed"), (random, "setstate"))


class RandomNumbers:
    """Knows whether the student's process has their state as it is here."""

    def __init__(self) -> None:
        self._sent: object = None

    def forget(self) -> None:
        """Let the next call take their state along."""
        self._sent = None

    def news(self, values: Values, out: wire.Outgoing) -> plain.Json:
        """Their state, where the student's process hasn't been told it; else None."""
        state = seeds.state()
        mark = seeds.mark(state)
        if mark == self._sent:
            return None
        self._sent = mark
        legacy, (version, numbers, gauss) = state
        numbers_as_array = np.array(numbers, np.uint32)
        return values.encode((legacy, (version, numbers_as_array, gauss)), out)

    @contextmanager
    def following_seeds(self) -> Iterator[None]:
        """Let every seeding of them inside the block reach the sandbox."""

        def followed(seed: Callable[..., None]) -> Callable[..., None]:
            def seed_both(*args: Any, **kwargs: Any) -> None:
                self.forget()
                seed(*args, **kwargs)

            return seed_both

        with ExitStack() as stack:
            for module, name in SEEDING:
                stack.enter_context(mock.patch.object(module, name, followed(getattr(module, name))))
            yield
