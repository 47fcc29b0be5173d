"""What every notebook of the course keeps to; what only one of them has stands in that one's own tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from latex2mathml.converter import convert
from nbformat import NotebookNode

from autograder.course.misconceptions import SOLUTION
from autograder.course.notebook import grade_id, read, role
from autograder.grading.names import names_of
from autograder.grading.trusted import python_of
from chainrule.checks.known_results import KnownResults
from tests.notebooks.lessons import ROOT, SOURCES, formulas, handed_out, prose

MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", "BEGIN MARK SCHEME", "END MARK SCHEME")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "data" / "README.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(?:img|a)\b[^>]*\b(?:src|href)=\"([^\"]+)\"")
OTHERS = re.compile(r"UiO|Oslo|Wits|Dong|RWTH|COMP417|CS231n|lecture", re.IGNORECASE)
"""A text cell that names one of these may translate its notation."""
FOREIGN = {
    "a transposed matrix is written with \\mathsf T": (r"\^\{?T\b|\)(\\,)?T\}", r"\delta^{(l)\,T} A"),
    "the learning rate is \\eta": (r"\\alpha", r"\alpha G"),
    "machine precision is \\varepsilon, a step is h": (r"\\epsilon", r"f(x + \epsilon)"),
    "the product entry by entry is \\circ": (r"\\odot", r"\delta \odot g'(z)"),
    "outputs are a, labels are y": (r"\\hat|\\bar", r"\hat y"),
    "vectors and matrices have no bold letters": (r"\\mathbf|\\vec|\\boldsymbol", r"\mathbf{x}"),
    "weights are \\Theta or \\theta": (r"(?<![\w\\])W\b", r"W x + b"),
    "the layer stands in brackets": (r"\\(?:Theta|theta|delta|Delta)\^\{?[lL]\b", r"\delta^{l+1}"),
    "delta is output minus target": (r"\\delta\s*=\s*\(?[dyt]\s*-", r"\delta = (y - a) g'(z)"),
    "the penalty's gradient has its m": (r"\+\s*\\lambda\s*\\[Tt]heta", r"\Delta / m + \lambda \Theta"),
}
"""Each rule, what breaks it, and an example of that."""
FOREIGN_NAMES = {*("alpha", "lr", "learning_rate", "rate", "lambda_", "lmbda", "reg", "eps", "epsilon")} | {
    *("y_hat", "yhat", "y_pred", "n_samples", "num_samples", "Theta1", "Theta2", "W1", "W2", "x_train", "x_test")
}


@pytest.fixture(scope="module", params=SOURCES, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def source(path: Path) -> NotebookNode:
    return read(path)


@pytest.fixture(scope="module")
def text(source: NotebookNode) -> str:
    """All text cells, one below the other."""
    return "\n\n".join(cell.source for cell in source.cells if cell.cell_type == "markdown")


def code_cells(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, ast.Module]]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield cell, ast.parse(python_of(cell.source))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == name]


def is_folded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def section(text: str, heading: str) -> str:
    """What stands between a heading and the next of its rank."""
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"there is no section {heading}"
    return found[1]


def test_the_head_says_what_for_what_is_needed_and_how_long(path: Path, source: NotebookNode) -> None:
    head = source.cells[0].source
    assert head.startswith(f"# {path.parent.name[:2]} · ")
    objectives = re.search(r"\*\*Afterwards you can\*\*\n((?:- .+\n)+)", head)
    assert objectives and objectives[1].count("\n") >= 3
    assert re.search(r"\*\*You need\*\* \S", head)
    minutes = re.search(r"\*\*Time:\*\* about (\d+) minutes", head)
    assert minutes and 60 <= int(minutes[1]) <= (130 if "a good place to stop" in head else 100)


def test_the_rhythm_predictions_half_given_a_bug_to_find_a_sentence_a_summary(path: Path, text: str) -> None:
    assert text.count("**Predict") >= 3
    assert re.search("half given", text, re.IGNORECASE)
    assert "### Find the bug" in text or "### First:" in text
    assert "<details><summary>A model answer</summary>" in section(text, "In one sentence")
    assert section(text, "Summary").count("\n- ") + 1 >= 4
    assert "Where this comes from" in text and "What comes next" in text
    if not path.parent.name.startswith("01"):
        assert (
            section(text, r"Before you begin: three questions[^\n]*").count("<details><summary>Answer</summary>") == 3
        )


def test_what_is_folded_begins_after_an_empty_line(text: str) -> None:
    """Otherwise its formulas and lists are shown as they were typed."""
    assert len(re.findall(r"</summary>\n\n", text)) == text.count("<details>") == text.count("\n\n</details>")


def test_progress_counts_answers(path: Path) -> None:
    tests = [
        cell for each in SOURCES if each.parent == path.parent for cell in read(each).cells if role(cell) == "test"
    ]
    known = KnownResults.beside(handed_out(path).parent)
    assert known and len({answer for answer, _ in known.answers()}) == len(tests)


def test_every_figure_is_shown_with_an_alternative_text(source: NotebookNode) -> None:
    drawing = 0
    for cell, tree in code_cells(source):
        shown = calls(tree, "figures.show")
        drawing += len(shown)
        assert all("alt" in [keyword.arg for keyword in call.keywords] for call in shown), cell.id
        assert not calls(tree, "plt.show"), cell.id
        assert not (calls(tree, "plt.subplots") or calls(tree, "plt.figure")) or shown, cell.id
    assert drawing
    for name, words in prose(source):
        assert not re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]{20,}\")", words), name


def test_what_only_draws_or_judges_is_folded(source: NotebookNode) -> None:
    """The stage belongs to the question; the plotting and judging of the course can be opened."""
    shown = [(cell, tree) for cell, tree in code_cells(source) if role(cell) == "own" and not is_folded(cell)]
    assert not [cell.id for cell, tree in shown if calls(tree, "plt.subplots")]
    judges = re.compile(r"(?:if|return) .*\bis \.\.\.")
    assert not [cell.id for cell, _ in shown if grade_id(cell) and judges.search(cell.source)]


def test_an_answer_of_the_solution_takes_at_most_15_lines(source: NotebookNode) -> None:
    for cell in source.cells:
        for solution in SOLUTION.findall(cell.source):
            assert len(solution.rstrip().split("\n")) <= 15, cell.id


def test_the_docstring_of_an_answer_names_every_argument(source: NotebookNode) -> None:
    for cell, tree in code_cells(source):
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and "BEGIN SOLUTION" in ast.get_source_segment(
                cell.source, function
            ):
                said = ast.get_docstring(function) or ""
                assert not [a.arg for a in function.args.args if not re.search(rf"\b{a.arg}\b", said)], cell.id


def test_students_find_no_marker_and_nobody_any_output(path: Path, source: NotebookNode) -> None:
    released = read(handed_out(path))
    assert not [cell.id for cell in released.cells if any(marker in cell.source for marker in MARKERS)]
    for notebook in (source, released):
        kept = [cell.id for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
        assert not kept


def test_no_cell_of_the_course_binds_a_name_that_an_answer_binds(source: NotebookNode) -> None:
    """Neither a demonstration nor a test may put its own value in place of a student's answer."""
    answers = {name for cell, _ in code_cells(source) if role(cell) == "answer" for name in names_of(cell.source)[0]}
    taken = {
        cell.id: sorted(answers & names_of(cell.source)[0]) for cell, _ in code_cells(source) if role(cell) != "answer"
    }
    assert not {name: found for name, found in taken.items() if found}


