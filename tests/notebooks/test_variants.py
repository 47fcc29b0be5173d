"""Right answers written differently: enough of them stand beside each question; `autograder verify` runs them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.course import variants
from autograder.course.cells import answers_of, cells_of
from autograder.course.notebook import read
from tests.notebooks.lessons import SOURCES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_each_question_has_four_right_answers_that_are_not_one_and_the_same(path: Path) -> None:
    cells = cells_of(read(path))
    found = variants.load(path.parent, cells)
    for answer, solution in answers_of(cells).items():
        own = [variant for variant in found if variant.answer == answer]
        assert len({ast.dump(ast.parse(variant.source)) for variant in own}) == len(own) >= 4, answer
        assert len({variant.name for variant in own}) == len(own), answer
        assert ast.dump(ast.parse(solution)) not in {ast.dump(ast.parse(v.source)) for v in own}
