"""Reads the source of a student's function: what it calls, and which of its lines are at fault."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

WHOLE = -1
"""The place in a tuple of what is no tuple."""


def lines_that_set(function: Callable[..., Any], key: str) -> list[str]:
    """The lines of a function, and of the notebook's functions that it calls, that set the entry `key` of a dict."""
    found: list[str] = []
    for part in with_helpers(function):
        source = _source(part)
        for node in ast.walk(ast.parse(source)) if source else ():
            if key in _keys_set_by(node):
                segment = ast.get_source_segment(source, node) or ""
                found.append(" ".join(segment.split()))
    return found


def lines_that_return(function: Callable[..., Any], place: int | None = None) -> list[str]:
    """The lines of a function that make what it returns; where it returns what a helper beside it made, the helper's.

    place: of a tuple that is returned, only what makes this one of it
    """
    source = _source(function) if isinstance(function, FunctionType) else ""
    if not source:
        return []
    nodes = list(ast.walk(ast.parse(source)))
    found: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            if place is not None and isinstance(value, ast.Tuple) and place < len(value.elts):
                value = value.elts[place]
            made = [(each, at) for each in nodes if (at := _sets(each, value)) is not None]
            for each, at in made or [(node, WHOLE)]:
                helper = _helper(each, function)
                inner = lines_that_return(helper, place if at == WHOLE else at) if helper else []
                found += inner or [" ".join((ast.get_source_segment(source, each) or "").split())]
    return found


def lines_that_write(function: Callable[..., Any], place: int | None = None) -> list[str]:
    """The lines of a function that write, entry by entry or in a loop, into what it returns.

    Where none does, those that return it.

    place: as in `lines_that_return`
    """
    source = _source(function) if isinstance(function, FunctionType) else ""
    nodes = list(ast.walk(ast.parse(source))) if source else []
    looped = {each for node in nodes if isinstance(node, ast.For | ast.While) for each in ast.walk(node)}
    made: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Return) and node.value is not None:
            parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
            made |= _read_by(parts[place] if place is not None and place < len(parts) else node.value)
    while more := {name for node in nodes if node not in looped for name in _made_from(node, made)} - made:
        made |= more
    found = [node for node in nodes if (_written_by(node) | (_set_by(node) if node in looped else set())) & made]
    lines = [" ".join((ast.get_source_segment(source, node) or "").split()) for node in found]
    return lines or lines_that_return(function, place)


def _written_by(node: ast.AST) -> set[str]:
    """The arrays into which a statement writes: Z in Z[i, j] = ..., and in Z += ..."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    entries = [target.value for target in targets if isinstance(target, ast.Subscript)]
    return {array.id for array in entries if isinstance(array, ast.Name)}


def _made_from(node: ast.AST, names: set[str]) -> set[str]:
    """What a statement reads that sets one of these names as a whole."""
    return _read_by(node.value) if isinstance(node, ast.Assign) and _set_by(node) & names else set()


def _set_by(node: ast.AST) -> set[str]:
    """The names that a statement sets as a whole."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _read_by(value: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _sets(node: ast.AST, name: ast.expr) -> int | None:
    """Does a statement set this name: as a whole, or as which of a tuple? None if it doesn't."""
    if not isinstance(name, ast.Name) or not isinstance(node, ast.Assign):
        return None
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name.id:
            return WHOLE
        if isinstance(target, ast.Tuple):
            for at, part in enumerate(target.elts):
                if isinstance(part, ast.Name) and part.id == name.id:
                    return at
    return None


def _helper(statement: ast.AST, function: Callable[..., Any]) -> FunctionType | None:
    """The function beside this one from which a statement has its value, if it is a call of one."""
    value = getattr(statement, "value", None)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and isinstance(function, FunctionType):
        helper = function.__globals__.get(value.func.id)
        return helper if isinstance(helper, FunctionType) and _is_beside(helper, function) else None
    return None


def with_helpers(function: Callable[..., Any]) -> list[FunctionType]:
    """A function, and the functions and the classes' methods that it names in its namespace, through any depth."""
    found: list[FunctionType] = []
    waiting: list[Any] = [function]
    while waiting:
        this = waiting.pop(0)
        if isinstance(this, FunctionType) and this not in found:
            found.append(this)
            here = [this.__globals__.get(name) for name in _names(this.__code__)]
            methods = [
                each for made in here if isinstance(made, type) for kind in made.__mro__ for each in vars(kind).values()
            ]
            waiting += [f for f in [*here, *methods] if _is_beside(f, this)]
    return found


def _is_beside(function: object, other: FunctionType) -> bool:
    """Is this a function of the same namespace as another?"""
    return isinstance(function, FunctionType) and function.__globals__ is other.__globals__


def _names(code: CodeType) -> tuple[str, ...]:
    inner = (_names(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return (*code.co_names, *(name for names in inner for name in names))


def _source(function: FunctionType) -> str:
    try:
        source = textwrap.dedent(inspect.getsource(function))
        ast.parse(source)
    except (OSError, SyntaxError):  # typed in no cell; or a lambda in the middle of an expression
        return ""
    return source


def _keys_set_by(node: ast.AST) -> set[str]:
    """The constant keys of dicts that a statement sets: d["x"] = ..., d["x"], d["y"] = ..., d = {"x": ...}."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Return):
        targets = []
    else:
        return set()
    written = [part for target in targets for part in ast.walk(target) if isinstance(part, ast.Subscript)]
    slices = [part.slice for part in written if isinstance(part.ctx, ast.Store)]
    value = node.value
    keys = value.keys if isinstance(value, ast.Dict) else []
    return {each.value for each in [*slices, *keys] if isinstance(each, ast.Constant) and isinstance(each.value, str)}
