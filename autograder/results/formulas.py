"""Text with formulas and code in it, for a page that loads nothing: LaTeX becomes MathML, which browsers typeset.

The text may be a student's. So nothing that the converter wrote reaches the page: what it wrote is parsed, and the
page gets a formula made anew of the elements, attributes and texts that formulas have.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache

from latex2mathml.converter import convert
from markupsafe import Markup

from chainrule.checks.card import rich as with_code

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?! )([^$\n]+?)(?<! )\$", re.DOTALL)
MAX_LENGTH = 2_000
"""Characters of a formula; a longer one is shown as it was typed."""
MAX_DEPTH = 100
"""Elements in elements: browsers give up on deeper ones, each in its own way."""
TAGS = frozenset(
    """math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd
    mstyle mpadded mphantom menclose""".split()  # noqa: SIM905 - a list of words reads better
)
ATTRIBUTES = frozenset(
    """display stretchy fence form separator accent accentunder mathvariant movablelimits linethickness width height
    depth lspace rspace minsize maxsize columnalign rowspacing columnspacing displaystyle scriptlevel symmetric
    largeop""".split()  # noqa: SIM905
)
VALUE = re.compile(r"[a-z -]{1,40}|[+-]?\d{0,2}(\.\d{1,4})?(em|ex|px|pt|mu|in|cm|mm|%)?")
"""A word, or a length that stays on the page."""


def rich(text: str) -> Markup:
    """Escaped text in which `code` is set as code and $formulas$ are set as formulas."""
    found, end = [], 0
    for match in FORMULA.finditer(text):
        formula = _mathml(match[1] or match[2], block=match[1] is not None)
        if formula is not None:
            found += [with_code(text[end : match.start()]), formula]
            end = match.end()
    return Markup("".join([*found, with_code(text[end:])]))


@lru_cache(1024)
def _mathml(latex: str, *, block: bool) -> Markup | None:
    """A formula as MathML; None where it can't be read, or holds more than a formula does."""
    if len(latex) > MAX_LENGTH:
        return None
    try:
        converted = convert(latex, display="block" if block else "inline")
        everything = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True))
        return _rebuilt(ET.fromstring(converted, everything), MAX_DEPTH)
    except Exception:  # the library and the parser have each their own, and a formula is only ever shown
        return None


def _rebuilt(element: ET.Element, depth: int) -> Markup:
    """An element made anew, with what it holds. Raises ValueError where there is something else in it."""
    tag = str(element.tag).rpartition("}")[2]  # a comment has none that is text
    plain = all(name in ATTRIBUTES and VALUE.fullmatch(value) for name, value in element.attrib.items())
    if tag not in TAGS or not plain or not depth or (element.tail or "").strip():
        raise ValueError(f"{tag} is not of a formula")
    attributes = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in element.attrib.items())
    inner = Markup("").join(_rebuilt(child, depth - 1) for child in element)
    return Markup("<{0}{1}>{2}{3}</{0}>").format(tag, attributes, element.text or "", inner)
