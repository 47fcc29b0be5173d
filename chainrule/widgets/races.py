"""A valley that may be turned, five rules of stepping down it, and how long each needs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule import figures
from chainrule.widgets import student

FloatArray = NDArray[np.float64]
State = tuple[FloatArray, ...]
"""The place (2,), then what the rule remembers of earlier steps, each (2,)."""
Move = Callable[[State, int, FloatArray, float], State]
"""The next state, from the state, the number of the step, the gradient, and eta."""

NEAR = 1e-3
"""How near to the bottom a race ends."""
LIMIT = 1000
"""After how many steps it ends anyhow."""
FAR = 1e9
SHARE = 0.9
"""Of the velocity, or of the past in a mean, that is kept."""


class Valley:
    """u² + k w², where u goes along the valley and w across; its bottom is 0.

    k: how narrow it is; angle: by how many degrees it is turned, against the clock
    """

    def __init__(self, k: float, angle: float) -> None:
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        self.axes, self.bends = np.array([[c, s], [-s, c]]), np.array([1.0, k])

    def value(self, theta: ArrayLike) -> FloatArray:
        """The height at theta (..., 2): of the shape (...)."""
        return np.asarray(((np.asarray(theta) @ self.axes.T) ** 2) @ self.bends)

    def gradient(self, theta: ArrayLike) -> FloatArray:
        """The gradient at theta (2,): (2,)."""
        return np.asarray(2 * (self.bends * (self.axes @ np.asarray(theta))) @ self.axes)


def _plain(state: State, t: int, grad: FloatArray, eta: float) -> State:
    return (state[0] - eta * grad,)


def _momentum(state: State, t: int, grad: FloatArray, eta: float) -> State:
    v = SHARE * state[1] - eta * grad
    return state[0] + v, v


def _nesterov(state: State, t: int, grad: FloatArray, eta: float) -> State:
    theta, v = state
    new = SHARE * v - eta * grad
    return theta - SHARE * v + (1 + SHARE) * new, new


def _rmsprop(state: State, t: int, grad: FloatArray, eta: float) -> State:
    s = SHARE * state[1] + (1 - SHARE) * grad**2
    return state[0] - eta * grad / (np.sqrt(s) + 1e-8), s


def _adam(state: State, t: int, grad: FloatArray, eta: float) -> State:
    theta, v, s = state
    v, s = 0.9 * v + 0.1 * grad, 0.999 * s + 0.001 * grad**2
    return theta - eta * v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8), v, s


RULES: dict[str, tuple[Move, int]] = {
    "plain": (_plain, 0),
    "momentum": (_momentum, 1),
    "Nesterov": (_nesterov, 1),
    "RMSProp": (_rmsprop, 1),
    "Adam": (_adam, 2),
}
"""Each rule, and how many arrays it remembers."""


def as_move(rule: str, step: Callable[..., Any]) -> Move:
    """A student's step as a move: what it returns is looked at, and CallError says what is wrong with it.

    step takes theta, what is remembered, for Adam the number of the step, the gradient, eta, and (momentum, Nesterov,
    RMSProp) the share that is kept; it returns theta and what is remembered.
    """

    def move(state: State, t: int, grad: FloatArray, eta: float) -> State:
        counted = [t] if rule == "Adam" else []
        shares = [SHARE] if len(state) == 2 else []
        given = step(*(part.copy() for part in state), *counted, grad, eta, *shares)
        parts = (given,) if len(state) == 1 else given
        if not isinstance(parts, tuple | list) or len(parts) != len(state):
            what = "nothing; does it end with return?" if given is None else f"not {len(state)} arrays."
            raise student.CallError(f"Not right yet: the step of {rule} returned {what}")
        found = tuple(student.array(part, f"the step of {rule}") for part in parts)
        if any(part.shape != (2,) or not np.isfinite(part).all() for part in found):
            raise student.CallError(f"Not right yet: the step of {rule} returned other than two finite numbers each.")
        return found

    return move


class Run(NamedTuple):
    """One rule's race: its states from the start on, and how many steps it needed (None where it didn't arrive)."""

    states: list[State]
    needed: int | None


def run(move: Move, remembered: int, valley: Valley, start: Sequence[float], eta: float) -> Run:
    """Step until the bottom is near, LIMIT steps are made, or the place is far away."""
    states: list[State] = [(np.array(start, dtype=float), *(np.zeros(2) for _ in range(remembered)))]
    for t in range(1, LIMIT + 1):
        states.append(move(states[-1], t, valley.gradient(states[-1][0]), eta))
        away = np.hypot(*states[-1][0])
        if away < NEAR:
            return Run(states, t)
        if away > FAR:
            break
    return Run(states, None)


def first_wrong(rule: str, states: list[State], valley: Valley, eta: float) -> tuple[int, str] | None:
    """The first step that isn't the rule's, and what there is to say of it; None where all are."""
    for t, (before, after) in enumerate(itertools.pairwise(states), start=1):
        right = RULES[rule][0](before, t, valley.gradient(before[0]), eta)
        wrong = [bool(np.any(np.abs(a - b) > 1e-9 + 1e-6 * np.abs(b))) for a, b in zip(after, right, strict=True)]
        if wrong[0]:
            return t, (
                f"Your step {t} is not that of {rule}: from {_pair(before[0])} yours leads to {_pair(after[0])}, "
                f"the rule to {_pair(right[0])}."
            )
        if any(wrong):
            i = wrong.index(True)
            return t, (
                f"Your step {t} leads to the right place, but remembers {_pair(after[i])} for the next one, "
                f"where {rule} remembers {_pair(right[i])}."
            )
    return None


def _pair(place: FloatArray) -> str:
    return f"({figures.number(float(place[0]))}, {figures.number(float(place[1]))})"