def test_run_all_goes_on_past_every_answer_and_every_check(source: NotebookNode) -> None:
    stopping = [
        grade_id(cell)
        for cell in source.cells
        if role(cell) in ("answer", "test") and "raises-exception" not in cell.metadata.get("tags", [])
    ]
    assert not stopping


@pytest.mark.parametrize("rule", FOREIGN)
def test_symbols_are_those_of_the_conventions(source: NotebookNode, rule: str) -> None:
    broken_by, example = FOREIGN[rule]
    assert re.search(broken_by, example)
    own = [(name, formulas(words)) for name, words in prose(source) if not OTHERS.search(words)]
    assert not [(name, formula) for name, found in own for formula in found if re.search(broken_by, formula)]


def test_names_in_code_are_those_of_the_conventions(source: NotebookNode) -> None:
    for cell, tree in code_cells(source):
        stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        assert not (stored | arguments) & FOREIGN_NAMES, cell.id


def test_formulas_are_whole_and_will_be_typeset(source: NotebookNode) -> None:
    for name, words in prose(source):
        assert words.count("$") % 2 == 0, name
        for formula in formulas(words):
            convert(formula)
            assert formula.count("{") == formula.count("}"), (name, formula)
            assert not re.search(r"<[A-Za-z/!]", formula), (name, f"HTML would begin in {formula}")
        rows = [line for line in words.split("\n") if line.startswith("|")]
        cut = [row for row in rows if any("|" in formula.replace(r"\|", "") for formula in formulas(row))]
        assert not cut, (name, "a bar ends a column of the table; write \\lvert")


def test_words_are_calm_and_kind(source: NotebookNode) -> None:
    for name, words in prose(source):
        plain = re.sub(r"\$\$.+?\$\$|\$[^$]+\$|<!--.*?-->|!\[", "", words, flags=re.DOTALL)
        assert "!" not in plain, name
        assert not re.search(r"\b(obvious|trivial|clearly|simply|of course)", plain, re.IGNORECASE), name


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, str]]:
    texts = [page.read_text("utf-8")]
    if page.suffix == ".ipynb":
        texts = [cell.source for cell in read(page).cells if cell.cell_type == "markdown"]
    for words in texts:
        for match in LINK.finditer(re.sub(r"```.*?```", "", words, flags=re.DOTALL)):
            target, _, anchor = unquote(match[1] or match[2]).partition("#")
            if not re.match(r"[a-z]+:", target):
                yield target, anchor


@pytest.mark.parametrize("page", [*PAGES, *map(handed_out, SOURCES)], ids=lambda page: page.name)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), target
        assert found.is_relative_to(ROOT)
        assert not anchor or anchor in anchors(found), f"{target}#{anchor}"


def test_the_readme_lists_every_notebook() -> None:
    linked = {(ROOT / target).resolve() for target, _ in links(ROOT / "README.md")}
    assert {handed_out(path) for path in SOURCES} <= linked
