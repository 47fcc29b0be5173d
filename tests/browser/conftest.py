"""One JupyterLab and one Chromium for all browser tests; a tab and a folder for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.jupyterlab import JupyterLab, jupyterlab
from tests.browser.lesson import Lesson
from tests.browser.notebook import Notebook, tab

expect.set_options(timeout=30_000)  # as long as Playwright waits for all else: the machine may be busy


# The scope ends with this folder: Playwright keeps an event loop running, which other tests' asyncio would
# trip over.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        with (
            playwright.chromium.launch(executable_path=executable, args=ARGUMENTS) as browser,
            browser.new_context(viewport={"width": 1400, "height": 1000}),  # the one that tabs open in
        ):
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


@pytest.fixture(scope="module")
def opened(lesson: Lesson, server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    """Open the lesson as handed out; the states below follow each other in this one tab, each with a fresh kernel."""
    with tab(browser, server) as notebook:
        notebook.open(lesson.hand_out(server.root / lesson.name, solved=False))
        yield notebook


@pytest.fixture(scope="module")
def unfinished(opened: Notebook) -> Notebook:
    """Run all of the lesson as handed out; tests only look at it."""
    opened.run_all()
    return opened


@pytest.fixture(scope="module")
def begun(opened: Notebook, lesson: Lesson) -> Notebook:
    """Run what the lesson gives, and no answer; each test answers a question of its own."""
    opened.restart_kernel()
    for name in lesson.given:
        opened.run_cell(name)
    for name in lesson.needs:
        opened.set_source(name, lesson.answers[name])
        opened.run_cell(name)
    return opened


@pytest.fixture(scope="module")
def solved(opened: Notebook, lesson: Lesson) -> Notebook:
    """Put every answer in and run all of the lesson; tests only look at it."""
    opened.restart_kernel()
    for name, text in lesson.answers.items():
        opened.set_source(name, text)
    opened.run_all()
    return opened
