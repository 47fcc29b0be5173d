from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.autograder import course_maker as maker
from tests.autograder.course_maker import handed_out
from tests.autograder.making import cell_of

SCRIPT = "<script>alert('x')</script>"
STUDENT = "o'brien <b>"


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = maker.make_course(tmp_path_factory.mktemp("course"))
    hostile = handed_out()
    cell_of(hostile, "square").source = f'def square(x):\n    """{SCRIPT}"""\n    return "{SCRIPT}"'
    cell_of(hostile, "total").source = f'def total(xs):\n    raise ValueError("{SCRIPT}")'
    cell_of(hostile, "mean").source = f'class {"E"}(Exception): pass\nraise E("{SCRIPT}")'
    cell_of(hostile, "explain").source = f"{SCRIPT} <img src=x onerror=alert(1)>"
    maker.hand_in(root, STUDENT, hostile)
    mistaken = handed_out()
    cell_of(mistaken, "square").source = "def square(x):\n    return 2 * x"
    maker.hand_in(root, "mistaken", mistaken)
    almost = handed_out()
    cell_of(almost, "square").source = "def square(x):\n    return x * x if x in (3.0, -5.0) else 12.5"
    cell_of(
        almost, "mean"
    ).source = "def mean(xs):\n    if xs == [2.0, 4.0]:\n        return 3.0\n    raise ValueError(xs)"
    maker.hand_in(root, "almost", almost)
    maker.hand_in(root, "refused", "nothing", name=f"{maker.NAME}.ipynb")
    return {student: one.feedback.read_text("utf-8") for student, one in maker.grade(root).items()}


def test_nothing_of_the_student_becomes_markup(pages: dict[str, str]) -> None:
    page = Elements(pages[STUDENT])
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "b", "iframe", "object", "link")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert SCRIPT in page.text
    assert STUDENT in page.text


@pytest.mark.parametrize("student", [STUDENT, "mistaken", "almost", "refused"])
def test_a_page_stands_alone(student: str, pages: dict[str, str]) -> None:
    page = Elements(pages[student])
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:"))
    assert "@import" not in pages[student] and "url(" not in pages[student]
    assert pages[student].lstrip().lower().startswith("<!doctype html>")
    assert any(tag == "html" and attributes.get("lang") for tag, attributes in page.tags)


def test_a_recognised_mistake_is_explained_with_its_hint_folded(pages: dict[str, str]) -> None:
    page = pages["mistaken"]
    text = re.sub(r"\s+", " ", Elements(page).text)
    assert "Partly right" in text and "1 of 2" in text
    assert "Twice the number came back. What is a square of side 3 made of?" in text
    hint = re.search(r"<details><summary>Hint</summary>(.*?)</details>", page, re.DOTALL)
    assert hint is not None and "Multiply x by itself." in hint[1]
    for part in ("square(3", "Came back", "Expected", "return 2 * x"):
        assert part in text


def test_a_mistake_charged_once_says_which(pages: dict[str, str]) -> None:
    assert "square" in Elements(pages["mistaken"]).text.split("charged once")[0][-200:]


@pytest.mark.parametrize("student", [STUDENT, "mistaken", "almost"])
def test_no_page_tells_a_hidden_test(student: str, pages: dict[str, str]) -> None:
    for secret in ("secret_number", "987", "rng.normal", "HIDDEN TESTS"):
        assert secret not in Elements(pages[student]).text


def test_a_failed_hidden_test_is_told_as_such_without_values(pages: dict[str, str]) -> None:
    text = Elements(pages["almost"]).text
    assert "a hidden test of square failed" in text
    assert text.count("12.5") == 1, "only in the answer's own source"
    assert text.count("ValueError") == 1, (
        "in the answer's own source only: which error it is would be the answer's choice, and could tell a value"
    )


def test_a_refused_submission_gets_a_page_with_the_reason(pages: dict[str, str]) -> None:
    text = Elements(pages["refused"]).text
    assert "Not graded" in text and f"{maker.NAME}.ipynb" in text
