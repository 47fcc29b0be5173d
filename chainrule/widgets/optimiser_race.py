"""OptimiserRace: five rules of stepping go down a valley that can be turned.

Without a function of the student's the paths are computed in JavaScript. With some, theirs are drawn over those, and
each of their steps is held against the rule's from the same place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.base import Running, module
from chainrule.widgets.races import LIMIT, RULES, Run, Valley, as_move, first_wrong, run

ETAS = {"plain": 0.04, "momentum": 0.01, "Nesterov": 0.01, "RMSProp": 0.02, "Adam": 0.1}
LINES = dict(zip(RULES, ["-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))], strict=True))
REACH = 2.0


class Raced(TypedDict):
    """The student's path by one rule."""

    path: list[list[float]]
    """The places of the steps that are drawn; none where the step failed."""
    needed: int | None
    """The steps to the bottom."""
    said: str
    wrong: int | None
    """The number of the first step that isn't the rule's."""


class Result(TypedDict):
    """The student's paths."""

    state: dict[str, Any]
    """What was asked."""
    runs: dict[str, Raced]
    """By rule."""


class OptimiserRace(Running):
    """Plain descent, momentum, Nesterov, RMSProp and Adam in the valley u² + k w².

    steps_of: the student's steps by rule, and may be left out; see `races.as_move` for what each takes and returns
    rule: the rule whose path is drawn thick to begin with
    k: how narrow the valley is; angle: by how many degrees it is turned
    start: where all begin; steps: how many of their steps are drawn
    """

    _esm = module("optimiser_race/view.js")

    reach = traitlets.Float(REACH).tag(sync=True)
    theirs: Any = traitlets.List().tag(sync=True)
    """The rules of which there is a step of the student's."""
    state = traitlets.Dict().tag(sync=True)
    """rule, angle, k, steps, start, etas by rule; set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What the student's steps gave: see `Result`."""

    def __init__(
        self,
        steps_of: Mapping[str, Callable[..., Any]] | None = None,
        *,
        rule: str = "Adam",
        k: float = 20.0,
        angle: float = 0.0,
        start: Sequence[float] = (1.5, 1.0),
        steps: int = 60,
    ) -> None:
        if unknown := [name for name in [rule, *(steps_of or {})] if name not in RULES]:
            raise ValueError(f"there is no rule {unknown[0]!r}; there are {', '.join(RULES)}")
        self._steps_of = dict(steps_of or {})
        state = {"rule": rule, "angle": angle, "k": k, "steps": steps, "start": list(start), "etas": dict(ETAS)}
        super().__init__(theirs=list(self._steps_of), state=state, result=self._run(state))
        self.observe(lambda _: self._redraw(), "state")
        if self._steps_of:
            student.follow(list(self._steps_of.values()), self._changed)

    def picture(self) -> figures.Picture:
        """Draw the contours and the five paths, and tell how long each needs."""
        state, result = self.state, self._run(self.state)
        valley = Valley(state["k"], state["angle"])
        line = np.linspace(-REACH, REACH, 81)
        grid = valley.value(np.stack(np.meshgrid(line, line), axis=-1))
        fig = Figure(figsize=(4.8, 4.8), facecolor="white", layout="constrained")
        ax = fig.add_subplot()
        ax.contour(
            line, line, grid, levels=grid.max() * (np.arange(1, 13) / 13) ** 2, colors="darkgrey", linewidths=0.8
        )
        needed = {}
        for name, (move, remembered) in RULES.items():
            right = run(move, remembered, valley, state["start"], state["etas"][name])
            own = result["runs"].get(name)
            yours = own if own and own["path"] else None
            path = np.array(yours["path"] if yours else [each[0] for each in right.states[: state["steps"] + 1]])
            needed[name] = yours["needed"] if yours else right.needed
            thick = 2.0 if name == state["rule"] else 0.8
            ax.plot(*path.T, linestyle=LINES[name], color="black", linewidth=thick, label=name)
        ax.plot(*state["start"], "o", color="black", markersize=10, fillstyle="none")
        ax.set(xlabel="θ0", ylabel="θ1", xlim=(-REACH, REACH), ylim=(-REACH, REACH))
        ax.legend(fontsize=8, loc="lower left")
        counts = ", ".join(f"{name} {count or f'not in {LIMIT}'}" for name, count in needed.items())
        said = " ".join(each["said"] for each in result["runs"].values())
        words = (
            f"Contours of a valley, {figures.number(state['k'])} times as steep across as along, turned by "
            f"{figures.number(state['angle'])} degrees, and five paths from ({figures.number(state['start'][0])}, "
            f"{figures.number(state['start'][1])}). Steps until the bottom is within 0.001: {counts}. {said}"
        )
        return figures.picture(fig, words.strip())

    def _run(self, state: dict[str, Any]) -> Result:
        return Result(state=state, runs={rule: self._raced(rule, state) for rule in self._steps_of})

    def _raced(self, rule: str, state: dict[str, Any]) -> Raced:
        step = student.newest(self._steps_of[rule])
        valley, eta = Valley(state["k"], state["angle"]), float(state["etas"][rule])

        @functools.wraps(step)
        def walk() -> Run:
            return run(as_move(rule, step), RULES[rule][1], valley, state["start"], eta)

        try:
            walked: Run = student.call(walk)
        except student.CallError as error:
            return Raced(path=[], needed=None, said=str(error), wrong=None)
        drawn = walked.states[: int(state["steps"]) + 1]
        found = first_wrong(rule, walked.states, valley, eta)
        wrong, said = found or (None, f"Your {rule}: all {len(walked.states) - 1} steps are the rule's.")
        return Raced(path=[each[0].tolist() for each in drawn], needed=walked.needed, said=said, wrong=wrong)
