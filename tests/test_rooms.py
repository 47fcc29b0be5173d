"""A package is a process or a trust: which may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("autograder", "chainrule")
    for path in (ROOT / package).rglob("*.py")
}

FLOORS = [
    ["autograder.cli", "autograder.nbgrader_plugin"],
    ["autograder.commands"],
    ["autograder.cluster"],
    ["autograder.engine", "autograder.insight"],
    ["autograder.gradebook", "autograder.grading"],
    ["autograder.results", "autograder.sandbox.outside", "autograder.sandbox.inside"],
    [
        "autograder.course",
        "autograder.platforms",
        "autograder.sandbox.walls",
        "autograder.sandbox.wire",
        "autograder.sandbox.messages",
        "autograder.sandbox.in_place",
    ],
    [f"autograder.{name}" for name in ("errors", "files", "limits", "outcome", "seeds", "undrawn")],
    ["chainrule"],
]
"""From the top: a room uses those of the floors below it, and none beside it."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def room_of(module: str) -> str:
    return next(room for room in sorted(FLOOR, key=len, reverse=True) if f"{module}.".startswith(f"{room}."))


def imported_by(path: Path) -> Iterator[str]:
    """The modules of the project that a file imports, inside its functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from (name if name in FILES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


ARROWS = [
    (module, imported)
    for module, path in FILES.items()
    for imported in imported_by(path)
    if imported.split(".")[0] in ("autograder", "chainrule") and imported != "autograder"  # the lobby of all rooms
]


def test_every_module_has_a_room() -> None:
    rooms = {room_of(module) for module in FILES if module not in ("autograder", "autograder.sandbox")}
    assert rooms == set(FLOOR)


def test_a_module_uses_its_own_room_and_the_floors_below() -> None:
    across = [(a, b) for a, b in ARROWS if room_of(a) != room_of(b)]
    assert len(across) > 100
    assert [f"{a} -> {b}" for a, b in across if FLOOR[room_of(a)] >= FLOOR[room_of(b)]] == []


def test_only_content_and_widgets_know_graphs() -> None:
    knowing = {module for module, imported in ARROWS if imported.startswith("chainrule.graph")}
    content = {"chainrule.figures", "chainrule.layering", "chainrule.layout"}
    assert {m for m in knowing if not m.startswith("chainrule.widgets.")} == content


def test_what_is_inside_the_sandbox_knows_nothing_of_grading() -> None:
    """Said once more, though the floors say it: it is what safety rests on."""
    inside = {imported for module, imported in ARROWS if module.startswith("autograder.sandbox.inside")}
    assert not [name for name in inside if name.startswith(("autograder.grading", "autograder.sandbox.outside"))]
