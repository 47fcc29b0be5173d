"""What is handed in does nothing on the pages of who grades it and of who reads the feedback, in a real browser."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from autograder.course.notebook import released
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME
from tests.browser.jupyterlab import JupyterLab, jupyterlab
from tests.hostile.cases.markup import SHOWING, TEXTS, everywhere
from tests.hostile.corpus import FULL, MISCONCEPTIONS, SOURCE

ALL = "\n\n".join(TEXTS.values())
CONTROLS = "".join(f'<span id="{test}"></span>' for test in FULL)
BUTTON = (
    f'<div class="nbgrader_cell">{CONTROLS}<details><summary class="full-credit">Click to unfold</summary>f</details>'
    f'<p><a class="full-credit" href="#">more</a> <b class="full-credit">bold</b></p></div>'
)


def hostile() -> NotebookNode:
    """Markup in every place of a notebook, one text after the other."""
    book = everywhere("all", ALL).notebook("import sys")
    assert isinstance(book, str)
    notebook = nbformat.reads(book, 4)
    texts = [new_markdown_cell(text) for text in (*TEXTS.values(), BUTTON)]
    notebook.cells[1:1] = [*texts, *(new_code_cell(f"{SHOWING}\n{text!r}") for text in TEXTS.values())]
    return notebook


FORMGRADER = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"
"""Off among students."""


class Watched:
    """A page, and what it did besides being there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.alerts: list[str] = []
        self.elsewhere: set[str] = set()
        page.on("dialog", self._say)
        page.route("**/*", self._ask)

    def _say(self, dialog: Dialog) -> None:
        self.alerts.append(dialog.message)
        dialog.dismiss()

    def _ask(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "", None):
            route.continue_()
        else:
            self.elsewhere.add(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course: somebody honest, and somebody who isn't."""
    root = maker.make_course(tmp_path_factory.mktemp("grading") / "course", SOURCE, MISCONCEPTIONS)
    maker.hand_in(root, "honest", released(SOURCE))
    folder = maker.hand_in(root, "hostile", hostile())
    (folder / "report.html").write_text("<script>document.title = 'SCRIPT'; alert(1)</script>")
    graded = maker.grade(root)
    assert [graded[name].outcome.failed for name in ("honest", "hostile")] == [None, None]
    return root


@pytest.fixture(scope="module")
def formgrader(root: Path) -> Iterator[JupyterLab]:
    """A server in the course's folder, as formgrader wants it."""
    with jupyterlab(root, root.parent / "home", FORMGRADER) as server:
        yield server


@pytest.fixture
def watched(browser: Browser, formgrader: JupyterLab) -> Iterator[Watched]:
    with browser.new_context(extra_http_headers={"Authorization": f"token {formgrader.token}"}) as context:
        yield Watched(context.new_page())


def scores_by_hand(root: Path) -> dict[str, float]:
    return {f"{who}/{test}": cell[1] for who, of in maker.grades(root).items() for test, cell in of.items() if cell[1]}


def open_formgrader(watched: Watched, formgrader: JupyterLab, root: Path, student: str) -> None:
    """Open the page on which a student's notebook is graded by hand, and wait for its buttons."""
    query = """
        SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id
        WHERE a.student_id = ?"""
    with closing(sqlite3.connect(root / "gradebook.db")) as database:
        (number,) = database.execute(query, [student]).fetchone()
    with watched.page.expect_response(lambda response: "/api/grades" in response.url):
        watched.page.goto(f"{formgrader.address}/formgrader/submissions/{number}/")
    expect(watched.page.locator(".nbgrader_cell:has(#f-test)")).to_have_count(1)


def click_all(page: Page, where: str) -> int:
    """Click on everything of some kind, be it hidden; how many there are."""
    there = page.locator(where)
    there.evaluate_all("all => all.forEach(one => one.dispatchEvent(new MouseEvent('click', {bubbles: true})))")
    return there.count()


def test_a_click_on_what_a_student_wrote_gives_no_points(watched: Watched, formgrader: JupyterLab, root: Path) -> None:
    open_formgrader(watched, formgrader, root, "hostile")
    address = watched.page.url
    assert click_all(watched.page, ".rendered_html summary, .rendered_html b") > 1
    watched.page.wait_for_timeout(500)
    assert scores_by_hand(root) == {}
    assert (watched.page.url, watched.alerts) == (address, [])


def test_a_click_on_the_button_gives_them(watched: Watched, formgrader: JupyterLab, root: Path) -> None:
    open_formgrader(watched, formgrader, root, "honest")
    with watched.page.expect_response(lambda response: "/api/grade/" in response.url):
        watched.page.locator(".full-credit").first.click()
    assert scores_by_hand(root) == {"honest/f-test": 4.0}


def test_formgraders_page_runs_no_script_and_asks_nobody_but_whom_any_page_asks(
    watched: Watched, formgrader: JupyterLab, root: Path
) -> None:
    open_formgrader(watched, formgrader, root, "honest")
    usual, watched.elsewhere = watched.elsewhere, set()
    open_formgrader(watched, formgrader, root, "hostile")
    click_all(watched.page, ".rendered_html *:not(a), .output *:not(a)")
    watched.page.wait_for_timeout(500)
    assert watched.alerts == []
    assert watched.elsewhere <= usual


def test_a_feedback_page_runs_no_script_leads_nowhere_and_fetches_nothing(watched: Watched, root: Path) -> None:
    page = root / "feedback" / "hostile" / ASSIGNMENT / f"{NAME}.html"
    watched.page.goto(page.as_uri())
    click_all(watched.page, "body *")
    watched.page.wait_for_timeout(500)
    assert watched.page.url.split("#")[0] == page.as_uri()
    assert (watched.alerts, watched.elsewhere) == ([], set())
    assert watched.page.locator("script, img, iframe, object, form, [onerror], #pwned").count() == 0
    assert watched.page.locator("math").count() > 0
