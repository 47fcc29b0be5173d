"""Which names a cell changes: in place (`a[0] = 1`, `log.append(x)`), or by `global` from inside a function.

What an answer of the source changes is taken over from the student's process as its answers are, also where the
course has made it; nothing else of the course's ever is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

METHODS = (
    "append extend insert remove pop clear sort reverse add discard update setdefault popitem move_to_end "
    "appendleft popleft extendleft rotate difference_update intersection_update symmetric_difference_update "
    "subtract fill put resize partition"
)
CHANGING = frozenset(METHODS.split())
"""Methods that change what they belong to."""
INTO = frozenset(["copyto", "shuffle", "heappush", "heappop", "heapify", "insort", "put", "fill_diagonal", "place"])
"""Functions that change their first argument."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def changed_names(tree: ast.Module) -> frozenset[str]:
    """The global names that a cell changes in place, now or when a function of it is called."""
    return frozenset(_changed(tree, frozenset()))


def called_names(tree: ast.Module) -> frozenset[str]:
    """Those of them that a function of the cell changes when it is called."""
    inside = (node for node in ast.walk(tree) if isinstance(node, SCOPES))
    return frozenset(name for node in inside for name in _changed(node, frozenset()))


def _changed(node: ast.AST, local: frozenset[str]) -> Iterator[str]:
    if isinstance(node, SCOPES):
        bound, told = _locals(node)
        yield from told
        local = (local | bound) - told
    else:
        target = _changed_by(node)
        if target is not None and target not in local:
            yield target
    for child in ast.iter_child_nodes(node):
        yield from _changed(child, local)


def _changed_by(node: ast.AST) -> str | None:
    """The name of what a node changes, if it changes anything."""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return _root(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        return _root(node.func.value)
    if isinstance(node, ast.Call) and node.args:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        return _root(node.args[0]) if called in INTO else None
    return None


def _root(node: ast.AST) -> str | None:
    """The name that an expression such as `a.b[0].c` begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _locals(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> tuple[frozenset[str], frozenset[str]]:
    """The names that are a function's own, and those that it declares to be global."""
    arguments = function.args
    own = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    told: set[str] = set()
    for node in _of_scope(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.Global):
            told |= set(node.names)
    return frozenset(own), frozenset(told)


def _of_scope(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (*SCOPES, ast.ClassDef)):
            yield from _of_scope(child)
