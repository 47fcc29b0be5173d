"""Markdown for the pages that nbgrader makes: a student's text may be formatted, and does nothing.

nbgrader puts what Markdown gives onto its grading page as it is, on the server that runs the instructor's code.
"""

from __future__ import annotations

import nh3
from nbconvert.filters import markdown2html_mistune

ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "id"}}
SCHEMES = {*nh3.ALLOWED_URL_SCHEMES, "data"}


def to_html(source: str) -> str:
    """What nbconvert's filter `markdown2html` gives, without scripts, handlers, styles and frames."""
    return nh3.clean(
        markdown2html_mistune(source), attributes=ATTRIBUTES, url_schemes=SCHEMES, attribute_filter=_without_data
    )


def _without_data(tag: str, name: str, value: str) -> str | None:
    """Leave data in pictures, and nowhere else."""
    is_data = value.lstrip().lower().startswith("data:")
    return None if is_data and (tag, name) != ("img", "src") else value
