"""Right answers written differently earn full marks: loops, matrix products, other algebra, helpers, prints."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import reference as reference_module
from autograder import trusted
from autograder.notebook import grade_id, read, stubs
from autograder.reference import Reference
from autograder.verify import run_test

ROOT = Path(__file__).parents[2]
FILES = sorted((Path(__file__).parent / "variants").glob("*.toml"))


def _cases() -> Iterator[object]:
    for path in FILES:
        for answer, variants in tomllib.loads(path.read_text("utf-8")).items():
            for variant in variants:
                name, source = variant["name"], variant["source"]
                yield pytest.param(path.stem, answer, source, id=f"{path.stem}-{answer}-{name}")


@pytest.fixture(scope="module")
def references() -> dict[tuple[str, str], tuple[Reference, reference_module.Test]]:
    """By assignment and answer: the notebook it is in, and the test below it."""
    found = {}
    for stem in (path.stem for path in FILES):
        for source in sorted((ROOT / "solutions" / stem).glob("*.ipynb")):
            reference = Reference(source, stubs(read(source)))
            reference.run()
            for test in reference.tests:
                for i in test.answers:
                    found[stem, str(grade_id(reference.notebook.cells[i]))] = reference, test
    return found


@pytest.mark.parametrize(("assignment", "answer", "source"), list(_cases()))
def test_a_right_answer_written_differently_is_right(
    assignment: str,
    answer: str,
    source: str,
    references: dict[tuple[str, str], tuple[Reference, reference_module.Test]],
) -> None:
    reference, test = references[assignment, answer]
    names = dict(reference.solution_at(test))
    with trusted.quietly():
        trusted.Cell(source, f"variant of {answer}").run(names)
    for seed in (b"one", b"two"):
        judge, error = run_test(reference, test, names, seed)
        assert error is None
        assert judge.all_right, judge.verdict().text


def test_every_question_of_a_notebook_with_variants_has_at_least_four(
    references: dict[tuple[str, str], tuple[Reference, reference_module.Test]],
) -> None:
    count = {(path.stem, a): len(v) for path in FILES for a, v in tomllib.loads(path.read_text("utf-8")).items()}
    assert {key for key in references if count.get(key, 0) < 4} == set()
