"""Does a test replace something in modules that answers use?

Apart it would replace it on its own side only, and an answer that draws a random number passes by luck. What is
printed and asked for, and the standard streams, are heard on both sides.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from autograder.grading.trusted import UNCOMPILED

HEARD = frozenset(
    [f"{module}.{name}" for module in ("builtins", "__main__") for name in ("print", "input")]
    + [f"sys.{name}" for name in ("stdin", "stdout", "stderr")]
)


def patches(text: str, names: Mapping[str, Any]) -> bool:
    """Does a test cell patch more than what is HEARD? `names` are those of the notebook."""
    try:
        tree = ast.parse(text)
    except UNCOMPILED:
        return False
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    modules = imported | {name for name, value in names.items() if isinstance(value, ModuleType)}
    return any(_calls_patch(node) or _sets(node, modules) for node in ast.walk(tree))


def _calls_patch(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or "patch" not in ast.unparse(node.func).split("."):
        return False
    first = node.args[0] if node.args else None
    return not (isinstance(first, ast.Constant) and first.value in HEARD)


def _sets(node: ast.AST, modules: set[str]) -> bool:
    """Does it assign to an attribute of a module?"""
    if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store) or ast.unparse(node) in HEARD:
        return False
    return ast.unparse(node.value).split(".")[0] in modules
