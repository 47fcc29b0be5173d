"""Text with formulas and code in it, for a page that loads nothing: LaTeX becomes MathML, which browsers typeset.

The text may be a student's: what comes of a formula is looked at before it is believed.
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
TAGS = frozenset(
    """math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd
    mstyle mpadded mphantom menclose""".split()  # noqa: SIM905 - a list of words reads better
)
ATTRIBUTES = frozenset(
    """display stretchy fence form separator accent accentunder mathvariant movablelimits linethickness width height
    depth lspace rspace minsize maxsize columnalign rowspacing columnspacing displaystyle scriptlevel symmetric
    largeop""".split()  # noqa: SIM905
)


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
def _mathml(latex: str, *, block: bool) -> str | None:
    """A formula as MathML; None where it can't be read, or holds more than a formula does."""
    if len(latex) > MAX_LENGTH:
        return None
    try:
        converted = convert(latex, display="block" if block else "inline")
        elements = list(ET.fromstring(converted).iter())
    except Exception:  # the library and the parser have each their own, and a formula is only ever shown
        return None
    for element in elements:
        if element.tag.rpartition("}")[2] not in TAGS or not ATTRIBUTES.issuperset(element.attrib):
            return None
    return converted
