"""ActivationExplorer: an activation above its slope, and what a gradient loses on the way back through it.

Also the divergences, over the output of a unit. Without functions of the student's everything is computed in
JavaScript. With them, their curve is drawn over the right one, and the first place where the two part is ringed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import NDArray

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.activations import ACTIVATIONS, LOSSES
from chainrule.widgets.base import Number, Running, Said, finite, module, sentence

FloatArray = NDArray[np.float64]
Function = Callable[..., Any]

Z = np.round(np.linspace(-8, 8, 321), 2)
A = np.round(np.linspace(0.005, 0.995, 199), 3)
"""Where the curves are drawn: of an activation over z, of a divergence over the output a."""
STEP = 1e-5
"""h of the differences."""


class Result(TypedDict):
    """What the student's function gives."""

    state: dict[str, Any]
    """What was asked."""
    values: list[Number] | None
    """On the grid; None where there is no function, or it failed."""
    slopes: list[Number] | None
    """The same of its slope."""
    measured: Number | None
    """The slope of the function at the place, by centred differences."""
    parts: dict[str, int | None]
    """For "values" and "slopes" the first place of the grid where it parts from the right one."""
    said: list[Said]


class ActivationExplorer(Running):
    """Activations and divergences, one at a time, with the slope at a place that can be moved.

    functions: the student's, by the name of what they compute; those of ACTIVATIONS take an array z and return one of
        its shape, and may come as a pair, the function and its slope; those of LOSSES take A and Y and return (m,):
        "squared error" (m, 1), the others (m, 2), whose rows are (a, 1 − a) and (y, 1 − y)
    start: which one is shown to begin with
    z: the place to begin with

    >>> ActivationExplorer({"leaky ReLU": (leaky_relu, leaky_relu_slope), "KL divergence": kl})  # doctest: +SKIP
    """

    _esm = module("activation_explorer/view.js")

    theirs: traitlets.List[str] = traitlets.List().tag(sync=True)
    """Which are the student's."""
    state = traitlets.Dict().tag(sync=True)
    """name, z, a (the output, for divergences), target, n (units in a row); set by the page after a movement."""
    result = traitlets.Dict().tag(sync=True)
    """What the student's function gave: see `Result`."""

    def __init__(
        self,
        functions: Mapping[str, Function | tuple[Function, Function]] | None = None,
        *,
        start: str | None = None,
        z: float = 1.0,
    ) -> None:
        self._functions: dict[str, tuple[Function, ...]] = {
            name: given if isinstance(given, tuple) else (given,) for name, given in (functions or {}).items()
        }
        known = [*ACTIVATIONS, *LOSSES]
        start = start or next(iter(self._functions), "sigmoid")
        if unknown := [name for name in [*self._functions, start] if name not in known]:
            raise ValueError(f"{unknown[0]!r} is none of these: {', '.join(known)}.")
        state = {"name": start, "z": float(z), "a": 0.9, "target": 0.0, "n": 1}
        super().__init__(theirs=list(self._functions), state=state, result=self._run(state))
        self.observe(lambda _: self._redraw(), "state")
        if theirs := [function for pair in self._functions.values() for function in pair]:
            student.follow(theirs, self._changed)

    def picture(self) -> figures.Picture:
        """Draw the curve above its slope, and tell what is at the place."""
        state, result = self.state, self._run(self.state)
        name, loss = state["name"], state["name"] in LOSSES
        x, (value, slope) = _right(state)
        at = state["a"] if loss else state["z"]
        fig = Figure(figsize=(5, 4.6), facecolor="white")
        rows = [(value, result["values"], name), (slope, result["slopes"], "its slope")]
        for row, (right, yours, title) in enumerate(rows, start=1):
            ax = fig.add_subplot(2, 1, row)
            ax.plot(x, right(x), "--" if yours else "-", color="black", linewidth=1)
            if yours:
                ax.plot(x, np.array(yours, dtype=float), color="black", linewidth=1.5)
            ax.plot([at], right(np.array([at])), "o", color="black")
            ax.set(title=title, xlim=(x[0], x[-1]))
        fig.tight_layout()
        here = ", ".join(
            f"{word} {figures.number(float(right(np.array([at]))[0]))}"
            for word, right in (("value", value), ("slope", slope))
        )
        where = f"z = {figures.number(at)}"
        if loss:
            where = f"a = {figures.number(at)}, target {figures.number(state['target'])}"
        words = [f"{name} above its slope. At {where}: {here}.", *(each["text"] for each in result["said"])]
        return figures.picture(fig, " ".join(words) if result["said"] else f"{words[0]} A dot marks the place in both.")

    def _run(self, state: dict[str, Any]) -> Result:
        curves: dict[str, list[Number] | None] = {"values": None, "slopes": None}
        parts: dict[str, int | None] = {"values": None, "slopes": None}
        said: list[Said] = []
        functions = self._functions.get(state["name"], ())
        x, right = _right(state)
        for which, expected, function in zip(("values", "slopes"), right, functions, strict=False):
            try:
                given = self._called(function, x, state)
            except student.CallError as error:
                said.append(sentence(str(error)))
                continue
            curves[which] = [finite(float(each)) for each in given]
            same = np.isclose(given, expected(x), rtol=1e-6, atol=1e-9)
            parts[which] = None if same.all() else int(np.argmin(same))
            said.append(_judged(state["name"], which, x, given, expected(x), parts[which]))
        measured = self._measured(functions[0], state) if curves["values"] is not None else None
        return Result(
            state=state, values=curves["values"], slopes=curves["slopes"], measured=measured, parts=parts, said=said
        )

    def _called(self, function: Function, x: FloatArray, state: dict[str, Any]) -> FloatArray:
        """What the student's function gives at places; raises CallError for anything but as many numbers."""
        function = student.newest(function)
        args: tuple[FloatArray, ...] = (x.copy(),)
        if state["name"] in LOSSES:
            y = np.full(len(x), state["target"])
            columns = 1 if state["name"] == "squared error" else 2
            args = (np.column_stack([x, 1 - x])[:, :columns], np.column_stack([y, 1 - y])[:, :columns])
        with np.errstate(all="ignore"):
            given = student.call(function, *args)
        values = student.array(given, "the function")
        if values.shape != x.shape:
            said = f"from {args[0].shape} the function made {values.shape} and not {x.shape}."
            raise student.CallError(f"Not right yet: {said}")
        return values

    def _measured(self, function: Function, state: dict[str, Any]) -> Number | None:
        at = state["a"] if state["name"] in LOSSES else state["z"]
        try:
            after, before = self._called(function, np.array([at + STEP, at - STEP]), state)
        except student.CallError:
            return None
        return finite(float((after - before) / (2 * STEP)))


def _right(state: Mapping[str, Any]) -> tuple[FloatArray, tuple[Function, Function]]:
    """Where the curve of a state is drawn, and the right function and slope there."""
    if (loss := LOSSES.get(state["name"])) is None:
        activation = ACTIVATIONS[state["name"]]
        return Z, (activation.value, activation.slope)
    y = state["target"]
    return A, (lambda a: loss.value(a, y), lambda a: loss.slope(a, y))


def _judged(name: str, which: str, x: FloatArray, given: FloatArray, right: FloatArray, part: int | None) -> Said:
    """What there is to say of the student's curve."""
    yours = f"Your {name}" if which == "values" else f"Your slope of {name}"
    if part is None:
        text = f"{yours}: right at all {len(x)} places from {figures.number(x[0])} to {figures.number(x[-1])}."
        return sentence(text)
    at = f"{'a' if name in LOSSES else 'z'} = {figures.number(x[part])}"
    count = int(np.sum(~np.isclose(given, right, rtol=1e-6, atol=1e-9)))
    text = (
        f"{yours} first parts from the right one at {at}: yours is {figures.number(given[part])}, "
        f"right is {figures.number(right[part])}. It is wrong at {count} of {len(x)} places."
    )
    return sentence(text, wrong=True)
