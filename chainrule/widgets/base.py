"""What every widget has: its modules joined into one, answers to what its JavaScript asks, and a picture.

A notebook that is opened without a kernel, untrusted or exported has no widget to show, so a widget is displayed
twice: first a picture of its last state with its description, below it the widget. Where the widget is drawn, the
picture is hidden; where it can't be, the picture remains.
"""

from __future__ import annotations

import base64
import math
import posixpath
import re
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypedDict

import anywidget
import numpy as np
from IPython.display import display, update_display
from numpy.typing import NDArray

from chainrule.figures import Picture

VIEW = "application/vnd.jupyter.widget-view+json"

ONE_OF_TWO = """<style>
.jp-OutputArea-child:has(.chainrule-still):has(+ .jp-OutputArea-child .chainrule-widget) {display: none}
.jp-OutputArea-child:has(.chainrule-still) + .jp-OutputArea-child:not(:has(.chainrule-widget)):has(.jupyter-widgets),
.jp-OutputArea-child:has(.chainrule-still) + .jp-OutputArea-child:not(:has(.chainrule-widget)):has(.lm-Panel)
{display: none}
</style>"""
"""The picture where there is no widget, the widget where there is one. JupyterLab itself would write an error
in place of a widget whose kernel has ended. A notebook that isn't trusted leaves styles out, and widgets too."""


IMPORTED = re.compile(r'^(import\b[^"]*from )"(\.[^"]+)";$', re.MULTILINE)


@cache
def style() -> str:
    """The look of all widgets."""
    return _page().joinpath("style.css").read_text("utf-8")


@cache
def module(name: str) -> str:
    """A module of the folder `page`, as one text that imports nothing from elsewhere.

    Each module that it imports is put in its place as an address that holds that module's text. So the browser's own
    loader joins them, and a module that several import is loaded once, as its address is the same.

    name: its path there, as "descent/view.js"
    """

    def held(found: re.Match[str]) -> str:
        text = module(posixpath.normpath(posixpath.join(posixpath.dirname(name), found[2])))
        return f'{found[1]}"data:text/javascript;base64,{base64.b64encode(text.encode()).decode()}";'

    text = IMPORTED.sub(held, _page().joinpath(name).read_text("utf-8"))
    return f"{text}//# sourceURL=chainrule/widgets/page/{name}\n"  # what a browser's tools call it


def _page() -> Traversable:
    return files(__package__).joinpath("page")


class Still(Picture):
    """The picture of a widget's state, hidden while the widget itself is drawn."""

    def _repr_html_(self) -> str:
        return f'<div class="chainrule-still">{ONE_OF_TWO}{self._shown()}</div>'

    def _shown(self) -> str:
        return super()._repr_html_()


class Widget(anywidget.AnyWidget):
    """Base of all widgets.

    A subclass sets `_esm = module("its_own/view.js")` and writes `picture()`. What its JavaScript asks
    for with `ask("name", values)` is what `_answer_name(values)` returns: dicts, lists, texts and finite numbers
    (see `jsonable`). It calls `_redraw` when the picture should follow a change, `_renew` when what it has
    answered holds no longer.
    """

    _css = style()

    def __init__(self, **traits: Any) -> None:
        self._display_id: str | None = None
        super().__init__(**traits)
        self.on_msg(Widget._reply)

    def picture(self) -> Picture:
        """Draw the present state, with its description."""
        raise NotImplementedError

    def _reply(self, content: dict[str, Any], _: Any) -> None:
        answer = getattr(self, f"_answer_{content['ask']}")(content["values"])
        self.send({"id": content["id"], "answer": answer})

    def _redraw(self) -> None:
        """Draw the picture anew where it has been displayed."""
        if self._display_id:
            update_display(self._still(), display_id=self._display_id)

    def _renew(self) -> None:
        """Draw the picture anew, and let the JavaScript ask again."""
        self._redraw()
        self.send({"changed": True})

    def _still(self) -> Still:
        drawn = self.picture()
        return Still(drawn.png, drawn.alt)

    def _ipython_display_(self) -> None:
        self._display_id = self._display_id or uuid.uuid4().hex
        display(self._still(), display_id=self._display_id)
        view = {"model_id": self.model_id, "version_major": 2, "version_minor": 0}
        display({VIEW: view, "text/plain": ""}, raw=True)


class Running(Widget):
    """A widget that runs the student's code: when its JavaScript asks, and again when that code has changed.

    A subclass has a trait `result`, writes `_run`, and names in `_asked` its trait that holds what is asked at present.
    """

    _asked = "state"

    def _run(self, asked: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def _changed(self) -> None:
        """Follow the student, who has changed a function and run its cell."""
        self.result = self._run(getattr(self, self._asked))
        self._renew()

    def _answer_run(self, asked: Any) -> Mapping[str, Any]:
        return self._run(asked)


class Said(TypedDict):
    """A sentence of what there is to say of the student's functions."""

    text: str
    wrong: bool
    """Does it name something that is wrong?"""
    lines: list[str]
    """Those of their code that are at fault."""


def sentence(text: str, lines: Sequence[str] = (), *, wrong: bool = False) -> Said:
    """A sentence for JavaScript."""
    return {"text": text, "wrong": wrong, "lines": list(lines)}


Number = float | str
"""A number that travels to JavaScript: see `finite`."""


def finite(number: float) -> Number:
    """A number for JavaScript, where the three that JSON lacks travel as "NaN", "Infinity" and "-Infinity"."""
    return number if math.isfinite(number) else "NaN" if math.isnan(number) else f"{'-' * (number < 0)}Infinity"


def jsonable(numbers: dict[str, float]) -> dict[str, Number]:
    """Numbers by name for JavaScript: see `finite`."""
    return {name: finite(number) for name, number in numbers.items()}


def rows(matrix: NDArray[np.float64]) -> list[list[Number]]:
    """A matrix for JavaScript, row by row: see `finite`."""
    return [[finite(number) for number in row] for row in matrix.tolist()]
