"""Formulas in a page that loads nothing: typeset where they are formulas, harmless where they are not."""

from __future__ import annotations

import pytest

from autograder.results.formulas import ATTRIBUTES, MAX_LENGTH, TAGS, rich
from tests.autograder.results.test_feedback import Elements


def test_a_formula_becomes_mathml_between_escaped_words_and_code() -> None:
    found = rich("For $x < 0$ is `f` & $\\sigma(x)$ small.")
    assert found.count("<math") == 2 and "<code>f</code>" in found and "&amp;" in found
    assert "<mo>&lt;</mo>" in found, "less than"
    assert 'display="block"' in rich("$$\\frac{1}{2}$$")


@pytest.mark.parametrize("text", ["it costs $5 or $6", "$", "$$", "a $ b $ c", "$x"])
def test_a_dollar_is_not_always_a_formula(text: str) -> None:
    assert "<math" not in rich(text)
    assert "$" in rich(text)


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background:url(//evil)}{x}",
        r"\class{a}{x}",
        r"\text{<!--><img/id=pwned/src=x/onerror=alert(1)>-->}",
        r"\text{<!--><meta/http-equiv=refresh/content=0;url=//evil>-->}",
        r"\text{<?x><form/action=//evil><button>20&#32;of&#32;20</button></form>?>}",
        r"\text{</mtext></math><img/src=x>}",
        r"\hspace{100000em}x",
        r"\frac{",
        "{" * 500,
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_what_is_no_plain_formula_is_shown_as_it_was_typed(formula: str) -> None:
    found = rich(f"before ${formula}$ after")
    assert "<math" not in found
    for markup in ("<img", "<script", "href=", "style="):
        assert markup not in found
    assert found.startswith("before $") and found.endswith("$ after")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<!--><b>-->}",
        r"\text{<![CDATA[<img/src=x>]]>}",
        r"\frac{a}{b}",
        r"\text{&lt;b&gt;}",
        r"\begin{matrix}1&2\end{matrix}",
        "a<b",
    ],
)
def test_whatever_is_written_a_browser_finds_elements_of_formulas_only(latex: str) -> None:
    """Read as HTML, which ends comments, and elements in them, elsewhere than XML does."""
    for tag, attributes in Elements(rich(f"${latex}$")).tags:
        assert tag in TAGS
        assert ATTRIBUTES.issuperset(attributes)
