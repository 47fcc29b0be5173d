"""nbgrader's commands and formgrader's buttons on a small course: nobody is left out, nothing forged is believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import notebook_hash

from autograder.course.folders import SECRET, Course
from autograder.outcome import Outcome, TestOutcome
from chainrule.checks.verdict import Verdict
from tests.autograder import course_maker as maker
from tests.autograder.course_maker import ASSIGNMENT, NAME, handed_out
from tests.autograder.results.test_feedback import Elements

DOUBLES = "def square(x):\n    return 2 * x"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = maker.make_course(tmp_path / "course")
    monkeypatch.chdir(root)
    return root


def api(root: Path) -> NbGraderAPI:
    course = Course(root)
    course.config.Exchange.root = str(root.parent / "exchange")
    (root.parent / "exchange").mkdir(exist_ok=True)
    return NbGraderAPI(course.directory, config=course.config)


def done(result: dict[str, Any]) -> None:
    assert result["success"], result


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / ASSIGNMENT / f"{NAME}.html").read_text("utf-8")


def scores(root: Path, student: str) -> dict[str, Any]:
    return {name: score for name, (score, _, _) in maker.grades(root)[student].items()}


FULL = {"square-test": 2.0, "total-test": 4.0, "mean-test": 1.0, "explain": None, "draw": None}
REFUSED = dict.fromkeys(FULL)


def test_an_assignment_without_any_file_beside_it_is_graded(root: Path) -> None:
    maker.hand_in(root, "ada", handed_out())
    done(api(root).autograde(ASSIGNMENT, "ada"))
    assert scores(root, "ada") == FULL


def forged() -> nbformat.NotebookNode:
    """An untouched notebook that says of itself that it has all points."""
    book = handed_out(square="")
    tests = [TestOutcome(name, 1000.0, 1000.0, Verdict("right", "")) for name in ("square-test", "total-test")]
    book.metadata["chainrule"] = {"outcome": Outcome(tests).to_json(), "signature": "0" * 64}
    return book


def test_an_outcome_that_a_student_wrote_is_not_believed(root: Path) -> None:
    folder = maker.hand_in(root, "linked", forged(), name="mine.ipynb")
    (folder / "below").mkdir()
    (folder / "mine.ipynb").rename(folder / "below" / "mine.ipynb")
    (folder / f"{NAME}.ipynb").symlink_to("below/mine.ipynb")
    maker.hand_in(root, "plain", forged())
    for student in ("linked", "plain"):
        done(api(root).autograde(ASSIGNMENT, student))
        assert not [score for score in scores(root, student).values() if score]


@pytest.mark.parametrize("what", ["notebook", "folder", "student"])
def test_a_link_to_a_neighbour_is_not_followed(root: Path, what: str) -> None:
    neighbour = maker.hand_in(root, "ada", handed_out())
    place = root / "submitted" / "cleo"
    if what == "student":
        place.symlink_to(neighbour.parent)
    else:
        place.mkdir()
        if what == "folder":
            (place / ASSIGNMENT).symlink_to(neighbour)
        else:
            (place / ASSIGNMENT).mkdir()
            (place / ASSIGNMENT / f"{NAME}.ipynb").symlink_to(neighbour / f"{NAME}.ipynb")
    done(api(root).autograde(ASSIGNMENT, "cleo"))
    assert scores(root, "cleo") == REFUSED
    maker.grade(root, "cleo")
    assert scores(root, "cleo") == REFUSED


def test_no_file_of_the_grader_is_copied_by_a_link_beside_a_notebook(root: Path) -> None:
    folder = maker.hand_in(root, "cleo", handed_out())
    secret = Course(root).secret()
    (folder / "data.txt").symlink_to(root / SECRET)
    (folder / ".hidden").symlink_to(root / SECRET)
    (folder / "timestamp.txt").symlink_to("/dev/zero")
    (folder / "submission_secret.txt").symlink_to(root / SECRET)
    (folder / "[below]").mkdir()
    (folder / "[below]" / "more").symlink_to(root)
    done(api(root).autograde(ASSIGNMENT, "cleo"))
    done(api(root).generate_feedback(ASSIGNMENT, "cleo"))
    for step in ("autograded", "feedback"):
        copied = maker.tree(root / step / "cleo")
        assert not [name for name, content in copied.items() if secret in content or "more" in name]
    assert scores(root, "cleo") == FULL


def test_an_autograded_notebook_of_somebody_else_gives_no_page_and_no_score(root: Path) -> None:
    for student, square in (("ada", None), ("ben", DOUBLES)):
        maker.hand_in(root, student, handed_out(**({"square": square} if square else {})))
        done(api(root).autograde(ASSIGNMENT, student))
    ours, theirs = (root / "autograded" / s / ASSIGNMENT / f"{NAME}.ipynb" for s in ("ben", "ada"))
    ours.unlink()
    ours.write_bytes(theirs.read_bytes())
    assert not api(root).generate_feedback(ASSIGNMENT, "ben")["success"]
    changed = json.loads(theirs.read_text())
    changed["metadata"]["chainrule"]["outcome"]["tests"][0]["score"] = 1000.0
    theirs.unlink()
    theirs.write_text(json.dumps(changed))
    assert not api(root).generate_feedback(ASSIGNMENT, "ada")["success"]


def test_a_page_of_what_another_engine_has_graded_has_the_points_of_the_gradebook(root: Path) -> None:
    maker.hand_in(root, "ben", handed_out(square=DOUBLES))
    done(api(root).autograde(ASSIGNMENT, "ben"))
    shown = root / "autograded" / "ben" / ASSIGNMENT / f"{NAME}.ipynb"
    book = json.loads(shown.read_text())
    del book["metadata"]["chainrule"]
    shown.unlink()
    shown.write_text(json.dumps(book))
    done(api(root).generate_feedback(ASSIGNMENT, "ben"))
    text = " ".join(Elements(page(root, "ben")).text.split())
    assert "square: 1 of 2" in text and "the points are the gradebook's" in text
    assert "Twice the number" not in text


def test_what_was_not_handed_in_has_0_points_and_nothing_else(root: Path) -> None:
    maker.add_notebook(root, "more", maker.squares())
    maker.hand_in(root, "ada", handed_out())
    done(api(root).autograde(ASSIGNMENT, "ada"))
    assert [path.name for path in (root / "autograded" / "ada" / ASSIGNMENT).iterdir()] == [f"{NAME}.ipynb"]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        more = gradebook.find_submission_notebook("more", ASSIGNMENT, "ada")
        assert (more.score, more.needs_manual_grade) == (0, False)


def test_a_limit_that_changes_while_formgrader_runs_is_heeded(root: Path) -> None:
    sleeps = handed_out(square="import time\ndef square(x):\n    time.sleep(1.2)\n    return x * x")
    for student, timeout, points in (("ada", 30, 2.0), ("ben", 1, 0.0)):
        maker.hand_in(root, student, sleeps)
        grader = api(root)
        grader.config.Execute.timeout = timeout
        done(grader.autograde(ASSIGNMENT, student))
        assert scores(root, student)["square-test"] == points


def test_formgraders_page_of_feedback_is_the_good_one(root: Path) -> None:
    maker.hand_in(root, "ben", handed_out(square=DOUBLES))
    maker.grade(root)
    before = page(root, "ben")
    done(api(root).generate_feedback(ASSIGNMENT, "ben"))
    assert page(root, "ben") == before
    assert "Twice the number came back." in before


def test_feedback_is_made_again_when_the_gradebook_says_something_else(root: Path) -> None:
    maker.hand_in(root, "ben", handed_out())
    maker.grade(root)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "chainrule") as gradebook:
        gradebook.find_grade("explain", NAME, ASSIGNMENT, "ben").manual_score = 2.5
        gradebook.db.commit()
    done(api(root).generate_feedback(ASSIGNMENT, "ben", force=False))
    assert "explain: 2.5 of 3" in Elements(page(root, "ben")).text


@pytest.mark.parametrize("way", ["autograder", "nbgrader"])
def test_feedback_can_be_released_to_those_who_handed_in_through_the_exchange_and_to_the_others(
    root: Path, way: str
) -> None:
    folder = maker.hand_in(root, "ada", handed_out())
    (folder / "submission_secret.txt").write_text("ada's own")
    (folder / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")
    maker.hand_in(root, "by-hand", handed_out())
    (maker.hand_in(root, "odd", handed_out()) / "report.html").write_text("<script>alert(1)</script>")
    for student in ("ada", "by-hand", "odd"):
        if way == "nbgrader":
            done(api(root).autograde(ASSIGNMENT, student))
            done(api(root).generate_feedback(ASSIGNMENT, student))
    if way == "autograder":
        maker.grade(root)
    done(api(root).release_feedback(ASSIGNMENT))
    released = list((root.parent / "exchange" / "chainrule" / "feedback").glob("*.html"))
    assert len(released) == 3
    adas = notebook_hash(secret="ada's own", notebook_id=NAME)
    assert (root.parent / "exchange/chainrule/feedback" / f"{adas}.html").read_text("utf-8") == page(root, "ada")


@pytest.mark.parametrize("name", ["report.html", "below/Picture.SVG", "a.xhtml", "table.xml", "all.mht"])
def test_nothing_that_a_browser_runs_is_put_beside_the_graders_pages(root: Path, name: str) -> None:
    folder = maker.hand_in(root, "ben", handed_out())
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("<script>alert(1)</script>")
    (folder / "data.csv").write_text("1,2")
    done(api(root).autograde(ASSIGNMENT, "ben"))
    done(api(root).generate_feedback(ASSIGNMENT, "ben"))
    assert sorted(maker.tree(root / "autograded" / "ben")) == [f"{ASSIGNMENT}/data.csv", f"{ASSIGNMENT}/{NAME}.ipynb"]
    assert sorted(maker.tree(root / "feedback" / "ben")) == [
        f"{ASSIGNMENT}/data.csv",
        f"{ASSIGNMENT}/{NAME}.html",
        f"{ASSIGNMENT}/submission_secret.txt",
        f"{ASSIGNMENT}/timestamp.txt",
    ]


def test_generating_after_an_edit_records_anew_what_the_checks_compare_with(root: Path) -> None:
    done(api(root).generate_assignment(ASSIGNMENT))
    known = root / "notebooks" / ASSIGNMENT / "known-results.json"
    before = known.read_text()
    maker.edit_source(root, "square", "return x * x", "return x * x + 1")
    done(api(root).generate_assignment(ASSIGNMENT))
    assert known.read_text() != before
    assert known.read_text() == (root / "solutions" / ASSIGNMENT / "known-results.json").read_text()


def test_generating_what_cannot_be_recorded_warns_and_goes_on(root: Path) -> None:
    maker.edit_source(root, "total", "return sum", "return undefined")
    result = api(root).generate_assignment(ASSIGNMENT)
    done(result)
    assert "compare with what was recorded earlier" in result["log"]
    assert (root / "notebooks" / ASSIGNMENT / f"{NAME}.ipynb").exists()


def test_what_checks_compare_with_does_not_lie_beside_the_notebook_while_it_is_graded(root: Path) -> None:
    done(api(root).generate_assignment(ASSIGNMENT))
    looks = handed_out()
    looks.cells.append(nbformat.v4.new_code_cell("import os\nprint(os.listdir('.'))", id="looks"))
    (maker.hand_in(root, "cleo", looks) / "known-results.json").write_text("{}")
    done(api(root).autograde(ASSIGNMENT, "cleo"))
    maker.grade(root, "cleo")
    for shown in (root / "autograded" / "cleo" / ASSIGNMENT).iterdir():
        assert "known-results" not in shown.name and "known-results.json" not in shown.read_text("utf-8")


def test_a_time_that_cannot_be_read_is_said_and_left_to_a_person_while_others_go_on(root: Path) -> None:
    for student, time in {"ada": "1e9999999", "ben": "2026-01-01 12:00:00 UTC", "cleo": "soon"}.items():
        (maker.hand_in(root, student, handed_out()) / "timestamp.txt").write_text(time)
    result = api(root).autograde(ASSIGNMENT, "*")
    done(result)
    said = "timestamp.txt says no time, so see for yourself whether it was late"
    assert [f"{student}: {said}" in result["log"] for student in ("ada", "ben", "cleo")] == [True, False, True]
    waits = {student: cells["square-test"] for student, cells in maker.grades(root).items()}
    assert waits == {"ada": (2.0, None, 1), "ben": (2.0, None, 0), "cleo": (2.0, None, 1)}
