from __future__ import annotations

from pathlib import Path

import pytest

from autograder.gradebook import database
from tests.autograder import course_maker as maker

ONE_MORE = "def square(x):\n    {}\n    return {}\n"
CLASS = {
    "ada": {"square": "def square(x): return x * x", "total": "def total(xs): return sum(map(square, xs))"},
    "ben": {"square": ONE_MORE.format("y = x * x", "y + 1")},
    "cleo": {"square": ONE_MORE.format("# one more", "1 + x * x")},
    "dora": {"square": ONE_MORE.format("result = x ** 2 + 1  # a long way round", "result")},
    "emil": {"square": "def square(x): return 2 * x"},
    "fay": {"square": "def square(x): return x.size"},
    "gus": {"square": "def square(y):\n    return y.size"},
    "hal": {},
    "ivy": {"square": "def square(x):\n    while True: pass"},
}
"""Three and two have made the same mistake, and no misconception of the course names it."""


def make_class(root: Path) -> Path:
    """A class that was graded, and one student who has handed in nothing."""
    maker.make_course(root)
    for student, answers in CLASS.items():
        maker.hand_in(root, student, maker.handed_out(**(answers or {"nothing": ""})))
    maker.grade(root)
    with database.opened(maker.course(root)) as gradebook:
        gradebook.add_student("kim")
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="<b>L")
    return root


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("class"))
