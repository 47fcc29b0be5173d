"""One JupyterLab and one Chromium for all browser tests; a tab and a folder for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.jupyterlab import JupyterLab, jupyterlab
from tests.browser.lesson import Lesson
from tests.browser.notebook import Notebook, tab


# The scope ends with this folder: Playwright keeps an event loop running, which other tests' asyncio would
# trip over.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        with playwright.chromium.launch(executable_path=executable, args=ARGUMENTS) as browser:
            yield browser


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    folder = tmp_path_factory.mktemp("jupyterlab")
    (folder / "served").mkdir()
    with jupyterlab(folder / "served", folder / "home") as server:
        yield server


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page, for JavaScript that needs no notebook."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def folder(server: JupyterLab, request: pytest.FixtureRequest) -> Path:
    """Return an empty folder that JupyterLab serves."""
    folder = server.root / request.node.name.translate(str.maketrans("[]/@", "----"))
    folder.mkdir()
    return folder


@pytest.fixture
def notebook(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open a new tab; an error of the page's JavaScript fails the test."""
    with tab(browser, server) as notebook:
        yield notebook


@contextmanager
def _opened(lesson: Lesson, state: str, server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open a lesson in a tab that the tests of a module share."""
    with tab(browser, server) as notebook:
        notebook.open(lesson.hand_out(server.root / f"{lesson.name}-{state}", solved=state == "solved"))
        yield notebook


@pytest.fixture(scope="module")
def unfinished(lesson: Lesson, server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open the lesson as handed out and run all of it; tests only look at it."""
    with _opened(lesson, "unfinished", server, browser) as notebook:
        notebook.run_all()
        yield notebook


@pytest.fixture(scope="module")
def begun(lesson: Lesson, server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open the lesson as handed out and run what it gives; each test answers a question of its own."""
    with _opened(lesson, "begun", server, browser) as notebook:
        for name in lesson.given:
            notebook.run_cell(name)
        for name in lesson.needs:
            notebook.set_source(name, lesson.answers[name])
            notebook.run_cell(name)
        yield notebook


@pytest.fixture(scope="module")
def solved(lesson: Lesson, server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open the lesson with every answer put in, and run all of it; tests only look at it."""
    with _opened(lesson, "solved", server, browser) as notebook:
        notebook.run_all()
        yield notebook
