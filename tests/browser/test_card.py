"""What a student sees of a card in JupyterLab when the answer, the cell or the kernel is not what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from chainrule.checks import known_results, slips
from chainrule.checks.known_results import KnownResult
from chainrule.checks.question import Question
from chainrule.checks.recognise import Failure, Misconception, Result
from tests.browser.jupyterlab import JupyterLab
from tests.browser.notebook import Notebook, having_run
from tests.browser.widget import written

SETUP = "import numpy as np\n\nfrom chainrule import check\n\nX = np.ones((3, 2))"
RIGHT = "def double(x): return 2 * x"
TEST = "check(double, X)"
SHAPES = Misconception("as a product", "Two matrices meet here. Which product is meant?", "Twice is 2 * x.")
TEXT = "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) "
FACTOR = "there is one factor too many | What is each factor for?"
KNOWN = [
    (
        Question("double", "call", (np.ones((3, 2)),)),
        KnownResult(
            2 * np.ones((3, 2)),
            mistaken=[((SHAPES,), Result(failure=Failure("ValueError", TEXT + "(size 3 is different from 2)", "@")))],
            slips={FACTOR: [slips.number_of(6 * np.ones((3, 2)), np.ones((3, 2))) or 0.0]},
        ),
    ),
    (Question("edges", "call", ()), KnownResult({"x": 1.5, "y": -2.0, "f": 4.0})),
]
LIMIT = 5.0
CHANGED = "The cell above has been changed since it ran"
BEFORE = "element => getComputedStyle(element, '::before').content"


@pytest.fixture
def notebook(server: JupyterLab, browser: Browser) -> Iterator[Notebook]:
    folder = server.root / "card"
    folder.mkdir(exist_ok=True)
    (folder / known_results.FILE_NAME).write_text(known_results.to_json(KNOWN, seconds=LIMIT), "utf-8")
    with having_run(browser, server, written(folder / "card.ipynb", SETUP, RIGHT, TEST)) as notebook:
        expect(notebook.cell(2).locator(".chainrule-card")).to_contain_text("Right")
        yield notebook


def said_by_the_page(notebook: Notebook) -> str:
    return str(json.loads(notebook.cell(2).locator(".chainrule-card").evaluate(BEFORE).replace("none", '""')))


def test_a_cell_that_was_changed_and_not_run_is_spoken_of_first(notebook: Notebook) -> None:
    assert said_by_the_page(notebook) == ""
    notebook.set_source(1, "def double(x): return 3 * x")
    notebook.page.wait_for_function("() => document.querySelector('.jp-mod-dirty')")
    assert said_by_the_page(notebook).startswith(CHANGED)
    notebook.run_cell(1)
    notebook.run_cell(2)
    expect(notebook.cell(2).locator(".chainrule-card")).to_contain_text("Not right yet")
    assert said_by_the_page(notebook) == ""


def test_a_cell_that_is_no_python_any_more_is_not_called_right(notebook: Notebook) -> None:
    notebook.set_source(1, "def double(x): return (2 * x")
    notebook.run_cell(1)
    notebook.run_cell(2)
    card = notebook.cell(2).locator(".chainrule-card")
    expect(card).to_contain_text("Stopped by an error: the cell of double stopped with a SyntaxError")
    expect(card).to_contain_text("Where does what it holds end?")


def test_an_error_gets_the_question_of_its_misconception_and_the_students_line(notebook: Notebook) -> None:
    notebook.set_source(1, "def double(x):\n    both = x @ x\n    return both")
    notebook.run_cell(1)
    notebook.run_cell(2)
    card = notebook.cell(2).locator(".chainrule-card")
    expect(card).to_contain_text("Which product is meant?")
    expect(card).to_contain_text("both = x @ x")
    expect(card).to_contain_text("x is an array of shape (3, 2)")
    expect(card.locator("details")).to_contain_text("Twice is 2 * x.")


def test_names_on_a_card_stand_in_its_sentence_without_gaps(notebook: Notebook) -> None:
    card = tried(notebook, "def double(x, y=1): return 3 * x")
    expect(card.locator("code").first).to_have_text("double")
    expect(card.locator("code").first).to_have_css("padding-left", "0px")


def test_after_a_restart_of_the_kernel_a_check_says_to_run_all_above(notebook: Notebook) -> None:
    notebook.restart_kernel()
    notebook.run_cell(2)
    outputs = notebook.outputs(2)
    assert len(outputs) == 1 and "Run all cells above" in outputs[0] and "Traceback" not in outputs[0]


def tried(notebook: Notebook, answer: str, test: str = TEST) -> Locator:
    notebook.set_source(1, answer)
    notebook.set_source(2, test)
    notebook.run_cell(1)
    notebook.run_cell(2)
    return notebook.cell(2).locator(".chainrule-card")


def test_a_right_value_is_not_enough_where_the_call_changes_what_it_was_given(notebook: Notebook) -> None:
    card = tried(notebook, "def double(x):\n    x *= 2\n    return x", "check.keeping(double, X)")
    expect(card).to_contain_text("Not right yet: what came back is right, but the call changed argument 1")
    expect(card).to_contain_text("Which line writes into it")


def test_a_right_answer_that_is_too_slow_is_told_its_seconds_and_the_limit(notebook: Notebook) -> None:
    card = tried(notebook, "import time\n\n\ndef double(x):\n    time.sleep(6)\n    return 2 * x")
    expect(card).to_contain_text("Took too long")
    expect(card).to_contain_text("a call is stopped after 5 s")


def test_a_dict_is_a_table_in_which_the_wrong_rows_are_marked(notebook: Notebook) -> None:
    card = tried(notebook, "def edges():\n    return {'x': 1.5, 'y': 2.25, 'f': 4.0}", "check(edges)")
    expect(card).to_contain_text("\u2717")
    expect(card).to_contain_text("'x' and 'f' are right; of those that aren't, 'y' comes first")


def test_a_result_that_a_small_slip_gives_is_told_in_which_kind_it_begins(notebook: Notebook) -> None:
    card = tried(notebook, "def double(x): return 6 * x")
    expect(card).to_contain_text("Just this comes out where there is one factor too many. What is each factor for?")


LINES = """labels => labels.map(label => {
    const text = document.createRange()
    text.selectNodeContents(label)
    return text.getClientRects().length
})"""


def test_beside_a_long_value_labels_stand_on_one_line_and_no_number_is_cut(notebook: Notebook) -> None:
    card = tried(notebook, "def double(x): return [3.14159265] * 60")
    expect(card).to_contain_text("Came back")
    assert set(card.locator("th").evaluate_all(LINES)) == {1}
    expect(card.locator("pre").last).to_have_css("word-break", "normal")
