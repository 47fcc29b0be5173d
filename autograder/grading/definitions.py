"""What a test cell defines for the tests below it: imports, helpers, constants.

A test that isn't run apart leaves these to those that are. They look at no answer.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator

from autograder.grading.trusted import UNCOMPILED

IMPORTS = (ast.Import, ast.ImportFrom)
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def definitions(text: str, answers: Collection[str]) -> str:
    """The statements of a test cell that only define something, and bind neither an answer anew nor a name of Python's.

    A text that is no Python defines nothing.
    """
    try:
        body = ast.parse(text).body
    except UNCOMPILED:
        return ""
    taken = {*answers, *vars(builtins)}
    return "\n".join(map(ast.unparse, (statement for statement in body if _defines(statement, taken))))


def _defines(statement: ast.stmt, taken: set[str]) -> bool:
    if taken & set(_bound(statement)):
        return False
    if isinstance(statement, ast.Assign):
        try:
            ast.literal_eval(statement.value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return False
        return all(isinstance(target, ast.Name) for target in statement.targets)
    return isinstance(statement, (*IMPORTS, *NAMED))


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, IMPORTS):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign):
        yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
    elif isinstance(statement, NAMED):
        yield statement.name
