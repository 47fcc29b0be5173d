"""What formgrader shows of an autograded notebook: as much of the student's work as a page can bear.

formgrader makes the page in the one thread of the Jupyter server, so nobody may keep it busy. Texts are cut and set
here, with patience for all of them; the template's filters only put them in.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.course.notebook import role
from autograder.results.markdown import to_html
from autograder.results.patience import Patience

SECONDS_TO_COLOUR = 2.0
"""For setting the texts of one page; what takes longer is shown as it was typed."""
MAX_SOURCE = 20_000
"""Characters of one cell, or of one output, that are shown."""
MAX_SHOWN = 200_000
"""Characters of the student's cells that are shown, and of the outputs."""
MAX_COLOURED = 50_000
"""Characters of code that are coloured: each word becomes an element."""
ELEMENT = 300
"""Characters that a cell or an output takes on the page, however short."""
CUT = "\n[the rest is left out of this page; it stands in the notebook]"


class _Set(str):
    """A text that has become HTML."""

    __slots__ = ()


def put_in(text: str, *_: object, **__: object) -> str:
    """The filter for Markdown and code: what `Bounded` has set, and nothing else as HTML."""
    return text if isinstance(text, _Set) else Markup('<div class="highlight"><pre>%s</pre></div>') % text


def use(c: Config) -> None:
    """Let formgrader show notebooks so."""
    c.HTMLExporter.preprocessors = [Bounded]
    c.HTMLExporter.filters = dict.fromkeys(("markdown2html", "highlight_code"), f"{__name__}.{put_in.__name__}")


class Bounded(Preprocessor):
    """Cuts and sets the texts of a notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Set sources; cut the sources that are the student's, and outputs; leave out added cells where it is full."""
        patience, colour = Patience(SECONDS_TO_COLOUR), Highlight2HTML()
        shown, outputs, coloured = _Room(MAX_SHOWN), _Room(MAX_SHOWN), MAX_COLOURED
        cells, nb.cells = nb.cells, []
        for cell in cells:
            if role(cell) == "added" and shown.left <= 0:
                continue
            nb.cells.append(cell)
            if role(cell) not in ("own", "test", "task"):
                cell.source = shown.cut(cell.source)
            if cell.cell_type == "markdown":
                cell.source = _set(patience.make(to_html, cell.source), cell.source)
            elif cell.cell_type == "code":
                coloured -= len(cell.source)
                cell.source = _set(patience.make(colour, cell.source) if coloured > 0 else None, cell.source)
                cell.outputs = [_cut(output, outputs) for output in cell.outputs if outputs.left > 0]
        return nb, resources


class _Room:
    """How much more there is room for."""

    def __init__(self, characters: int) -> None:
        self.left = characters

    def cut(self, text: str) -> str:
        """The beginning of a text."""
        kept = text[: max(0, min(MAX_SOURCE, self.left))]
        self.left -= len(kept) + ELEMENT
        return kept if len(kept) == len(text) else kept + CUT


def _set(html: str | None, text: str) -> str:
    return text if html is None else _Set(html)


def _cut(output: NotebookNode, room: _Room) -> NotebookNode:
    if output.output_type == "stream":
        output.text = room.cut(output.text)
    elif output.output_type == "error":
        output.traceback = room.cut("\n".join(output.traceback)).split("\n")
    elif "text/plain" in output.data:
        output.data["text/plain"] = room.cut(output.data["text/plain"])
    return output
