"""Whatever file is handed in, it is read, or refused in one sentence that names it and says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.course.cells import Source
from autograder.course.notebook import CannotReadError, read, stubs
from autograder.grading.rebuilding import rebuild
from tests.autograder.making import answer, checks, save, source, submission

SOURCE = source(answer("double", "def double(x): return 2 * x"), checks("double-test", "check(double, 1.0)"))
PARSED = Source.of(SOURCE, stubs(SOURCE))
CELL = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None}
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "not JSON": (b"{'cells': []}", "is not JSON"),
    "cut off": (b'{"cells": [', "is not JSON"),
    "binary": (b"PK\x03\x04\xff\xfe\x00", "is not a text file"),
    "a list": (b"[]", "is JSON, but no notebook"),
    "a number": (b"1", "is JSON, but no notebook"),
    "other JSON": (b'{"students": []}', "is JSON, but no notebook"),
    "no cells": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is JSON, but no notebook"),
    "cells that are none": (json.dumps({"nbformat": 4, "cells": [1, 2]}).encode(), "is JSON, but no notebook"),
    "a source that is none": (
        json.dumps({"nbformat": 4, "cells": [CELL | {"source": 3}]}).encode(),
        "is JSON, but no notebook",
    ),
    "an unknown type": (
        json.dumps({"nbformat": 4, "cells": [CELL | {"cell_type": "x"}]}).encode(),
        "is JSON, but no notebook",
    ),
    "too deep": (b"[" * 200_000, "is not JSON"),
}


def refusal(path: Path) -> str:
    with pytest.raises(CannotReadError) as error:
        read(path)
    text = str(error.value)
    assert path.name in text and "\n" not in text
    assert "ask for" in text or "check the file" in text
    return text


@pytest.mark.parametrize(("content", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "work.ipynb"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_missing_file_a_folder_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    assert "is missing" in refusal(tmp_path / "work.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    assert "is no file" in refusal(tmp_path / "folder.ipynb")
    with (tmp_path / "huge.ipynb").open("wb") as huge:
        huge.truncate(60 << 20)
    assert "larger than 50 MB" in refusal(tmp_path / "huge.ipynb")


def test_a_notebook_of_format_3_is_upgraded(tmp_path: Path) -> None:
    old = nbformat.convert(submission(SOURCE, double="def double(x): return x + x"), 3)
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps(old), "utf-8")
    result = rebuild(PARSED, read(path), "work").to_notebook()
    assert "return x + x" in next(c.source for c in result.cells if c.id == "double")


def test_sources_as_lists_of_lines_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    notebook = submission(SOURCE, double="def double(x):\n    return x + x\n")
    path = save(notebook, tmp_path)
    assert read(path).cells[1].source == notebook.cells[1].source
    assert isinstance(json.loads(path.read_text("utf-8"))["cells"][1]["source"], list)
    path.write_text("\ufeff" + path.read_text("utf-8"), "utf-8")
    assert read(path).cells[1].source == notebook.cells[1].source


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3),
    max_leaves=6,
)


def some_of(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: value | junk for name, value in fields.items()})


marks = some_of(
    {"grade_id": st.sampled_from(["double", "double-test", "setup"]), "solution": st.booleans(), "points": junk}
)
cells = some_of(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]),
        "source": st.text(max_size=9) | st.lists(st.text(max_size=3)),
        "metadata": some_of({"nbgrader": marks, "tags": junk, "chainrule": junk}),
        "id": st.sampled_from(["double", "double-test", "x"]) | junk,
        "attachments": junk,
    }
)
SOUND = {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": "double"}}}
sound_cells = st.builds(
    lambda cell, extra: SOUND | cell | extra, some_of({"id": junk, "attachments": junk}), some_of({})
)
notebooks = some_of(
    {
        "nbformat": st.sampled_from([3, 4, 5]),
        "nbformat_minor": st.integers(0, 6),
        "metadata": junk,
        "cells": st.lists(cells | sound_cells, max_size=4),
        "worksheets": st.lists(some_of({"cells": st.lists(cells, max_size=3)}), max_size=2),
    }
)
loud = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)


@loud
@given(tree=notebooks | junk)
def test_any_json_is_read_and_rebuilt_to_a_valid_notebook_or_refused(tree: Any, tmp_path: Path) -> None:
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps(tree), "utf-8")
    try:
        result = rebuild(PARSED, read(path), "work").to_notebook()
    except CannotReadError as error:
        assert "work.ipynb" in str(error)
    else:
        nbformat.validate(result)


@loud
@given(found=st.lists(sound_cells, min_size=1, max_size=3))
def test_a_sound_cell_among_odd_metadata_is_always_used(found: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found}), "utf-8")
    result = rebuild(PARSED, read(path), "work").to_notebook()
    nbformat.validate(result)
    assert [c.source for c in result.cells if c.id == "double"] == ["x"]


@loud
@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "work.ipynb"
    path.write_bytes(content)
    try:
        read(path)
    except CannotReadError as error:
        assert "work.ipynb" in str(error)


def test_half_a_character_in_an_answer_does_not_stop_the_rest(tmp_path: Path) -> None:
    notebook = submission(SOURCE, double="label = 'X'\ndef double(x): return x + x")
    path = save(notebook, tmp_path)
    path.write_text(path.read_text("utf-8").replace("'X'", "'\\ud83d'"), "utf-8")
    result = rebuild(PARSED, read(path), "work").to_notebook()
    nbformat.write(result, tmp_path / "autograded.ipynb")
    assert "return x + x" in nbformat.read(tmp_path / "autograded.ipynb", as_version=4).cells[1].source
