"""What protects this machine from student code: each layer, what it does here, and what got through all the same."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from autograder.engine.client import Engine
from autograder.limits import Limits
from autograder.sandbox.outside import canary
from autograder.sandbox.outside.fresh import FreshLink
from autograder.sandbox.outside.link import Link
from autograder.sandbox.walls.isolation import LAYERS


@dataclass(frozen=True)
class Examined:
    """What was found out about the sandbox of this machine."""

    missing: dict[str, str]
    """The layers that are not there, and why."""
    got_through: list[str]
    """The canary's attacks that succeeded, by name."""

    @property
    def is_open(self) -> bool:
        """Are files or the network open?"""
        return bool(canary.refusal(self.got_through))

    @property
    def layers(self) -> list[tuple[str, str, str, str]]:
        """For each layer its name, what it is for, why it is missing ("" where it isn't), and what to do."""
        return [
            (name, purpose, self.missing.get(name, ""), canary.explain(self.missing, name))
            for name, purpose in LAYERS.items()
        ]


def examine(limits: Limits, off: Collection[str] = ()) -> Examined:
    """Start a sandbox without the layers `off`, attack it, and say what was found. Raises SandboxError."""
    with closing(Engine(off)) as engine, closing(_link(engine)) as link:
        missing = link.wait()
        with closing(link.open(limits)) as sandbox:
            return Examined(missing, canary.attack(sandbox))


def _link(engine: Engine) -> Link | FreshLink:
    return Link(engine.start("zygote"), []) if engine.forks else FreshLink([])


def show(console: Console, found: Examined) -> None:
    """Print what protects this machine: a row for each layer, then what got through all the same."""
    table = Table(title="What keeps student code in", title_justify="left", title_style="bold")
    for column in ("Layer", "Here", "What it is for"):
        table.add_column(column)
    for name, purpose, why, advice in found.layers:
        table.add_row(
            name,
            "missing" if why else "works",
            purpose + (f"\n{why}" if why else "") + (f"\n{advice}" if advice else ""),
        )
    console.print(table)
    for name in found.got_through:
        console.print(f"Tried from inside, and not stopped: student code {canary.ATTACKS[name]}.", markup=False)
    if not found.got_through:
        console.print("Tried from inside: reading, writing, network, processes, memory. Everything was stopped.")
    if found.is_open:
        console.print("Files or the network are open, so nothing is graded here without --unsafe.", style="red")
