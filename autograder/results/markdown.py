"""Markdown for the page on which formgrader shows an autograded notebook: formatted, and without effect.

nbgrader puts what Markdown gives onto that page as it is, on the server that runs the instructor's code; its
buttons are found there by class and id.
"""

from __future__ import annotations

import nh3
from nbconvert.filters import markdown2html_mistune

from autograder.results import pictures

ATTRIBUTES = {tag: names - {"class", "id"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
SCHEMES = {*nh3.ALLOWED_URL_SCHEMES, "data"}
DATA = "data:image/"
ELSEWHERE = ("data:", "http:", "https:", "//")


def to_html(source: str) -> str:
    """What nbconvert makes of Markdown, without scripts, handlers, styles, frames, classes, and what lies elsewhere."""
    html = markdown2html_mistune(source)
    return nh3.clean(html, attributes=ATTRIBUTES, url_schemes=SCHEMES, attribute_filter=_harmless)


def _harmless(tag: str, name: str, value: str) -> str | None:
    """Leave data in pictures that can be shown, and fetch no picture from elsewhere."""
    place = "".join(value.split()).replace("\\", "/").lower()  # as browsers read it
    if (tag, name) != ("img", "src"):
        return None if place.startswith("data:") else value
    if place.startswith(DATA):
        return value if pictures.fits(value.partition(";base64,")[2]) else None
    return None if place.startswith(ELSEWHERE) else value
