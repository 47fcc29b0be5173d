"""Script and markup aimed at whoever reads: in answers, results, errors, outputs, written answers, file names."""

from __future__ import annotations

import json
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_raw_cell

from tests.autograder.making import cell_of
from tests.hostile.arena import World
from tests.hostile.corpus import Case, gains_nothing, harmless, spoils_only

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
TEXTS = {
    "script": SCRIPT,
    "image": IMAGE,
    "end-of-everything": f"</pre></td></table></section></style></title></script>--> ]]> {SCRIPT}",
    "attribute": "' onmouseover='alert(1)' \" onmouseover=\"alert(1)\" `onmouseover=alert(1)`",
    "template-and-entities": "{{ 7 * 7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}{# #}"
    "&lt;script&gt;alert(1)&lt;/script&gt;&#60;script&#62; [x](javascript:alert(1)) <a href=javascript:alert(1)>x</a>",
    "code": f"`{SCRIPT}` ``{IMAGE}`` ```{SCRIPT}```",
    "formula": r"$\href{javascript:alert(1)}{x}$ $$\text{<script>alert(1)</script>}$$ $<script>alert(1)</script>$",
    "formula-of-tables": r"$$\begin{matrix}"
    + r"\begin{matrix}" * 200
    + r"1$$ $\def\x{\x\x}\x$ $\newcommand{\y}{\y\y}\y$"
    r" $\style{background:url(//x)}{x}\class{x}{y}\cssId{q1}{z}\color{red;}{x}\unicode{x3c}$",
    "formula-that-ends-a-comment-twice": r"$\text{<!--><img/id=pwned/src=x/onerror=alert(1)>-->}$ "
    r"$\text{<!--><meta/http-equiv=refresh/content=0;url=report.html>-->}$ $\text{<![CDATA[<script>alert(1)</script>]]>}$",
    "formgraders-buttons": '<div class="nbgrader_cell"><span id="f-test"></span><details>'
    '<summary class="full-credit">unfold</summary>x</details></div> <img src=http://x/y.png>',
    "control-characters": "\x00\x01\x08\x0b\x0c\x1b[2J\x1b]8;;http://x\x07\x7f\x85\u2028\ufeff\u202e\ufffe",
    "style": "<style>body { display: none }</style><link rel=stylesheet href=//x><meta http-equiv=refresh content=0>",
    "svg-and-comments": "<svg><animate onbegin=alert(1)><foreignObject><iframe srcdoc='<script>alert(1)</script>'>"
    "<!-- --!> <script>alert(1)</script> <![CDATA[ <script>alert(1)</script> ]]>",
}
SHOWING = """
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, Image, display
for thing in (HTML("<script>alert(1)</script>"), Javascript("alert(1)"), Markdown("<script>alert(1)</script>"),
              Latex("$\\\\href{javascript:alert(1)}{x}$"), IFrame("javascript:alert(1)", 1, 1),
              SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")):
    display(thing)
display({"text/html": "<script>alert(1)</script>", "text/plain": "x"}, raw=True)
display({"image/svg+xml": "<svg onload=alert(1)>", "application/vnd.jupyter.widget-view+json": {"model_id": "x"}}, raw=True)
display({"image/png": "x\\"><script>alert(1)</script>", "text/plain": "<script>alert(1)</script>"}, raw=True)
import ipywidgets
display(ipywidgets.HTML("<script>alert(1)</script>"))
print("\\x1b]8;;javascript:alert(1)\\x07link\\x1b]8;;\\x07 <script>alert(1)</script>")
print("<script>alert(1)</script>", file=sys.stderr)
raise type("<script>alert(2)</script>", (Exception,), {})("<script>alert(1)</script>")
"""
NAMES = """
class Named(type):
    pass
odd = "<script>alert(1)</script>"
Odd = type(odd, (Exception,), {"__qualname__": odd, "__doc__": odd})
def raising(*_, **__):
    raise Odd(odd)
raising.__name__ = raising.__qualname__ = odd
"""
PNG = """
import IPython.display, base64
class Picture:
    def _repr_png_(self): return b"<script>alert(1)</script>"
    def _repr_html_(self): return "<script>alert(1)</script>"
display(Picture())
Picture()
"""


def _added_text(book: NotebookNode) -> None:
    for text in TEXTS.values():
        book.cells.append(new_markdown_cell(text))
        book.cells.append(new_raw_cell(text, metadata={"raw_mimetype": "text/html", "format": "text/html"}))
    cell_of(book, "explain")["attachments"] = {
        SCRIPT: {"text/html": SCRIPT},
        "a.svg": {"image/svg+xml": "<svg onload=x>"},
    }


def _renamed(name: str, file_name: str) -> Case:
    """The notebook under another name, which is repeated to the student."""

    def plant(folder: Path, there: World) -> None:
        (folder / "squares.ipynb").rename(folder / f"{file_name}.ipynb")

    return harmless(name, plant=plant)


def _two_names(folder: Path, there: World) -> None:
    text = (folder / "squares.ipynb").read_text("utf-8")
    (folder / "squares.ipynb").unlink()
    for i in range(2):
        (folder / f"{IMAGE}{i}.ipynb").write_text(text, "utf-8")


def everywhere(name: str, text: str) -> Case:
    """The same text as source, result, error, message, key, and written answer."""
    quoted = json.dumps(text)
    answers = {
        "f": f"# {text!r}\ndef f(x):\n    return {quoted}",
        "g": f"def g(xs):\n    raise ValueError({quoted})",
        "tally": f"class Tally:\n    def __init__(self, start): pass\n    def add(self, x): return self\n    total = {{{quoted}: 1}}",
        "guess": f"guess = {quoted}",
        "mean": f"def mean(xs):\n    raise KeyError({quoted})",
        "unit": f"def unit(v):\n    return np.array([{quoted}])",
        "scale": f"def scale(xs, by):\n    import warnings\n    warnings.warn({quoted})\n    return [{quoted}]",
        "explain": text,
    }
    return gains_nothing(name, f"print({quoted})\n{quoted}", f"raise ValueError({quoted})", answers=answers)


CASES = [
    *(everywhere(name, text) for name, text in TEXTS.items()),
    gains_nothing("outputs-of-every-kind", SHOWING, representative=True),
    gains_nothing("pictures-that-are-none", PNG),
    gains_nothing("names-of-classes-and-functions", NAMES, answers={
        "f": "f = raising", "g": "def g(xs):\n    return Odd", "guess": "guess = Odd", "mean": "mean = raising",
        "tally": "Tally = Odd", "scale": "def scale(xs, by):\n    return raising"}),
    gains_nothing("added-text", edit=_added_text),
    spoils_only("as-the-only-answer", ["f", "g"], answers={"f": SCRIPT, "g": f"'''{SCRIPT}'''"}),
    _renamed("file-named-as-an-image", IMAGE),
    _renamed("file-named-as-a-template", "{{ 7 * 7 }}{% raw %}"),
    _renamed("file-named-as-a-formula", "$\\href{javascript:alert(1)}{x}$"),
    _renamed("file-named-in-two-lines", "line\nbreak"),
    _renamed("file-named-in-no-text", "not \udcff text"),
    gains_nothing("two-files-that-could-be-it", plant=_two_names),
]  # fmt: skip
