"""Which answers use which: by the names that cells bind and read, through any depth."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.notebook import role


def cells_behind(source: NotebookNode, index: int, answers: list[int]) -> frozenset[int]:
    """All cells whose names a test cell's solution uses, through any depth, by index.

    `answers` are the answer cells that it tests; they are among them, and so is the test cell.
    """
    nothing: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    above = [names_of(cell.source) if cell.cell_type == "code" else nothing for cell in source.cells[: index + 1]]
    seen: set[int] = set()
    waiting = [index, *answers]
    while waiting:
        cell = waiting.pop()
        if cell in seen:
            continue
        seen.add(cell)
        _, read = above[cell]
        waiting += [i for i in range(index) if i != cell and role(source.cells[i]) != "test" and above[i][0] & read]
    return frozenset(seen)


@lru_cache(4096)
def names_of(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell binds at its top level, and those that it reads from there or by `code.name`."""
    code = compile(_parse(source), "cell", "exec")
    return frozenset(bound_names(source)), frozenset(_read_by(code))


def _read_by(code: CodeType) -> Iterator[str]:
    """Global names, attributes and short texts (as in `check("name")`) of a cell's code and the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _read_by(constant)
        elif isinstance(constant, str) and constant.isidentifier():
            yield constant


def bound_names(source: str) -> list[str]:
    """The names that a cell binds at its top level: functions, classes, assignments, imports.

    Raises SyntaxError.
    """
    names: list[str] = []
    for statement in _parse(source).body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(statement.name)
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.append(node.id)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                names += [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return [name for name in dict.fromkeys(names) if name != "_"]


def imported_modules(source: NotebookNode) -> list[str]:
    """The modules that the course's own cells import."""
    found: list[str] = []
    for cell in source.cells:
        if cell.cell_type == "code" and role(cell) == "own":
            for node in ast.walk(_parse(cell.source)):
                if isinstance(node, ast.Import):
                    found += [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return list(dict.fromkeys(found))


def _parse(source: str) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(source))
