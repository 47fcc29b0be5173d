"""The test cells of a source notebook, and what each of them tests: read off its code, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.course import notebook
from autograder.course.cells import SourceCell, in_order
from autograder.grading import trusted
from autograder.grading.definitions import definitions
from autograder.grading.dependencies import cells_behind
from autograder.grading.names import (
    assigned_names,
    bound_names,
    changed_names,
    imported_names,
    made_again,
    mentions,
    names_of,
    signature_of,
    unfinished_names,
)
from autograder.grading.trusted import Compiled
from autograder.sandbox.outside.asking import NOTHING, Asking
from chainrule.checks import again
from chainrule.checks.known_results import Signature


@dataclass
class Test:
    """A test cell of the source, and what it tests."""

    cell: SourceCell
    code: Compiled
    visible: Compiled
    """The cell as students have it."""
    begin: Compiled
    """Up to its first hidden line."""
    rest: Compiled
    defines: Compiled
    """What it defines for the tests below it, where it isn't run apart."""
    hidden: frozenset[int]
    """The numbers of the lines between the hidden-test markers."""
    answers: tuple[SourceCell, ...] = ()
    """The answer cells since the test before; where there are none, those that it tested."""
    names: tuple[str, ...] = ()
    """What all answer cells above bind."""
    uses: frozenset[SourceCell] = frozenset()
    """The earlier answer cells that the solution uses here."""
    behind: frozenset[SourceCell] = frozenset()
    """All cells whose names the solution uses here."""
    asking: Asking = NOTHING
    again: tuple[str, ...] = ()
    """The values that are made again, from other values: `check.again("dxpy", ...)`."""

    @property
    def grade_id(self) -> str:
        """The name of its cell."""
        return self.cell.name

    @property
    def points(self) -> float:
        """What it gives at most."""
        return self.cell.points

    @property
    def names_used(self) -> tuple[str, ...]:
        """What earlier answer cells bind that the solution uses here."""
        bound = (name for cell in in_order(self.uses) for name in bound_names(cell.source))
        return tuple(dict.fromkeys(name for name in bound if name in self.names))

    @property
    def asked(self) -> tuple[str, ...]:
        """What its answer cells bind as students get them, without what is whole there already."""
        return tuple(dict.fromkeys(name for cell in self.answers for name in unfinished_names(cell)))

    def bind_again(self, cells: tuple[SourceCell, ...], names: dict[str, Any], *changed: str) -> None:
        """Bind what makes again the values that are made again; `changed` are cells that have run since."""
        above = (cell.source for cell in cells[: self.cell.place] if cell.is_code and cell.role != "test")
        ran = [*above, *changed] if self.again else []
        names.update({again.name_of(name): again.from_cells(name, ran, names) for name in self.again})

    def signature(self, function: str) -> Signature:
        """What the solution calls the arguments and the results of a function that the test asks for."""
        cells = (*self.answers, *in_order(self.uses))
        found = (signature_of(cell.source, function) for cell in cells if function in bound_names(cell.source))
        return next(found, Signature())


def tests_in(cells: tuple[SourceCell, ...], label: str) -> list[Test]:
    """The test cells of a source notebook, in their order; `label` names it in a traceback."""
    found: list[Test] = []
    since: list[SourceCell] = []
    names: list[str] = []
    given, values, imported, called = set[str](), set[str](), set[str](), set[str]()
    for cell in cells:
        if cell.role == "own" and cell.is_code:
            given |= assigned_names(cell.source)
        elif cell.role == "answer":
            since.append(cell)
            changed, by_call = changed_names(cell.source)
            names += [*bound_names(cell.source), *sorted(changed & given)]
            values |= assigned_names(cell.source) | given
            imported = (imported - set(bound_names(cell.source))) | imported_names(cell.source)
            called |= by_call
        elif cell.role == "test":
            answers = tuple(answer for answer in since if _is_tested(answer, cell))
            answers = answers or (found[-1].answers if found else ())  # one more test of the same answers
            behind = cells_behind(cells, cell, answers)
            uses = frozenset(each for each in behind if each.role == "answer") - set(answers)
            relies_on = frozenset(name for each in (*answers, *uses) for name in bound_names(each.source))
            known = tuple(dict.fromkeys(names))
            shared = frozenset(called & values & mentions(cell.source) & set(known))
            asking = Asking(relies_on - imported, shared, frozenset(imported))
            compiled = _compiled(cell, f"{label} {cell.name}", names)
            found.append(Test(cell, *compiled, answers, known, uses, behind, asking, made_again(cell.source)))
            since = []
    return found


def _is_tested(answer: SourceCell, test: SourceCell) -> bool:
    """Is an answer cell tested by the test below it? One that a person grades only where the test speaks of it."""
    return not answer.points or bool(mentions(test.source) & set(bound_names(answer.source)))


def _compiled(
    cell: SourceCell, label: str, answers: list[str]
) -> tuple[Compiled, Compiled, Compiled, Compiled, Compiled, frozenset[int]]:
    """A test cell as code: whole, its visible part, up to its first hidden line, the rest, what it only defines.

    And its hidden lines. `answers` are the names of answers, which it doesn't define.
    """
    text = trusted.python_of(cell.source)
    hidden = notebook.hidden_lines(text)
    visible = Compiled(notebook.visible_part(text), f"{label}, visible")
    begin, rest = (Compiled(part, label) for part in trusted.halves(text, hidden))
    defines = Compiled(definitions(text, answers), f"{label}, definitions")
    whole = Compiled(cell.source, label)  # last, for a traceback shows its lines by this name
    return whole, visible, begin, rest, defines, hidden


def asking_in(cells: tuple[SourceCell, ...]) -> dict[SourceCell, tuple[tuple[str, ...], Asking]]:
    """The course's own cells that use answers: the names that are bound above each, and what is done."""
    found, names, imported = {}, list[str](), frozenset[str]()
    for cell in cells:
        if cell.role == "answer":
            names += bound_names(cell.source)
            imported |= imported_names(cell.source)
        elif cell.role == "own" and cell.is_code and names_of(cell.source)[1] & set(names):
            found[cell] = tuple(dict.fromkeys(names)), Asking(frozenset(names) - imported, imported=imported)
    return found
