"""ModuleFlow: a row of the student's modules, with shapes on the arrows, and each module's Jacobian twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import numpy as np
import traitlets
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from chainrule import figures
from chainrule.widgets import student
from chainrule.widgets.base import Number, Running, Said, finite, module, rows, sentence
from chainrule.widgets.jacobians import Passed, passed
from chainrule.widgets.source import lines_that_return

Build = Callable[[], Sequence[Any]]


class Described(TypedDict):
    """A module of the row."""

    name: str
    loss: bool
    given: list[int] | None
    out: list[int] | None
    back: list[int] | None
    """The shapes of what it was given, gave and passed back; None for what did not come."""
    value: Number | None
    """Of a loss."""
    fits: bool
    """Has what it passed back the shape of what it was given?"""
    stopped: bool
    by_bprop: list[list[Number]] | None
    by_differences: list[list[Number]] | None
    """Its Jacobian, as rows."""
    wrong: list[list[int]]
    """The entries in which the two differ."""


class Result(TypedDict):
    """What there is to see."""

    look: dict[str, Any]
    """What was asked."""
    modules: list[Described]
    first: int | None
    """The number of the first module on the way back with which something is wrong."""
    said: list[Said]


class ModuleFlow(Running):
    """Modules in a row, forward and back.

    build: makes the modules anew, as a list; called again whenever the student has changed a class. A module has
        fprop(X), (m, n) to (m, k), and bprop(dY), (m, k) to (m, n)
    X: (m, n), a batch
    y: (m,), labels, if the last module is a loss, with fprop(X, y) and bprop(); without them what goes back begins
        with ones

    >>> ModuleFlow(lambda: [Linear(Theta), Tanh(), SoftmaxCrossEntropy()], X, y)  # doctest: +SKIP
    """

    _esm = module("module_flow/view.js")
    _asked = "look"

    samples = traitlets.Int().tag(sync=True)
    look = traitlets.Dict().tag(sync=True)
    """sample: at which the Jacobians are taken; module: whose are shown, None for the first wrong one or the first;
    set by the page when a movement has ended."""
    result = traitlets.Dict().tag(sync=True)
    """What there is to see: see `Result`."""

    def __init__(self, build: Build, X: ArrayLike, y: ArrayLike | None = None) -> None:
        self._build = build
        self._X = np.asarray(X, dtype=float)
        self._y = None if y is None else np.asarray(y)
        if self._X.ndim != 2:
            raise ValueError(f"X has the shape {self._X.shape}, and must have a row for each sample.")
        if self._y is not None and self._y.shape != self._X.shape[:1]:
            raise ValueError(f"y has the shape {self._y.shape}, and must have {self._X.shape[:1]}.")
        look = {"sample": 0, "module": None}
        super().__init__(samples=len(self._X), look=look, result=self._run(look))
        self.observe(lambda _: self._redraw(), "look")
        student.follow([build], self._changed)

    def picture(self) -> figures.Picture:
        """Draw the row with its shapes, and tell what is wrong."""
        result = self._run(self.look)
        row = result["modules"]
        fig = Figure(figsize=(2.2 * max(1, len(row)) + 1, 1.6), facecolor="white")
        ax = fig.add_subplot()
        ax.axis("off")
        for i, each in enumerate(row):
            wrong = each["wrong"] or not each["fits"]
            frame = {"boxstyle": "round", "facecolor": "white", "linestyle": "--" if wrong else "-"}
            ax.text(2 * i + 1, 0, each["name"] + (" x" if wrong else ""), ha="center", va="center", bbox=frame)
            ax.text(2 * i, 0.35, f"→ {_shape(each['given'])}", ha="center", color=figures.FORWARD, weight="bold")
            ax.text(2 * i, -0.5, f"← {_shape(each['back'])}", ha="center", color=figures.BACKWARD, style="italic")
        ax.set(xlim=(-1, 2 * len(row)), ylim=(-1, 1))
        told = ", ".join(
            f"{each['name']} takes {_shape(each['given'])} and passes back {_shape(each['back'])}" for each in row
        )
        words = [f"Modules in a row: {told}." if row else "No modules.", *(each["text"] for each in result["said"])]
        return figures.picture(fig, " ".join(words))

    def _run(self, look: dict[str, Any]) -> Result:
        try:
            modules = list(student.call(student.newest(self._build)))
        except TypeError:
            text = "Not right yet: what makes the modules should return a list of them."
            return Result(look=look, modules=[], first=None, said=[sentence(text)])
        except student.CallError as error:
            return Result(look=look, modules=[], first=None, said=[sentence(str(error))])
        row = passed(modules, self._X, self._y, look["sample"])
        described = [_described(each) for each in row]
        wrong = [i for i, each in enumerate(row) if each.said or each.differing]
        if not wrong:
            count = len(row)
            many = f"all {count} Jacobians are" if count > 1 else "its Jacobian is"
            text = f"Your modules: {many} what differences measure here."
            return Result(look=look, modules=described, first=None, said=[sentence(text)])
        said = [*_told(row[wrong[-1]]), *_others(row, wrong[:-1])]
        return Result(look=look, modules=described, first=wrong[-1], said=said)


def _told(each: Passed) -> list[Said]:
    """What is wrong with the first module on the way back with which something is."""
    if each.said:
        stopped = each.fits
        lines = [] if stopped else lines_that_return(type(each.module).bprop)
        text = " ".join(each.said) + ("" if stopped else _constant_passed_on(each))
        return [sentence(text, lines, wrong=True)]
    assert each.by_bprop is not None and each.by_differences is not None
    i, j = each.differing[0]
    yours, measured = each.by_bprop[i, j], each.by_differences[i, j]
    text = (
        f"{each.name} is the first wrong one on the way back: entry [{i}, {j}] by bprop is {yours:.6g}, "
        f"measured {measured:.6g}. {len(each.differing)} of {each.by_bprop.size} entries differ."
    )
    return [sentence(text.replace("-", "−"), lines_that_return(type(each.module).bprop), wrong=True)]


def _constant_passed_on(each: Passed) -> str:
    """A question, where what was passed back has one column more than the input."""
    if each.back is not None and each.given is not None and each.back.ndim == 2:
        (m, k), (rows, n) = each.back.shape, each.given.shape
        if m == rows and k == n + 1:
            return " One column too many: does the constant 1 get a gradient here?"
    return ""


def _others(row: list[Passed], wrong: list[int]) -> list[Said]:
    if not wrong:
        return []
    names = ", ".join(row[i].name for i in reversed(wrong))
    return [sentence(f"Farther back something is wrong as well: {names}.", wrong=True)]


def _described(each: Passed) -> Described:
    """A module for JavaScript."""
    yours, measured = each.by_bprop, each.by_differences
    whole = (rows(yours), rows(measured)) if yours is not None and measured is not None else (None, None)
    return Described(
        name=each.name,
        loss=each.loss,
        given=_dimensions(each.given),
        out=_dimensions(each.out),
        back=_dimensions(each.back),
        value=finite(float(each.out)) if each.loss and each.out is not None else None,
        fits=each.fits,
        stopped=bool(each.said),
        by_bprop=whole[0],
        by_differences=whole[1],
        wrong=each.differing,
    )


def _dimensions(array: NDArray[np.float64] | None) -> list[int] | None:
    return None if array is None else list(array.shape)


def _shape(shape: list[int] | None) -> str:
    return "nothing" if shape is None else str(tuple(shape))
