"""The names in the text of a cell: what it binds, reads, imports, changes and asks for. Nothing is run."""

from __future__ import annotations

import ast
import dis
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from types import CodeType

from autograder.course.cells import SourceCell
from autograder.grading import changes
from autograder.grading.trusted import AWAITS, UNCOMPILED, python_of
from chainrule.checks.known_results import Signature

LOADS = frozenset(["LOAD_NAME", "LOAD_GLOBAL"])
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@lru_cache(4096)
def surely_bound(source: str) -> frozenset[str]:
    """The names that a cell binds in any case, and without having read them."""
    sure = [s for s in parsed(source).body if isinstance(s, (ast.Assign, ast.Import, ast.ImportFrom, *FUNCTIONS))]
    return frozenset(name for statement in sure for name in _bound_by(statement)) - names_of(source)[1]


@lru_cache(4096)
def names_of(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell binds at its top level, and those that it reads and has not bound itself before.

    Nothing of both where it is no Python: it doesn't run.
    """
    with suppress(*UNCOMPILED):
        return frozenset(bound_names(source)), frozenset(_read(parsed(source).body, set()))
    return frozenset(), frozenset()


def _read(statements: list[ast.stmt], bound: set[str]) -> set[str]:
    """What statements read beyond `bound`, which grows by what they bind in any case."""
    read: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.For):
            read |= set(_loaded(ast.Expression(statement.iter))) - bound
            read |= _read(statement.body, bound | set(_stored(statement.target))) | _read(statement.orelse, set(bound))
        elif isinstance(statement, (ast.If, ast.While)):
            read |= set(_loaded(ast.Expression(statement.test))) - bound
            read |= _read(statement.body, set(bound)) | _read(statement.orelse, set(bound))
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            loop = ast.While(ast.Constant(1), [statement], [])  # it may be the `break` of a loop that stands around it
            read |= set(_loaded(ast.Module([ast.copy_location(loop, statement)], []))) - bound
        if isinstance(statement, (ast.Assign, ast.Import, ast.ImportFrom, *FUNCTIONS)):
            bound |= set(_bound_by(statement))
    return read


@lru_cache(4096)
def names_in(source: str) -> frozenset[str]:
    """Every name that is read somewhere in a cell. It isn't compiled: a short text can make that endless."""
    names = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Name))
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Load))


def _loaded(tree: ast.Module | ast.Expression) -> Iterator[str]:
    tree = ast.fix_missing_locations(tree)
    return _loaded_by(compile(tree, "cell", "exec" if isinstance(tree, ast.Module) else "eval", AWAITS))


def _loaded_by(code: CodeType) -> Iterator[str]:
    """The global names that some code, or a function in it, reads."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in LOADS)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _loaded_by(constant)


@lru_cache(4096)
def asked_names(source: str) -> frozenset[str]:
    """The names that a test cell may ask for: also as `code.name` and as `check("name")`."""
    with suppress(*UNCOMPILED):
        return names_of(source)[1] | frozenset(_asked_for(compile(parsed(source), "cell", "exec", AWAITS)))
    return frozenset()


def _asked_for(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _asked_for(constant)
        elif isinstance(constant, str) and constant.isidentifier():
            yield constant


@lru_cache(4096)
def bound_names(source: str) -> tuple[str, ...]:
    """The names that a cell binds at its top level: functions, classes, assignments, imports.

    None where it is no Python: it doesn't run.
    """
    names = [name for statement in parsed(source).body for name in _bound_by(statement)]
    return tuple(name for name in dict.fromkeys(names) if name != "_")


def unfinished_names(answer: SourceCell) -> tuple[str, ...]:
    """The names that an answer cell binds as it's handed out, and in another way in the solution; else all of them."""
    names, solved = bound_names(answer.handed_out), ast.dump(parsed(answer.source))
    whole = [s for s in parsed(answer.handed_out).body if isinstance(s, FUNCTIONS) and ast.dump(s) in solved]
    return tuple(name for name in names if name not in {s.name for s in whole}) or names


@lru_cache(4096)
def imported_names(source: str) -> frozenset[str]:
    """Those of them that are imported."""
    imports = (node for node in parsed(source).body if isinstance(node, (ast.Import, ast.ImportFrom)))
    return frozenset(name for node in imports for name in _stored(node))


@lru_cache(4096)
def assigned_names(source: str) -> frozenset[str]:
    """Those of them that are neither imported nor functions or classes."""
    others = (ast.Import, ast.ImportFrom, *FUNCTIONS)
    return frozenset(name for node in parsed(source).body if not isinstance(node, others) for name in _stored(node))


@lru_cache(4096)
def changed_names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell changes in place (`changes.py`), and those of them that a function of it changes."""
    tree = parsed(source)
    return changes.changed_names(tree), changes.called_names(tree)


def made_again(source: str) -> tuple[str, ...]:
    """The values that a test cell has made again: `check.again("dxpy", ...)`."""
    calls = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Call) and node.args)
    asked = (call.args[0] for call in calls if re.fullmatch(r"check\b.*\.again", ast.unparse(call.func)))
    names = (node.value for node in asked if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return tuple(dict.fromkeys(name for name in names if name.isidentifier()))


def mentions(source: str) -> frozenset[str]:
    """All names that a test cell speaks of, those that it binds itself too."""
    return frozenset(bound_names(source)) | asked_names(source)


def _bound_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, FUNCTIONS):
        yield statement.name
        return
    yield from _stored(statement)


def _stored(node: ast.AST) -> Iterator[str]:
    """The names that are stored at the level of a node, not inside its functions and comprehensions."""
    waiting = [node]  # a sum of a thousand terms is a tree as deep
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).split(".")[0] for alias in node.names)
        elif isinstance(node, FUNCTIONS):
            yield node.name
        elif not isinstance(node, COMPREHENSIONS):
            waiting += reversed(list(ast.iter_child_nodes(node)))


@lru_cache(4096)
def signature_of(source: str, function: str) -> Signature:
    """What a function of a cell calls its parameters, and the parts of the tuple that it returns.

    Raises SyntaxError.
    """
    for node in parsed(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            takes = tuple(arg.arg for arg in (*node.args.posonlyargs, *node.args.args))
            returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
            tuples = {ast.unparse(value) for value in returned if value}
            last = returned[-1] if len(tuples) == 1 else None
            elements = last.elts if isinstance(last, ast.Tuple) else []
            names = tuple(each.id for each in elements if isinstance(each, ast.Name))
            return Signature(takes, names if len(names) == len(elements) else ())
    return Signature()


def imported_modules(cells: tuple[SourceCell, ...]) -> list[str]:
    """The modules that the course's own cells import."""
    found: list[str] = []
    for cell in cells:
        if cell.is_code and cell.role == "own":
            found += _imported(parsed(cell.source))
    return list(dict.fromkeys(found))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@lru_cache(4096)
def parsed(source: str) -> ast.Module:
    """A cell; an empty one where it is no Python, for it doesn't run."""
    with suppress(*UNCOMPILED):
        return ast.parse(python_of(source))
    return ast.Module([], [])
