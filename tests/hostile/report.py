"""What each layer of isolation alone would let through, of a part of the corpus: `python -m tests.hostile.report`."""

from __future__ import annotations

import sys

from autograder.sandbox.isolation import LAYERS
from tests.hostile import arena
from tests.hostile.arena import Fight, World, student_of
from tests.hostile.corpus import Case, all_cases


def got_through(there: World, fight: Fight, number: int, case: Case) -> list[str]:
    """What a case managed to do, in words."""
    found = fight.fought[student_of(number, case)]
    gained = any((score or 0) > case.may_earn[test] for test, score in found.earned.items())
    told = found.leaks(there, case)
    return ["gained points"] * gained + ["stopped the run"] * bool(found.crashed) + [f"showed {word}" for word in told]


def rows(off: tuple[str, ...], cases: list[Case]) -> dict[str, str]:
    """By kind: "held", or the cases of it that got through."""
    with arena.world() as there:
        fight = arena.fight(there, cases, off)
        through = {case: got_through(there, fight, number, case) for number, case in enumerate(cases)}
        kinds = dict.fromkeys(case.kind for case in cases)
        found = {kind: [case.name for case in through if case.kind == kind and through[case]] for kind in kinds}
    harm = {"(outside)": fight.harm}
    return {kind: ", ".join(names) or "held" for kind, names in (found | harm).items()}


def main() -> None:
    """Print the table."""
    cases = [case for case in all_cases() if case.representative]
    columns = {"nothing": rows((), cases)} | {layer: rows((layer,), cases) for layer in LAYERS}
    for layer, found in columns.items():
        sys.stdout.write(f"\n{layer} switched off ({len(cases)} cases)\n")
        sys.stdout.writelines(f"  {kind:<16} {what}\n" for kind, what in found.items())


if __name__ == "__main__":
    main()
