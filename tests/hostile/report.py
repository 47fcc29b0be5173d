"""What each layer of isolation alone would let through, of a part of the corpus: `python -m tests.hostile.report`."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from autograder.sandbox.walls.isolation import LAYERS
from tests.hostile import arena
from tests.hostile.arena import Fought, World, student_of
from tests.hostile.corpus import Case, all_cases

OUTSIDE = "(outside)"


def got_through(there: World, found: Fought, case: Case) -> bool:
    """Did a case manage to do what it may not, for all that can be seen of itself?"""
    gained = any((score or 0) > case.may_earn[test] for test, score in found.earned.items())
    return gained or bool(found.crashed) or bool(found.leaks(there, case))


def without(off: tuple[str, ...], cases: list[Case]) -> dict[str, list[str]]:
    """Grade the cases with some layers off: by kind, those that got through, and what was done outside."""
    with arena.world() as there:
        fight = arena.fight(there, cases, off)
        found: dict[str, list[str]] = {kind: [] for kind in dict.fromkeys(case.kind for case in cases)}
        for number, case in enumerate(cases):
            if got_through(there, fight.fought[student_of(number, case)], case):
                found[case.kind].append(case.name)
    return found | {OUTSIDE: fight.harm}


def main() -> None:
    """Print the table."""
    cases = [case for case in all_cases() if case.representative]
    columns = {"nothing": without((), cases)} | {layer: without((layer,), cases) for layer in LAYERS}
    table = Table("kind", *columns, title=f"{len(cases)} attacks; what gets through with a layer switched off")
    for kind in columns["nothing"]:
        table.add_row(kind, *("\n".join(found[kind]) or "held" for found in columns.values()))
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
