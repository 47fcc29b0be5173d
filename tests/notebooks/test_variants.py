"""Right answers written differently: enough of them stand beside each question; `autograder verify` runs them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.course import variants
from autograder.course.notebook import grade_id, read, role
from tests.notebooks.lessons import SOURCES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_each_question_has_four_right_answers_that_are_not_one_and_the_same(path: Path) -> None:
    source = read(path)
    found = variants.load(path.parent, source)
    for cell in source.cells:
        if role(cell) == "answer":
            own = [variant for variant in found if variant.answer == grade_id(cell)]
            assert len({ast.dump(ast.parse(variant.source)) for variant in own}) == len(own) >= 4, grade_id(cell)
            assert len({variant.name for variant in own}) == len(own), grade_id(cell)
            assert ast.dump(ast.parse(cell.source)) not in {ast.dump(ast.parse(v.source)) for v in own}
