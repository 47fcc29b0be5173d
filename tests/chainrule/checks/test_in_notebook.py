"""What a student sees below a check, in a real kernel."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from chainrule.checks import known_results
from chainrule.checks.accept import Accept
from chainrule.checks.asking import ask
from chainrule.checks.known_results import KnownResult, Signature
from chainrule.checks.question import Given, Question
from chainrule.checks.recognise import Misconception, Result
from chainrule.checks.verdict import WORDS
from tests.chainrule.kernel import Kernel, Shown

X = np.array([1.0, -2.0])
LIMIT = 30.0
SIGN = Misconception("sign", "Which way is <down>? Look at `dx`.", "Turn the sign of `dx` around.")
TWICE = Misconception("twice", "Is something counted twice?", "Halve it.")
KNOWN = [
    (Question("double", "call", (3.0,)), KnownResult(6.0, None, [((SIGN,), Result(-6.0)), ((TWICE,), Result(12.0))])),
    (Question("double", "call", (0.0,)), KnownResult(0.0, None, [((SIGN,), Result(0.0)), ((TWICE,), Result(1.0))])),
    (Question("double", "call", (4.0,)), KnownResult(8.0, None, [((SIGN,), Result(-8.0)), ((TWICE,), Result(16.0))])),
    (Question("scaled", "call", (X,)), KnownResult(3 * X)),
    (Question("guess", "value"), KnownResult(0.25)),
    (ask(lambda code: code.letters.upper(), (), {}, Accept(), sys._getframe()), KnownResult("BAC")),
    (Question("root", "call", (-1.0,)), KnownResult(raises="ValueError")),
    (Question("apply", "call", (Given("double"), 3.0)), KnownResult(6.0)),
    (ask(lambda code: code.twice_twice(2.0), (), {}, Accept(), sys._getframe()), KnownResult(8.0)),
    (Question("life_of", "call", (Given("Layer"), 3.0)), KnownResult(5.0, answer="Layer")),
    (Question("grow", "call", (3.0,)), KnownResult(6.25)),
    (Question("grow", "call", (4.0,)), KnownResult(8.25)),
    (Question("other", "call", (3.0,)), KnownResult(5.0)),
    (Question("first", "call", (3.0,)), KnownResult(4.0)),
    (Question("then", "call", (3.0,)), KnownResult(8.0, uses=("first",))),
    (Question("pair", "call", (X,)), KnownResult(([None, X], [X, 2 * X]), signature=Signature(("X",), ("Z", "A")))),
    (Question("edges", "call", (3.0,)), KnownResult({"x": 1.5, "y": -2.0, "f": 4.5})),
    (Question("grid", "call", (3.0,)), KnownResult(np.arange(80.0).reshape(8, 10))),
    (
        Question("kept", "call", (X,), accept=Accept(changes="none")),
        KnownResult(X + 1, signature=Signature(("theta",))),
    ),
]


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("notebook")
    (folder / known_results.FILE_NAME).write_text(known_results.to_json(KNOWN, seconds=LIMIT), "utf-8")
    with Kernel(folder) as kernel:
        kernel.run("from chainrule import check\nimport numpy as np\nX = np.array([1.0, -2.0])")
        yield kernel


def said(kernel: Kernel, answer: str, test: str) -> Shown:
    """Run an answer cell, then the check below it."""
    kernel.run(answer)
    return kernel.run(test)


def assert_failed(shown: Shown, word: str) -> None:
    assert shown.error in ("CheckFailed", "NameError")  # of a name that is missing before check is called
    assert shown.text.startswith(f"{word}: ")
    assert word in shown.html
    assert shown.traceback == f"{word}: see the card above."


class Words(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", []  # type: tuple[str, list[str]]
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data + " "

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def test_a_right_answer_gets_one_line(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return 2 * x", "check(double, 3.0)")
    assert shown.error is None
    assert shown.text == "Right: double(3)"


def test_a_wrong_answer_is_told_what_came_back_and_what_was_expected(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return x + 0.5", "check(double, 3.0)")
    assert_failed(shown, "Not right yet")
    for part in ("double(3)", "3.5", "6"):
        assert part in shown.text and part in Words(shown.html).text
    assert "Which way" not in shown.text and "details" not in Words(shown.html).tags


def test_a_recognised_misconception_is_put_into_words_with_the_hint_folded(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return -2 * x", "check(double, 3.0)")
    assert_failed(shown, "Not right yet")
    assert SIGN.says in shown.text and SIGN.hint not in shown.text
    assert "<details><summary>Hint</summary>" in shown.html and "<code>dx</code>" in shown.html


def test_a_misconception_that_another_call_of_the_cell_rules_out_is_not_named(kernel: Kernel) -> None:
    kernel.run("def double(x): return 2 * x if x < 4 else 16.0")
    shown = kernel.run("check(double, 3.0)\ncheck(double, 4.0)")
    assert "counted twice" not in shown.text
    assert "counted twice" in kernel.run("check(double, 4.0)").text


@pytest.mark.parametrize("stub", ["def double(x):\n    raise NotImplementedError", "def double(x): return ..."])
def test_an_untouched_answer_is_said_to_be_unwritten(kernel: Kernel, stub: str) -> None:
    shown = said(kernel, stub, "check(double, 3.0)")
    assert_failed(shown, "Not answered yet")
    assert "double" in shown.text


def test_a_value_still_to_be_filled_in_is_said_to_be_unwritten(kernel: Kernel) -> None:
    assert_failed(said(kernel, "guess = ...", "check('guess')"), "Not answered yet")
    assert said(kernel, "guess = 0.25", "check('guess')").text == "Right: guess"
    assert_failed(said(kernel, "guess = 0.5", "check('guess')"), "Not right yet")


@pytest.mark.parametrize(
    ("wrong", "right", "test", "expected"),
    [
        ("guess = 0.5", "guess = 0.25", "check('guess')", "0.25"),
        ("letters = 'ABC'", "letters = 'bac'", "check(lambda code: code.letters.upper())", "&#x27;BAC&#x27;"),
    ],
)
def test_what_was_expected_of_a_prediction_is_folded(
    kernel: Kernel, wrong: str, right: str, test: str, expected: str
) -> None:
    shown = said(kernel, wrong, test)
    assert_failed(shown, "Not right yet")
    before, folded = shown.html.split("<details><summary>What was expected</summary>")
    assert expected in folded and expected not in before
    assert said(kernel, right, test).error is None


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("double", "check(double, 3.0)"),
        ("guess", "check('guess')"),
        ("twice_twice", "check(lambda code: code.twice_twice(2.0))"),
    ],
)
def test_a_missing_name_is_answered_with_what_to_do(kernel: Kernel, name: str, test: str) -> None:
    kernel.run(f"{name} = 0\ndel {name}")
    shown = kernel.run(test)
    assert_failed(shown, "Nothing to check yet")
    assert f"the name {name} is not defined" in shown.text
    assert "Run the cell above" in shown.text


def test_a_raising_answer_is_shown_with_its_error_and_the_line(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x):\n    y = 2\n    return y * x / (x - x)", "check(double, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "ZeroDivisionError: float division by zero" in shown.text
    assert "return y * x / (x - x)" in shown.text


def test_a_name_missing_inside_an_answer_is_an_error_of_the_answer(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return factor * x", "check(double, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "'factor' is not defined" in shown.text


def test_an_expected_exception_is_right_and_its_absence_is_not(kernel: Kernel) -> None:
    assert said(kernel, "def root(x): raise ValueError('negative')", "check(root, -1.0)").error is None
    assert_failed(said(kernel, "def root(x): raise KeyError('x')", "check(root, -1.0)"), "Stopped by an error")
    shown = said(kernel, "def root(x): return float('nan')", "check(root, -1.0)")
    assert_failed(shown, "Not right yet")
    assert "should raise ValueError" in shown.text


def test_warnings_are_shown_and_cost_nothing(kernel: Kernel) -> None:
    answer = "def double(x):\n    np.exp(1000.0) + np.exp(np.array([1e4]))\n    return 2 * x"
    shown = said(kernel, answer, "check(double, 3.0)")
    assert shown.error is None and shown.text.startswith("Right: ")
    assert "costs nothing" in shown.text and "RuntimeWarning: overflow" in shown.text
    assert shown.printed == ""


def test_a_warning_before_an_error_is_not_called_harmless(kernel: Kernel) -> None:
    answer = "def double(x):\n    np.log(np.zeros(1))\n    raise ValueError('stop')"
    shown = said(kernel, answer, "check(double, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "divide by zero" in shown.text and "costs nothing" not in shown.text


def test_an_argument_changed_in_place_is_reported_and_the_notebook_keeps_its_own(kernel: Kernel) -> None:
    shown = said(kernel, "def scaled(x):\n    x *= 3\n    return x", "check(scaled, X)\ncheck(scaled, X)\nprint(X)")
    assert shown.error is None
    assert "argument 1 was changed by the call" in shown.text
    assert shown.printed == "[ 1. -2.]\n"


def test_other_arguments_than_the_notebooks_have_no_known_result_and_fail_nothing(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return 2 * x", "check(double, 3.25)")
    assert shown.error is None
    assert shown.text.startswith("No known result: ") and "not the notebook's own" in shown.text and "6.5" in shown.text
    assert "none is stored for mine" in said(kernel, "def mine(x): return x", "check(mine, 1.0)").text


def test_an_answer_given_to_an_answer_is_each_sides_own(kernel: Kernel) -> None:
    kernel.run("def double(x): return 2 * x\ndef apply(f, x): return f(x)")
    assert kernel.run("check(apply, double, 3.0)").text == "Right: apply(double, 3)"


def test_an_answer_written_as_another_name_for_a_function_is_judged_as_itself(kernel: Kernel) -> None:
    kernel.run("def double(x): return 2 * x\nother = double")
    assert_failed(kernel.run("check(other, 3.0)"), "Not right yet")
    kernel.run("def my_own(x): return 2 * x\ndouble = my_own")
    assert kernel.run("check(double, 3.0)").text == "Right: double(3)"
    assert said(kernel, "double = lambda x: 2 * x", "check(double, 3.0)").text == "Right: double(3)"


@pytest.mark.parametrize("body", ["2 * first(x)", "first(x)[0]"], ids=["wrong", "raised"])
def test_an_answer_whose_check_fails_after_one_that_it_uses_is_told_to_begin_there(kernel: Kernel, body: str) -> None:
    assert_failed(said(kernel, "def first(x): return x", "check(first, 3.0)"), "Not right yet")
    shown = said(kernel, f"def then(x): return {body}", "check(then, 3.0)")
    assert "`first` is used here, and its own check has not passed: put that right first." in shown.text
    assert "<code>first</code> is used here" in shown.html
    said(kernel, "def first(x): return x + 1", "check(first, 3.0)")
    assert "put that right first" not in said(kernel, "def then(x): return first(x)", "check(then, 3.0)").text


def test_an_answer_that_does_not_use_an_earlier_one_is_not_sent_there(kernel: Kernel) -> None:
    assert_failed(said(kernel, "def first(x): return x", "check(first, 3.0)"), "Not right yet")
    assert "put that right first" not in said(kernel, "def then(x): return 2 * x", "check(then, 3.0)").text
    through = "def helper(x): return [first(t) for t in [x]]\ndef then(x): return 2 * helper(x)[0]"
    assert "put that right first" in said(kernel, through, "check(then, 3.0)").text


def test_one_failed_check_breaks_no_later_one(kernel: Kernel) -> None:
    for test in ("check(double, 3.0)", "check('nothing')", "check(3.0)", "check(undefined, 1)"):
        assert said(kernel, "def double(x): raise KeyError", test).error is not None
    assert said(kernel, "def double(x): return 2 * x", "check(double, 3.0)").text == "Right: double(3)"


def test_a_name_error_of_the_students_own_stays_a_name_error(kernel: Kernel) -> None:
    shown = kernel.run("mine = 1; del mine\nmine + 1")
    assert shown.error == "NameError" and shown.html == "" and "mine + 1" in str(shown.traceback)
    shown = kernel.run("double = 1; del double\ndef mine(): return double\nmine()")
    assert shown.html == "" and "def mine(): return double" in str(shown.traceback)


def test_an_answer_cell_as_handed_out_says_so_in_one_line(kernel: Kernel) -> None:
    shown = kernel.run("# YOUR CODE HERE\nraise NotImplementedError()")
    assert shown.error == "NotImplementedError"
    assert str(shown.traceback).startswith("Not answered yet: ") and "\n" not in str(shown.traceback)
    assert "Error" in str(kernel.run("raise NotImplementedError('mine')").traceback)


def test_nothing_that_an_answer_gives_back_becomes_html(kernel: Kernel) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>`<b>`"
    for body in (
        f"return {evil!r}",
        f"raise ValueError({evil!r})",
        f"import warnings; warnings.warn({evil!r}); return 6.0",
    ):
        page = Words(said(kernel, f"def double(x): {body}", "check(double, 3.0)").html)
        assert not {"script", "img", "b"} & set(page.tags)
        assert "<script>alert(1)" in page.text


def test_every_card_begins_with_its_word(kernel: Kernel) -> None:
    answers = ["2 * x", "x", "1 / 0", "..."]
    cards = [said(kernel, f"def double(x): return {body}", "check(double, 3.0)") for body in answers]
    cards.append(said(kernel, "def double(x): return 1", "check(double, 99.0)"))
    for shown, status in zip(cards, ("right", "wrong", "raised", "untouched", "unknown"), strict=True):
        word = WORDS[status]  # type: ignore[index]
        assert shown.text.startswith(word + ": ")
        assert Words(shown.html).text.lstrip("✓✗!?… ").startswith(word + ":")


def test_a_check_of_what_is_no_answer_says_how_check_is_used(kernel: Kernel) -> None:
    assert "takes a function or a name in quotes" in str(kernel.run("check(3.0)").traceback)
    assert "takes no arguments" in str(kernel.run("check('guess', 1)").traceback)


def test_validate_shows_the_whole_text_in_the_traceback(tmp_path: Path) -> None:
    (tmp_path / known_results.FILE_NAME).write_text(known_results.to_json(KNOWN, seconds=LIMIT), "utf-8")
    with Kernel(tmp_path, NBGRADER_EXECUTION="validate") as kernel:
        kernel.run("from chainrule import check")
        shown = said(kernel, "def double(x): return -2 * x", "check(double, 3.0)")
        assert shown.html == "" and shown.traceback is not None
        assert shown.traceback.startswith("Not right yet: ") and SIGN.says in shown.traceback
        missing = kernel.run("check(apply, double, 3.0)")
        assert missing.html == "" and "the name apply is not defined" in str(missing.traceback)
        assert said(kernel, "def double(x): return 2 * x", "check(double, 3.0)").printed == "Right: double(3)\n"


def test_without_known_results_a_check_shows_the_value(tmp_path: Path) -> None:
    with Kernel(tmp_path) as kernel:
        kernel.run("from chainrule import check\ndef double(x): return 2 * x")
        shown = kernel.run("check(double, 3.0)")
        assert shown.error is None and "none stored beside this notebook" in shown.text and "6" in shown.text
        assert_failed(
            said(kernel, "def double(x): raise NotImplementedError", "check(double, 3.0)"), "Not answered yet"
        )


def test_a_cell_that_is_no_python_any_more_is_not_judged_by_what_it_was(kernel: Kernel) -> None:
    assert said(kernel, "def double(x): return 2 * x", "check(double, 3.0)").error is None
    shown = said(kernel, "def double(x):\n    return (2 * x", "check(double, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "the cell of double stopped with a SyntaxError" in shown.text and "was never closed" in shown.text
    assert "return (2 * x" in shown.text and "Where does what it holds end?" in shown.text
    assert said(kernel, "def double(x): return 2 * x", "check(double, 3.0)").text == "Right: double(3)"


def test_so_is_one_that_stopped_before_its_answer_was_set(kernel: Kernel) -> None:
    assert said(kernel, "guess = 0.25", "check('guess')").error is None
    shown = said(kernel, "guess = ...\nguess = lam", "check('guess')")
    assert_failed(shown, "Stopped by an error")
    assert "NameError" in shown.text and "guess = lam" in shown.text and "Nothing is called `lam`" in shown.text
    said(kernel, "guess = 0.25", "check('guess')")
    shown = said(kernel, "letters = (\n    'bac'\n    + missing\n)", "check(lambda code: code.letters.upper())")
    assert "the cell of letters stopped with a NameError" in shown.text


def test_so_is_a_class_that_a_function_of_the_courses_looks_at(kernel: Kernel) -> None:
    kernel.run("def life_of(Layer, x): return Layer(x).x + 2")
    assert (
        said(kernel, "class Layer:\n    def __init__(self, x): self.x = x", "check(life_of, Layer, 3.0)").error is None
    )
    shown = said(kernel, "class Layer:\ndef __init__(self, x): self.x = x", "check(life_of, Layer, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "the cell of Layer stopped with a" in shown.text
    said(kernel, "class Layer:\n    def __init__(self, x): self.x = x", "check(life_of, Layer, 3.0)")


def test_an_error_inside_a_class_is_shown_where_the_student_wrote_it(kernel: Kernel) -> None:
    kernel.run("def life_of(Layer, x): return Layer().fprop(x)")
    shown = said(kernel, "class Layer:\n    def fprop(self, x):\n        return x + W", "check(life_of, Layer, 3.0)")
    assert "return x + W   (in Layer.fprop)" in shown.text and "Nothing is called `W`" in shown.text
    kernel.run("del Layer")


def test_one_number_for_every_call_is_said(kernel: Kernel) -> None:
    shown = said(kernel, "def grow(x):\n    a = 6.25\n    return a", "check(grow, 3.0)\ncheck(grow, 4.0)")
    assert shown.error == "CheckFailed" and "Not right yet: The result is 6.25" in shown.text
    assert "Just the same came back as from the call before" in shown.text
    assert "given `x`, and nothing in your code reads it" in shown.text


def test_a_missing_answer_whose_cell_has_failed_is_told_why(kernel: Kernel) -> None:
    kernel.run("double = 0\ndel double")
    shown = said(kernel, "def double(x) return 2 * x", "check(double, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "What ends the first line of a `def`" in shown.text
    said(kernel, "def double(x): return 2 * x", "check(double, 3.0)")


def test_what_stops_after_the_answer_is_noted_and_costs_nothing(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return 2 * x\n\nprint(doubel(3))", "check(double, 3.0)")
    assert shown.error is None and "stopped with a NameError: `print(doubel(3))`" in shown.text
    stub = "guess = 0.25\n# YOUR CODE HERE\nraise NotImplementedError()"
    ran = kernel.run(stub)
    assert ran.traceback == "Not answered yet: your answer is there; the line that raises this can go."
    shown = kernel.run("check('guess')")
    assert shown.error is None and "`raise NotImplementedError()` still stands in the cell; it can go" in shown.text
    said(kernel, "guess = 0.25", "check('guess')")


def test_an_error_inside_an_earlier_answer_is_shown_at_the_line_that_called_it(kernel: Kernel) -> None:
    kernel.run("def first(x): return x[0]")
    shown = said(kernel, "def then(x):\n    y = 2 * x\n    return first(y)", "check(then, 3.0)")
    assert_failed(shown, "Stopped by an error")
    assert "return first(y)   (in then, while it calls first)" in shown.text and "x[0]" not in shown.text


def test_a_class_that_is_missing_or_not_written_is_named_with_its_method(kernel: Kernel) -> None:
    kernel.run("def life_of(Layer, x): return Layer().fprop(x)")
    missing = kernel.run("check(life_of, Layer, 3.0)")
    assert_failed(missing, "Nothing to check yet")
    assert "the name Layer is not defined" in missing.text
    stub = "class Layer:\n    def fprop(self, x):\n        # YOUR CODE HERE\n        raise NotImplementedError()"
    unwritten = said(kernel, stub, "check(life_of, Layer, 3.0)")
    assert unwritten.text == "Nothing to check yet: life_of needs Layer.fprop, which is still to be written."
    kernel.run("def given(f, x): return f(x)\n\ndef fine(x): return x")
    kernel.run("def mine(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()")
    shown = kernel.run("check(lambda code: given(code.mine, code.fine(3.0)))")
    assert shown.text.startswith("Not answered yet: write mine in the cell above")
    right = said(kernel, "class Layer:\n    def fprop(self, x):\n        return x + 2", "check(life_of, Layer, 3.0)")
    assert right.text.startswith("Right: ")


def test_parts_of_a_result_are_called_as_the_solution_calls_them(kernel: Kernel) -> None:
    shown = said(kernel, "def pair(X): return [None, X], [X, 3 * X]", "check(pair, X)")
    assert "Not right yet: `A[1]` differs in 2 of 2 numbers" in shown.text


def test_values_by_name_are_a_table_with_the_wrong_ones_marked(kernel: Kernel) -> None:
    shown = said(kernel, "def edges(x): return {'x': 1.5, 'y': 2.0}", "check(edges, 3.0)")
    rows = [line.split() for line in shown.text.splitlines()]
    assert ["By", "name:", "came", "back", "expected"] in rows
    assert ["x", "1.5", "1.5"] in rows and ["y", "2", "-2", "✗"] in rows and ["f", "(nothing)", "4.5", "✗"] in rows


def test_of_a_large_array_the_part_is_shown_that_is_wrong(kernel: Kernel) -> None:
    answer = "def grid(x):\n    found = np.arange(80.0).reshape(8, 10)\n    found[6, 7] = -1\n    return found"
    shown = said(kernel, answer, "check(grid, 3.0)")
    came, expected = shown.text.split("Expected [4:8, 5:10]")
    assert "Came back [4:8, 5:10]" in came and "-1." in came and "67." in expected and "-1." not in expected


def test_a_changed_argument_is_wrong_where_the_check_keeps_it_and_is_named(kernel: Kernel) -> None:
    shown = said(kernel, "def kept(theta):\n    theta += 1\n    return theta", "check.keeping(kept, X)")
    assert_failed(shown, "Not right yet")
    assert "what came back is right, but the call changed `theta`" in shown.text
    assert said(kernel, "def kept(theta): return theta + 1", "check.keeping(kept, X)").error is None


def test_a_right_answer_that_the_grader_would_stop_is_told_its_seconds(kernel: Kernel) -> None:
    slow = "import time\ndef double(x):\n    time.monotonic = lambda now=time.monotonic: now() + 1000\n    return 2 * x"
    shown = said(kernel, slow, "import time\nnow = time.monotonic\ncheck(double, 3.0)")
    kernel.run("time.monotonic = now")
    assert_failed(shown, "Took too long")
    assert "gave the right result after 1000." in shown.text and "a call is stopped after 30 s" in shown.text


def test_of_an_answer_that_works_nothing_out_the_line_is_shown(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return 0.0", "check(double, 3.0)")
    assert "`return 0.0` gives this whatever `double` is given. What should it be made of?" in shown.text
    assert "is what was computed stored" not in shown.text


def test_what_the_code_shows_says_more_than_zeros_do(kernel: Kernel) -> None:
    answer = "def scaled(x):\n    p = x\n    p[0] += 0\n    return p - x"
    shown = said(kernel, answer, "check(scaled, X)")
    assert "`p = x` makes no copy" in shown.text
    assert "is what was computed stored" not in shown.text


def test_what_made_nan_of_an_entry_is_said(kernel: Kernel) -> None:
    shown = said(kernel, "def edges(x): return dict(x=1.5, y=np.sqrt(-x), f=4.5)", "check(edges, 3.0)")
    assert "`sqrt` was taken of a negative number." in shown.text


def test_what_made_nan_of_a_number_is_said(kernel: Kernel) -> None:
    shown = said(kernel, "def double(x): return np.exp(1000 * x) * 0", "check(double, 3.0)")
    assert "exp of a large number is inf" in shown.text and "costs nothing" not in shown.text


def test_what_made_nan_of_a_part_is_said(kernel: Kernel) -> None:
    shown = said(kernel, "def edges(x): return {'x': np.log(0.0 * x), 'y': -2.0, 'f': 4.5}", "check(edges, 3.0)")
    assert "The logarithm of 0 was taken" in shown.text


def test_what_is_hardly_ever_meant_is_said_beside_a_known_mistake(kernel: Kernel) -> None:
    answer = "def double(x):\n    for t in [1, 2]:\n        x = -2 * x\n        return x"
    shown = said(kernel, answer, "check(double, 3.0)")
    assert SIGN.says in shown.text and "`return` stands inside the loop" in shown.text


def test_where_nothing_else_is_plain_it_is_said_that_the_calls_before_were_right(kernel: Kernel) -> None:
    kernel.run("def grow(x): return 6.25 if x == 3 else 7.1317")
    assert "What is different in what this call is given?" in kernel.run("check(grow, 3.0)\ncheck(grow, 4.0)").text
    assert "What is different" not in kernel.run("check(grow, 4.0)").text
    kernel.run("def grow(x): return 6.25 if x == 3 else 0.0 * x")
    assert "What is different in what this call is given?" in kernel.run("check(grow, 3.0)\ncheck(grow, 4.0)").text


def test_what_is_hardly_ever_meant_comes_before_what_the_numbers_show(kernel: Kernel) -> None:
    answer = "def scaled(x):\n    for t in [1, 2]:\n        x = x * 3 + 1\n        return x"
    shown = said(kernel, answer, "check(scaled, X)")
    assert "Every number is 1 too large" in shown.text.split("`return` stands inside the loop")[1]


@pytest.mark.parametrize("body", ["x", "if x > 9:\n        return x", "best = None\n    return best"])
def test_of_none_only_what_is_seen_is_said(kernel: Kernel, body: str) -> None:
    shown = said(kernel, f"def other(x):\n    {body}", "check(other, 3.0)")
    assert_failed(shown, "Not right yet")
    assert "None came back. Does every way through your code end with `return`" in shown.text
    assert "Nothing was returned" not in shown.text
