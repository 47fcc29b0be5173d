"""What stands on a page that could do something, as a browser reads it."""

from __future__ import annotations

from html.parser import HTMLParser

TAGS = frozenset(
    """html head meta title style body h1 h2 p strong table tr th td a section div pre span code details summary
    math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd
    mstyle mpadded mphantom menclose""".split()  # noqa: SIM905 - a list of words reads better
)
ATTRIBUTES = frozenset(
    """lang charset name content http-equiv scope class id href open display xmlns stretchy fence form separator accent
    accentunder mathvariant movablelimits linethickness width height depth lspace rspace minsize maxsize columnalign
    rowspacing columnspacing displaystyle scriptlevel symmetric largeop""".split()  # noqa: SIM905
)


class _Markup(HTMLParser):
    """Collects what stands on a page that could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES or (name == "href" and not str(value).startswith("#")):
                self.found.append(f"<{tag} {name}={value!r}>")


def active_markup(page: str) -> list[str]:
    """What stands on a page besides text, tables, code and formulas."""
    parser = _Markup()
    parser.feed(page)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return parser.found + ([] if policy in page else ["no content security policy"])


class _Scripts(HTMLParser):
    """Collects what the attackers' scripts would be run by: they all say alert."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag} {name}={value!r}>" for name, value in attrs if _runs(name, value or "")]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and "alert(" in data:
            self.found.append(data[:100])


def _runs(name: str, value: str) -> bool:
    begins = name.startswith("on") or name == "srcdoc" or value.strip().lower().startswith("javascript:")
    return begins and "alert(" in value


def scripts(page: str) -> list[str]:
    """The attackers' scripts that a browser would run on a page that has scripts of its own."""
    parser = _Scripts()
    parser.feed(page)
    return parser.found
