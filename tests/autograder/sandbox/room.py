"""A sandbox with a submission in it, and a trusted namespace beside it in which tests run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from autograder.engine.client import Engine
from autograder.grading.names import bound_names
from autograder.grading.trusted import Compiled, namespace
from autograder.limits import Limits
from autograder.sandbox.outside.answers import Answers
from autograder.sandbox.outside.link import Link
from autograder.sandbox.outside.session import Sandbox, Session
from autograder.sandbox.outside.steps import Step

LIMITS = Limits(cell_seconds=2.0, call_seconds=1.5, notebook_seconds=40.0, calls=500)
TEST = "# a test cell stands here"
"""In a list of a submission's cells: the place of a test cell."""


class Room:
    """One submission, its cells run; `test` runs the code of a test cell against it."""

    def __init__(self, session: Session, places: list[int]) -> None:
        self.session = session
        self.names = namespace()
        self._places = places
        self._answers = Answers(session, self.names, LIMITS.calls, LIMITS.call_seconds)

    def test(self, source: str, place: int = -1) -> Any:
        """Run a test cell at one of the places; gives the value of its last line."""
        self._answers.bind(self._places[place])
        Compiled("import numpy as np", "setup").run(self.names)
        with self._answers.random_numbers.following_seeds():
            return Compiled(source, "test").run(self.names)


def warm(limits: Limits = LIMITS) -> Iterator[Sandbox]:
    """A warm sandbox, for a fixture."""
    with closing(Engine()) as engine, closing(engine.start("zygote")) as control:
        link = Link(control, [])
        assert link.wait() == {}, "layers of isolation are missing on this machine"
        with closing(link.open(limits)) as sandbox:
            yield sandbox


@contextmanager
def room(sandbox: Sandbox, *cells: str) -> Iterator[Room]:
    """Run a submission's cells; the last place is after them all."""
    cells = cells if TEST in cells else (*cells, TEST)
    steps, names, places = [], list[str](), []
    for i, cell in enumerate(cells):
        if cell == TEST:
            places.append(i)
            steps.append(Step(i, names=tuple(dict.fromkeys(names))))
        else:
            steps.append(Step(i, f"import numpy as np\n{cell}"))
            names += bound_names(cell)
    with closing(Session(sandbox, steps)) as session:
        session.ensure()
        yield Room(session, places)
