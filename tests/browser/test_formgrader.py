"""A day in formgrader: each of its buttons pressed, with this engine behind them, and what came of it looked at."""

from __future__ import annotations

import getpass
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from autograder.course.notebook import grade_id
from tests.autograder import course_maker as maker
from tests.autograder.making import answer, cell_of, checks
from tests.browser.jupyterlab import JupyterLab, jupyterlab

FORMGRADER = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"
"""Off among students."""
LATE = """from nbgrader.plugins import BasePlugin


class Two(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2
"""
STUDENT = getpass.getuser()
"""Whose a submission is, the exchange knows by the owner of its files."""
PATIENCE = 120_000
"""Milliseconds for what a button does: formgrader grades in its server's own process."""


class Day:
    """A course, its exchange, a student's folder, and a browser in formgrader."""

    def __init__(self, folder: Path) -> None:
        self.root = maker.make_course(folder / "course")
        self.exchange, self.student, self.home = folder / "exchange", folder / "student", folder / "student-home"
        for made in (self.exchange, self.student, self.home):
            made.mkdir()
        self.exchange.chmod(0o777)
        (self.root / "late.py").write_text(LATE)
        settings = f"\nc.Exchange.root = {str(self.exchange)!r}\n"
        with (self.root / "nbgrader_config.py").open("a") as config:
            config.write(f'{settings}c.AssignLatePenalties.plugin_class = "late.Two"\n')
        (self.student / "nbgrader_config.py").write_text(f"c = get_config(){settings}")

    def as_student(self, *command: str) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        home = {"HOME": str(self.home), "JUPYTER_DATA_DIR": str(self.home), "JUPYTER_CONFIG_DIR": str(self.home)}
        environment = os.environ | home | {"PATH": path}
        ran = subprocess.run(
            ["nbgrader", *command, maker.ASSIGNMENT, "--course", "chainrule"],
            cwd=self.student, env=environment, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def hand_in(self, **answers: str) -> None:
        """Write answers into the notebook that was fetched, and submit it."""
        path = self.student / maker.ASSIGNMENT / f"{maker.NAME}.ipynb"
        book = nbformat.read(path, 4)
        for cell in book.cells:
            cell.source = answers.get(str(grade_id(cell)), cell.source)
        nbformat.write(book, path)
        self.as_student("submit")

    def submission(self) -> str:
        query = "SELECT n.id FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id"
        with closing(sqlite3.connect(self.root / "gradebook.db")) as database:
            (number,) = database.execute(query).fetchone()
        return str(number)

    def feedback(self) -> str:
        return (self.root / "feedback" / STUDENT / maker.ASSIGNMENT / f"{maker.NAME}.html").read_text("utf-8")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return Day(tmp_path_factory.mktemp("day"))


@pytest.fixture(scope="module")
def formgrader(day: Day) -> Iterator[JupyterLab]:
    with jupyterlab(day.root, day.root.parent / "home", FORMGRADER) as server:
        yield server


@pytest.fixture
def page(browser: Browser, formgrader: JupyterLab) -> Iterator[Page]:
    with browser.new_context(extra_http_headers={"Authorization": f"token {formgrader.token}"}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
        yield page


def press(page: Page, button: str, said: str) -> None:
    """Press a button of the one row, and read what formgrader says when it is done."""
    page.locator(f"tbody td.{button} a").click()
    modal = page.locator("#success-modal, #error-modal")
    expect(modal).to_contain_text(said, timeout=PATIENCE)
    modal.get_by_role("button", name="Close").first.click()
    expect(modal).to_have_count(0)


def open_assignments(page: Page, server: JupyterLab) -> None:
    page.goto(f"{server.address}/formgrader/manage_assignments")
    expect(page.locator("tbody td.name")).to_have_text(maker.ASSIGNMENT, timeout=PATIENCE)


def open_submissions(page: Page, server: JupyterLab) -> None:
    page.goto(f"{server.address}/formgrader/manage_submissions/{maker.ASSIGNMENT}")
    expect(page.locator("tbody td.student-id")).to_have_text(STUDENT, timeout=PATIENCE)


def test_generate_and_release(page: Page, formgrader: JupyterLab, day: Day) -> None:
    open_assignments(page, formgrader)
    page.locator("td.edit a").click()
    page.locator("input.modal-duedate").fill("2026-01-01T00:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td.duedate")).to_contain_text("2026")
    press(page, "assign", "Successfully created the student version")
    assert (day.root / "notebooks" / maker.ASSIGNMENT / "known-results.json").exists()
    press(page, "release", "Successfully released")
    day.as_student("fetch_assignment")
    handed_out = (day.student / maker.ASSIGNMENT / f"{maker.NAME}.ipynb").read_text("utf-8")
    assert "BEGIN" not in handed_out and "secret_number" not in handed_out


def test_collect_and_autograde(page: Page, formgrader: JupyterLab, day: Day) -> None:
    right = dict(maker.RIGHT, square="def square(x):\n    return 2 * x")
    day.hand_in(**right)
    open_assignments(page, formgrader)
    press(page, "collect", "Successfully collected")
    expect(page.locator("td.num-submissions")).to_have_text("1")
    open_submissions(page, formgrader)
    press(page, "autograde", "Successfully autograded")
    expect(page.locator("td.score")).to_have_text("6 / 12", timeout=PATIENCE)  # before what lateness costs
    grades = maker.grades(day.root)[STUDENT]
    assert grades["square-test"][0] == 1.0 and grades["total-test"][0] == 4.0, "the mistake is charged once"


def test_a_score_and_a_comment_by_hand_by_two_graders(
    page: Page, browser: Browser, formgrader: JupyterLab, day: Day
) -> None:
    address = f"{formgrader.address}/formgrader/submissions/{day.submission()}/"
    with browser.new_context(extra_http_headers={"Authorization": f"token {formgrader.token}"}) as context:
        other = context.new_page()
        other.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
        for grader, cell, points in ((page, "explain", "3"), (other, "draw", "1.5")):
            with grader.expect_response(lambda response: "/api/grades" in response.url):
                grader.goto(address)
            with grader.expect_response(lambda response: "/api/grade/" in response.url):
                grader.locator(f".nbgrader_cell:has(#{cell}) input.score").fill(points)
                grader.keyboard.press("Tab")
    with page.expect_response(lambda response: "/api/comment/" in response.url):
        page.locator("textarea.comment").first.fill("Read the question <b>again</b>.")
        page.keyboard.press("Tab")
    grades = maker.grades(day.root)[STUDENT]
    assert (grades["explain"][1], grades["draw"][1]) == (3.0, 1.5)


def test_feedback_is_made_and_released(page: Page, formgrader: JupyterLab, day: Day) -> None:
    open_submissions(page, formgrader)
    press(page, "generate-feedback", "Successfully generated feedback")
    shown = day.feedback()
    assert "Read the question &lt;b&gt;again&lt;/b&gt;." in shown and "2 points were taken off" in shown
    assert "8.5 of 12" in shown and "secret_number" not in shown
    press(page, "release-feedback", "Successfully released feedback")
    day.as_student("fetch_feedback")
    (fetched,) = day.student.rglob(f"{maker.NAME}.html")
    assert fetched.read_text("utf-8") == shown


def test_the_students_page_has_names_and_scores(page: Page, formgrader: JupyterLab, day: Day) -> None:
    page.goto(f"{formgrader.address}/formgrader/manage_students")
    expect(page.locator("tbody")).to_contain_text(STUDENT)


def test_points_that_change_count_and_a_question_more_is_refused_in_words(
    page: Page, formgrader: JupyterLab, day: Day
) -> None:
    before = maker.grades(day.root)
    path = maker.source_path(day.root)
    book = nbformat.read(path, 4)
    cell_of(book, "mean-test").metadata.nbgrader.points = 5
    nbformat.write(book, path)
    open_assignments(page, formgrader)
    press(page, "assign", "Successfully created the student version")
    open_submissions(page, formgrader)
    press(page, "autograde", "Successfully autograded")
    after = maker.grades(day.root)[STUDENT]
    assert after["mean-test"][0] == 5.0 and after["explain"][1] == before[STUDENT]["explain"][1] == 3.0
    shutil.copy(path, day.root / "kept.ipynb")
    book.cells += [answer("more", "more = 1"), checks("more-test", "assert more == 1", "assert more", 1)]
    nbformat.write(book, path)
    open_submissions(page, formgrader)
    page.locator("tbody td.autograde a").click()
    modal = page.locator("#error-modal")
    expect(modal).to_contain_text("cells were added or removed", timeout=PATIENCE)
    assert maker.grades(day.root)[STUDENT] == after, "nothing is lost"
