"""The report of a class in Chromium: nothing for axe to find, in light and dark, and everything by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.commands import insight
from autograder.insight import graded
from tests.autograder import course_maker as maker
from tests.autograder.insight.conftest import make_class
from tests.browser.widget import differs_from, violations

PAGES = [f"{maker.ASSIGNMENT}.html", "course.html", f"{maker.ASSIGNMENT}-similar.html"]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_class(tmp_path_factory.mktemp("class"))
    course = maker.course(root)
    insight.report(course, [graded.read(course, maker.ASSIGNMENT)], anonymous=False)
    insight.alike(course, maker.ASSIGNMENT)
    return root / "reports"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(reports: Path, page: Page, name: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto((reports / name).as_uri())
    for details in page.locator("details").all():
        details.evaluate("details => details.open = true")
    assert violations(page, "html") == []
    page.emulate_media(color_scheme="light")


def test_who_made_a_mistake_is_one_key_away(reports: Path, page: Page) -> None:
    page.goto((reports / PAGES[0]).as_uri())
    row = page.get_by_role("row", name="doubles instead of squaring")
    who = row.locator("details").last
    expect(who.get_by_text("emil")).not_to_be_visible()
    who.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(who.get_by_text("emil")).to_be_visible()


def test_pictures_have_names_and_their_numbers_stand_in_tables(reports: Path, page: Page) -> None:
    page.goto((reports / PAGES[0]).as_uri())
    names = [picture.get_attribute("aria-label") or "" for picture in page.get_by_role("img").all()]
    assert len(names) == 2 and all("table" in name for name in names)
    row = page.get_by_role("row", name="square").first
    assert row.get_by_role("cell").all_inner_texts()[:6] == ["1", "1", "3", "2", "1", "1"]


def test_nothing_comes_from_elsewhere_and_no_script_runs(reports: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((reports / name).as_uri())
        assert page.locator("script").count() == 0
    assert all(url.startswith("file:") for url in asked)


def test_the_picture_of_the_questions_is_the_one_that_was_looked_at(reports: Path, page: Page) -> None:
    page.goto((reports / PAGES[0]).as_uri())
    assert differs_from("report-questions", page.get_by_role("img").last) < 0.02
