"""The notebook itself edited: points, ids, tags, types, order, cells deleted or copied, formats that lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.autograder.making import cell_of
from tests.hostile.corpus import Case, gains_nothing, harmless, spoils_only

Edit = Callable[[NotebookNode], str | bytes | None]
TESTS = ("f-test", "g-test", "h-test", "tally-test", "guess-test", "mean-test", "unit-test", "twice-test", "scale-test")
ANSWERS = ("f", "g", "h", "tally", "guess", "mean", "unit", "twice", "scale")


def _each_test(change: Callable[[NotebookNode], None]) -> Edit:
    def edit(book: NotebookNode) -> None:
        for name in TESTS:
            change(cell_of(book, name))

    return edit


def _each_cell(change: Callable[[NotebookNode], None]) -> Edit:
    def edit(book: NotebookNode) -> None:
        for cell in book.cells:
            change(cell)

    return edit


def _set(cell: NotebookNode, **values: Any) -> None:
    cell.metadata.nbgrader.update(values)


def _rewritten(cell: NotebookNode) -> None:
    cell.source = "assert True"


def _as_markdown(cell: NotebookNode) -> None:
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]


def _unmarked(cell: NotebookNode) -> None:
    cell.metadata.pop("nbgrader", None)


def _unmarked_and_nameless(cell: NotebookNode) -> None:
    cell.metadata.pop("nbgrader", None)
    cell.pop("id", None)


def _skipped(cell: NotebookNode) -> None:
    cell.metadata.tags = ["skip-execution", "remove_cell", "raises-exception", "hide-input", "parameters"]
    cell.metadata.editable = cell.metadata.deletable = False


def _decided(cell: NotebookNode) -> None:
    cell.metadata.chainrule = {"role": "own", "place": 0, "untouched": False, "deleted": False, "points": 100}


def _without_tests(book: NotebookNode) -> None:
    book.cells = [cell for cell in book.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in TESTS]


def _answers_only(book: NotebookNode) -> None:
    book.cells = [cell_of(book, name) for name in ANSWERS]


def _first_answer_only(book: NotebookNode) -> None:
    book.cells = [cell_of(book, "f")]


def _swapped(first: str, second: str) -> Edit:
    def edit(book: NotebookNode) -> None:
        one, other = cell_of(book, first), cell_of(book, second)
        one.metadata.nbgrader.grade_id, other.metadata.nbgrader.grade_id = second, first
        one.id, other.id = other.id, one.id

    return edit


def _test_as_answer(book: NotebookNode) -> None:
    for name in ANSWERS:
        mark = cell_of(book, f"{name}-test").metadata.nbgrader
        mark.update(grade_id=name, solution=True, grade=False, locked=False)
        cell_of(book, name).metadata.nbgrader.update(grade_id=f"{name}-test", grade=True, points=100)


def _own_tests(book: NotebookNode) -> None:
    mark = {"grade": True, "solution": False, "locked": False, "task": False, "points": 100, "schema_version": 3}
    for name in (*TESTS, "bonus"):
        book.cells.append(new_code_cell("1 + 1", id=f"own-{name}", metadata={"nbgrader": mark | {"grade_id": name}}))
    book.cells.insert(0, new_code_cell("1 + 1", id="f-test", metadata={"nbgrader": mark | {"grade_id": "f-test"}}))


def _setup_rewritten(book: NotebookNode) -> None:
    cell_of(book, "setup").source = "check = rng = lambda *_, **__: None\nimport numpy as np\nnp.allclose = check"
    cell_of(book, "setup").metadata.nbgrader.locked = False


def _outputs_written(cell: NotebookNode) -> None:
    if cell.cell_type == "code":
        text = "Right: 100 of 100 points <script>alert(1)</script>"
        cell.outputs = [
            {"output_type": "stream", "name": "stdout", "text": text},
            {"output_type": "display_data", "data": {"text/html": text}, "metadata": {}},
        ]
        cell.execution_count = -(10**9)


def _reversed(book: NotebookNode) -> None:
    book.cells.reverse()


def _doubled(book: NotebookNode) -> None:
    book.cells += deepcopy(book.cells)


def _answers_as_text(book: NotebookNode) -> None:
    for name in ANSWERS:
        _as_markdown(cell_of(book, name))


def _written_answer_as_code(book: NotebookNode) -> None:
    cell = cell_of(book, "explain")
    cell.cell_type, cell.outputs, cell.execution_count = "code", [], None
    cell.source = "check = print"


def _odd_marks(book: NotebookNode) -> None:
    odd = [None, 7, [], {"grade_id": ["f"]}, {"grade_id": {"f": 1}}, {"grade_id": 7}, {"points": "x"}, "text", True]
    for cell, mark in zip(book.cells, odd, strict=False):
        cell.metadata["nbgrader"] = mark


def _odd_cells(book: NotebookNode) -> None:
    book.cells[0].metadata = None
    book.cells[1]["id"] = ["x"]
    book.cells[2]["attachments"] = "x"
    book.cells[3]["outputs"] = 7
    book.cells[4]["execution_count"] = {"x": 1}


def _outcome_written(book: NotebookNode) -> None:
    tests = [{"grade_id": name, "points": 100, "score": 100, "verdict": {"status": "right"}} for name in TESTS]
    book.metadata["chainrule"] = {"tests": tests, "notes": [], "unwritten": [], "failed": None, "absent": False}
    book.metadata["nbgrader"] = {"score": 100}


def _kernel(name: Any) -> Edit:
    def edit(book: NotebookNode) -> None:
        book.metadata["kernelspec"] = {"name": name, "display_name": name, "language": name}
        book.metadata["language_info"] = {"name": name, "file_extension": ".sh", "nbconvert_exporter": "script"}

    return edit


def _format(**values: Any) -> Edit:
    def edit(book: NotebookNode) -> None:
        for name, value in values.items():
            book[name] = value

    return edit


def _text(change: Callable[[str], str | bytes]) -> Edit:
    def edit(book: NotebookNode) -> str | bytes:
        return change(json.dumps(book))

    return edit


def _deep(book: NotebookNode) -> str:
    return json.dumps(book).replace('"metadata": {}', '"metadata": {"x": ' + "[" * 100_000 + "]" * 100_000 + "}", 1)


def _nested(levels: int) -> Edit:
    def edit(book: NotebookNode) -> str:
        nested = '{"x": ' * levels + "1" + "}" * levels
        return json.dumps(book)[:-1] + f', "more": {nested}, "metadata": {{"y": {nested}}}}}'

    return edit


def _many_cells(number: int) -> Edit:
    def edit(book: NotebookNode) -> None:
        book.cells += [new_code_cell("", id=f"empty-{i}") for i in range(number)]
        book.cells += [new_markdown_cell("x", id=f"text-{i}") for i in range(number)]

    return edit


def _nested_attachments(book: NotebookNode) -> None:
    nested: Any = "x"
    for _ in range(300):
        nested = {"text/plain": nested}
    cell_of(book, "explain")["attachments"] = {"a.png": nested, "b.png": {"text/html": ["<script>"]}, "c": 7}


def wrong(name: str, edit: Edit, **more: Any) -> Case:
    return gains_nothing(name, edit=edit, **more)


CASES = [
    wrong("points-raised", _each_test(lambda cell: _set(cell, points=1000)), representative=True),
    wrong("points-that-are-no-number", _each_test(lambda cell: _set(cell, points=float("nan")))),
    wrong("points-of-answers", _each_cell(lambda cell: cell.metadata.get("nbgrader") and _set(cell, points=50, grade=True))),
    wrong("tests-rewritten", _each_test(_rewritten)),
    wrong("tests-as-markdown", _each_test(_as_markdown)),
    wrong("tests-skipped", _each_test(_skipped)),
    wrong("tests-unmarked", _each_test(_unmarked)),
    wrong("tests-unlocked", _each_test(lambda cell: _set(cell, locked=False, grade=False, solution=True))),
    wrong("tests-deleted", _without_tests),
    wrong("tests-of-their-own", _own_tests),
    wrong("tests-as-answers", _test_as_answer),
    wrong("verdict-in-metadata", _each_cell(_decided)),
    wrong("outcome-in-metadata", _outcome_written),
    wrong("outputs-written", _each_cell(_outputs_written)),
    wrong("setup-rewritten", _setup_rewritten),
    wrong("answers-and-tests-swapped", _swapped("f", "f-test")),
    wrong("odd-marks", _odd_marks),
    wrong("odd-cells", _odd_cells),
    wrong("written-answer-as-code", _written_answer_as_code),
    wrong("first-answer-only", _first_answer_only),
    harmless("skip-execution", edit=_each_cell(_skipped)),
    harmless("answers-only", edit=_answers_only),
    harmless("marks-removed", edit=_each_cell(_unmarked)),
    harmless("order-reversed", edit=_reversed),
    harmless("everything-twice", edit=_doubled),
    harmless("another-kernel", edit=_kernel("bash")),
    harmless("a-kernel-of-another-kind", edit=_kernel({"x": ["y"]})),
    harmless("format-of-the-future", edit=_format(nbformat_minor=999)),
    harmless("sources-as-lists", edit=_each_cell(lambda cell: cell.update(source=cell.source.splitlines(keepends=True)))),
    harmless("ids-all-the-same", edit=_each_cell(lambda cell: cell.update(id="f"))),
    harmless("no-metadata", edit=_format(metadata={})),
    harmless("windows-line-ends", edit=_text(lambda text: text.replace("\\n", "\\r\\n"))),
    harmless("mark-of-byte-order", edit=_text(lambda text: b"\xef\xbb\xbf" + text.encode())),
    harmless("nested-attachments", edit=_nested_attachments),
    harmless("thousands-of-empty-cells", edit=_many_cells(1000)),
    spoils_only("answers-swapped", ["f"], answers={}, edit=_swapped("f", "g")),
    wrong("answers-as-text", _answers_as_text),
    wrong("answers-as-nested-lists", _each_cell(lambda cell: cell.update(source=[["x"], 7]))),
    wrong("format-that-is-text", _format(nbformat="4")),
    wrong("cells-that-are-none", _format(cells={"a": 1})),
    wrong("too-many-cells", _many_cells(3000)),
    wrong("nested-too-deep-to-read", _deep),
    wrong("nested-deep", _nested(240)),
    wrong("nested-deeper", _nested(450)),
    wrong("endless-digits", _text(lambda text: text.replace('"nbformat": 4', '"nbformat": ' + "4" * 100_000))),
    wrong("nothing", _text(lambda _: b" ")),
    wrong("zeros", _text(lambda _: bytes(100_000))),
]  # fmt: skip
