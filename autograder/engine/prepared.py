"""What every job of a source notebook starts from: its solution, run once, and a sandbox that was attacked first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat

from autograder.engine.messages import About, Ready
from autograder.grading import folder, ways
from autograder.grading.reference import Reference
from autograder.grading.ways import Tried
from autograder.limits import Limits
from autograder.sandbox.outside import canary
from autograder.sandbox.outside.fresh import FreshLink
from autograder.sandbox.outside.link import Link
from autograder.sandbox.walls import rlimits

PATIENCE = 6
"""How many times longer the solution may take: what it decides is decided for everybody."""


@dataclass(frozen=True)
class Prepared:
    """What every job starts from."""

    reference: Reference
    link: Link | FreshLink
    limits: Limits
    """Those of the course, or more where its solution takes long."""
    call_seconds: float
    """What the course waits for a call. That is recorded, for it is the same on every machine."""


def prepare(about: About, make_link: Callable[[Iterable[str]], Link | FreshLink]) -> tuple[Prepared | None, Ready]:
    """Run the reference and attack the sandbox: what jobs start from, and what is answered; None where it failed."""
    source, limits = Path(about["source"]), Limits(**about["limits"])
    rlimits.limit_memory(4 * limits.memory)
    try:
        reference = Reference(source, about["stubs"], nbformat.from_dict(about["book"]) if about["book"] else None)
        link = make_link(reference.modules)
        sys.path.append(str(source.parent))
        folder.enter_copy(source.parent)
        reference.run(PATIENCE * limits.cell_seconds)  # while the zygote isolates itself
        link.wait()
        if reference.writes:
            folder.enter_copy(source.parent)
        with closing(link.open(limits)) as sandbox:
            open_doors = canary.refusal(canary.attack(sandbox))
        tried = about["tried"]
        if tried is None:
            with closing(link.open(_patient(limits))) as sandbox:
                tried = ways.choose(reference, sandbox, limits).to_json()
        reference.ways, limits = Tried.from_json(tried)
    except Exception as error:
        return None, {"error": f"{source.name}: {type(error).__name__}: {error}"}
    if open_doors and not about["unsafe"]:
        return None, {"unsafe": open_doors}
    prepared = Prepared(reference, link, limits, about["limits"]["call_seconds"])
    return prepared, {"tried": tried}


def _patient(limits: Limits) -> Limits:
    times = {name: PATIENCE * getattr(limits, name) for name in ("cell_seconds", "call_seconds", "notebook_seconds")}
    return replace(limits, **times)
