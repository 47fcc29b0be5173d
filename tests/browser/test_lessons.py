"""Each notebook as released, in JupyterLab: what a student sees of each kind of answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.lesson import (
    Lesson,
    answer,
    cards,
    change_theme,
    code_cells,
    first_lines,
    poor_contrasts,
    shown,
    traceback_lines,
)
from tests.browser.notebook import Notebook


@dataclass(frozen=True)
class Case:
    """A notebook, and the answers that its tests give; each answer is given by one test only."""

    lesson: Lesson
    right: tuple[str, str]
    """An answer, and what the card says of its solution."""
    wrong: tuple[str, str, str, str]
    """An answer, an edit of it that is no known mistake, and the headline of the card."""
    mistake: tuple[str, str]
    """An answer and one of its misconceptions."""
    broken: tuple[str, str]
    """An answer that never ran and one that ran before; both get a SyntaxError."""
    figures: int
    """At least so many cells draw."""


CASES = [
    Case(
        Lesson("01-forward-pass", "forward-pass"),
        right=("sigmoid", "Right: 4 checks of sigmoid"),
        wrong=(
            "add-bias",
            "np.ones(",
            "3 * np.ones(",
            "Not right yet: The result differs in 4 of 12 numbers: at [0, 0] stands 3 where 1 was expected.",
        ),
        mistake=("one-hot", "labels counted from 1"),
        broken=("softmax", "softmax-cost"),
        figures=3,
    ),
    Case(
        Lesson("02-sigmoid-gate", "sigmoid-gate"),
        right=("reciprocal", "Right: 3 checks of reciprocal_forward and reciprocal_backward"),
        wrong=(
            "multiply",
            "dy = x * dout",
            "dy = x * dout + 1",
            "Not right yet: dy is 7; 6 was expected.",
        ),
        mistake=("max", "second of equals wins"),
        broken=("exp", "sigmoid-backward"),
        figures=7,
    ),
    Case(
        Lesson("03-tricky-function", "tricky-function"),
        right=("step-8", "Right: 4 checks of dnum and dinvden"),
        wrong=(
            "differences",
            "return by_x, by_y",
            "return by_x, by_y + 2",
            "Not right yet: by_y is 13.01; 11.01 was expected.",
        ),
        mistake=("takes", "square takes its edge twice"),
        broken=("tricky-forward", "tricky-backward"),
        figures=4,
    ),
    Case(
        Lesson("04-delta-rule", "one-neuron"),
        right=("squared-delta", "Right: 2 checks of squared_delta"),
        wrong=(
            "perceptron-step",
            "(a - y) * x1",
            "(a - y) * x1 + 1",
            "Not right yet: The result differs in 3 of 3 numbers: at [0] stands 1.25 where 0.25 was expected.",
        ),
        mistake=("logistic-delta", "slope kept"),
        broken=("simple-backward", "learn"),
        figures=5,
    ),
    Case(
        Lesson("04-delta-rule", "vectorised"),
        right=("weight-gradient-one", "Right: 2 checks of weight_gradient_one"),
        wrong=(
            "hidden-delta-one",
            "carried * slope",
            "carried * slope + 1",
            "Not right yet: The result differs in 3 of 3 numbers: at [0] stands 1.049153 where 0.049152983 was "
            "expected.",
        ),
        mistake=("layer-gradient", "no mean"),
        broken=("column-gradients", "gradient-step"),
        figures=2,
    ),
    Case(
        Lesson("05-regularization", "regularization"),
        right=("penalty", "Right: 2 checks of penalty"),
        wrong=(
            "penalty-gradients",
            "lam / m * Theta",
            "lam / m * Theta + 1",
            "Not right yet: Entry 0 of the result differs in 4 of 6 numbers: at [0, 1] stands 1.375 where 0.375 was "
            "expected.",
        ),
        mistake=("decay-step", "biases decay too"),
        broken=("choose-lambda", "train"),
        figures=4,
    ),
    Case(
        Lesson("06-gradient-checking", "gradient-checking"),
        right=("unroll", "Right: 2 checks of unroll"),
        wrong=(
            "roll",
            "part.reshape(Theta.shape)",
            "part.reshape(Theta.shape) + 1",
            "Not right yet: Entry 0 of the result differs in 6 of 6 numbers: at [0, 0] stands 1 where 0 was expected.",
        ),
        mistake=("numerical-gradient", "one-sided difference"),
        broken=("measured-gradients", "largest-error"),
        figures=1,
    ),
    Case(
        Lesson("06-gradient-checking", "training"),
        right=("share-read", "Right: 2 checks of share_read"),
        wrong=(
            "share-read",
            "== y)",
            "== y) + 1",
            "Not right yet: The result is 1.5; 0.5 was expected.",
        ),
        mistake=("share-read", "how many instead of the share"),
        broken=("initial", "recipe"),
        figures=2,
    ),
    Case(
        Lesson("07-activations", "activations"),
        right=("softplus", "Right: 2 checks of softplus"),
        wrong=(
            "tanh-bprop",
            "dA * (1 - A**2)",
            "dA * (1 - A**2) + 0.125",
            "Not right yet: The result differs in 6 of 6 numbers: at [0, 0] stands 0.54497434 where 0.41997434 was "
            "expected.",
        ),
        mistake=("softmax-bprop", "the sum missing"),
        broken=("dead", "kl"),
        figures=2,
    ),
    Case(
        Lesson("08-modules", "modules"),
        right=("mean-loss", "Right: 2 checks of mean_loss"),
        wrong=(
            "linear-bprop",
            "return dTheta, dX",
            "return dTheta + 0.125, dX",
            "Not right yet: dTheta differs in 8 of 8 numbers: at [0, 0] stands 0.625 where 0.5 was expected.",
        ),
        mistake=("cross-entropy", "the gradient of the sum"),
        broken=("relu", "train"),
        figures=1,
    ),
    Case(
        Lesson("09-digits", "digits"),
        right=("errors", "Right: 3 checks of errors"),
        wrong=(
            "prepare",
            "return X_train / top, X_test",
            "return X_train / top + 1, X_test",
            "Not right yet: Entry 0 of the result differs in 6 of 6 numbers: at [0, 0] stands 1.0625 where 0.0625 was "
            "expected.",
        ),
        mistake=("epoch", "losses added up"),
        broken=("steps-to-fit", "best-eta"),
        figures=1,
    ),
    Case(
        Lesson("10-training", "beginning-and-stepping"),
        right=("spread", "Right: 4 checks of spread"),
        wrong=(
            "mean-squares",
            "np.mean(A**2)",
            "np.mean(A**2) + 0.5",
            "Not right yet: Entry 0 of the result is 2.5634627; 2.0634627 was expected.",
        ),
        mistake=("momentum-step", "uphill"),
        broken=("rmsprop-step", "nesterov-step"),
        figures=1,
    ),
    Case(
        Lesson("10-training", "normalising-and-leaving-out"),
        right=("dropout-fprop", "Right: 2 checks of dropout_fprop"),
        wrong=(
            "running",
            "(1 - keep) * Z.mean(axis=0)",
            "(1 - keep) * Z.mean(axis=0) + 0.5",
            "Not right yet: mean differs in 2 of 2 numbers: at [0] stands 0.8 where 0.3 was expected.",
        ),
        mistake=("batchnorm-bprop", "the way through the mean is missing"),
        broken=("batchnorm-predict", "stop-at"),
        figures=1,
    ),
    Case(
        Lesson("11-shared-weights", "shared-weights"),
        right=("as-matrix", "Right: 2 checks of as_matrix"),
        wrong=(
            "tied-gradient",
            "return dw",
            "return dw + 0.5",
            "Not right yet: The result differs in 2 of 2 numbers: at [0] stands 21.5 where 21 was expected.",
        ),
        mistake=("tied-gradient", "turned around"),
        broken=("max-pool", "parameters"),
        figures=1,
    ),
    Case(
        Lesson("12-engine", "engine", needs=("add",)),
        right=("gates", "Right: 6 checks of after_back"),
        wrong=(
            "step",
            "parameter.data - eta",
            "parameter.data - 2 * eta",
            "Not right yet: Entry 0 of the entry 'data' differs in 6 of 6 numbers: at [0, 0] stands 1.8295026 where "
            "1.3354868 was expected.",
        ),
        mistake=("backward", "each node hands on at once"),
        broken=("zero-grad", "unbroadcast"),
        figures=1,
    ),
]
UNFINISHED = ("Not answered yet: ", "Nothing to check yet: ")


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.lesson.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def lesson(case: Case) -> Lesson:
    return case.lesson


def test_run_all_goes_to_the_end_of_an_unfinished_notebook(unfinished: Notebook) -> None:
    cells = code_cells(unfinished)
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert cells[-1]["outputs"]


def test_each_unanswered_check_shows_a_card_that_begins_with_its_word(unfinished: Notebook, lesson: Lesson) -> None:
    for test in lesson.tests:
        card, error = shown(unfinished, test)
        assert card.startswith(UNFINISHED), test
        assert error == f"{card.split(':')[0]}: see the card above.", test


def test_an_unfinished_notebook_shows_no_long_traceback(unfinished: Notebook) -> None:
    long = {cell["source"]: traceback_lines(cell) for cell in code_cells(unfinished) if traceback_lines(cell) > 2}
    assert not long


def test_what_needs_an_unwritten_answer_leaves_no_figure_half_drawn(unfinished: Notebook) -> None:
    for cell in code_cells(unfinished):
        if any(output["output_type"] == "error" for output in cell["outputs"]):
            assert not [output for output in cell["outputs"] if "image/png" in output.get("data", {})], cell["source"]


def test_validate_says_of_an_unfinished_notebook_what_the_cards_say(unfinished: Notebook, lesson: Lesson) -> None:
    cards = [first_lines(cell)[0] for cell in code_cells(unfinished) if cell["name"] in lesson.tests]
    said = unfinished.validate().splitlines()
    assert [line for line in said if line in cards] == cards


def test_a_right_answer(begun: Notebook, case: Case) -> None:
    name, said = case.right
    assert answer(begun, name, case.lesson.answers[name]) == [said]


def test_a_wrong_answer(begun: Notebook, case: Case) -> None:
    name, old, new, headline = case.wrong
    card, error = answer(begun, name, case.lesson.answers[name].replace(old, new))
    assert card.splitlines()[0] == headline
    labels = cards(begun, f"{name}-test").locator("th").all_inner_texts()
    assert labels == ["Called", "Came back", "Expected"]
    assert error == "Not right yet: see the card above."


def test_a_recognised_misconception_with_its_hint_folded(begun: Notebook, case: Case) -> None:
    mistake = case.lesson.mistake(*case.mistake)
    *_, card, error = answer(begun, mistake.answer, mistake.source)
    assert mistake.words.says in card
    assert mistake.words.hint not in card
    assert error == "Not right yet: see the card above."


@pytest.mark.parametrize("way", ["click", "Enter", "Space"])
def test_a_hint_is_opened_by_click_and_by_keyboard(begun: Notebook, case: Case, way: str) -> None:
    mistake = case.lesson.mistake(*case.mistake)
    answer(begun, mistake.answer, mistake.source)
    card = cards(begun, f"{mistake.answer}-test").last
    summary = card.locator("summary")
    summary.click() if way == "click" else summary.press(way)
    assert mistake.words.hint.replace("`", "") in card.inner_text()


def test_a_syntax_error_in_an_answer_that_never_ran(begun: Notebook, case: Case) -> None:
    name = case.broken[0]
    card, error = answer(begun, name, case.lesson.answers[name].replace("):", ")"))
    assert card.startswith("Stopped by an error: ")
    assert "SyntaxError" in card
    assert error == "Stopped by an error: see the card above."


def test_a_syntax_error_in_an_answer_that_ran_before(begun: Notebook, case: Case) -> None:
    name = case.broken[1]
    begun.run_cell(name)
    card, _ = answer(begun, name, case.lesson.answers[name].replace("):", ")"))
    assert "SyntaxError" in card


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_card_can_be_read_in_every_theme(begun: Notebook, case: Case, theme: str, tmp_path: Path) -> None:
    mistake = case.lesson.mistake(*case.mistake)
    change_theme(begun, theme)
    answer(begun, mistake.answer, mistake.source)
    found = cards(begun, f"{mistake.answer}-test")
    found.last.locator("summary").click()
    poor = [piece for card in found.all() for piece in poor_contrasts(card)]
    begun.screenshot(tmp_path / f"{case.lesson.name}-{theme}.png")
    change_theme(begun, "light")
    assert not poor


def test_each_check_of_the_solution_is_right(solved: Notebook, lesson: Lesson) -> None:
    for cell in code_cells(solved):
        if cell["name"] in lesson.tests:
            (said,) = first_lines(cell)
            count = len(re.findall(r"^check\b", cell["source"], re.M))
            assert said.startswith(f"Right: {count} checks of " if count > 1 else "Right: ")


def test_the_solved_notebook_runs_to_its_end_without_an_error(solved: Notebook) -> None:
    cells = code_cells(solved)
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]


def test_the_figures_of_the_solved_notebook_have_alternative_texts(solved: Notebook, case: Case) -> None:
    assert len(case.lesson.drawing) >= case.figures
    for number in case.lesson.drawing:
        picture = solved.cell(number).locator("img")
        assert len(picture.get_attribute("alt") or "") > 60
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300


def test_validate_passes_the_solved_notebook(solved: Notebook) -> None:
    assert solved.validate() == "Success! Your notebook passes all the tests."
